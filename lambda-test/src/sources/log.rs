//! A log as everything that uses it shares it: a stream, the stream of a table, or a topic.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use lambda_events::dynamodb::DynamoDbView;
use tokio::sync::Notify;

use super::{
    kind::Kind,
    log_state::{Body, LogRecord, LogState},
};
use crate::kernel::Clock;

/// A log.
pub(crate) struct LogInner {
    /// Of the stream or the cluster; empty for a cluster of one's own.
    pub(super) arn: Arc<str>,
    /// What it is called in records and messages: its ARN; of a topic that of its own, or `kafka://SERVERS/TOPIC`.
    pub(super) name: Arc<str>,
    pub(super) region: Arc<str>,
    pub(super) what: What,
    pub(super) clock: Clock,
    pub(super) state: RefCell<LogState>,
    /// Notified when there are records or shards that were not there before.
    pub(super) changed: Notify,
    last: Cell<u64>,
}

/// What the log is.
pub(super) enum What {
    Stream,
    Table { view: RefCell<DynamoDbView> },
    Topic { servers: Arc<str>, topic: Arc<str> },
}

/// What a topic is found by.
pub(super) fn topic_id(servers: &str, topic: &str) -> String {
    format!("kafka://{servers}/{topic}")
}

impl LogInner {
    pub(super) fn new(
        arn: Arc<str>,
        region: Arc<str>,
        what: What,
        clock: Clock,
        state: LogState,
    ) -> Rc<Self> {
        let name = match &what {
            What::Topic { servers, topic } if arn.is_empty() => topic_id(servers, topic).into(),
            What::Topic { topic, .. } => {
                format!("{}/{topic}", arn.replacen(":cluster/", ":topic/", 1)).into()
            }
            _ => arn.clone(),
        };
        Rc::new(Self {
            arn,
            name,
            region,
            what,
            clock,
            state: RefCell::new(state),
            changed: Notify::new(),
            last: Cell::default(),
        })
    }

    /// Returns the servers of the cluster of a topic.
    pub(super) fn servers(&self) -> Arc<str> {
        match &self.what {
            What::Topic { servers, .. } => servers.clone(),
            _ => self.arn.clone(),
        }
    }

    /// Returns the name of the topic, if it is one.
    pub(super) fn topic(&self) -> Option<&str> {
        match &self.what {
            What::Topic { topic, .. } => Some(topic),
            _ => None,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self.what {
            What::Stream => Kind::Stream,
            What::Table { .. } => Kind::Table,
            What::Topic { .. } if self.arn.is_empty() => Kind::SelfManagedKafka,
            What::Topic { .. } => Kind::Msk,
        }
    }

    /// Appends a record to a shard, and returns its sequence number or offset.
    pub(super) fn append(
        &self,
        shard: usize,
        key: Arc<str>,
        size: usize,
        body: Body,
        trace: Option<Arc<str>>,
    ) -> Arc<str> {
        let now = self.clock.elapsed();
        let number = self.last.get() + 1;
        self.last.set(number);
        let is_topic = matches!(self.what, What::Topic { .. });
        let is_table = matches!(self.what, What::Table { .. });
        let record = self.state.borrow_mut().append(now, shard, |index, shard| {
            let sequence = match (is_topic, is_table) {
                (true, _) => index.to_string(),
                // 21 digits or more, as in the examples of AWS.
                (_, true) => format!("{}", 100_000_000_000_000_000_000_u128 + u128::from(number)),
                _ => format!("496{number:053}"),
            };
            let (sequence, arrived) = (sequence.into(), now);
            LogRecord { index, shard, sequence, key, arrived, trace, size, body }
        });
        self.changed.notify_waiters();
        record.sequence.clone()
    }

    /// How often a shard is read. "Lambda polls each shard of a Kinesis stream once a second, of a DynamoDB stream four
    /// times."
    pub(super) fn period(&self) -> Duration {
        match self.what {
            What::Stream => Duration::from_secs(1),
            What::Table { .. } => Duration::from_millis(250),
            What::Topic { .. } => Duration::ZERO,
        }
    }

    /// Returns when a record arrived, as its event states it: of a table in whole seconds.
    pub(super) fn arrival(&self, record: &LogRecord) -> Duration {
        match self.what {
            What::Table { .. } => Duration::from_secs(record.arrived.as_secs()),
            _ => record.arrived,
        }
    }

    /// Returns a time as a record of failure has it: of a table in whole seconds.
    pub(super) fn iso(&self, record: &LogRecord) -> String {
        let text = self.clock.iso_at(self.arrival(record));
        match self.what {
            What::Table { .. } => text.replace(".000Z", "Z"),
            _ => text,
        }
    }
}
