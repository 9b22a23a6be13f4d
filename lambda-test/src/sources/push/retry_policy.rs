//! The retry policy of a target of EventBridge or of its Scheduler, and its dead-letter queue.
//!
//! Source: Amazon EventBridge user guide, "Using dead-letter queues to process undelivered events"; EventBridge Scheduler user
//! guide, "Configuring a dead-letter queue".

use std::{collections::BTreeMap, ops::RangeInclusive, rc::Rc, time::Duration};

use super::{
    delivery::Undelivered,
    retry::{GivenUp, Retry},
};
use crate::service::{Inbox, Message, MessageAttribute, QueueInner};

const RETRIES: RangeInclusive<u32> = 0..=185;
const AGES: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(24 * 3600);

/// How often and for how long a delivery is tried, and where it goes then.
#[derive(Clone)]
pub(super) struct RetryPolicy {
    pub(super) retries: u32,
    pub(super) age: Duration,
    pub(super) dead_letters: Option<Rc<QueueInner>>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { retries: *RETRIES.end(), age: *AGES.end(), dead_letters: None }
    }
}

impl RetryPolicy {
    pub(super) fn retry(&self) -> Retry {
        Retry::EventBridge { retries: self.retries, age: self.age }
    }

    /// Returns why it is not valid.
    pub(super) fn refusal(&self) -> Option<String> {
        if !RETRIES.contains(&self.retries) {
            return Some(format!(
                "MaximumRetryAttempts is {}: expected {} to {}",
                self.retries,
                RETRIES.start(),
                RETRIES.end()
            ));
        }
        (!AGES.contains(&self.age)).then(|| {
            format!(
                "MaximumEventAgeInSeconds is {}: expected {} to {}",
                self.age.as_secs_f64(),
                AGES.start().as_secs(),
                AGES.end().as_secs()
            )
        })
    }

    /// Sends to the dead-letter queue, with these attributes and why. Returns whether there is one that takes it.
    pub(super) fn dead_letter(
        &self,
        failed: Undelivered,
        attributes: impl IntoIterator<Item = (&'static str, String)>,
    ) -> bool {
        let (Some(queue), delivery) = (&self.dead_letters, failed.delivery) else { return false };
        let condition = match failed.why {
            GivenUp::Refused => None,
            GivenUp::Attempts => Some("MaximumRetryAttempts"),
            GivenUp::Age => Some("MaximumEventAgeInSeconds"),
        };
        let condition = condition.map(|it| ("EXHAUSTED_RETRY_CONDITION", it.to_owned()));
        let common = [
            ("TARGET_ARN", delivery.target.to_string()),
            ("ERROR_MESSAGE", failed.error.message),
            ("RETRY_ATTEMPTS", delivery.attempts.saturating_sub(1).to_string()),
        ];
        let all = attributes.into_iter().chain(common).chain(condition);
        let attributes: BTreeMap<String, MessageAttribute> =
            all.map(|(name, value)| (name.to_owned(), MessageAttribute::text(value))).collect();
        queue.send(Message { attributes, ..failed.message }).is_ok()
    }
}
