//! Schedules of EventBridge Scheduler.
//!
//! Source: EventBridge Scheduler user guide and API reference.

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::Rc,
    sync::Arc,
    time::{Duration, SystemTime},
};

use lambda_events::samples;
use serde::Serialize;

use super::{ScheduleExpression, driver::wait_until};
use crate::{
    kernel::{Random, SimContext, Time},
    service::{Lambda, Message, Queue, ServiceError},
    sources::push::{
        Delivery, PushTarget,
        delivery::{Deliveries, Undelivered},
        retry_policy::RetryPolicy,
    },
};

/// A schedule of EventBridge Scheduler: it sends its input to its target whenever it is due.
///
/// [`Lambda::schedule`] describes it. It is there when this handle is dropped. Clones are the same schedule.
#[derive(Clone)]
pub struct Schedule {
    inner: Rc<Inner>,
}

/// A schedule that is about to be created: its options.
#[must_use = "a schedule is due once it is created"]
pub struct ScheduleBuilder {
    context: Rc<SimContext>,
    place: [Arc<str>; 2],
    name: String,
    expression: String,
    time_zone: Option<String>,
    window: Duration,
    begin: Option<SystemTime>,
    end: Option<SystemTime>,
    input: Option<String>,
    policy: RetryPolicy,
}

struct Inner {
    arn: Arc<str>,
    input: String,
    window: Duration,
    policy: RetryPolicy,
    deliveries: Rc<Deliveries>,
    invoked: Cell<u64>,
    is_deleted: Cell<bool>,
    random: RefCell<Random>,
    context: Rc<SimContext>,
}

impl<T: Time> Lambda<T> {
    /// Describes a schedule of EventBridge Scheduler: its name, and when it is due. Time passes with
    /// [`advance`](Self::advance).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let reports = lambda.queue("reports");
    /// let daily = lambda.schedule("daily", "cron(0 10 * * ? *)").time_zone("Europe/Berlin").create(&reports);
    /// lambda.advance(Duration::from_secs(24 * 3600)).await;
    /// assert_eq!((daily.invoked(), reports.messages().len()), (1, 1));
    /// # });
    /// ```
    pub fn schedule(
        &self,
        name: impl Into<String>,
        expression: impl Into<String>,
    ) -> ScheduleBuilder {
        ScheduleBuilder {
            context: self.registry.owner.context(),
            place: self.place(),
            name: name.into(),
            expression: expression.into(),
            time_zone: None,
            window: Duration::ZERO,
            begin: None,
            end: None,
            input: None,
            policy: RetryPolicy::default(),
        }
    }
}

impl ScheduleBuilder {
    /// Sets the time zone of the expression, such as `Europe/Berlin`, in place of UTC.
    pub fn time_zone(mut self, name: impl Into<String>) -> Self {
        self.time_zone = Some(name.into());
        self
    }

    /// Sets a flexible time window: the target is invoked at some time within so many minutes, by chance from the seed.
    pub fn flexible_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Sets when it begins; a rate is due then first. Without it a rate is due at once.
    pub fn start_date(mut self, begin: SystemTime) -> Self {
        self.begin = Some(begin);
        self
    }

    /// Sets after which time it is not due any more.
    pub fn end_date(mut self, end: SystemTime) -> Self {
        self.end = Some(end);
        self
    }

    /// Sends this JSON. In it `<aws.scheduler.schedule-arn>`, `<aws.scheduler.scheduled-time>`,
    /// `<aws.scheduler.execution-id>` and `<aws.scheduler.attempt-number>` are replaced.
    ///
    /// # Panics
    ///
    /// Panics if the value has no form in JSON.
    #[track_caller]
    pub fn input(mut self, input: &impl Serialize) -> Self {
        let input = serde_json::to_string(input).expect("an input of a test has a form in JSON");
        self.input = Some(input);
        self
    }

    /// Sets how often a delivery is tried again at most, 185 times unless set, 0 to 185.
    pub fn maximum_retry_attempts(mut self, retries: u32) -> Self {
        self.policy.retries = retries;
        self
    }

    /// Sets for how long a delivery is tried, 24 hours unless set, 60 s to 24 hours.
    pub fn maximum_event_age(mut self, age: Duration) -> Self {
        self.policy.age = age;
        self
    }

    /// Sends what cannot be delivered to this queue, with why as attributes.
    pub fn dead_letter(mut self, queue: &Queue) -> Self {
        self.policy.dead_letters = Some(queue.inner.clone());
        self
    }

    /// Creates the schedule for a target.
    ///
    /// # Panics
    ///
    /// Panics as [`try_create`](Self::try_create) fails.
    #[track_caller]
    pub fn create(self, target: &impl PushTarget) -> Schedule {
        self.try_create(target).unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Creates the schedule for a target, if EventBridge Scheduler takes it.
    ///
    /// # Errors
    ///
    /// `ValidationException`: the expression, the time zone, the window or a limit of retries is not valid.
    pub fn try_create(self, target: &impl PushTarget) -> Result<Schedule, ServiceError> {
        let mut expression = ScheduleExpression::of_scheduler(&self.expression)?;
        if let Some(zone) = &self.time_zone {
            expression = expression.in_time_zone(zone)?;
        }
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let is_window = |window: &Duration| (minutes(1)..=minutes(1440)).contains(window);
        let window = Some(self.window).filter(|window| !window.is_zero() && !is_window(window));
        let why = window
            .map(|it| format!("the flexible time window is {it:?}: expected 1 to 1440 minutes"));
        if let Some(why) = why.or_else(|| self.policy.refusal()) {
            return Err(ServiceError::of_source("ValidationException", why));
        }
        let [account, region] = &self.place;
        let name = &self.name;
        let arn: Arc<str> =
            format!("arn:aws:scheduler:{region}:{account}:schedule/default/{name}").into();
        let input = self.input.clone().unwrap_or_else(|| default_input(&self.place, &arn));
        let inner = Rc::new(Inner {
            input,
            window: self.window,
            deliveries: Deliveries::new(
                self.context.clone(),
                &arn,
                target.push_target().0,
                self.policy.retry(),
            ),
            policy: self.policy,
            invoked: Cell::default(),
            is_deleted: Cell::default(),
            random: RefCell::new(self.context.random(&format!("{arn} due"))),
            arn,
            context: self.context.clone(),
        });
        let now = self.context.clock.wall();
        let begin = self.begin.unwrap_or(now);
        // "Without a start date it is due at once."
        let first = expression.period().map(|_| begin.max(now));
        let (schedule, end) = (inner.clone(), self.end);
        self.context.spawn(async move {
            let after = begin.max(now);
            for due in first.into_iter().chain(expression.occurrences(after)) {
                if end.is_some_and(|end| end < due) {
                    return;
                }
                wait_until(&schedule.context, due).await;
                if schedule.is_deleted.get() {
                    return;
                }
                schedule.invoke(due);
            }
        });
        Ok(Schedule { inner })
    }
}

/// What a schedule sends that was given no input.
fn default_input([account, region]: &[Arc<str>; 2], arn: &str) -> String {
    let mut event = samples::eventbridge::scheduler("").into_event();
    event.id = Some("<aws.scheduler.execution-id>".to_owned());
    event.account = Some(account.to_string());
    event.region = Some(region.to_string());
    event.time = Some("<aws.scheduler.scheduled-time>".to_owned());
    event.resources = vec![arn.to_owned()];
    serde_json::to_string(&event).unwrap_or_default()
}

impl Inner {
    /// Invokes the target at a time within the window.
    fn invoke(self: &Rc<Self>, due: SystemTime) {
        self.invoked.set(self.invoked.get() + 1);
        let (late, id) = {
            let mut random = self.random.borrow_mut();
            (self.window.mul_f64(random.fraction()), random.uuid())
        };
        let schedule = self.clone();
        self.context.spawn(async move {
            if !late.is_zero() {
                tokio::time::sleep(late).await;
            }
            schedule.deliver(due, id);
        });
    }

    fn deliver(self: &Rc<Self>, due: SystemTime, id: String) {
        let clock = self.context.clock;
        let since = due.duration_since(clock.wall_at(Duration::ZERO)).unwrap_or_default();
        let time = clock.iso_seconds_at(since);
        let input = self
            .input
            .replace("<aws.scheduler.schedule-arn>", &self.arn)
            .replace("<aws.scheduler.scheduled-time>", &time)
            .replace("<aws.scheduler.execution-id>", &id);
        let message = move |attempt: u32| {
            let input = input.replace("<aws.scheduler.attempt-number>", &attempt.to_string());
            Message::new(clock.elapsed(), input)
        };
        let schedule = self.clone();
        let undelivered = move |failed: Undelivered| {
            let attributes = [
                ("SCHEDULE_ARN", schedule.arn.to_string()),
                ("SCHEDULED_TIME", time),
                ("EXECUTION_ID", failed.delivery.id.to_string()),
                ("ERROR_CODE", failed.error.error_type.to_owned()),
                ("IS_PAYLOAD_TRUNCATED", "false".to_owned()),
            ];
            schedule.policy.dead_letter(failed, attributes)
        };
        self.deliveries.deliver_or(id, message, undelivered);
    }
}

impl Schedule {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Returns how often it was due.
    pub fn invoked(&self) -> u64 {
        self.inner.invoked.get()
    }

    /// Returns its deliveries, the oldest first: the last 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inner.deliveries.all()
    }

    /// Deletes the schedule. What is being delivered is delivered.
    pub fn delete(&self) {
        self.inner.is_deleted.set(true);
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schedule").field("arn", &self.arn()).finish_non_exhaustive()
    }
}

impl fmt::Debug for ScheduleBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScheduleBuilder")
            .field("name", &self.name)
            .field("expression", &self.expression)
            .finish_non_exhaustive()
    }
}
