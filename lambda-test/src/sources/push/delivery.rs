//! Deliveries to targets, and what became of each.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, sync::Arc, time::Duration};

use super::{
    retry::{GivenUp, Retry},
    target::To,
};
use crate::{
    kernel::{Random, SimContext, TestScope},
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

/// The deliveries of one subscription or target.
pub(super) struct Deliveries {
    context: Rc<SimContext>,
    random: RefCell<Random>,
    kept: RefCell<VecDeque<Rc<RefCell<Delivery>>>>,
}

/// A delivery that was given up.
pub(super) struct Undelivered {
    pub(super) delivery: Delivery,
    pub(super) why: GivenUp,
}

impl Deliveries {
    pub(super) fn new(context: Rc<SimContext>, label: &str) -> Rc<Self> {
        let random = RefCell::new(context.random(label));
        Rc::new(Self { context, random, kept: RefCell::default() })
    }

    /// Returns what is kept, the oldest first.
    pub(super) fn all(&self) -> Vec<Delivery> {
        self.kept.borrow().iter().map(|it| it.borrow().clone()).collect()
    }

    /// Delivers a message in a task of its own. `undelivered` is called where it is given up, and returns whether the
    /// dead-letter queue has it.
    pub(super) fn deliver(
        self: &Rc<Self>,
        to: To,
        id: Arc<str>,
        message: Message,
        retry: Retry,
        undelivered: impl FnOnce(&Undelivered) -> bool + 'static,
    ) {
        let delivery = Delivery {
            id,
            target: to.arn(),
            at: self.context.clock.elapsed(),
            last: self.context.clock.elapsed(),
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
            deliveries.run(&to, &delivery, message, retry, undelivered).await;
            drop(task);
        });
    }

    async fn run(
        &self,
        to: &To,
        delivery: &RefCell<Delivery>,
        message: Message,
        retry: Retry,
        undelivered: impl FnOnce(&Undelivered) -> bool,
    ) {
        let failed = loop {
            match self.attempt(to, delivery, message.clone(), retry) {
                Attempt::Delivered => return,
                Attempt::GivenUp(failed) => break failed,
                Attempt::Again(wait) if wait.is_zero() => {}
                Attempt::Again(wait) => tokio::time::sleep(wait).await,
            }
        };
        let is_kept = undelivered(&failed);
        if let (false, To::Function(target)) = (is_kept, to) {
            if target.function.strong_count() == 0 {
                TestScope::lint_failed(format!(
                    "the function `{}` is gone, to which something is pushed: a function exists as long as a handle of it is \
                     kept",
                    target.name
                ));
            }
        }
        let status = if is_kept { DeliveryStatus::DeadLettered } else { DeliveryStatus::Failed };
        delivery.borrow_mut().status = status;
    }

    fn attempt(
        &self,
        to: &To,
        delivery: &RefCell<Delivery>,
        message: Message,
        retry: Retry,
    ) -> Attempt {
        let sent = to.send(message);
        let mut delivery = delivery.borrow_mut();
        delivery.attempts += 1;
        delivery.last = self.context.clock.elapsed();
        let error = match sent {
            Ok(request_id) => {
                delivery.request_id = request_id;
                delivery.error = None;
                delivery.status = DeliveryStatus::Delivered;
                return Attempt::Delivered;
            }
            Err(error) => error,
        };
        let age = delivery.last - delivery.at;
        let next = retry.after(delivery.attempts, age, &error, &mut self.random.borrow_mut());
        delivery.error = Some(error);
        match next {
            Ok(wait) => Attempt::Again(wait),
            Err(why) => Attempt::GivenUp(Undelivered { delivery: delivery.clone(), why }),
        }
    }
}

/// How an attempt ended.
enum Attempt {
    Delivered,
    Again(Duration),
    GivenUp(Undelivered),
}
