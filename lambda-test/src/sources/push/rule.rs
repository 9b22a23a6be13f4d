//! Rules of an event bus.

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::Rc,
    sync::Arc,
};

use serde::Serialize;
use serde_json::Value;

use super::{
    bus::BusState,
    input::Occurrence,
    rule_target::{RuleTargetBuilder, TargetInner},
    schedule::{ScheduleExpression, drive_rule},
    target::PushTarget,
};
use crate::{service::ServiceError, sources::EventPattern};

/// A rule of an [`EventBus`](crate::EventBus): it sends the events that it matches to its targets.
///
/// [`EventBus::rule`](crate::EventBus::rule) describes it. It is there when this handle is dropped. Clones are the same rule.
#[derive(Clone)]
pub struct Rule {
    pub(super) bus: Rc<BusState>,
    pub(super) inner: Rc<RuleInner>,
}

/// A rule that is about to be created: its pattern, or its schedule.
#[must_use = "a rule matches once it is created"]
pub struct RuleBuilder {
    bus: Rc<BusState>,
    name: Arc<str>,
    pattern: Option<String>,
    schedule: Option<String>,
}

pub(super) struct RuleInner {
    pub(super) name: Arc<str>,
    pub(super) arn: String,
    pub(super) pattern: Option<EventPattern>,
    pub(super) targets: RefCell<Vec<Rc<TargetInner>>>,
    pub(super) matched: Cell<u64>,
    pub(super) is_enabled: Cell<bool>,
    pub(super) is_deleted: Cell<bool>,
}

impl RuleBuilder {
    pub(super) fn new(bus: Rc<BusState>, name: Arc<str>) -> Self {
        Self { bus, name, pattern: None, schedule: None }
    }

    /// Sets which events it matches: an [event pattern](EventPattern).
    ///
    /// # Panics
    ///
    /// Panics if the pattern has no form in JSON.
    #[track_caller]
    pub fn pattern(self, pattern: &impl Serialize) -> Self {
        let text = serde_json::to_string(pattern).expect("a pattern of a test has a form in JSON");
        self.pattern_text(text)
    }

    /// Sets which events it matches by the text of an event pattern.
    pub fn pattern_text(mut self, pattern: impl Into<String>) -> Self {
        self.pattern = Some(pattern.into());
        self
    }

    /// Sets when it sends an event of its own: `rate(5 minutes)`, or `cron(0 10 * * ? *)` in UTC. Time passes with
    /// [`Lambda::advance`](crate::Lambda::advance).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let reports = lambda.queue("reports");
    /// let rule = lambda.event_bus("default").rule("daily").schedule("cron(0 10 * * ? *)").create();
    /// rule.target(&reports).create();
    /// lambda.advance(Duration::from_secs(2 * 24 * 3600)).await;
    /// assert_eq!((rule.matched(), reports.messages().len()), (2, 2));
    /// # });
    /// ```
    pub fn schedule(mut self, expression: impl Into<String>) -> Self {
        self.schedule = Some(expression.into());
        self
    }

    /// Creates the rule, in place of one with its name.
    ///
    /// # Panics
    ///
    /// Panics as [`try_create`](Self::try_create) fails.
    #[track_caller]
    pub fn create(self) -> Rule {
        self.try_create().unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Creates the rule, if EventBridge takes it.
    ///
    /// # Errors
    ///
    /// In the words of EventBridge: there is neither a pattern nor a schedule, one of them is not valid, or a bus other than
    /// `default` has a schedule.
    pub fn try_create(self) -> Result<Rule, ServiceError> {
        let Self { bus, name, pattern, schedule } = self;
        let validation =
            |message: &str| ServiceError::of_source("ValidationException", message.to_owned());
        if schedule.is_some() && !bus.is_default() {
            let message = "ScheduleExpression is supported only on the default event bus.";
            return Err(validation(message));
        }
        if pattern.is_none() && schedule.is_none() {
            let message = "Parameter(s) EventPattern or ScheduleExpression must be specified.";
            return Err(validation(message));
        }
        let pattern = pattern.map(|text| EventPattern::parse(&text)).transpose()?;
        let schedule = schedule.map(|text| ScheduleExpression::of_rule(&text)).transpose()?;
        let inner = Rc::new(RuleInner {
            arn: bus.rule_arn(&name),
            name,
            pattern,
            targets: RefCell::default(),
            matched: Cell::default(),
            is_enabled: Cell::new(true),
            is_deleted: Cell::default(),
        });
        bus.add(&inner);
        if let Some(schedule) = schedule {
            drive_rule(&bus, &inner, schedule);
        }
        Ok(Rule { bus, inner })
    }
}

impl Rule {
    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Describes a target that receives what the rule matches.
    pub fn target(&self, target: &impl PushTarget) -> RuleTargetBuilder {
        RuleTargetBuilder::new(self.clone(), target.push_target())
    }

    /// Returns how many events it has matched, or how often its schedule was due: `MatchedEvents`.
    pub fn matched(&self) -> u64 {
        self.inner.matched.get()
    }

    /// Returns why an event does not match: the first path of the pattern that fails. Absent where it matches.
    pub fn why_not(&self, event: &impl Serialize) -> Option<String> {
        match &self.inner.pattern {
            Some(pattern) => pattern.why_not(event),
            None => Some("the rule has a schedule and no pattern".to_owned()),
        }
    }

    /// Lets it match nothing.
    pub fn disable(&self) {
        self.inner.is_enabled.set(false);
    }

    /// Lets it match again.
    pub fn enable(&self) {
        self.inner.is_enabled.set(true);
    }

    /// Deletes the rule and its targets.
    pub fn delete(&self) {
        // Another rule may have its name by now.
        if !self.inner.is_deleted.get() {
            self.bus.remove(&self.inner.name);
        }
    }
}

impl RuleInner {
    /// Sends an event to the targets.
    pub(super) fn send(&self, bus: &BusState, text: &str, event: &Value, trace: Option<&str>) {
        let received = bus.time();
        let (rule_arn, rule_name) = (&*self.arn, &*self.name);
        let of = Occurrence { text, event, rule_arn, rule_name, received: &received };
        let targets = self.targets.borrow().clone();
        for target in targets {
            target.send(&of, trace);
        }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("arn", &self.arn()).finish_non_exhaustive()
    }
}

impl fmt::Debug for RuleBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}
