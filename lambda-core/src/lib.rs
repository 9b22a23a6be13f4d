//! Contract and vocabulary of AWS Lambda, for runtimes, extensions and simulators.
//!
//! ```
//! use lambda_core::{App, Bootstrap, BoxError, Environment};
//!
//! /// Says hello and ends: the smallest thing that an execution environment can start.
//! struct Hello(String);
//!
//! impl Bootstrap for Hello {
//!     type Error = BoxError;
//!
//!     async fn start(self, environment: Environment) -> Result<(), BoxError> {
//!         environment.log(&format!("hello, {}", self.0));
//!         Ok(())
//!     }
//! }
//!
//! /// The init phase, run anew in every environment.
//! async fn app(environment: Environment) -> Result<Hello, BoxError> {
//!     let name = environment.variables().get("NAME").ok_or("NAME is missing")?;
//!     Ok(Hello(name.to_owned()))
//! }
//! # fn is_app<M>(_: impl App<M>) {}
//! # is_app(app);
//! ```
//!
//! Three types to know: [`Environment`] is all that a process may take from outside, [`Bootstrap`]
//! is what an environment starts, and [`Context`] is what a handler may know besides the event.
//!
//! | module | holds |
//! |---|---|
//! | [`wire`] | the Runtime API as values, without IO |
//! | the rest | the vocabulary, the seam and the one door to the network |
//!
//! Functions depend on `lambda-runtime`, which gives on what they need of this. Depend on this crate
//! to write a runtime, an extension framework or a simulator. It knows no handlers and no events.

mod address;
mod arn;
mod bootstrap;
mod caller;
mod civil;
mod context;
mod environment;
mod error;
mod error_cause;
pub mod error_type;
mod exchange;
mod exporting;
mod function_error;
mod id;
mod init_error;
mod panics;
mod process;
mod run;
mod scope;
mod trace;
mod transport;
mod variables;
pub mod wire;

pub use address::ApiAddress;
pub use arn::FunctionArn;
pub use bootstrap::{App, Bootstrap};
pub use caller::{ClientApplication, ClientContext, CognitoIdentity};
pub use context::{Config, Context};
pub use environment::{BoxFuture, Environment, Host, LocalBoxFuture};
pub use error::{BoxError, Chain, WireError};
pub use error_cause::{CauseException, ErrorCause, StackFrame};
pub use function_error::FunctionError;
pub use id::RequestId;
pub use trace::{Sampled, TraceHeader};
pub use transport::{Connection, HttpResponse, Listener, ReceiveError, Transport, WriteOutcome};
pub use variables::{InitializationType, LogFormat, LogLevel, Variables};

/// Plumbing between the crates of this SDK; it is not a part of the API.
#[doc(hidden)]
pub mod rt {
    pub use crate::{
        exchange::{NoResponse, Refusal, connected, exchange},
        exporting::{AttributeValue, Waiting, resource_attributes},
        init_error::{call, post, post_runtime},
        panics::{catch_panic, is_catching_panics, panic_message},
        run::{run_app, run_bootstrap, start},
        scope::{CurrentInvocation, current, is_tracking, simulated, track_invocations, within},
        transport::BackOff,
    };

    /// Dates of the Gregorian calendar.
    pub mod civil {
        pub use crate::civil::{date, parse, rfc3339};
    }
}

/// How this SDK names itself to the service.
pub const USER_AGENT: &str = concat!("lambda-runtime-rs/", env!("CARGO_PKG_VERSION"));
