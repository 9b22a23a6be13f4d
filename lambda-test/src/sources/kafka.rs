//! Kafka: clusters with topics, as a test and what is tested use them.

use std::{cell::Cell, fmt, rc::Rc, sync::Arc, time::Duration};

use super::{
    EventSource,
    kafka_record::KafkaRecordBuilder,
    log::{LogInner, What, topic_id},
    log_state::{Body, LogState},
    registered::Resources,
    resources,
    source::{AnySource, Source, sealed},
};
use crate::{
    kernel::{Clock, Time},
    service::Lambda,
};

/// "A topic keeps its records for seven days", unless it is set.
const RETENTION: Duration = Duration::from_secs(7 * 24 * 3600);

/// A cluster of Kafka: one of Amazon MSK, or one of your own.
///
/// [`Lambda::kafka`] and [`Lambda::self_managed_kafka`] make it. Clones are the same cluster.
#[derive(Clone)]
pub struct KafkaCluster {
    arn: Arc<str>,
    servers: Arc<str>,
    region: Arc<str>,
    resources: Rc<Resources>,
    clock: Clock,
}

/// A topic of a [`KafkaCluster`]: records are produced to its partitions, each keeps their order, and mappings read them.
///
/// ```
/// use lambda_events::kafka::KafkaEvent;
/// use lambda_runtime::{Error, Runtime};
/// use lambda_test::{Lambda, StartingPosition};
///
/// # lambda_test::block_on(async {
/// let lambda = Lambda::new();
/// let count = async |event: KafkaEvent| Ok::<_, Error>(event.records.len());
/// let function = lambda.function("orders", Runtime::new(count)).create();
/// let orders = lambda.kafka("shop").topic("orders").partitions(3);
/// let mapping = function.on(&orders).starting_position(StartingPosition::TrimHorizon).create();
///
/// orders.produce(Some("ada"), "an order");
/// orders.record("another").key("grace").header("trace", "1").partition(2).send();
/// lambda.until_idle().await;
/// assert_eq!(mapping.lag(), 0);
/// # });
/// ```
#[derive(Clone)]
pub struct KafkaTopic {
    pub(super) inner: Rc<LogInner>,
    /// The partition of the next record without a key.
    pub(super) next: Rc<Cell<usize>>,
}

impl<T: Time> Lambda<T> {
    /// Returns the cluster of Amazon MSK that has this name.
    pub fn kafka(&self, name: &str) -> KafkaCluster {
        let [account, region] = self.place();
        let mut random = self.registry.owner.random(&format!("kafka/{name}"));
        let arn = format!("arn:aws:kafka:{region}:{account}:cluster/{name}/{}-1", random.uuid());
        let server = |n| format!("b-{n}.{name}.c1.kafka.{region}.amazonaws.com:9092");
        let servers = [server(1), server(2)].join(",");
        self.cluster(arn, servers)
    }

    /// Returns the cluster of Kafka that is not AWS's, with these bootstrap servers, such as `kafka:9092`, joined by
    /// commas.
    pub fn self_managed_kafka(&self, bootstrap_servers: &str) -> KafkaCluster {
        self.cluster(String::new(), bootstrap_servers.to_owned())
    }

    fn cluster(&self, arn: String, servers: String) -> KafkaCluster {
        let [_, region] = self.place();
        let clock = self.registry.owner.clock;
        let (arn, servers, resources) = (arn.into(), servers.into(), resources(self));
        KafkaCluster { arn, servers, region, resources, clock }
    }
}

impl KafkaCluster {
    /// Returns the ARN; empty for a cluster that is not AWS's.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Returns the topic that has this name; the first call makes it, with one partition.
    pub fn topic(&self, name: &str) -> KafkaTopic {
        let id = topic_id(&self.servers, name);
        let inner = self.resources.log(&id, || {
            new_topic(self.arn.clone(), &self.servers, &self.region, name, self.clock)
        });
        KafkaTopic { inner, next: Rc::default() }
    }
}

/// Makes a topic of a cluster.
pub(super) fn new_topic(
    arn: Arc<str>,
    servers: &str,
    region: &Arc<str>,
    name: &str,
    clock: Clock,
) -> Rc<LogInner> {
    let what = What::Topic { servers: servers.into(), topic: name.into() };
    let state = LogState::new(1, |place| format!("{name}-{place}"), RETENTION);
    LogInner::new(arn, region.clone(), what, clock, state)
}

impl KafkaTopic {
    pub(super) fn name(&self) -> &str {
        self.inner.topic().unwrap_or_default()
    }

    /// Sets the number of partitions, 1 unless set, before the first record.
    ///
    /// # Panics
    ///
    /// Panics if there are records, or the number is 0.
    #[track_caller]
    pub fn partitions(self, partitions: usize) -> Self {
        assert!(partitions != 0, "the number of partitions is 0: expected at least 1");
        let mut state = self.inner.state.borrow_mut();
        let count: u64 = state.shards.iter().map(|shard| shard.end()).sum();
        assert!(
            count == 0,
            "the topic has had {count} records: expected the number of partitions before the first one"
        );
        *state =
            LogState::new(partitions, |place| format!("{}-{place}", self.name()), state.retention);
        drop(state);
        self
    }

    /// Sets for how long records are kept, 7 days unless set.
    pub fn retention(self, retention: Duration) -> Self {
        self.inner.state.borrow_mut().retention = retention;
        self
    }

    /// Produces a record with a value, and a key by which its partition is chosen; without one the partitions take turns.
    /// Returns its offset.
    pub fn produce(&self, key: Option<&str>, value: impl Into<Vec<u8>>) -> i64 {
        let record = self.record(value);
        match key {
            Some(key) => record.key(key).send(),
            None => record.send(),
        }
    }

    /// Describes a record that is produced with [`KafkaRecordBuilder::send`].
    pub fn record(&self, value: impl Into<Vec<u8>>) -> KafkaRecordBuilder<'_> {
        KafkaRecordBuilder::new(self, value.into())
    }

    /// Returns the offset behind the last record of a partition.
    ///
    /// # Panics
    ///
    /// Panics if there is no such partition.
    #[track_caller]
    pub fn end_offset(&self, partition: usize) -> i64 {
        let state = self.inner.state.borrow();
        let count = state.shards.len();
        assert!(partition < count, "the partition is {partition}: expected less than {count}");
        state.shards[partition].end().try_into().unwrap_or(i64::MAX)
    }

    /// Returns the values of the records that it keeps, of each partition in its order.
    pub fn values(&self) -> Vec<Vec<u8>> {
        let state = self.inner.state.borrow();
        let records = state.shards.iter().flat_map(|shard| shard.from(0));
        let value = |body: &Body| match body {
            Body::Kafka(message) => message.value.clone(),
            _ => None,
        };
        records.filter_map(|record| value(&record.body)).collect()
    }
}

impl EventSource for KafkaTopic {}

impl sealed::Sealed for KafkaTopic {
    fn source(&self) -> AnySource {
        AnySource(Source::Log(self.inner.clone()))
    }
}

/// As an on-failure destination: `kafka://TOPIC`.
impl fmt::Display for KafkaTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kafka://{}", self.name())
    }
}

impl fmt::Debug for KafkaCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaCluster").field("servers", &self.servers).finish_non_exhaustive()
    }
}

impl fmt::Debug for KafkaTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaTopic").field("name", &self.name()).finish_non_exhaustive()
    }
}
