//! Records that go on in groups, as `PutEvents` and `SendMessageBatch` take ten at once.

use lambda_runtime::IntoFunctionError;

use super::{Batch, BatchEvent, BatchOutcome};

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
        self.run(size, async |chunk| handler(chunk).await.map_err(X::into_function_error)).await
    }
}
