//! From a request to an invocation in flight: the one way for every caller.

use std::{rc::Rc, sync::Arc, time::SystemTime};

use bytes::Bytes;

use super::{ServiceError, function::FunctionState};
use crate::{
    environment::InFlightHandle,
    kernel::RecordKind,
    lifecycle::{Dispatch, RequestId},
};

/// What a request names: a function, in the version that is to be invoked.
pub(crate) struct Target {
    pub(super) function: Rc<FunctionState>,
}

/// A request to invoke a function, by whoever makes it.
pub(crate) struct InvokeRequest {
    pub(crate) payload: Bytes,
    pub(crate) content_type: String,
    /// JSON.
    pub(crate) client_context: Option<String>,
    /// JSON.
    pub(crate) cognito_identity: Option<String>,
    pub(crate) tenant: Option<String>,
    /// The trace header; without one the service makes one that is not sampled.
    pub(crate) trace: Option<String>,
}

impl Target {
    /// Returns a new request id: the service makes it before anything else, and keeps it through retries.
    pub(crate) fn request_id(&self) -> RequestId {
        self.function.random.borrow_mut().uuid().into()
    }
}

/// Hands a request to an environment of the target.
///
/// # Errors
///
/// The service refuses the invocation: the function was deleted, or has no concurrency left.
pub(crate) fn dispatch(
    target: &Target,
    request: InvokeRequest,
    request_id: &RequestId,
) -> Result<InFlightHandle, ServiceError> {
    let function = &target.function;
    if function.deleted.get() {
        return Err(reject(target, request_id, ServiceError::not_found(&function.arn)));
    }
    let Some((environment, permit)) = function.pool.take() else {
        return Err(reject(target, request_id, ServiceError::too_many_requests()));
    };
    let InvokeRequest { payload, content_type, client_context, cognito_identity, tenant, trace } =
        request;
    let dispatch = Dispatch {
        request_id: request_id.clone(),
        invoked_function_arn: function.invoked_arn.clone(),
        trace: trace.unwrap_or_else(|| new_trace(function)),
        client_context,
        cognito_identity,
        tenant,
        content_type,
        payload,
    };
    Ok(environment.invoke(Arc::new(dispatch), permit))
}

/// Records that the service refuses an invocation.
pub(crate) fn reject(target: &Target, request_id: &RequestId, error: ServiceError) -> ServiceError {
    let ServiceError { status, error_type, .. } = error;
    let kind = RecordKind::Rejected { status, error_type };
    let context = &target.function.owner;
    let (at, name) = (context.clock.elapsed(), target.function.name.clone());
    let recorder = &context.recorder;
    recorder.keep(recorder.rejected(at, name, request_id.clone(), kind));
    error
}

fn new_trace(function: &FunctionState) -> String {
    let wall = function.owner.clock.wall();
    let seconds = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let root = function.random.borrow_mut().trace_root(seconds.as_secs());
    format!("Root={root};Sampled=0")
}
