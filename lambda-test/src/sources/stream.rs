//! A stream of Kinesis, as a test and what is tested use it.

use std::{fmt, rc::Rc, sync::Arc, time::Duration};

use super::{
    EventSource,
    log::{LogInner, What},
    log_state::{Body, LogState},
    resources,
    source::{AnySource, Source, sealed},
};
use crate::{kernel::Time, service::Lambda};

/// For how long a stream keeps a record, unless it is set.
const RETENTION: Duration = Duration::from_secs(24 * 3600);

/// What a record has in an event besides its data, about.
const AROUND: usize = 600;

/// A stream of Amazon Kinesis Data Streams: records are put into its shards, each keeps their order, and mappings read them.
///
/// [`Lambda::stream`] makes it. `Display` writes its ARN. Clones are the same stream.
///
/// ```
/// use lambda_events::kinesis::KinesisEvent;
/// use lambda_runtime::{Error, Runtime};
/// use lambda_test::{Lambda, StartingPosition};
///
/// # lambda_test::block_on(async {
/// let lambda = Lambda::new();
/// let count = async |event: KinesisEvent| Ok::<_, Error>(event.records.len());
/// let function = lambda.function("clicks", Runtime::new(count)).create();
/// let stream = lambda.stream("clicks").shards(2);
/// let mapping = function.on(&stream).starting_position(StartingPosition::TrimHorizon).create();
///
/// for user in ["ada", "grace", "ada"] {
///     stream.put(user, "a click");
/// }
/// lambda.until_idle().await;
/// assert_eq!(mapping.lag(), 0);
/// # });
/// ```
#[derive(Clone)]
pub struct Stream {
    pub(super) inner: Rc<LogInner>,
    /// What its records continue.
    trace: Option<Arc<str>>,
}

impl<T: Time> Lambda<T> {
    /// Returns the stream of Kinesis that has this name; the first call makes it, with one shard.
    pub fn stream(&self, name: &str) -> Stream {
        let [account, region] = self.place();
        let arn = format!("arn:aws:kinesis:{region}:{account}:stream/{name}");
        let inner = resources(self).log(&arn, || {
            let state = LogState::new(1, shard_name, RETENTION);
            LogInner::new((*arn).into(), region, What::Stream, self.registry.owner.clock, state)
        });
        Stream { inner, trace: None }
    }
}

fn shard_name(place: usize) -> String {
    format!("shardId-{place:012}")
}

impl Stream {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Sets the number of shards, 1 unless set, before the first record.
    ///
    /// # Panics
    ///
    /// Panics if there are records, or the number is 0.
    #[track_caller]
    pub fn shards(self, shards: usize) -> Self {
        assert!(shards != 0, "the number of shards is 0: expected at least 1");
        let mut state = self.inner.state.borrow_mut();
        let count: u64 = state.shards.iter().map(|shard| shard.end()).sum();
        assert!(
            count == 0,
            "the stream has had {count} records: expected the number of shards before the first one"
        );
        *state = LogState::new(shards, shard_name, state.retention);
        drop(state);
        self
    }

    /// Sets for how long records are kept: 24 h unless set, up to 365 days.
    ///
    /// # Panics
    ///
    /// Panics if it is not within this range.
    #[track_caller]
    pub fn retention(self, retention: Duration) -> Self {
        let range = RETENTION..=365 * RETENTION;
        assert!(range.contains(&retention), "the retention is {retention:?}: expected {range:?}");
        self.inner.state.borrow_mut().retention = retention;
        self
    }

    /// Returns a handle whose records continue this trace: a function with active tracing that reads them is a part of it. The
    /// service begins a trace of its own there, since records have no trace header: this is for tests of a whole journey.
    pub fn trace_header(&self, header: &str) -> Self {
        Self { trace: Some(header.into()), ..self.clone() }
    }

    /// Puts a record into the shard to which its partition key belongs, and returns its sequence number.
    ///
    /// # Panics
    ///
    /// Panics if the partition key is empty or has over 256 characters, or the data over 10 MiB.
    #[track_caller]
    pub fn put(&self, partition_key: &str, data: impl Into<Vec<u8>>) -> String {
        let data = data.into();
        let length = partition_key.chars().count();
        assert!(
            (1..=256).contains(&length),
            "the partition key has {length} characters: expected 1 to 256"
        );
        let most = 10 * 1024 * 1024;
        assert!(data.len() <= most, "the data has {} bytes: expected at most {most}", data.len());
        let hash = u128::from_be_bytes(md5::compute(partition_key).0);
        let shard = self.inner.state.borrow().shard_of(hash);
        let size = data.len().div_ceil(3) * 4 + AROUND + partition_key.len();
        let sequence = self.inner.append(
            shard,
            partition_key.into(),
            size,
            Body::Data(data),
            self.trace.clone(),
        );
        sequence.to_string()
    }

    /// Returns the shards that take records, by their ids.
    pub fn shard_ids(&self) -> Vec<String> {
        let state = self.inner.state.borrow();
        state.shards.iter().filter(|it| !it.is_closed).map(|it| it.id.to_string()).collect()
    }

    /// Splits a shard into two, each with half of its partition keys. What it holds is read first.
    ///
    /// # Panics
    ///
    /// Panics if no such shard takes records.
    #[track_caller]
    pub fn split(&self, shard_id: &str) {
        let shard = self.open(shard_id);
        let mut state = self.inner.state.borrow_mut();
        let (from, to) = (*state.shards[shard].hashes.start(), *state.shards[shard].hashes.end());
        state.split(shard, from + (to - from) / 2 + 1, shard_name);
        drop(state);
        self.inner.changed.notify_waiters();
    }

    /// Merges two shards that are neighbours into one. What they hold is read first.
    ///
    /// # Panics
    ///
    /// Panics if no such shards take records, or they are not neighbours.
    #[track_caller]
    pub fn merge(&self, shard_id: &str, other: &str) {
        let shards = [self.open(shard_id), self.open(other)];
        let mut state = self.inner.state.borrow_mut();
        let [left, right] = shards.map(|it| state.shards[it].hashes.clone());
        let follows = |left: &std::ops::RangeInclusive<u128>,
                       right: &std::ops::RangeInclusive<u128>| {
            left.end().checked_add(1) == Some(*right.start())
        };
        assert!(
            follows(&left, &right) || follows(&right, &left),
            "the shards {shard_id} and {other} are not neighbours: expected adjacent ranges of hash keys"
        );
        state.merge(shards, shard_name);
        drop(state);
        self.inner.changed.notify_waiters();
    }

    #[track_caller]
    fn open(&self, shard_id: &str) -> usize {
        let state = self.inner.state.borrow();
        let place = state.shards.iter().position(|it| *it.id == *shard_id && !it.is_closed);
        place.unwrap_or_else(|| {
            panic!("there is no open shard `{shard_id}`: expected one of {:?}", self.shard_ids())
        })
    }

    /// Returns how many records it keeps.
    pub fn len(&self) -> usize {
        let mut state = self.inner.state.borrow_mut();
        state.trim(self.inner.clock.elapsed());
        state.shards.iter().map(|shard| shard.len()).sum()
    }

    /// Returns whether it keeps no record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl EventSource for Stream {}

impl sealed::Sealed for Stream {
    fn source(&self) -> AnySource {
        AnySource(Source::Log(self.inner.clone()))
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.arn)
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("arn", &self.inner.arn).finish_non_exhaustive()
    }
}
