//! The answer to a batch of records of which some failed.

model! {
    /// The records of a batch that failed, for SQS, Kinesis, DynamoDB streams and pipes.
    ///
    /// It counts only where the event source mapping has `ReportBatchItemFailures`; otherwise a
    /// batch answered so is a success. No failures, null, and an empty answer are a success too. An
    /// identifier that is empty, null or unknown makes the whole batch fail.
    /// Source: AWS Lambda developer guide, "Handling errors for an SQS event source in Lambda".
    pub struct BatchResponse {
        /// One for each failed record; for a stream the first one is the checkpoint.
        batch_item_failures: Vec<BatchItemFailure> = "batchItemFailures",
    }
}

model! {
    /// A record that failed.
    pub struct BatchItemFailure {
        /// The `messageId` of an SQS message, the sequence number of a stream's record.
        item_identifier: String = "itemIdentifier",
    }
}

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
