//! Event source mappings as a test makes and holds them.

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use serde::Serialize;

use super::{
    Lint, MappingState, StartingPosition,
    config::Config,
    mapping::{Mapping, MappingTarget},
    reads::Source,
    registered,
    source::Kind,
};
use crate::service::{Alias, Function, FunctionState, Queue, Registry, ServiceError, Version};

/// What a function can be mapped to: a [`Queue`].
pub trait EventSource: sealed::Sealed {}

pub(super) mod sealed {
    use super::Source;

    pub trait Sealed {
        #[doc(hidden)]
        #[expect(private_interfaces, reason = "it is sealed")]
        fn source(&self) -> Source;
    }
}

impl EventSource for Queue {}

impl sealed::Sealed for Queue {
    #[expect(private_interfaces, reason = "it is sealed")]
    fn source(&self) -> Source {
        Source::Queue(self.inner.clone())
    }
}

impl Function {
    /// Describes an event source mapping: what is sent to the source invokes the function, in batches. See
    /// [`MappingBuilder`].
    ///
    /// ```
    /// use lambda_events::sqs::SqsEvent;
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let handle = async |event: SqsEvent| {
    ///     let is_empty = event.records.iter().any(|message| message.body.as_deref() == Some("0"));
    ///     if is_empty { Err(Error::from("nothing is ordered")) } else { Ok(()) }
    /// };
    /// let orders = lambda.function("orders", Runtime::new(handle)).create();
    ///
    /// let dead = lambda.queue("dead");
    /// let queue = lambda.queue("orders").redrive(&dead, 3);
    /// orders.on(&queue).batch_size(1).create();
    /// queue.send("7");
    /// queue.send("0");
    /// lambda.until_idle().await;
    ///
    /// // It was received three times, 30 s apart.
    /// assert_eq!((dead.messages().len(), lambda.elapsed().as_secs()), (1, 90));
    /// assert_eq!(queue.messages(), []);
    /// # });
    /// ```
    pub fn on(&self, source: &impl EventSource) -> MappingBuilder {
        MappingBuilder::new(self.clone(), None, source.source())
    }
}

impl Version {
    /// Describes an event source mapping that invokes this version. See [`Function::on`].
    pub fn on(&self, source: &impl EventSource) -> MappingBuilder {
        MappingBuilder::new(self.function.clone(), Some(self.number.clone()), source.source())
    }
}

impl Alias {
    /// Describes an event source mapping that invokes the function by this alias. See [`Function::on`].
    pub fn on(&self, source: &impl EventSource) -> MappingBuilder {
        MappingBuilder::new(self.function.clone(), Some(self.name.clone()), source.source())
    }
}

/// An event source mapping, until [`create`](Self::create).
///
/// The defaults are those of the service: batches of 10 messages of a queue and of 100 records of a stream, which are not
/// gathered for longer than it takes to read them.
#[must_use = "a mapping reads once it is created"]
pub struct MappingBuilder {
    function: Function,
    qualifier: Option<Arc<str>>,
    source: Source,
    pub(super) config: Config,
    allowed: Vec<Lint>,
}

impl MappingBuilder {
    fn new(function: Function, qualifier: Option<Arc<str>>, source: Source) -> Self {
        Self { function, qualifier, source, config: Config::default(), allowed: Vec::new() }
    }

    /// Sets the most records of a batch: 1 to 10,000, for a FIFO queue to 10. Unless set it is 10 for a queue, and 100 for
    /// others.
    pub fn batch_size(mut self, records: u32) -> Self {
        self.config.batch_size = Some(records);
        self
    }

    /// Sets for how long records are gathered, whole seconds up to 300. Not for FIFO queues; a queue whose batches have
    /// over 10 messages requires it.
    pub fn window(mut self, window: Duration) -> Self {
        self.config.window = Some(window);
        self
    }

    /// Gathers messages of a queue with a window for up to 20 s, as the service may where they are few.
    pub fn low_traffic(mut self) -> Self {
        self.config.has_low_traffic = true;
        self
    }

    /// Reads which records failed from what the function returns, so that the others are not tried again:
    /// `ReportBatchItemFailures`. Not for Amazon MQ and DocumentDB; for Kafka with provisioned pollers alone.
    pub fn report_batch_item_failures(mut self) -> Self {
        self.config.reports_failures = true;
        self
    }

    /// Lets records pass that match this pattern, or another one that is added: up to 5, on request 10. Not for
    /// DocumentDB. See [`EventSourceMapping::why_not`].
    pub fn filter(mut self, pattern: &impl Serialize) -> Self {
        let text = serde_json::to_string(pattern);
        self.config.filters.add(text.expect("a pattern of a test has a form in JSON"));
        self
    }

    /// Lets records pass by a pattern that is given as text, which may not be one.
    pub fn filter_text(mut self, pattern: impl Into<String>) -> Self {
        self.config.filters.add(pattern.into());
        self
    }

    /// Does not read until it is [enabled](EventSourceMapping::enable).
    pub fn disabled(mut self) -> Self {
        self.config.disabled = true;
        self
    }

    /// Sets the most batches of a queue that are in flight at once, 2 to 1,000; without it 5, and 300 more each minute up to
    /// 1,250.
    pub fn maximum_concurrency(mut self, batches: u32) -> Self {
        self.config.maximum_concurrency = Some(batches);
        self
    }

    /// Provisions the pollers of a queue or of Kafka: at least and at most so many, 2 to 200 and 2 to 10,000.
    pub fn provisioned_pollers(mut self, least: u32, most: u32) -> Self {
        self.config.provisioned = Some((least, most));
        self
    }

    /// Sets where the first read of a stream, a table or a topic begins, which they require.
    pub fn starting_position(mut self, position: StartingPosition) -> Self {
        self.config.starting_position = Some(position);
        self
    }

    /// Sets how many batches of a shard are in flight at once, 1 to 10: records with one partition key stay in order. For
    /// streams and tables.
    pub fn parallelization_factor(mut self, batches: u32) -> Self {
        self.config.parallelization = Some(batches);
        self
    }

    /// Sets how often a batch that fails is tried again, up to 10,000; without it, until the stream keeps it no more. For
    /// streams, tables, and Kafka with provisioned pollers.
    pub fn maximum_retry_attempts(mut self, retries: u32) -> Self {
        self.config.retries = Some(retries.into());
        self
    }

    /// Sets how old a record may become, 60 s to 7 days; without it, as old as the stream keeps it. For streams, tables, and
    /// Kafka with provisioned pollers.
    pub fn maximum_record_age(mut self, age: Duration) -> Self {
        self.config.record_age = Some(age.as_secs().try_into().unwrap_or(i64::MAX));
        self
    }

    /// Tries a batch that fails again in two parts, which uses up no retry. For streams, tables, and Kafka with provisioned
    /// pollers.
    pub fn bisect_batch_on_function_error(mut self) -> Self {
        self.config.bisects = true;
        self
    }

    /// Groups records by tumbling windows of this length, whole seconds up to 900, whose batches share a state. For streams
    /// and tables.
    pub fn tumbling_window(mut self, window: Duration) -> Self {
        self.config.tumbling = Some(window);
        self
    }

    /// Takes the records of a cluster of Kafka of one's own as those of a queue, in no order: `ConsumptionMode` `Queue`. What
    /// fails is tried again by itself, not at all unless [set](Self::maximum_retry_attempts). There is neither a starting
    /// position nor a window.
    pub fn queue_mode(mut self) -> Self {
        self.config.queue_mode = true;
        self
    }

    /// Sends a record of what is not tried any more to a queue, a topic or a bucket, by its ARN. For streams, tables and
    /// Kafka.
    pub fn on_failure(mut self, destination: impl fmt::Display) -> Self {
        self.config.on_failure = Some(destination.to_string().into());
        self
    }

    /// Sets the consumer group of Kafka, in place of one of its own.
    pub fn consumer_group(mut self, id: impl Into<String>) -> Self {
        self.config.consumer_group = Some(id.into());
        self
    }

    /// Does not fail the test for this.
    pub fn allow(mut self, lint: Lint) -> Self {
        self.allowed.push(lint);
        self
    }

    /// Creates the mapping. It reads for as long as its function exists, also where this handle is dropped.
    ///
    /// # Panics
    ///
    /// Panics as [`try_create`](Self::try_create) fails.
    #[track_caller]
    pub fn create(self) -> EventSourceMapping {
        self.try_create().unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Creates the mapping, if the service takes it.
    ///
    /// # Errors
    ///
    /// In the words of the service, where they are known: an option is out of its range or not one of this kind of source, a
    /// pattern is none, there is such a mapping, or the function may take longer than the visibility timeout.
    pub fn try_create(self) -> Result<EventSourceMapping, ServiceError> {
        let Self { function, qualifier, source, config, allowed } = self;
        let mapping = create(&function.state, qualifier, source, config, allowed)?;
        Ok(EventSourceMapping { mapping, registry: function.state.registry.clone() })
    }
}

/// Creates a mapping of a function.
pub(super) fn create(
    function: &Rc<FunctionState>,
    qualifier: Option<Arc<str>>,
    source: Source,
    config: Config,
    allowed: Vec<Lint>,
) -> Result<Rc<Mapping>, ServiceError> {
    let registry = &function.registry;
    let kind = source.kind();
    config.check(kind, &source.arn())?;
    let is_own_cluster = kind == Kind::Kafka && !source.arn().starts_with("arn:");
    if config.queue_mode && !is_own_cluster {
        let message = "ConsumptionMode Queue is supported for self-managed Apache Kafka only.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    if function.tenant_isolation {
        let message =
            "Event source mappings are not supported for functions with tenant isolation.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    let matcher = config.filters.matcher(kind)?;
    let target = target(function, qualifier)?;
    check_timeout(function, &target, &source)?;
    let all = registered(registry);
    all.check_duplicate(&source, &target, None)?;
    let now = registry.owner.clock.elapsed();
    let label = format!("{}/{}", source.arn(), target.arn);
    let mut random = registry.owner.random(&label);
    let context = registry.owner.context();
    let mapping = Rc::new(Mapping {
        uuid: random.uuid().into(),
        place: [function.account.id.clone(), function.account.region.clone()],
        source,
        target: RefCell::new(target),
        config: RefCell::new(config),
        matcher: RefCell::new(Rc::new(matcher)),
        allowed: RefCell::new(allowed),
        state: Cell::new(MappingState::Creating),
        settles: Cell::new(now + registry.state_changes.get()),
        modified: Cell::new(now),
        last_result: Cell::new("No records processed"),
        positions: RefCell::default(),
        changed: tokio::sync::Notify::new(),
        random: RefCell::new(random),
        context: Rc::downgrade(&context),
    });
    // A mapping that takes no time to be created misses nothing.
    if registry.state_changes.get().is_zero() && !mapping.config.borrow().disabled {
        mapping.source.set_position(&mapping);
    }
    all.add(mapping.clone());
    mapping.set_state(MappingState::Creating);
    lint(&mapping, function);
    context.clone().spawn(mapping.clone().run(context));
    Ok(mapping)
}

/// Finds the function that a mapping invokes.
///
/// # Errors
///
/// The function was deleted, or has neither such a version nor such an alias.
pub(super) fn target(
    function: &Rc<FunctionState>,
    qualifier: Option<Arc<str>>,
) -> Result<MappingTarget, ServiceError> {
    if function.deleted.get() || function.resolve(qualifier.as_deref()).is_err() {
        return Err(ServiceError::invalid("Function does not exist".to_owned()));
    }
    Ok(MappingTarget {
        function: Rc::downgrade(function),
        name: function.name.clone(),
        arn: function.named(qualifier.as_deref()).into(),
        qualifier,
    })
}

/// "The function timeout must not be over the queue's visibility timeout."
///
/// # Errors
///
/// It is.
pub(super) fn check_timeout(
    function: &FunctionState,
    target: &MappingTarget,
    source: &Source,
) -> Result<(), ServiceError> {
    let Source::Queue(queue) = source else { return Ok(()) };
    let timeout = function.resolve(target.qualifier.as_deref())?.content.configuration.timeout;
    let visibility = queue.state.borrow().settings.visibility_timeout;
    match visibility < timeout {
        true => Err(ServiceError::invalid(format!(
            "Queue visibility timeout: {} seconds is less than Function timeout: {} seconds",
            visibility.as_secs(),
            timeout.as_secs()
        ))),
        false => Ok(()),
    }
}

/// What hurts in production, and can be seen when the mapping is created.
fn lint(mapping: &Mapping, function: &FunctionState) {
    /// "Functions with Kafka, Amazon MQ and DocumentDB run for at most 14 minutes."
    const LONGEST: Duration = Duration::from_secs(14 * 60);
    let target = mapping.target.borrow();
    let Ok(version) = function.resolve(target.qualifier.as_deref()) else { return };
    let timeout = version.content.configuration.timeout;
    drop(target);
    if let Source::Queue(queue) = &mapping.source {
        let visibility = queue.state.borrow().settings.visibility_timeout;
        let window = mapping.config.borrow().window.unwrap_or_default();
        let advised = 6 * timeout + window;
        if visibility < advised {
            mapping.lint(Lint::ShortVisibilityTimeout, || {
                format!(
                    "the visibility timeout is {} s: expected six times the timeout of the function and the window, \
                     {} s",
                    visibility.as_secs(),
                    advised.as_secs()
                )
            });
        }
    }
    if matches!(mapping.kind(), Kind::Kafka | Kind::Broker | Kind::DocumentDb) && LONGEST < timeout
    {
        mapping.lint(Lint::SlowFunction, || {
            format!(
                "the timeout of the function is {} s: expected at most 840 s",
                timeout.as_secs()
            )
        });
    }
}

/// An event source mapping: it reads a source, and invokes a function with what it reads.
///
/// [`Function::on`] describes it. It reads on when this handle is dropped. Clones are the same mapping.
/// Source: AWS Lambda developer guide, "How Lambda processes records from stream and queue-based event sources".
#[derive(Clone)]
pub struct EventSourceMapping {
    pub(super) mapping: Rc<Mapping>,
    registry: Rc<Registry>,
}

impl EventSourceMapping {
    /// Returns its id.
    pub fn uuid(&self) -> &str {
        &self.mapping.uuid
    }

    /// Returns its state: `Creating` until time or another task passes, then `Enabled`.
    pub fn state(&self) -> MappingState {
        self.mapping.state.get()
    }

    /// Returns how the last batch of a stream ended: `No records processed`, `OK`, or what went wrong.
    pub fn last_processing_result(&self) -> &'static str {
        self.mapping.last_result.get()
    }

    /// Returns how many records of a stream, a table or a topic are not done with: the consumer lag. 0 for a queue.
    pub fn lag(&self) -> u64 {
        let Source::Log(log) = &self.mapping.source else { return 0 };
        let (state, positions) = (log.state.borrow(), self.mapping.positions.borrow());
        let of = |shard: &super::log_state::Shard| {
            shard.end() - positions.get(&shard.id).copied().unwrap_or_default().min(shard.end())
        };
        state.shards.iter().map(of).sum()
    }

    /// Returns the sequence number of the last record of a shard that is done with, with all before it; of a partition,
    /// named `TOPIC-0` and so on, its offset. Absent where there is none, and for a queue.
    pub fn checkpoint(&self, shard_id: &str) -> Option<String> {
        let Source::Log(log) = &self.mapping.source else { return None };
        let index = *self.mapping.positions.borrow().get(shard_id)?;
        let state = log.state.borrow();
        let shard = state.shards.iter().find(|shard| *shard.id == *shard_id)?;
        let record = shard.from(index.checked_sub(1)?).next();
        record.filter(|record| record.index + 1 == index).map(|record| record.sequence.to_string())
    }

    /// Reads no more. What is in flight ends first.
    pub fn disable(&self) {
        self.mapping.config.borrow_mut().disabled = true;
        self.change(MappingState::Disabling);
    }

    /// Reads again, a stream from where it stopped.
    pub fn enable(&self) {
        self.mapping.config.borrow_mut().disabled = false;
        self.change(MappingState::Enabling);
    }

    /// Deletes the mapping. What is in flight ends first.
    pub fn delete(&self) {
        registered(&self.registry).remove(&self.mapping);
        self.change(MappingState::Deleting);
    }

    fn change(&self, state: MappingState) {
        self.mapping.change(state, self.registry.state_changes.get());
    }

    /// Changes the configuration: with what the builder is given, in place of what was.
    ///
    /// # Panics
    ///
    /// Panics as [`try_update`](Self::try_update) fails.
    #[track_caller]
    pub fn update(&self, change: impl FnOnce(MappingBuilder) -> MappingBuilder) {
        self.try_update(change).unwrap_or_else(|error| panic!("{}", error.message));
    }

    /// Changes the configuration, if the service takes it.
    ///
    /// # Errors
    ///
    /// As [`MappingBuilder::try_create`].
    pub fn try_update(
        &self,
        change: impl FnOnce(MappingBuilder) -> MappingBuilder,
    ) -> Result<(), ServiceError> {
        let target = self.mapping.target.borrow().clone();
        let Some(state) = target.function.upgrade() else {
            return Err(ServiceError::invalid("Function does not exist".to_owned()));
        };
        let builder = change(MappingBuilder {
            function: Function { state },
            qualifier: target.qualifier,
            source: self.mapping.source.clone(),
            config: self.mapping.config.borrow().clone(),
            allowed: self.mapping.allowed.borrow().clone(),
        });
        self.mapping.allowed.replace(builder.allowed);
        update(&self.registry, &self.mapping, None, builder.config)
    }

    /// Invokes this function from now on, or this version or alias of one.
    ///
    /// # Panics
    ///
    /// Panics if the service refuses it.
    #[track_caller]
    pub fn invoke_instead(&self, function: &impl MappingTargets) {
        let (function, qualifier) = function.target();
        let target = target(&function.state, qualifier);
        let config = self.mapping.config.borrow().clone();
        let done = target.and_then(|it| update(&self.registry, &self.mapping, Some(it), config));
        done.unwrap_or_else(|error| panic!("{}", error.message));
    }

    /// Returns why a record does not pass the filters: the first key of each pattern that does not match, such as
    /// `body.total`. Nothing where it passes. The record is what the function would see of it, with its data in plain: of a
    /// queue `{"body": "…"}`, of a stream `{"data": "…"}`.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    /// use serde_json::{Value, json};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let function = lambda.function("f", Runtime::new(async |_: Value| Ok::<_, Error>(()))).create();
    /// let queue = lambda.queue("orders");
    /// let mapping = function.on(&queue).filter(&json!({"body": {"total": [{"numeric": [">", 100]}]}})).create();
    ///
    /// assert_eq!(mapping.why_not(&json!({"body": r#"{"total": 101}"#})), None);
    /// let why = mapping.why_not(&json!({"body": r#"{"total": 99}"#}));
    /// assert_eq!(why, Some(vec!["body.total".to_owned()]));
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the record is not an object in JSON.
    #[track_caller]
    pub fn why_not(&self, record: &impl Serialize) -> Option<Vec<String>> {
        let record = serde_json::to_value(record).expect("a record of a test has a form in JSON");
        let serde_json::Value::Object(record) = record else {
            panic!("the record is {record}: expected an object");
        };
        let key = self.mapping.kind().data_key();
        let data = key.and_then(|key| record.get(key)).and_then(serde_json::Value::as_str);
        self.mapping.matcher.borrow().why_not(&record, data)
    }
}

/// Changes a mapping.
pub(super) fn update(
    registry: &Rc<Registry>,
    mapping: &Rc<Mapping>,
    target: Option<MappingTarget>,
    config: Config,
) -> Result<(), ServiceError> {
    config.check(mapping.kind(), &mapping.source.arn())?;
    let matcher = config.filters.matcher(mapping.kind())?;
    let target = target.unwrap_or_else(|| mapping.target.borrow().clone());
    registered(registry).check_duplicate(&mapping.source, &target, Some(mapping))?;
    if config.queue_mode != mapping.config.borrow().queue_mode {
        let message = "ConsumptionMode cannot be changed.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    let was_disabled = mapping.config.borrow().disabled;
    let state = match (was_disabled, config.disabled) {
        (false, true) => MappingState::Disabling,
        (true, false) => MappingState::Enabling,
        _ => MappingState::Updating,
    };
    mapping.matcher.replace(Rc::new(matcher));
    mapping.config.replace(config);
    mapping.target.replace(target);
    mapping.change(state, registry.state_changes.get());
    Ok(())
}

/// What a mapping can invoke: a [`Function`], a [`Version`] or an [`Alias`].
pub trait MappingTargets {
    #[doc(hidden)]
    fn target(&self) -> (Function, Option<Arc<str>>);
}

impl MappingTargets for Function {
    fn target(&self) -> (Function, Option<Arc<str>>) {
        (self.clone(), None)
    }
}

impl MappingTargets for Version {
    fn target(&self) -> (Function, Option<Arc<str>>) {
        (self.function.clone(), Some(self.number.clone()))
    }
}

impl MappingTargets for Alias {
    fn target(&self) -> (Function, Option<Arc<str>>) {
        (self.function.clone(), Some(self.name.clone()))
    }
}

impl fmt::Debug for EventSourceMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSourceMapping")
            .field("source", &self.mapping.source.arn())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for MappingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappingBuilder").field("source", &self.source.arn()).finish_non_exhaustive()
    }
}
