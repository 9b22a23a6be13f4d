//! Tumbling windows of streams: batches that share a state.
//!
//! Source: AWS Lambda developer guide, "Stateful processing with Kinesis Data Streams in Lambda", read
//! 2026-11-26.

use lambda_events_macros::model;

use crate::{BatchItemFailure, BatchResponse, RawJson};

/// A window of time.
///
/// Source: AWS Lambda developer guide, "Stateful processing with Kinesis Data Streams in Lambda".
#[model]
pub struct Window {
    /// Its begin, in RFC 3339. See [`parse_rfc3339`](crate::time::parse_rfc3339).
    #[key = "start"]
    pub start: String,
    /// Its end, in RFC 3339, not part of it.
    #[key = "end"]
    pub end: String,
}

/// The answer to a batch within a window.
///
/// Source: AWS Lambda developer guide, "Stateful processing with Kinesis Data Streams in Lambda".
#[model]
pub struct WindowResponse {
    /// What the next invocation for the window gets: an object of at most 1 MB.
    #[key = "state"]
    pub state: Option<RawJson>,
    /// As in a [`BatchResponse`].
    #[key = "batchItemFailures"]
    pub batch_item_failures: Vec<BatchItemFailure>,
}

impl WindowResponse {
    /// The answer that every record was handled, with a state.
    ///
    /// # Errors
    ///
    /// The state has no form in JSON.
    pub fn new<S: serde::Serialize + ?Sized>(state: &S) -> Result<Self, serde_json::Error> {
        Ok(Self { state: Some(RawJson::new(state)?), ..Self::default() })
    }

    /// The same, with these failures.
    pub fn failing(mut self, failures: BatchResponse) -> Self {
        self.batch_item_failures = failures.batch_item_failures;
        self
    }
}
