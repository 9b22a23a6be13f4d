//! Deliveries to targets, and what became of each.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, sync::Arc, time::Duration};

use super::{
    retry::{GivenUp, Retry},
    target::To,
};
use crate::{
    kernel::{Random, SimContext, TestScope},
    lifecycle::RequestId,
    service::{Message, ServiceError},
};

/// How many deliveries are kept of each subscription or target.
const KEPT: usize = 10_000;

/// The delivery of a message or an event to a target, with all its attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The id of the message or the event.
    pub id: Arc<str>,
    /// The ARN of the target.
    pub target: Arc<str>,
    /// When the first attempt was made, since the service began.
    pub at: Duration,
    /// When the last attempt was made.
    pub last: Duration,
    /// How often it was tried so far.
    pub attempts: u32,
    /// What became of it.
    pub status: DeliveryStatus,
    /// The request id of the invocation. Absent where the target is not a function, and until it is delivered.
    pub request_id: Option<Arc<str>>,
    /// Why the last attempt failed. Absent where it succeeded.
    pub error: Option<ServiceError>,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryStatus {
    /// It is tried again.
    Pending,
    /// The target has it. A function is invoked asynchronously: whether it succeeds is not a matter of the delivery.
    Delivered,
    /// It was given up, and is in the dead-letter queue.
    DeadLettered,
    /// It was given up, and is lost.
    Failed,
}

/// The deliveries to the target of one subscription, rule or the like.
pub(super) struct Deliveries {
    pub(super) to: To,
    retry: Retry,
    context: Rc<SimContext>,
    random: RefCell<Random>,
    kept: RefCell<VecDeque<Rc<RefCell<Delivery>>>>,
}

/// A delivery that was given up.
pub(super) struct Undelivered {
    pub(super) delivery: Delivery,
    /// What its last attempt has sent.
    pub(super) message: Message,
    pub(super) error: ServiceError,
    pub(super) why: GivenUp,
}

impl Deliveries {
    pub(super) fn new(context: Rc<SimContext>, label: &str, to: To, retry: Retry) -> Rc<Self> {
        let random = RefCell::new(context.random(label));
        Rc::new(Self { to, retry, context, random, kept: RefCell::default() })
    }

    /// Returns what is kept, the oldest first.
    pub(super) fn all(&self) -> Vec<Delivery> {
        self.kept.borrow().iter().map(|it| it.borrow().clone()).collect()
    }

    /// Delivers a message in a task of its own, which is lost where it is given up.
    pub(super) fn deliver(self: &Rc<Self>, id: impl Into<Arc<str>>, message: Message) {
        self.deliver_or(id, move |_| message.clone(), |_| false);
    }

    /// Delivers what each attempt sends, by its number, in a task of its own. `undelivered` is called where it is given up, and
    /// returns whether the dead-letter queue has it.
    pub(super) fn deliver_or(
        self: &Rc<Self>,
        id: impl Into<Arc<str>>,
        message: impl Fn(u32) -> Message + 'static,
        undelivered: impl FnOnce(Undelivered) -> bool + 'static,
    ) {
        let now = self.context.clock.elapsed();
        let delivery = Delivery {
            id: id.into(),
            target: self.to.arn(),
            at: now,
            last: now,
            attempts: 0,
            status: DeliveryStatus::Pending,
            request_id: None,
            error: None,
        };
        let delivery = Rc::new(RefCell::new(delivery));
        let mut kept = self.kept.borrow_mut();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(delivery.clone());
        drop(kept);
        let (deliveries, task) = (self.clone(), self.context.work.begin());
        self.context.spawn(async move {
            if let Some(failed) = deliveries.run(&delivery, message).await {
                let is_kept = undelivered(failed);
                deliveries.give_up(&mut delivery.borrow_mut(), is_kept);
            }
            drop(task);
        });
    }

    /// Tries until it is delivered, or given up.
    async fn run(
        &self,
        delivery: &RefCell<Delivery>,
        message: impl Fn(u32) -> Message,
    ) -> Option<Undelivered> {
        for attempt in 1.. {
            let message = Message { at: self.context.clock.elapsed(), ..message(attempt) };
            let sent = self.to.send(message.clone());
            let next = self.note(&mut delivery.borrow_mut(), attempt, sent)?;
            match next {
                Ok(Duration::ZERO) => {}
                Ok(wait) => tokio::time::sleep(wait).await,
                Err((error, why)) => {
                    let delivery = delivery.borrow().clone();
                    return Some(Undelivered { delivery, message, error, why });
                }
            }
        }
        None
    }

    /// Notes an attempt. Returns when the next one is, if it has failed, or why there is none.
    fn note(
        &self,
        delivery: &mut Delivery,
        attempt: u32,
        sent: Result<Option<RequestId>, ServiceError>,
    ) -> Option<Result<Duration, (ServiceError, GivenUp)>> {
        delivery.attempts = attempt;
        delivery.last = self.context.clock.elapsed();
        match sent {
            Ok(request_id) => {
                delivery.request_id = request_id;
                delivery.error = None;
                delivery.status = DeliveryStatus::Delivered;
                None
            }
            Err(error) => {
                delivery.error = Some(error.clone());
                let age = delivery.last - delivery.at;
                let next = self.retry.after(attempt, age, &error, &mut self.random.borrow_mut());
                Some(next.map_err(|why| (error, why)))
            }
        }
    }

    fn give_up(&self, delivery: &mut Delivery, is_kept: bool) {
        delivery.status =
            if is_kept { DeliveryStatus::DeadLettered } else { DeliveryStatus::Failed };
        if let (false, To::Function(target)) = (is_kept, &self.to) {
            if target.function.strong_count() == 0 {
                TestScope::lint_failed(format!(
                    "the function `{}` is gone, to which something is pushed: a function exists as long as a handle of it is \
                     kept",
                    target.name
                ));
            }
        }
    }
}
