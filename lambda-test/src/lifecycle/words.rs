//! What happens, in the words of a timeline.

use std::fmt;

use super::{Call, Done, Exit, Fact, ResponseMode};

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Next => f.write_str("GET next"),
            Self::Response { mode: ResponseMode::Known, .. } => f.write_str("POST response"),
            Self::Response { mode: ResponseMode::Unknown, .. } => {
                f.write_str("POST response, unknown mode")
            }
            Self::Error { error_type, .. } => {
                write!(f, "POST error {}", error_type.as_deref().unwrap_or_default())
            }
            Self::InitError { error_type } => {
                write!(f, "POST init/error {}", error_type.as_deref().unwrap_or_default())
            }
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

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InitStarted => f.write_str("init"),
            Self::InitDone(duration) => write!(f, "init done in {} ms", duration.as_millis()),
            Self::InitFailed { after, status, error_type } => {
                write!(f, "init failed after {} ms: {status}", after.as_millis())?;
                match error_type {
                    Some(error_type) => write!(f, " {error_type}"),
                    None => Ok(()),
                }
            }
            Self::InvocationStarted(_) => f.write_str("invoke"),
            Self::Reset(reason) => write!(f, "reset: {reason}"),
            Self::ShutDown => f.write_str("shut down"),
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duration = (self.ended - self.started).as_millis();
        match &self.result {
            Ok((payload, _)) => write!(f, "answered {} bytes", payload.len())?,
            Err(fault) => write!(f, "failed: {}", fault.error_type)?,
        }
        write!(f, ", {duration} ms")
    }
}
