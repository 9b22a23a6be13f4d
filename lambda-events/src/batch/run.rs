//! A batch is gone through: so many records at once, until all are done or time is up.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context as Task, Poll},
    time::Duration,
};

use lambda_core::rt::catch_panic;
use lambda_runtime::{Context, FunctionError, IntoFunctionError};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, Sleep, sleep};

use super::{BatchEvent, BatchOutcome, JsonRecord, failures::Failures, work::Work};

/// Handles the records of an event one by one and answers which of them failed.
///
/// Only those come again, if the event source mapping has `ReportBatchItemFailures`; without it the
/// service takes the answer for a success, and a failed record is gone.
///
/// ```
/// use lambda_events::{BatchResponse, BatchOutcome, batch, sqs::SqsEvent};
/// use lambda_runtime::{Context, Error};
///
/// async fn handler(event: SqsEvent, context: Context) -> Result<BatchOutcome<BatchResponse>, Error> {
///     let book = async |message: lambda_events::sqs::SqsMessage| -> Result<(), Error> {
///         let grams: u32 = message.body.as_deref().unwrap_or_default().parse()?;
///         println!("{grams} g are booked");
///         Ok(())
///     };
///     Ok(batch(event, &context).concurrency(4).each(book).await)
/// }
/// # lambda_runtime::Runtime::new(handler);
/// ```
///
/// | source | order | a record fails | time runs out |
/// |---|---|---|---|
/// | SQS, standard queue | none | it comes again | what is not finished comes again |
/// | SQS, FIFO queue | within a message group | it and what follows in its group come again | what is not finished comes again |
/// | Kinesis | within a partition key | it is the checkpoint: it and all after it come again | the first that is not finished is the checkpoint |
/// | DynamoDB | within an item's key | as for Kinesis | as for Kinesis |
/// | Kafka | within a partition | it and what follows in its partition come again | what is not finished comes again |
///
/// A panic, and a payload that cannot be read, are the failure of that record alone.
///
/// The deadline of the context is kept, and each failure is a line of its log.
pub fn batch<E: BatchEvent>(event: E, context: &Context) -> Batch<'_, E> {
    Batch { event, concurrency: 1, context, margin: None }
}

/// A batch before its records are handled: see [`batch`].
#[derive(Clone, Debug)]
#[must_use = "the records are handled by `each`"]
pub struct Batch<'a, E> {
    pub(super) event: E,
    pub(super) concurrency: usize,
    pub(super) context: &'a Context,
    pub(super) margin: Option<Duration>,
}

/// What is kept of the time left for the answer.
const MARGIN: Duration = Duration::from_millis(500);

impl<E: BatchEvent> Batch<'_, E> {
    /// As many records at once; 1 unless told, which takes them in the order of the event.
    ///
    /// They share the task of the handler: records that wait do so at the same time, records that
    /// compute do not.
    ///
    /// # Panics
    ///
    /// It is 0.
    pub fn concurrency(mut self, records: usize) -> Self {
        assert!(records > 0, "the concurrency of a batch is 0: expected 1 or more");
        self.concurrency = records;
        self
    }

    /// How long before the deadline no more record begins, and those that are not finished are dropped
    /// and count as failed. Unless told it is 500 ms, or half of the time left where that is less.
    pub fn margin(mut self, margin: Duration) -> Self {
        self.margin = Some(margin);
        self
    }

    /// Handles each record. The closure is shared by records that are handled at once, so that what it counts
    /// stands in a `Cell`:
    ///
    /// ```
    /// use std::cell::Cell;
    ///
    /// use lambda_events::{batch, sqs::{SqsEvent, SqsMessage}};
    /// use lambda_runtime::{Context, Error};
    ///
    /// async fn handler(event: SqsEvent, context: Context) -> Result<lambda_events::BatchResponse, Error> {
    ///     let booked = Cell::new(0);
    ///     let book = async |_: SqsMessage| {
    ///         booked.set(booked.get() + 1);
    ///         Ok::<_, Error>(())
    ///     };
    ///     let outcome = batch(event, &context).each(book).await;
    ///     println!("{} are booked", booked.get());
    ///     Ok(outcome.into_response())
    /// }
    /// # lambda_runtime::Runtime::new(handler);
    /// ```
    pub async fn each<F, X, M>(self, handler: F) -> BatchOutcome<E::Response>
    where
        F: AsyncFn(E::Record) -> Result<(), X>,
        X: IntoFunctionError<fn(M)>,
    {
        self.one_by_one(async |record| handler(record).await.map_err(X::into_function_error)).await
    }

    /// Handles what each record carries, read as JSON; what cannot be read is a record that failed.
    pub async fn each_json<T, F, X, M>(self, handler: F) -> BatchOutcome<E::Response>
    where
        E::Record: JsonRecord,
        T: DeserializeOwned,
        F: AsyncFn(T) -> Result<(), X>,
        X: IntoFunctionError<fn(M)>,
    {
        self.one_by_one(async |record: E::Record| {
            let value = record.json().map_err(IntoFunctionError::into_function_error)?;
            handler(value).await.map_err(X::into_function_error)
        })
        .await
    }

    async fn one_by_one<F>(self, handler: F) -> BatchOutcome<E::Response>
    where
        F: AsyncFn(E::Record) -> Result<(), FunctionError>,
    {
        self.run(1, async |records: Vec<E::Record>| {
            for record in records {
                handler(record).await?;
            }
            Ok(Vec::new())
        })
        .await
    }

    /// Handles the records in chunks of at most so many; the handler returns the places of those that failed.
    pub(super) async fn run<F>(self, size: usize, handler: F) -> BatchOutcome<E::Response>
    where
        F: AsyncFn(Vec<E::Record>) -> Result<Vec<usize>, FunctionError>,
    {
        let mut stop = Stop::of(self.context, self.margin);
        let records = self.event.into_records();
        let mut work = Work::new(E::ORDER, records.iter().map(E::order_key));
        let failures = Failures::new(self.context, records.iter().map(E::identifier).collect());
        let mut records: Vec<Option<E::Record>> = records.into_iter().map(Some).collect();
        let mut in_flight = InFlight(Vec::new());

        poll_fn(|task| {
            let end = |work: &mut Work, chunk: &[usize], outcome| {
                work.end(chunk, failures.tell::<E>(chunk, outcome));
            };
            in_flight.poll(task, |chunk, outcome| end(&mut work, chunk, outcome));
            loop {
                if stop.has_come(task) {
                    work.out_of_time(in_flight.0.drain(..).flat_map(|(chunk, _)| chunk));
                    return Poll::Ready(());
                }
                if in_flight.0.len() == self.concurrency {
                    return Poll::Pending;
                }
                let chunk = work.begin(size);
                if chunk.is_empty() {
                    break;
                }
                let taken = chunk.iter().filter_map(|place| records[*place].take()).collect();
                let mut handling = Box::pin(catch_panic(handler(taken)));
                match handling.as_mut().poll(task) {
                    Poll::Ready(outcome) => end(&mut work, &chunk, outcome),
                    Poll::Pending => in_flight.0.push((chunk, handling)),
                }
            }
            if in_flight.0.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        failures.into_outcome::<E>(work)
    }
}

/// The chunks that have begun and not ended, by the places of their records.
struct InFlight<F>(Vec<(Vec<usize>, Pin<Box<F>>)>);

impl<F: Future> InFlight<F> {
    fn poll(&mut self, task: &mut Task<'_>, mut end: impl FnMut(&[usize], F::Output)) {
        self.0.retain_mut(|(chunk, handling)| match handling.as_mut().poll(task) {
            Poll::Pending => true,
            Poll::Ready(outcome) => {
                end(chunk, outcome);
                false
            }
        });
    }
}

/// When no more record begins.
struct Stop(Pin<Box<Sleep>>);

impl Stop {
    fn of(context: &Context, margin: Option<Duration>) -> Self {
        let left = context.remaining_time();
        let margin = margin.unwrap_or(MARGIN.min(left / 2));
        Self(Box::pin(sleep(left.saturating_sub(margin))))
    }

    fn has_come(&mut self, task: &mut Task<'_>) -> bool {
        // The timer fires between two polls only; records that never wait leave it no chance.
        self.0.deadline() <= Instant::now() || self.0.as_mut().poll(task).is_ready()
    }
}
