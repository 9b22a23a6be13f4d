//! Streams of Amazon Data Firehose, whose records a function transforms.
//!
//! Source: Amazon Data Firehose developer guide, "Transform source data in Amazon Data Firehose".

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use lambda_events::{
    Base64, Millis,
    firehose::{FirehoseEvent, FirehoseResponse, FirehoseResult},
    samples,
};
use tokio::sync::Notify;

use super::kept::kept;
use crate::{
    kernel::{Random, SimContext, Task, Time},
    service::{Function, FunctionState, Lambda},
};

/// How many times more a batch is tried. Source: "Retry behavior for Lambda function invocation failures".
const RETRIES: u32 = 3;

/// A stream of Amazon Data Firehose: records are put into it, gathered, transformed by a function, and delivered.
///
/// [`Lambda::delivery_stream`] makes it. Clones are the same stream.
///
/// ```
/// use lambda_events::firehose::{FirehoseEvent, FirehoseResponse};
/// use lambda_runtime::{Error, Runtime};
///
/// # lambda_test::block_on(async {
/// let lambda = lambda_test::Lambda::new();
/// let shout = async |event: FirehoseEvent| {
///     let records = event.records.into_iter().map(|record| {
///         let data = record.data.clone().unwrap_or_default().0.to_ascii_uppercase();
///         record.ok(data)
///     });
///     Ok::<_, Error>(records.collect::<FirehoseResponse>())
/// };
/// let function = lambda.function("shout", Runtime::new(shout)).create();
/// let stream = lambda.delivery_stream("clicks").transform(&function);
/// stream.put("hello");
/// lambda.until_idle().await;
/// assert_eq!(stream.delivered(), [b"HELLO"]);
/// // The buffer interval of a transformation.
/// assert_eq!(lambda.elapsed().as_secs(), 60);
/// # });
/// ```
#[derive(Clone)]
pub struct DeliveryStream {
    inner: Rc<Inner>,
}

struct Inner {
    name: Arc<str>,
    arn: String,
    region: Arc<str>,
    context: Rc<SimContext>,
    random: RefCell<Random>,
    /// A stream keeps no function: a function keeps its service.
    function: RefCell<Option<Weak<FunctionState>>>,
    interval: Cell<Duration>,
    size: Cell<usize>,
    buffer: RefCell<Vec<Record>>,
    buffered: Cell<usize>,
    full: Notify,
    is_waiting: Cell<bool>,
    number: Cell<u64>,
    delivered: RefCell<Vec<Vec<u8>>>,
    dropped: Cell<u64>,
    failed: RefCell<Vec<FailedRecord>>,
    batches: Cell<u64>,
}

struct Record {
    id: String,
    data: Vec<u8>,
    at: Duration,
    task: Task,
}

/// A record that was not transformed, as it stands in the bucket below `processing-failed/`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedRecord {
    /// Its data, as it was put.
    pub data: Vec<u8>,
    /// `Lambda.FunctionError` and the like.
    pub error_code: &'static str,
    /// Why.
    pub error_message: String,
    /// How often its batch was tried.
    pub attempts: u32,
}

impl<T: Time> Lambda<T> {
    /// Returns the stream of Amazon Data Firehose of this name; the first call makes it.
    pub fn delivery_stream(&self, name: &str) -> DeliveryStream {
        let [account, region] = self.place();
        let arn = format!("arn:aws:firehose:{region}:{account}:deliverystream/{name}");
        let context = self.registry.owner.context();
        let inner = kept(&self.registry, &arn, || {
            Rc::new(Inner {
                name: name.into(),
                random: RefCell::new(context.random(&arn)),
                arn: arn.clone(),
                region,
                context,
                function: RefCell::default(),
                interval: Cell::new(Duration::from_secs(60)),
                size: Cell::new(1024 * 1024),
                buffer: RefCell::default(),
                buffered: Cell::default(),
                full: Notify::new(),
                is_waiting: Cell::default(),
                number: Cell::default(),
                delivered: RefCell::default(),
                dropped: Cell::default(),
                failed: RefCell::default(),
                batches: Cell::default(),
            })
        });
        DeliveryStream { inner }
    }
}

impl DeliveryStream {
    /// Returns its ARN.
    pub fn arn(&self) -> &str {
        &self.inner.arn
    }

    /// Transforms its records by a function, which is invoked synchronously with batches of them.
    pub fn transform(self, function: &Function) -> Self {
        self.inner.function.replace(Some(Rc::downgrade(&function.state)));
        self
    }

    /// Sets the buffer of the transformation: a batch is sent once it has so many bytes or so much time has passed; 1 MB and
    /// 60 s unless set, 0.2 to 3 MB and up to 900 s.
    ///
    /// # Panics
    ///
    /// Panics if one of them is not within its range.
    #[track_caller]
    pub fn buffer(self, bytes: usize, interval: Duration) -> Self {
        let sizes = 200 * 1024..=3 * 1024 * 1024;
        assert!(sizes.contains(&bytes), "the buffer size is {bytes}: expected {sizes:?}");
        let most = Duration::from_secs(900);
        assert!(interval <= most, "the buffer interval is {interval:?}: expected at most {most:?}");
        self.inner.size.set(bytes);
        self.inner.interval.set(interval);
        self
    }

    /// Puts a record.
    ///
    /// # Panics
    ///
    /// Panics if it has more than 1,000 KiB.
    #[track_caller]
    pub fn put(&self, data: impl Into<Vec<u8>>) {
        let (data, most) = (data.into(), 1000 * 1024);
        assert!(data.len() <= most, "the record has {} bytes: expected at most {most}", data.len());
        self.inner.put(data);
    }

    /// Returns what was delivered to the destination, in its order.
    pub fn delivered(&self) -> Vec<Vec<u8>> {
        self.inner.delivered.borrow().clone()
    }

    /// Returns what could not be transformed.
    pub fn failed(&self) -> Vec<FailedRecord> {
        self.inner.failed.borrow().clone()
    }

    /// Returns how many records the function dropped.
    pub fn dropped(&self) -> u64 {
        self.inner.dropped.get()
    }

    /// Returns how many batches were sent to the function.
    pub fn batches(&self) -> u64 {
        self.inner.batches.get()
    }
}

impl Inner {
    fn put(self: &Rc<Self>, data: Vec<u8>) {
        let number = self.number.get() + 1;
        self.number.set(number);
        let before = self.buffered.get();
        self.buffered.set(before + data.len());
        self.buffer.borrow_mut().push(Record {
            id: format!("{number:056}"),
            data,
            at: self.context.clock.elapsed(),
            task: self.context.work.begin(),
        });
        // Once for each batch: what is left over would send the next one.
        if (before..self.buffered.get()).contains(&(self.size.get() - 1)) {
            self.full.notify_one();
        }
        if !self.is_waiting.replace(true) {
            let inner = self.clone();
            self.context.spawn(async move {
                let _ = tokio::time::timeout(inner.interval.get(), inner.full.notified()).await;
                inner.is_waiting.set(false);
                inner.buffered.set(0);
                let batch = inner.buffer.take();
                inner.send(batch).await;
            });
        }
    }

    async fn send(&self, batch: Vec<Record>) {
        let state = self.function.borrow().clone();
        let Some(state) = state else {
            self.delivered.borrow_mut().extend(batch.into_iter().map(|record| record.data));
            return;
        };
        let Some(state) = state.upgrade() else {
            for record in batch {
                self.fail(record, "Lambda.FunctionNotFound", "the function is gone", 1);
            }
            return;
        };
        let function = Function { state };
        self.batches.set(self.batches.get() + 1);
        let event = self.event(&batch);
        let mut attempts = 0;
        let why = loop {
            attempts += 1;
            let response = function.invoke(&event).response().await;
            let error = match (response.service_error(), response.function_error()) {
                (Some(error), _) => error.message.clone(),
                (None, Some(error)) => error.error_message.clone(),
                (None, None) => {
                    match serde_json::from_slice::<FirehoseResponse>(response.payload()) {
                        Ok(response) => return self.apply(batch, &response, attempts),
                        Err(error) => break ("Lambda.JsonProcessingException", error.to_string()),
                    }
                }
            };
            if RETRIES < attempts {
                break ("Lambda.FunctionError", error);
            }
        };
        for record in batch {
            self.fail(record, why.0, &why.1, attempts);
        }
    }

    fn event(&self, batch: &[Record]) -> FirehoseEvent {
        let clock = self.context.clock;
        let data = batch.iter().map(|record| record.data.clone());
        let mut event = samples::firehose::records(data).into_event();
        event.invocation_id = self.random.borrow_mut().uuid();
        event.delivery_stream_arn.clone_from(&self.arn);
        event.region = Some(self.region.to_string());
        for (of, record) in event.records.iter_mut().zip(batch) {
            of.record_id.clone_from(&record.id);
            let millis = i64::try_from(clock.epoch_ms_at(record.at)).unwrap_or(i64::MAX);
            of.approximate_arrival_timestamp = Some(Millis::from_unix_millis(millis));
        }
        event
    }

    /// "Every record must come back once, by its id."
    fn apply(&self, batch: Vec<Record>, response: &FirehoseResponse, attempts: u32) {
        for record in batch {
            let mut same = response.records.iter().filter(|it| it.record_id == record.id);
            let (found, more) = (same.next(), same.next());
            let Some(found) = found.filter(|_| more.is_none()) else {
                let message = "the response has not each record id once";
                self.fail(record, "Lambda.MissingRecordId", message, attempts);
                continue;
            };
            match (&found.result, &found.data) {
                (FirehoseResult::Ok, Some(Base64(data))) => {
                    self.delivered.borrow_mut().push(data.clone());
                }
                (FirehoseResult::Dropped, _) => self.dropped.set(self.dropped.get() + 1),
                (FirehoseResult::ProcessingFailed, _) => {
                    let message = "ProcessingFailed status set for record";
                    self.fail(record, "Lambda.ProcessingFailedStatus", message, attempts);
                }
                _ => {
                    let message = "the result of the record is not one, or it has no data";
                    self.fail(record, "Lambda.InvalidResult", message, attempts);
                }
            }
        }
    }

    fn fail(&self, record: Record, error_code: &'static str, message: &str, attempts: u32) {
        let Record { data, task, .. } = record;
        let error_message = message.to_owned();
        self.failed.borrow_mut().push(FailedRecord { data, error_code, error_message, attempts });
        drop(task);
    }
}

impl fmt::Debug for DeliveryStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryStream").field("name", &self.inner.name).finish_non_exhaustive()
    }
}
