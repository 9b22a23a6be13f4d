//! Records that go on in groups, as `PutEvents` and `SendMessageBatch` take ten at once.

use std::{any::Any, future::poll_fn, task::Poll};

use lambda_core::rt::catch_panic;
use lambda_runtime::{FunctionError, IntoFunctionError, report_panic};

use super::{
    Batch, BatchEvent, BatchOutcome,
    failures::Failures,
    run::{InFlight, Stop},
    work::Work,
};

impl<E: BatchEvent> Batch<'_, E> {
    /// Handles the records in groups of at most so many, for calls that take several at once. The handler returns
    /// the places within the group of those that failed; an error, and a panic, is the failure of all of them.
    /// Order and deadline are kept as with [`each`](Self::each): of a lane several records may be in one group, in
    /// their order, and where one of them fails the service sends those after it again too.
    ///
    /// ```
    /// use lambda_events::{BatchOutcome, BatchResponse, batch, sqs::{SqsEvent, SqsMessage}};
    /// use lambda_runtime::{Context, Error};
    /// # struct Entry { error_code: Option<String> }
    /// # async fn put_events(_: Vec<String>) -> Result<Vec<Entry>, Error> { Ok(Vec::new()) }
    ///
    /// async fn handler(event: SqsEvent, context: Context) -> Result<BatchOutcome<BatchResponse>, Error> {
    ///     let forward = async |messages: Vec<SqsMessage>| {
    ///         let details = messages.into_iter().filter_map(|message| message.body).collect();
    ///         let entries = put_events(details).await?.into_iter().enumerate();
    ///         let failed = entries.filter(|(_, entry)| entry.error_code.is_some());
    ///         Ok::<_, Error>(failed.map(|(place, _)| place).collect())
    ///     };
    ///     Ok(batch(event, &context).chunks(10, forward).await)
    /// }
    /// # lambda_runtime::Runtime::new(handler);
    /// ```
    ///
    /// # Panics
    ///
    /// The size is 0.
    pub async fn chunks<F, X, M>(self, size: usize, handler: F) -> BatchOutcome<E::Response>
    where
        F: AsyncFn(Vec<E::Record>) -> Result<Vec<usize>, X>,
        X: IntoFunctionError<fn(M)>,
    {
        assert!(size > 0, "the size of the chunks of a batch is 0: expected 1 or more");
        let mut stop = Stop::of(self.context, self.margin);
        let records = self.event.into_records();
        let mut work = Work::new(E::ORDER, records.iter().map(E::order_key));
        let failures = Failures::new(self.context, records.iter().map(E::identifier).collect());
        let mut records: Vec<Option<E::Record>> = records.into_iter().map(Some).collect();
        let mut in_flight = InFlight(Vec::new());

        poll_fn(|task| {
            let end = |work: &mut Work, chunk: Vec<usize>, outcome| {
                let outcomes = outcomes(chunk.len(), outcome);
                let told = chunk.iter().zip(outcomes);
                let told = told.map(|(place, outcome)| failures.tell::<E>(*place, Ok(outcome)));
                let told = told.collect();
                work.end_chunk(&chunk, told);
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
                let chunk = work.begin_chunk(size);
                if chunk.is_empty() {
                    break;
                }
                let taken = chunk.iter().filter_map(|place| records[*place].take()).collect();
                let handling = async { handler(taken).await.map_err(X::into_function_error) };
                let mut handling = Box::pin(catch_panic(handling));
                match handling.as_mut().poll(task) {
                    Poll::Ready(outcome) => end(&mut work, chunk, outcome),
                    Poll::Pending => in_flight.0.push((chunk, handling)),
                }
            }
            if in_flight.0.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        failures.into_outcome::<E>(work)
    }
}

/// What came of each record of a chunk of so many.
fn outcomes(
    size: usize,
    outcome: Result<Result<Vec<usize>, FunctionError>, Box<dyn Any + Send>>,
) -> Vec<Result<(), FunctionError>> {
    let failed = outcome.unwrap_or_else(|panic| Err(report_panic(&*panic)));
    let beyond = |failed: &Vec<usize>| failed.iter().find(|place| size <= **place).copied();
    match failed {
        Err(error) => vec![Err(error); size],
        Ok(failed) => match beyond(&failed) {
            Some(place) => {
                let message = format!(
                    "the handler names the record {place} of a chunk of {size}: expected less"
                );
                vec![Err(FunctionError::new("RecordUnknown", message)); size]
            }
            None => {
                let error =
                    || FunctionError::new("RecordFailed", "the handler of its chunk names it");
                let outcome = |place| if failed.contains(&place) { Err(error()) } else { Ok(()) };
                (0..size).map(outcome).collect()
            }
        },
    }
}
