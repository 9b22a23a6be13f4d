//! The entry points.

use std::fmt::Debug;

use bytes::Bytes;
use futures_core::Stream;
use ours::{Environment, Error, LambdaEvent};
use serde::{Deserialize, Serialize};
use tower::Service;

use crate::{
    Diagnostic, IntoFunctionResponse,
    runtime::{Adapted, run_in},
};

/// Runs a handler in the environment of this process, with a span around each invocation.
///
/// # Errors
///
/// The program does not run on Lambda, or the Runtime API was lost.
pub async fn run<A, F, R, B, S, D, E>(handler: F) -> Result<(), Error>
where
    F: Service<LambdaEvent<A>, Response = R>,
    F::Future: Future<Output = Result<R, F::Error>>,
    F::Error: Into<Diagnostic> + Debug,
    A: for<'de> Deserialize<'de>,
    R: IntoFunctionResponse<B, S>,
    B: Serialize,
    S: Stream<Item = Result<D, E>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send,
    E: Into<Error> + Send + Debug,
{
    let handler = Adapted::<F, (A, R, B, S, D, E)>::new(handler, true);
    run_in(handler, &[], Environment::from_process()).await
}

/// Runs a handler in the environment of this process, one invocation after the other.
///
/// # Errors
///
/// As [`run`], and on managed instances, whose invocations run side by side.
#[cfg(feature = "concurrency-tokio")]
pub async fn run_concurrent<A, F, R, B, S, D, E>(handler: F) -> Result<(), Error>
where
    F: Service<LambdaEvent<A>, Response = R> + Clone + Send + 'static,
    F::Future: Future<Output = Result<R, F::Error>> + Send + 'static,
    F::Error: Into<Diagnostic> + Debug,
    A: for<'de> Deserialize<'de> + Send + 'static,
    R: IntoFunctionResponse<B, S> + Send + 'static,
    B: Serialize + Send + 'static,
    S: Stream<Item = Result<D, E>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send + 'static,
    E: Into<Error> + Send + Debug + 'static,
{
    crate::runtime::refuse_managed(&Environment::from_process())?;
    run(handler).await
}
