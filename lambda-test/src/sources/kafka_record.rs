//! The records of a topic, and the partitions to which they belong.

use std::{fmt, sync::Arc};

use super::{kafka::KafkaTopic, log::LogInner, log_state::Body};

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

/// A record that is about to be produced to a [`KafkaTopic`].
#[must_use = "a record is in the topic once it is sent"]
pub struct KafkaRecordBuilder<'a> {
    topic: &'a KafkaTopic,
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: Vec<(String, Vec<u8>)>,
    partition: Option<usize>,
}

impl<'a> KafkaRecordBuilder<'a> {
    pub(super) fn new(topic: &'a KafkaTopic, value: Vec<u8>) -> Self {
        let (key, value, headers) = (None, Some(value), Vec::new());
        Self { topic, key, value, headers, partition: None }
    }

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
    let offset = log.append(partition, "".into(), size, Body::Kafka(Box::new(message)), None);
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
