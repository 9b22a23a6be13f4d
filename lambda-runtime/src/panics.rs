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
    std::panic::set_hook(Box::new(move |panic| record(&environment, panic, place(panic))));
}

/// Writes the record of a panic, unless it is caught and reported: by the loop, or the init phase.
#[cold]
fn record(environment: &Environment, panic: &PanicHookInfo<'_>, place: Vec<String>) {
    if is_catching_panics() {
        PLACE.set(place);
        return;
    }
    let error = FunctionError::new("Runtime.Panic", panic_message(panic.payload()));
    log::panic(environment, &error.with_stack_trace(place));
}

/// Sets the panic hook of the process, for one record of each panic: in the log of the process, if it is a function on
/// Lambda, else in that of the simulated environment whose code panicked, after what the hook before it writes.
#[cfg(feature = "tracing")]
pub(crate) fn set_hook_of_records(process: Option<Environment>) {
    use lambda_core::rt::simulated;

    static SET: std::sync::Once = std::sync::Once::new();
    SET.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if process.is_none() {
                before(panic);
            }
            if let Some(environment) = process.clone().or_else(simulated) {
                record(&environment, panic, place_and_trace(panic, &environment));
            }
        }));
    });
}

/// Where it was, and how it came there where `RUST_BACKTRACE` asks for that.
#[cfg(feature = "tracing")]
fn place_and_trace(panic: &PanicHookInfo<'_>, environment: &Environment) -> Vec<String> {
    let mut place = place(panic);
    if environment.variables().get("RUST_BACKTRACE").is_some_and(|asked| asked != "0") {
        let trace = std::backtrace::Backtrace::force_capture().to_string();
        place.extend(trace.lines().map(|line| line.trim().to_owned()));
    }
    place
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
