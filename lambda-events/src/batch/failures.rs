//! What failed of a batch: for the answer, for the log, and for those who want to know why.

use std::any::Any;

use lambda_core::{CauseException, ErrorCause};
use lambda_runtime::{Context, FunctionError, log_part, report_panic};
use serde::{Serialize, Serializer};

use super::{
    BatchEvent,
    work::{Failed, Work},
};

/// A batch whose records were handled: the answer, and why records failed.
///
/// It is written as the answer, and is one wherever the answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchOutcome<A> {
    response: A,
    failures: Vec<RecordFailure>,
}

/// A record that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordFailure {
    /// Its place in the event, from 0; those of Kafka count on from one partition to the next.
    pub place: usize,
    /// What it is called: `message 2e1424d4-…`.
    pub record: String,
    /// What its handler failed with. `Runtime.Panic` is a panic; `RecordHeldBack` a record that was not
    /// handled since one before it failed; `RecordOutOfTime` one that was not finished before the
    /// deadline.
    pub error: FunctionError,
}

impl<A> BatchOutcome<A> {
    /// What the service is told.
    pub fn response(&self) -> &A {
        &self.response
    }

    /// What the service is told, to go on with.
    pub fn into_response(self) -> A {
        self.response
    }

    #[cfg(any(feature = "dynamodb", feature = "kinesis"))]
    pub(super) fn map<B>(self, change: impl FnOnce(A) -> B) -> BatchOutcome<B> {
        BatchOutcome { response: change(self.response), failures: self.failures }
    }

    /// Why records failed, in their order. Of a stream those after the checkpoint are here too if they
    /// began, though the answer does not name them.
    pub fn failures(&self) -> &[RecordFailure] {
        &self.failures
    }

    /// The failures as X-Ray shows them, for a segment, or for the [`FunctionError`] of a handler that
    /// fails as a whole; absent where no record failed.
    pub fn cause(&self) -> Option<ErrorCause> {
        let exception = |failure: &RecordFailure| {
            let message = format!("{}: {}", failure.record, failure.error.error_message);
            CauseException::new(&*failure.error.error_type, message)
        };
        let exceptions: Vec<_> = self.failures.iter().map(exception).collect();
        let cause = ErrorCause { exceptions, ..ErrorCause::default() };
        (!cause.exceptions.is_empty()).then_some(cause)
    }
}

impl<A: Serialize> Serialize for BatchOutcome<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.response.serialize(serializer)
    }
}

/// Tells what failed. Records go by their places.
pub(super) struct Failures<'a, I> {
    context: &'a Context,
    identifiers: Vec<I>,
}

impl<'a, I: Clone> Failures<'a, I> {
    pub(super) fn new(context: &'a Context, identifiers: Vec<I>) -> Self {
        Self { context, identifiers }
    }

    /// What came of each record of a chunk, a panic too; a failure is a line in the log.
    pub(super) fn tell<E: BatchEvent<Identifier = I>>(
        &self,
        chunk: &[usize],
        outcome: Result<Result<Vec<usize>, FunctionError>, Box<dyn Any + Send>>,
    ) -> Vec<Result<(), FunctionError>> {
        let failed = outcome.unwrap_or_else(|panic| Err(report_panic(&*panic)));
        let outcomes = of_each(chunk.len(), failed);
        for (place, outcome) in chunk.iter().zip(&outcomes) {
            if let Err(error) = outcome {
                log_part(self.context, &E::name(&self.identifiers[*place]), error);
            }
        }
        outcomes
    }

    /// The answer to the service, which has each record that failed, or the first.
    pub(super) fn into_outcome<E: BatchEvent<Identifier = I>>(
        self,
        work: Work,
    ) -> BatchOutcome<E::Response> {
        let failed = work.into_failed();
        let late = failed.values().filter(|failed| matches!(failed, Failed::OutOfTime)).count();
        if late != 0 {
            log_part(self.context, &format!("{late} records"), &out_of_time());
        }
        let response = failed
            .iter()
            .take(E::ORDER.most_named())
            .map(|(place, _)| self.identifiers[*place].clone())
            .collect();
        let failures = failed.into_iter().map(|(place, failed)| {
            let error = match failed {
                Failed::Tried(error) => error,
                Failed::HeldBack => FunctionError::new("RecordHeldBack", "one before it failed"),
                Failed::OutOfTime => out_of_time(),
            };
            RecordFailure { place, record: E::name(&self.identifiers[place]), error }
        });
        BatchOutcome { failures: failures.collect(), response }
    }
}

/// What came of each record of a chunk of so many, of which the handler names those that failed.
fn of_each(
    size: usize,
    failed: Result<Vec<usize>, FunctionError>,
) -> Vec<Result<(), FunctionError>> {
    let failed = failed.and_then(|failed| match failed.iter().find(|place| size <= **place) {
        Some(place) => {
            let message =
                format!("the handler names the record {place} of a chunk of {size}: expected less");
            Err(FunctionError::new("RecordUnknown", message))
        }
        None => Ok(failed),
    });
    let error = || FunctionError::new("RecordFailed", "the handler of its chunk names it");
    let outcome = |place: usize| match &failed {
        Ok(failed) if failed.contains(&place) => Err(error()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.clone()),
    };
    (0..size).map(outcome).collect()
}

fn out_of_time() -> FunctionError {
    FunctionError::new("RecordOutOfTime", "the deadline was too near to finish")
}
