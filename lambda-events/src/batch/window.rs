//! Batches within a tumbling window, which share a state.

use std::cell::RefCell;

use lambda_runtime::IntoFunctionError;
use serde::Serialize;

use super::{Batch, BatchEvent, BatchOutcome};
use crate::{BatchResponse, window::WindowResponse};

/// A batch within a window: see [`Batch::window`].
#[derive(Debug)]
#[must_use = "the records are handled by `each`"]
pub struct WindowBatch<'a, E, S> {
    batch: Batch<'a, E>,
    state: S,
}

impl<'a, E: BatchEvent<Response = BatchResponse>> Batch<'a, E> {
    /// Handles the records with this state of their window, which the next invocation for the window receives.
    ///
    /// ```
    /// use lambda_events::{BatchOutcome, batch, kinesis::{KinesisRecord, KinesisWindowEvent}};
    /// use lambda_events::window::WindowResponse;
    /// use lambda_runtime::{Context, Error};
    ///
    /// #[derive(Default, serde::Deserialize, serde::Serialize)]
    /// #[serde(default)]
    /// struct Total {
    ///     records: u64,
    /// }
    ///
    /// async fn handler(
    ///     event: KinesisWindowEvent,
    ///     context: Context,
    /// ) -> Result<BatchOutcome<WindowResponse>, Error> {
    ///     let total: Total = event.state.to()?;
    ///     let count = async |total: &mut Total, _: KinesisRecord| {
    ///         total.records += 1;
    ///         Ok::<_, Error>(())
    ///     };
    ///     Ok(batch(event, &context).window(total).each(count).await?)
    /// }
    /// # lambda_runtime::Runtime::new(handler);
    /// ```
    pub fn window<S>(self, state: S) -> WindowBatch<'a, E, S> {
        WindowBatch { batch: self.concurrency(1), state }
    }
}

impl<E: BatchEvent<Response = BatchResponse>, S: Serialize> WindowBatch<'_, E, S> {
    /// Handles each record, one after the other, and what it makes of the state. What a record that fails has
    /// changed of the state stays changed: change it last.
    ///
    /// # Errors
    ///
    /// The state has no form in JSON.
    pub async fn each<F, X, M>(
        self,
        handler: F,
    ) -> Result<BatchOutcome<WindowResponse>, serde_json::Error>
    where
        F: AsyncFn(&mut S, E::Record) -> Result<(), X>,
        X: IntoFunctionError<fn(M)>,
    {
        let state = RefCell::new(self.state);
        #[expect(clippy::await_holding_refcell_ref, reason = "records are handled one by one")]
        let each = async |record| handler(&mut state.borrow_mut(), record).await;
        let outcome = self.batch.each(each).await;
        let response = WindowResponse::new(&state.into_inner())?;
        Ok(outcome.map(|failures| response.failing(failures)))
    }
}
