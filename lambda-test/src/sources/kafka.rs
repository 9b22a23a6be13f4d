//! Kafka: clusters with topics, as a test and what is tested use them.

use std::{cell::Cell, fmt, rc::Rc, sync::Arc, time::Duration};

use super::{
    EventSource,
    event_source_mapping::sealed,
    log::{LogInner, What},
    log_state::{Body, LogState},
    reads::Source,
    registered::Resources,
    resources,
};
use crate::{
    kernel::{Clock, Time},
    service::Lambda,
};

/// "A topic keeps its records for seven days", unless it is set.
const RETENTION: Duration = Duration::from_secs(7 * 24 * 3600);

/// What a record has in an event besides its value, about.
const AROUND: usize = 300;

/// What a record of Kafka holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct KafkaMessage {
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
    pub(super) key: Option<Vec<u8>>,
    pub(super) value: Option<Vec<u8>>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
}

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
pub struct Topic {
    inner: Rc<LogInner>,
    /// The partition of the next record without a key.
    next: Rc<Cell<usize>>,
}

/// A record that is about to be produced to a [`Topic`].
#[must_use = "a record is in the topic once it is sent"]
pub struct KafkaRecordBuilder<'a> {
    topic: &'a Topic,
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: Vec<(String, Vec<u8>)>,
    partition: Option<usize>,
}

impl<T: Time> Lambda<T> {
    /// Returns the cluster of Amazon MSK that has this name.
    pub fn kafka(&self, name: &str) -> KafkaCluster {
        let [account, region] = self.place();
        let mut random = self.clock_and_random(&format!("kafka/{name}")).1;
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
        let (clock, _) = self.clock_and_random(&servers);
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
    pub fn topic(&self, name: &str) -> Topic {
        let id = topic_id(&self.servers, name);
        let inner = self.resources.log(&id, || {
            new_topic(self.arn.clone(), &self.servers, &self.region, name, self.clock)
        });
        Topic { inner, next: Rc::default() }
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

/// What a topic is found by.
pub(super) fn topic_id(servers: &str, topic: &str) -> String {
    format!("kafka://{servers}/{topic}")
}

impl Topic {
    fn name(&self) -> &str {
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
        let (key, value, headers) = (None, Some(value.into()), Vec::new());
        KafkaRecordBuilder { topic: self, key, value, headers, partition: None }
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

impl KafkaRecordBuilder<'_> {
    /// Sets the key, by which the partition is chosen.
    pub fn key(mut self, key: impl Into<Vec<u8>>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends no value: a tombstone.
    pub fn tombstone(mut self) -> Self {
        self.value = None;
        self
    }

    /// Sets the partition, in place of that of the key.
    pub fn partition(mut self, partition: usize) -> Self {
        self.partition = Some(partition);
        self
    }

    /// Produces the record, and returns its offset.
    ///
    /// # Panics
    ///
    /// Panics if there is no such partition.
    #[track_caller]
    pub fn send(self) -> i64 {
        let Self { topic, key, value, headers, partition } = self;
        let count = topic.inner.state.borrow().shards.len();
        let partition = match (partition, &key) {
            (Some(partition), _) => {
                assert!(
                    partition < count,
                    "the partition is {partition}: expected less than {count}"
                );
                partition
            }
            (None, Some(key)) => (murmur2(key) & 0x7fff_ffff) as usize % count,
            (None, None) => {
                let next = topic.next.get();
                topic.next.set(next + 1);
                next % count
            }
        };
        append(
            &topic.inner,
            partition,
            KafkaMessage {
                topic: topic.name().into(),
                partition: partition.try_into().unwrap_or(i32::MAX),
                key,
                value,
                headers,
            },
        )
    }
}

/// Appends a record to a partition, and returns its offset.
pub(super) fn append(log: &LogInner, partition: usize, message: KafkaMessage) -> i64 {
    let base64 = |bytes: Option<&Vec<u8>>| bytes.map_or(0, |it| it.len().div_ceil(3) * 4);
    let headers: usize = message.headers.iter().map(|(name, it)| name.len() + 5 * it.len()).sum();
    let size = AROUND + base64(message.key.as_ref()) + base64(message.value.as_ref()) + headers;
    let offset = log.append(partition, "".into(), size, Body::Kafka(Box::new(message)));
    offset.parse().unwrap_or(i64::MAX)
}

/// The hash by which Kafka's own clients choose partitions.
/// Source: Apache Kafka, "Utils.murmur2".
fn murmur2(data: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let mut hash = 0x9747_b28c ^ u32::try_from(data.len()).unwrap_or(u32::MAX);
    let mut chunks = data.chunks_exact(4);
    for chunk in &mut chunks {
        let mut k = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]).wrapping_mul(M);
        k ^= k >> 24;
        hash = hash.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        for (place, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * place);
        }
        hash = hash.wrapping_mul(M);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(M);
    hash ^ hash >> 15
}

impl EventSource for Topic {}

impl sealed::Sealed for Topic {
    #[expect(private_interfaces, reason = "it is sealed")]
    fn source(&self) -> Source {
        Source::Log(self.inner.clone())
    }
}

/// As an on-failure destination: `kafka://TOPIC`.
impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kafka://{}", self.name())
    }
}

impl fmt::Debug for KafkaCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaCluster").field("servers", &self.servers).finish_non_exhaustive()
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topic").field("name", &self.name()).finish_non_exhaustive()
    }
}

impl fmt::Debug for KafkaRecordBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaRecordBuilder")
            .field("topic", &self.topic.name())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: Apache Kafka, the test of `Utils.murmur2`.
    #[test]
    fn a_key_has_the_hash_of_kafkas_own_clients() {
        for (key, hash) in [
            ("21", -973_932_308_i32),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ] {
            assert_eq!(murmur2(key.as_bytes()), hash.cast_unsigned(), "{key}");
        }
    }
}
