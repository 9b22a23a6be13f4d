//! From a request to an invocation in flight: the one way for every caller.

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;

use super::{
    ServiceError, account::Account, constraint, defaults::LATEST, function_state::FunctionState,
    registry::Registry, tracing::EventTrace, version::VersionState,
};
use crate::{
    environment::{EnvironmentHandle, InFlightHandle},
    kernel::{Fault, RecordKind, ServiceOwner},
    lifecycle::{Dispatch, RequestId},
};

/// What a request names.
#[derive(Clone)]
pub(crate) enum Target {
    /// A function that exists, in the version that its qualifier means when it is invoked.
    Function {
        function: Rc<FunctionState>,
        qualifier: Option<Arc<str>>,
        /// The ARN as invoked.
        invoked_arn: Arc<str>,
    },
    /// Nothing that can be invoked.
    Refused { registry: Rc<Registry>, caller: Rc<Account>, name: Arc<str>, error: ServiceError },
}

/// An invocation that an environment has taken.
pub(crate) struct Dispatched {
    pub(crate) in_flight: InFlightHandle,
    /// The version that is executed.
    pub(crate) version: Rc<VersionState>,
}

/// A request to invoke a function, by whoever makes it.
#[derive(Clone)]
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
    /// The trace headers of further messages of a batch.
    pub(crate) linked: Vec<String>,
    /// Of the event of which this is an attempt, where it is traced.
    pub(crate) event_trace: Option<EventTrace>,
    /// Whether the caller receives the response as it comes.
    pub(crate) streamed: bool,
    /// Whether it is an attempt of an event, whose number each second is not limited.
    pub(crate) is_event: bool,
    /// How long the invocation may take, in place of the timeout of the function.
    pub(crate) timeout: Option<Duration>,
    /// By how much the clock of its environment seems to be ahead, and behind.
    pub(crate) clock: (Duration, Duration),
    /// After which time its environment is shut down.
    pub(crate) shut_down_after: Option<Duration>,
}

impl Target {
    /// Returns a new request id: the service makes it before anything else, and keeps it through retries.
    pub(crate) fn request_id(&self) -> RequestId {
        match self {
            Self::Function { function, .. } => function.random.borrow_mut().uuid().into(),
            Self::Refused { registry, .. } => registry.request_id().into(),
        }
    }

    /// Names a function that exists.
    pub(crate) fn of(function: Rc<FunctionState>, qualifier: Option<Arc<str>>) -> Self {
        let invoked_arn = match &qualifier {
            Some(qualifier) => function.qualified(qualifier).into(),
            None => function.unqualified.clone(),
        };
        Self::Function { function, qualifier, invoked_arn }
    }

    /// Returns the same function with this qualifier.
    pub(super) fn qualified(&self, qualifier: &str) -> Self {
        let (registry, caller, text) = match self {
            Self::Function { function, invoked_arn, .. } => {
                (&function.registry, &function.account, invoked_arn)
            }
            Self::Refused { registry, caller, name, .. } => (registry, caller, name),
        };
        registry.target(caller, text, Some(qualifier))
    }

    /// Returns the service.
    pub(super) fn owner(&self) -> &Rc<ServiceOwner> {
        match self {
            Self::Function { function, .. } => &function.owner,
            Self::Refused { registry, .. } => &registry.owner,
        }
    }

    fn invoked_arn(&self) -> Arc<str> {
        match self {
            Self::Function { invoked_arn, .. } => invoked_arn.clone(),
            Self::Refused { name, .. } => name.clone(),
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
) -> Result<Dispatched, ServiceError> {
    let (mut fault, mut trace, mut is_traced) = (None, None, false);
    let admitted = check(target, &request).and_then(|(function, version)| {
        if let Some(header) = &request.trace {
            let (counted, is_loop) = function.lineage(header);
            trace = Some(counted);
            if is_loop {
                return Err(ServiceError::recursive());
            }
        }
        if version.content.configuration.is_traced {
            let header = trace.take().unwrap_or_else(|| function.undecided_trace());
            let (header, traced) = function.begin_trace(&header, &request);
            trace = Some(header);
            is_traced = traced.is_some();
            if let Some(traced) = traced {
                function.note(request_id, RecordKind::Traced(Arc::new(traced)));
            }
        }
        fault = function.fault(request_id, &request.payload, false);
        match fault {
            Some(Fault::Throttle) => return Err(function.throttled()),
            Some(Fault::ServiceError) => return Err(ServiceError::internal()),
            Some(Fault::ColdStart) => version.pool.end_available(),
            _ => {}
        }
        let admitted = function.admit(&version, &request)?;
        Ok((function, version, admitted))
    });
    let (function, version, (environment, permit)) =
        admitted.map_err(|error| reject(target, request_id, error))?;
    let InvokeRequest {
        payload,
        content_type,
        client_context,
        cognito_identity,
        tenant,
        trace: _,
        linked: _,
        event_trace: _,
        streamed,
        is_event: _,
        timeout,
        clock,
        shut_down_after,
    } = request;
    let dispatch = Dispatch {
        request_id: request_id.clone(),
        invoked_function_arn: target.invoked_arn(),
        trace: trace.unwrap_or_else(|| function.new_trace()),
        is_traced,
        client_context,
        cognito_identity,
        tenant,
        content_type,
        payload,
        timeout,
        clock: version.clock_of_deadlines(clock),
    };
    if let Some(after) = shut_down_after {
        shut_down_later(function, &version, environment.clone(), after);
    }
    let in_flight =
        environment.invoke(&function.owner, Arc::new(dispatch), permit, streamed, fault);
    Ok(Dispatched { in_flight, version })
}

/// Ends an environment of this version after so long, whatever it does then.
fn shut_down_later(
    function: &FunctionState,
    version: &Rc<VersionState>,
    environment: EnvironmentHandle,
    after: Duration,
) {
    let (task, version) = (function.owner.work.begin(), Rc::downgrade(version));
    function.owner.spawn(async move {
        tokio::time::sleep(after).await;
        if let Some(version) = version.upgrade() {
            version.for_each_pool(|pool| pool.forget(&environment));
        }
        environment.shut_down().await;
        drop(task);
    });
}

/// Finds the version that a request invokes.
///
/// # Errors
///
/// The service refuses the request, whether or not an environment is available.
pub(super) fn check<'a>(
    target: &'a Target,
    request: &InvokeRequest,
) -> Result<(&'a Rc<FunctionState>, Rc<VersionState>), ServiceError> {
    let (function, qualifier) = match target {
        Target::Function { function, qualifier, .. } => (function, qualifier.as_deref()),
        Target::Refused { error, .. } => return Err(error.clone()),
    };
    if function.deleted.get() {
        let arn = function.qualified(qualifier.unwrap_or(LATEST));
        return Err(ServiceError::not_found(&arn));
    }
    if function.is_pending() {
        function.check_state()?;
    }
    let version = function.resolve(qualifier)?;
    if function.tenant_isolation != request.tenant.is_some() {
        return Err(ServiceError::tenancy(function.tenant_isolation));
    }
    if let Some(violation) = request.tenant.as_deref().and_then(constraint::tenant) {
        return Err(ServiceError::validation(&[violation]));
    }
    Ok((function, version))
}

/// Records that the service refuses an invocation.
pub(crate) fn reject(target: &Target, request_id: &RequestId, error: ServiceError) -> ServiceError {
    let ServiceError { status, error_type, .. } = error;
    let kind = RecordKind::Rejected { status, error_type };
    target.owner().note(target.name(), request_id, kind);
    error
}

impl FunctionState {
    /// Decides what goes wrong with an invocation, or with an event that was accepted.
    pub(crate) fn fault(
        &self,
        request_id: &RequestId,
        payload: &[u8],
        is_accepted: bool,
    ) -> Option<Fault> {
        let named = (&*self.name, &self.common.label);
        let fault = self.registry.faults.decide(&self.owner, named, payload, is_accepted)?;
        self.note(request_id, RecordKind::FaultInjected(fault));
        Some(fault)
    }

    /// Returns the trace header of an invocation whose caller sends none.
    pub(super) fn new_trace(&self) -> String {
        let wall = self.owner.clock.wall();
        let seconds = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let root = self.random.borrow_mut().trace_root(seconds.as_secs());
        format!("Root={root};Sampled=0")
    }

    /// Records something of a request for which there is no environment.
    pub(super) fn note(&self, request_id: &RequestId, kind: RecordKind) {
        self.owner.note(self.name.clone(), request_id, kind);
    }
}

impl InvokeRequest {
    /// A request with an event that is JSON, and nothing else.
    pub(crate) fn json(payload: Bytes) -> Self {
        Self {
            payload,
            content_type: "application/json".to_owned(),
            client_context: None,
            cognito_identity: None,
            tenant: None,
            trace: None,
            linked: Vec::new(),
            event_trace: None,
            streamed: false,
            is_event: false,
            timeout: None,
            clock: (Duration::ZERO, Duration::ZERO),
            shut_down_after: None,
        }
    }
}
