//! Log groups of CloudWatch Logs, and who subscribes to them.
//!
//! Source: Amazon CloudWatch Logs user guide, "Real-time processing of log data with subscriptions".

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, VecDeque},
    fmt,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use lambda_events::{
    Base64, Millis,
    cloudwatch_logs::{CloudWatchLogEvent, CloudWatchLogsData, CloudWatchLogsEvent},
    samples,
};
use serde_json::{Value, json};

use super::{
    Delivery, PushTarget, delivery::Deliveries, kept::kept, log_pattern::LogPattern, retry::Retry,
    target::To,
};
use crate::{
    kernel::{SimContext, Time},
    service::{Function, Lambda, LogReader, Message, ServiceError},
};

/// How many subscription filters a group may have. Source: "CloudWatch Logs quotas".
const FILTERS: usize = 2;

/// How many log events are kept of a group.
const KEPT: usize = 10_000;

/// A log group of CloudWatch Logs: log events are put into its streams, and its subscription filters send them on.
///
/// [`Lambda::log_group`] makes it. Clones are the same group.
#[derive(Clone)]
pub struct LogGroup {
    inner: Rc<Inner>,
}

/// A subscription filter of a [`LogGroup`].
#[derive(Clone)]
pub struct LogSubscription {
    inner: Rc<Filter>,
    group: Rc<Inner>,
}

struct Inner {
    name: Arc<str>,
    account: Arc<str>,
    region: Arc<str>,
    context: Rc<SimContext>,
    filters: RefCell<Vec<Rc<Filter>>>,
    events: RefCell<VecDeque<(Duration, String)>>,
    count: Cell<u64>,
    /// Whose log it has.
    functions: RefCell<BTreeSet<Arc<str>>>,
}

struct Filter {
    name: String,
    text: String,
    pattern: LogPattern,
    created: Duration,
    deliveries: Rc<Deliveries>,
}

impl<T: Time> Lambda<T> {
    /// Returns the log group of this name; the first call makes it.
    pub fn log_group(&self, name: &str) -> LogGroup {
        let [account, region] = self.place();
        let key = format!("{account}/{region}/{name}");
        let make = || {
            Rc::new(Inner {
                name: name.into(),
                account,
                region,
                context: self.registry.owner.context(),
                filters: RefCell::default(),
                events: RefCell::default(),
                count: Cell::default(),
                functions: RefCell::default(),
            })
        };
        LogGroup { inner: kept(&self.registry, &key, make) }
    }

    /// Returns the log group of a function, `/aws/lambda/NAME` unless it is configured: it has the function's log from now on,
    /// as [`Function::log_events`] reads it.
    pub fn log_group_of(&self, function: &Function) -> LogGroup {
        let group = self.log_group(&function.state.log_group());
        if !group.inner.functions.borrow_mut().insert(function.state.unqualified.clone()) {
            return group;
        }
        let (weak_group, weak_function) =
            (Rc::downgrade(&group.inner), Rc::downgrade(&function.state));
        let reader = RefCell::new(LogReader::default());
        self.on_record(move |record| {
            let (group, function) = (weak_group.upgrade(), weak_function.upgrade());
            let (Some(group), Some(function)) = (group, function) else { return };
            let events = reader.borrow_mut().read(&function, record);
            for event in events {
                group.put(&event.stream, &[event.message]);
            }
        });
        group
    }
}

impl LogGroup {
    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Puts log events into one of its streams, as one call.
    ///
    /// ```
    /// use lambda_events::cloudwatch_logs::CloudWatchLogsEvent;
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let alert = async |event: CloudWatchLogsEvent| Ok::<_, Error>(event.logs()?.log_events.len());
    /// let function = lambda.function("alert", Runtime::new(alert)).create();
    /// let group = lambda.log_group("/app");
    /// let errors = group.subscribe("errors", "{ $.level = \"ERROR\" }", &function);
    ///
    /// group.put("a-stream", [r#"{"level": "INFO"}"#, r#"{"level": "ERROR"}"#]);
    /// lambda.until_idle().await;
    /// assert_eq!(errors.deliveries().len(), 1);
    /// # });
    /// ```
    pub fn put<L: Into<String>>(&self, stream: &str, lines: impl IntoIterator<Item = L>) {
        let lines: Vec<String> = lines.into_iter().map(Into::into).collect();
        self.inner.put(stream, &lines);
    }

    /// Returns the messages of its log events, the oldest first: the last 10,000.
    pub fn messages(&self) -> Vec<String> {
        self.inner.events.borrow().iter().map(|(_, message)| message.clone()).collect()
    }

    /// Adds a subscription filter, in place of one with its name: what matches the pattern is sent to the target, a function
    /// asynchronously. A function that reads its own log invokes itself without end, as with the service.
    ///
    /// # Panics
    ///
    /// Panics as [`try_subscribe`](Self::try_subscribe) fails.
    #[track_caller]
    pub fn subscribe(
        &self,
        name: &str,
        pattern: &str,
        target: &impl PushTarget,
    ) -> LogSubscription {
        let subscription = self.try_subscribe(name, pattern, target);
        subscription.unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Adds a subscription filter, if CloudWatch Logs takes it.
    ///
    /// # Errors
    ///
    /// In the words of CloudWatch Logs: the function is another account's, the pattern is not one, or the group has two
    /// filters.
    pub fn try_subscribe(
        &self,
        name: &str,
        pattern: &str,
        target: &impl PushTarget,
    ) -> Result<LogSubscription, ServiceError> {
        let (to, group) = (target.push_target().0, &self.inner);
        let arn = to.arn();
        if let (To::Function(_), Some(account)) = (&to, arn.split(':').nth(4)) {
            if account != &*group.account {
                return Err(ServiceError::of_source(
                    "AccessDeniedException",
                    "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross \
                     account lambda triggers."
                        .to_owned(),
                ));
            }
        }
        let Some(read) = LogPattern::parse(pattern) else {
            let message = "Invalid filter pattern".to_owned();
            return Err(ServiceError::of_source("InvalidParameterException", message));
        };
        let mut filters = group.filters.borrow_mut();
        filters.retain(|filter| filter.name != name);
        if FILTERS <= filters.len() {
            let message = "Resource limit exceeded.".to_owned();
            return Err(ServiceError::of_source("LimitExceededException", message));
        }
        let label = format!("{}/{name}", group.name);
        let inner = Rc::new(Filter {
            name: name.to_owned(),
            text: pattern.to_owned(),
            pattern: read,
            created: group.context.clock.elapsed(),
            deliveries: Deliveries::new(group.context.clone(), &label, to, Retry::Plain),
        });
        filters.push(inner.clone());
        Ok(LogSubscription { inner, group: group.clone() })
    }

    /// Returns its subscription filters, as `DescribeSubscriptionFilters` does.
    pub fn subscription_filters(&self) -> Value {
        let clock = self.inner.context.clock;
        let filter = |filter: &Rc<Filter>| {
            json!({
                "filterName": filter.name,
                "logGroupName": &*self.inner.name,
                "filterPattern": filter.text,
                "destinationArn": &*filter.deliveries.to.arn(),
                "distribution": "ByLogStream",
                "applyOnTransformedLogs": false,
                "creationTime": u64::try_from(clock.epoch_ms_at(filter.created)).unwrap_or_default(),
            })
        };
        let filters: Vec<Value> = self.inner.filters.borrow().iter().map(filter).collect();
        json!({"subscriptionFilters": filters})
    }
}

impl LogSubscription {
    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Returns its deliveries, the oldest first: the last 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inner.deliveries.all()
    }

    /// Returns whether a message passes the filter pattern.
    pub fn matches(&self, message: &str) -> bool {
        self.inner.pattern.matches(message)
    }

    /// Removes it. What is being delivered is delivered.
    pub fn remove(&self) {
        self.group.filters.borrow_mut().retain(|other| !Rc::ptr_eq(other, &self.inner));
    }
}

impl Inner {
    fn put(&self, stream: &str, lines: &[String]) {
        let (clock, now) = (self.context.clock, self.context.clock.elapsed());
        let mut events = self.events.borrow_mut();
        for line in lines {
            if events.len() == KEPT {
                events.pop_front();
            }
            events.push_back((now, line.clone()));
        }
        drop(events);
        let first = self.count.replace(self.count.get() + lines.len() as u64);
        let timestamp = i64::try_from(clock.epoch_ms_at(now)).unwrap_or(i64::MAX);
        for filter in self.filters.borrow().iter() {
            let event = |(number, line): (u64, &String)| CloudWatchLogEvent {
                // 56 digits that grow.
                id: format!("3695{number:052}"),
                timestamp: Millis::from_unix_millis(timestamp),
                message: line.clone(),
                ..CloudWatchLogEvent::default()
            };
            let numbered = (first..).zip(lines);
            let passing = numbered.filter(|(_, line)| filter.pattern.matches(line));
            let passing: Vec<CloudWatchLogEvent> = passing.map(event).collect();
            if !passing.is_empty() {
                self.send(filter, stream, passing);
            }
        }
    }

    fn send(&self, filter: &Filter, stream: &str, events: Vec<CloudWatchLogEvent>) {
        let id: Arc<str> = events[0].id.as_str().into();
        let mut logs = samples::cloudwatch_logs::logs([""]);
        logs.owner = Some(self.account.to_string());
        logs.log_group = Some(self.name.to_string());
        logs.log_stream = Some(stream.to_owned());
        logs.subscription_filters = vec![filter.name.clone()];
        logs.log_events = events;
        let data = Base64(logs.encode().unwrap_or_default());
        let awslogs = CloudWatchLogsData { data, ..CloudWatchLogsData::default() };
        let event = CloudWatchLogsEvent { awslogs, ..CloudWatchLogsEvent::default() };
        let body = serde_json::to_vec(&event).unwrap_or_default();
        let message = Message::new(self.context.clock.elapsed(), body);
        filter.deliveries.deliver(id, message);
    }
}

impl fmt::Debug for LogGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogGroup")
            .field("name", &self.inner.name)
            .field("region", &self.inner.region)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LogSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogSubscription").field("name", &self.inner.name).finish_non_exhaustive()
    }
}
