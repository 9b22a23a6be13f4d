//! What happens, in the words of a timeline.

use std::fmt;

use super::{
    ApiCall, Exit, ExtensionEvent, InvocationEnd, RecordKind, ReportStatus, ResetReason,
    ResponseMode, ShutdownReason,
};

impl RecordKind {
    /// Whether the service did it; otherwise a process of the environment did.
    pub(super) fn is_of_the_service(&self) -> bool {
        !matches!(self, Self::Called(_) | Self::Logged(_) | Self::Blocked | Self::Exited(_))
    }

    /// Whether a time ran out.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(
            self,
            Self::Reset(ResetReason::Timeout)
                | Self::InitFailed { status: ReportStatus::Timeout, .. }
        )
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Called(call) => call.fmt(f),
            Self::Logged(line) => write!(f, "log: {line}"),
            Self::Exited(exit) => write!(f, "({exit})"),
            Self::Refused { status, error_type } | Self::Rejected { status, error_type } => {
                write!(f, "{status} {error_type}")
            }
            Self::EventAccepted => f.write_str("event accepted"),
            Self::CalledOutside { host } => {
                write!(f, "CalledOutside: {host} is not of this machine, and not allowed")
            }
            Self::FaultInjected(fault) => write!(f, "fault: {fault:?}"),
            Self::Traced(traced) => write!(f, "trace {}", traced.root),
            Self::EventRetried { after } => {
                write!(f, "event is tried again after {} ms", after.as_millis())
            }
            Self::EventEnded(end) => write!(f, "event ended: {}", end.as_str()),
            Self::RecordSent { destination } => write!(f, "record to {destination}"),
            Self::DestinationDeliveryFailed { destination } => {
                write!(f, "record not sent: nothing is {destination}")
            }
            Self::DeadLetterSent { destination } => write!(f, "dead letter to {destination}"),
            Self::DeadLetterFailed { destination } => {
                write!(f, "dead letter not sent: nothing is {destination}")
            }
            Self::Source { source, event } => {
                // The ARN of a stream of a table ends in a time.
                let name = source.split("/stream/").next().filter(|_| source.contains(":table/"));
                let name = name.unwrap_or(source).rsplit([':', '/']).next().unwrap_or_default();
                write!(f, "{name}: {event}")
            }
            Self::InitStarted => f.write_str("init"),
            Self::InitDone { duration } => write!(f, "init done in {} ms", duration.as_millis()),
            Self::InitFailed { after, status } => {
                write!(f, "init failed after {} ms: {status}", after.as_millis())
            }
            Self::InvocationStarted => f.write_str("invoke"),
            Self::InvocationEnded(done) => done.fmt(f),
            Self::Reset(ResetReason::Timeout) => f.write_str("reset: timeout"),
            Self::Reset(ResetReason::Failure) => f.write_str("reset: failure"),
            Self::TasksEscaped { count } => {
                write!(f, "TasksEscaped: {count} not given to the environment")
            }
            Self::Terminated => f.write_str("SIGTERM"),
            Self::Blocked => f.write_str("(it held its thread for longer than its timeout)"),
            Self::ShutDown => f.write_str("shut down"),
            Self::ExtensionState(standing) => f.write_str(standing.state),
            Self::UnexpectedName { registered, expected } => {
                let expected = expected.join("` or `");
                write!(f, "registered as `{registered}`: expected `{expected}`, as it was added")
            }
            Self::TelemetrySent { events: 1 } => f.write_str("telemetry: 1 event"),
            Self::TelemetrySent { events } => write!(f, "telemetry: {events} events"),
            Self::TelemetryLoop => {
                f.write_str("TelemetryLoop: it writes a line for each batch of its own lines")
            }
            Self::RuntimeStarted => f.write_str("runtime starts"),
            Self::RuntimeDone { .. } => f.write_str("runtime done"),
            Self::Subscribed(types) => write!(f, "subscribed to {}", types.join(", ")),
            Self::Told(ExtensionEvent::Invoke) => f.write_str("INVOKE"),
            Self::Told(ExtensionEvent::Shutdown(reason)) => {
                write!(f, "SHUTDOWN {}", reason.as_str())
            }
        }
    }
}

impl fmt::Display for ApiCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Next => f.write_str("GET next"),
            Self::Response { mode: ResponseMode::Unknown(_), .. } => {
                f.write_str("POST response, unknown mode")
            }
            Self::Response { .. } => f.write_str("POST response"),
            Self::Error { error_type, .. } => {
                write!(f, "POST error {}", error_type.as_deref().unwrap_or_default())
            }
            Self::InitError { error_type } => {
                write!(f, "POST init/error {}", error_type.as_deref().unwrap_or_default())
            }
            Self::Register(registration) => match &registration.events {
                Ok(events) => write!(f, "POST register [{}]", events.join(", ")),
                Err(_) => f.write_str("POST register, malformed"),
            },
            Self::Subscribe(_) => f.write_str("PUT telemetry"),
            Self::NextEvent { .. } => f.write_str("GET event/next"),
            Self::ExtensionInitError { error_type, .. } => {
                write!(f, "POST extension init/error {}", error_type.as_deref().unwrap_or_default())
            }
            Self::ExtensionExitError { error_type, .. } => {
                write!(f, "POST extension exit/error {}", error_type.as_deref().unwrap_or_default())
            }
        }
    }
}

impl ShutdownReason {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spindown => "spindown",
            Self::Timeout => "timeout",
            Self::Failure => "failure",
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "exit status {status}"),
            Self::Signal(signal) => write!(f, "signal: {signal}"),
            Self::NotStarted(reason) => f.write_str(reason),
        }
    }
}

impl fmt::Display for InvocationEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.result {
            Ok(bytes) => write!(f, "responded with {bytes} bytes")?,
            Err(error_type) => write!(f, "failed: {error_type}")?,
        }
        write!(f, ", {} ms", self.duration.as_millis())
    }
}

impl fmt::Display for ReportStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("timeout"),
            Self::Error(error_type) => write!(f, "error {error_type}"),
        }
    }
}
