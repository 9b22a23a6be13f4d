//! Event source mappings as a test describes them.

use std::{fmt, sync::Arc, time::Duration};

use serde::Serialize;

use super::{
    Lint, StartingPosition,
    config::Config,
    create::create,
    event_source_mapping::EventSourceMapping,
    source::{EventSource, Source},
};
use crate::service::{Alias, Function, ServiceError, Version};

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
        MappingBuilder::new(self.clone(), None, source.source().0)
    }
}

impl Version {
    /// Describes an event source mapping that invokes this version. See [`Function::on`].
    pub fn on(&self, source: &impl EventSource) -> MappingBuilder {
        MappingBuilder::new(self.function.clone(), Some(self.number.clone()), source.source().0)
    }
}

impl Alias {
    /// Describes an event source mapping that invokes the function by this alias. See [`Function::on`].
    pub fn on(&self, source: &impl EventSource) -> MappingBuilder {
        MappingBuilder::new(self.function.clone(), Some(self.name.clone()), source.source().0)
    }
}

/// An event source mapping, until [`create`](Self::create).
///
/// The defaults are those of the service: batches of 10 messages of a queue and of 100 records of a stream, which are not
/// gathered for longer than it takes to read them.
#[must_use = "a mapping reads once it is created"]
pub struct MappingBuilder {
    pub(super) function: Function,
    pub(super) qualifier: Option<Arc<str>>,
    pub(super) source: Source,
    pub(super) config: Config,
    pub(super) allowed: Vec<Lint>,
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

impl fmt::Debug for MappingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappingBuilder")
            .field("source", &self.source.name())
            .finish_non_exhaustive()
    }
}
