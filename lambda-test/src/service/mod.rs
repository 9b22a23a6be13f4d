//! The service: functions, which environment takes an invocation, what a caller says and hears.

mod code;
mod function;
mod invoke;
mod lambda;
mod outcome;
mod pending;
mod pool;
mod report;
mod response;
mod service_error;

pub use code::IntoCode;
pub use function::{Function, FunctionBuilder};
pub use invoke::{Answer, Invoke};
pub use lambda::Lambda;
pub use outcome::{Answered, Outcome};
pub use report::Report;
pub use response::OutcomeError;
pub use service_error::ServiceError;
