//! The answer to a batch of records of which some failed.

use lambda_events_macros::model;

/// The records of a batch that failed, for SQS, Kinesis and DynamoDB streams.
///
/// It counts only where the event source mapping has `ReportBatchItemFailures`; otherwise a batch
/// answered so is a success. No failures, null, and an empty answer are a success too. An identifier
/// that is empty, null or unknown makes the whole batch fail.
///
/// Source: AWS Lambda developer guide, "Handling errors for an SQS event source in Lambda".
#[model]
pub struct BatchResponse {
    /// One for each failed record; for a stream the first one is the checkpoint. Absent or empty:
    /// every record was handled.
    #[key = "batchItemFailures"]
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// A record that failed.
///
/// Source: AWS Lambda developer guide, "Handling errors for an SQS event source in Lambda".
#[model]
pub struct BatchItemFailure {
    /// The `messageId` of an SQS message, the sequence number of a stream's record.
    #[key = "itemIdentifier"]
    pub item_identifier: String,
}

/// A response that names these records.
impl<I: Into<String>> FromIterator<I> for BatchResponse {
    fn from_iter<T: IntoIterator<Item = I>>(identifiers: T) -> Self {
        let failure = |identifier: I| BatchItemFailure {
            item_identifier: identifier.into(),
            ..BatchItemFailure::default()
        };
        let batch_item_failures = identifiers.into_iter().map(failure).collect();
        Self { batch_item_failures, ..Self::default() }
    }
}
