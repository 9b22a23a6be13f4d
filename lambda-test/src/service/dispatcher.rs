//! From a request to an invocation in flight: the one way for every caller.

use std::{rc::Rc, sync::Arc, time::SystemTime};

use bytes::Bytes;

use super::{
    ServiceError, constraint, defaults::LATEST, function::FunctionState, registry::Registry,
};
use crate::{
    environment::InFlightHandle,
    kernel::{RecordKind, ServiceOwner},
    lifecycle::{Dispatch, RequestId},
};

/// What a request names.
pub(crate) enum Target {
    /// A function, in the version that is to be invoked.
    Function {
        function: Rc<FunctionState>,
        /// The ARN as invoked.
        invoked_arn: Arc<str>,
    },
    /// Nothing that can be invoked.
    Refused { registry: Rc<Registry>, name: Arc<str>, error: ServiceError },
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
    /// Whether the caller receives the response as it comes.
    pub(crate) streamed: bool,
}

impl Target {
    /// Returns a new request id: the service makes it before anything else, and keeps it through retries.
    pub(crate) fn request_id(&self) -> RequestId {
        match self {
            Self::Function { function, .. } => function.random.borrow_mut().uuid().into(),
            Self::Refused { registry, .. } => registry.request_id().into(),
        }
    }

    /// Returns the same function in this version.
    pub(super) fn qualified(&self, qualifier: &str) -> Self {
        match self {
            Self::Function { function, invoked_arn } => {
                function.registry.target(invoked_arn, Some(qualifier))
            }
            Self::Refused { registry, name, .. } => registry.target(name, Some(qualifier)),
        }
    }

    /// Returns the service.
    pub(super) fn owner(&self) -> &Rc<ServiceOwner> {
        match self {
            Self::Function { function, .. } => &function.owner,
            Self::Refused { registry, .. } => &registry.owner,
        }
    }

    /// Returns the version that is invoked.
    pub(super) fn version(&self) -> &'static str {
        match self {
            Self::Function { function, .. } => function.version,
            Self::Refused { .. } => LATEST,
        }
    }

    fn name(&self) -> Arc<str> {
        match self {
            Self::Function { function, .. } => function.name.clone(),
            Self::Refused { name, .. } => name.clone(),
        }
    }
}

/// Hands a request to an environment of the target.
///
/// # Errors
///
/// The service refuses the invocation: nothing has this name, the function was deleted, has no concurrency left,
/// or is isolated by tenant and the request is not.
pub(crate) fn dispatch(
    target: &Target,
    request: InvokeRequest,
    request_id: &RequestId,
) -> Result<InFlightHandle, ServiceError> {
    let (function, invoked_arn) = match target {
        Target::Function { function, invoked_arn } => (function, invoked_arn),
        Target::Refused { error, .. } => return Err(reject(target, request_id, error.clone())),
    };
    if function.deleted.get() {
        let arn = format!("{}:{}", function.arn, function.version);
        return Err(reject(target, request_id, ServiceError::not_found(&arn)));
    }
    if function.tenant_isolation != request.tenant.is_some() {
        return Err(reject(target, request_id, ServiceError::tenancy(function.tenant_isolation)));
    }
    if let Some(violation) = request.tenant.as_deref().and_then(constraint::tenant) {
        return Err(reject(target, request_id, ServiceError::validation(&[violation])));
    }
    let Some((environment, permit)) = function.pool.take(request.tenant.as_deref()) else {
        return Err(reject(target, request_id, ServiceError::too_many_requests()));
    };
    let InvokeRequest {
        payload,
        content_type,
        client_context,
        cognito_identity,
        tenant,
        trace,
        streamed,
    } = request;
    let dispatch = Dispatch {
        request_id: request_id.clone(),
        invoked_function_arn: invoked_arn.clone(),
        trace: trace.unwrap_or_else(|| new_trace(function)),
        client_context,
        cognito_identity,
        tenant,
        content_type,
        payload,
    };
    Ok(environment.invoke(Arc::new(dispatch), permit, streamed))
}

/// Records that the service refuses an invocation.
pub(crate) fn reject(target: &Target, request_id: &RequestId, error: ServiceError) -> ServiceError {
    let ServiceError { status, error_type, .. } = error;
    let kind = RecordKind::Rejected { status, error_type };
    let context = target.owner();
    let (at, name) = (context.clock.elapsed(), target.name());
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
