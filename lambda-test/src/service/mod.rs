//! The service: functions, which environment takes an invocation, and what its caller receives.

mod code;
mod constraint;
mod defaults;
mod dispatcher;
mod function;
mod function_name;
mod invoke;
mod json_error;
mod lambda;
mod outcome;
mod pending;
mod pool;
mod registry;
mod report;
mod response;
mod service_error;
mod stream;

pub use code::{IntoCode, markers};
pub use function::{Function, FunctionBuilder};
pub use invoke::{Invoke, ResponseFuture};
pub use lambda::Lambda;
pub use outcome::Outcome;
pub use report::Report;
pub use response::{InvokeResponse, OutcomeError};
pub use service_error::ServiceError;
pub use stream::{Chunk, InvokeStream};
