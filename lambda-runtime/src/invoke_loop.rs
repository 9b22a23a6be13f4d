//! Next, handle, report, again.

use std::{pin::pin, sync::Arc};

use lambda_core::{BoxError, Config, Environment, rt::catch_panic};

use crate::{
    Context, FunctionError, Invocation, Response, RunError,
    client::{Pending, RuntimeClient},
    hooks::Hooks,
    invoked::Invoked,
    log, panics,
    response::Body,
    scope,
    streamed::Limit,
    termination::{Deadline, Termination},
    trace_variable::TraceVariable,
};

/// Hands every invocation of this environment to the handler, one after the other, until the
/// Runtime API is lost, or the process is asked to end: then the invocation in hand is finished.
pub(crate) async fn invoke_loop<I: Invoked, A: Hooks>(
    mut invoked: I,
    mut hooks: A,
    environment: Environment,
) -> Result<(), BoxError> {
    let _registered = hooks.register(&environment).await;
    let mut client = RuntimeClient::new(&environment)?;
    let mut termination = Termination::of(&environment);
    let mut pipeline = Pipeline::new(environment);
    loop {
        let next = {
            let asking = pin!(client.next());
            termination.or(asking).await
        };
        let Some(pending) = next else { break };
        let mut pending = pending?;
        let mut deadline = Deadline::UNKNOWN;
        let outcome = match pipeline.prepare(&mut pending) {
            Ok((invocation, at)) => {
                deadline = at;
                // Pinned here, since what is handed on by value stands there twice.
                let handling = pin!(invoked.call(invocation));
                let handling = pin!(catch_panic(handling));
                match termination.finish(handling, deadline).await {
                    Some(Ok(outcome)) => outcome.and_then(I::outcome),
                    Some(Err(panic)) => Err(panics::report(&*panic)),
                    // The service has given up on it by now.
                    None => break,
                }
            }
            Err(error) => Err(error),
        };
        let limit = (&mut termination, deadline);
        if pipeline.report(&mut pending, outcome, limit).await?.is_none() {
            break;
        }
        hooks.after_each(&pipeline.environment).await;
        scope::leave(&pipeline.environment);
    }
    scope::leave(&pipeline.environment);
    hooks.on_shutdown(&pipeline.environment).await;
    Ok(())
}

/// What stands between the client and the handler and knows nothing of the handler's types.
struct Pipeline {
    environment: Environment,
    config: Arc<Config>,
    trace_variable: TraceVariable,
    cold_start: bool,
}

impl Pipeline {
    fn new(environment: Environment) -> Self {
        Self {
            config: Arc::new(Config::new(environment.variables())),
            trace_variable: TraceVariable::of(&environment),
            cold_start: true,
            environment,
        }
    }

    /// Reads the context. "Header parsing failures belong to that invocation."
    fn prepare(
        &mut self,
        pending: &mut Pending<'_>,
    ) -> Result<(Invocation, Deadline), FunctionError> {
        let cold_start = std::mem::take(&mut self.cold_start);
        let request_id = pending.take_request_id();
        let context =
            Context::new(request_id, pending.headers(), self.config.clone(), &self.environment)
                .map_err(|error| {
                    FunctionError::new("Runtime.LambdaContextUnmarshalError", error.to_string())
                })?
                .with_cold_start(cold_start);
        self.trace_variable.set(context.xray_trace_id.as_deref());
        scope::enter(&self.environment, pending.headers(), cold_start);
        let deadline = Deadline(context.deadline());
        Ok((Invocation { payload: pending.take_payload(), context }, deadline))
    }

    /// Tells the service how the invocation went; a failure also leaves one line in the log. `None` where a response
    /// was cut off, since the process is asked to end.
    async fn report(
        &mut self,
        pending: &mut Pending<'_>,
        outcome: Result<Response, FunctionError>,
        limit: Limit<'_>,
    ) -> Result<Option<()>, RunError> {
        let parts = match outcome.map(Response::into_parts) {
            Ok((Body::Streamed(streamed), content_type)) => {
                return streamed.deliver(pending, content_type, Some(limit)).await;
            }
            Ok((Body::Whole(body), content_type)) => Ok((body, content_type)),
            Err(error) => {
                log::failure(&self.environment, pending.request_id(), &error);
                Err(error)
            }
        };
        let parts = parts.as_ref().map(|(body, content_type)| (&**body, &**content_type));
        pending.post(parts).await.map(Some)
    }
}
