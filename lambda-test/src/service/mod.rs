//! The service: functions, which environment takes an invocation, what a caller says and hears.

mod code;
mod function;
mod heard;
mod invoke;
mod lambda;
mod made;
mod outcome;
mod pool;
mod report;
mod service_error;

pub use code::IntoCode;
pub use function::{Function, FunctionBuilder};
pub use heard::OutcomeError;
pub use invoke::{Answer, Invoke};
pub use lambda::Lambda;
pub use outcome::{Answered, Outcome};
pub use report::Report;
pub use service_error::ServiceError;
