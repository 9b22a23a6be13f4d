//! The service: functions, which environment takes an invocation, what a caller says and hears.

mod code;
mod function;
mod invoke;
mod lambda;
mod outcome;
mod pool;
mod report;

pub use code::IntoCode;
pub use function::{Function, FunctionBuilder};
pub use invoke::Invoke;
pub use lambda::Lambda;
pub use outcome::{Outcome, OutcomeError};
pub use report::{Report, ReportStatus};
