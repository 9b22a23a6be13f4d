//! One record for a panic where the log is JSON: the standard library's own hook writes several lines of
//! plain text.

use std::{any::Any, cell::Cell, panic::PanicHookInfo};

use lambda_core::{
    Environment, LogFormat,
    rt::{is_catching_panics, panic_message},
};

use crate::{FunctionError, log};

thread_local! {
    /// Where the last panic on this thread was that is caught and reported.
    static PLACE: Cell<Vec<String>> = const { Cell::new(Vec::new()) };
}

/// Sets the panic hook of the process where its log is JSON.
pub(crate) fn set_hook(environment: &Environment) {
    let variables = environment.variables();
    // Who asks for backtraces gets them, in the lines of the standard library.
    let backtraces = variables.get("RUST_BACKTRACE").is_some_and(|asked| asked != "0");
    if variables.log_format() != LogFormat::Json || backtraces {
        return;
    }
    let environment = environment.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let place = place(panic);
        // The loop, or the init phase, reports it.
        if is_catching_panics() {
            PLACE.set(place);
            return;
        }
        let error = FunctionError::new("Runtime.Panic", panic_message(panic.payload()));
        log::panic(&environment, &error.with_stack_trace(place));
    }));
}

/// Where it was. How it came there would cost every function 10 KB.
#[cold]
fn place(panic: &PanicHookInfo<'_>) -> Vec<String> {
    panic.location().map(|place| format!("at {place}")).into_iter().collect()
}

/// The report of a panic that was caught.
#[doc(hidden)]
#[cold]
pub fn report(panic: &(dyn Any + Send)) -> FunctionError {
    FunctionError::new("Runtime.Panic", panic_message(panic)).with_stack_trace(PLACE.take())
}
