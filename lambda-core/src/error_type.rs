//! What an error is called in a report.

use std::{
    any::{Any, type_name},
    error::Error,
};

use crate::FunctionError;

/// The name for an error that says nothing of itself.
const UNNAMED: &str = "Function.Error";

/// The own name of a concrete type: `OrderError` for `my_function::OrderError`.
pub fn of<E>() -> &'static str {
    let name = type_name::<E>();
    let path = name.split(['<', ' ']).next().unwrap_or(name);
    match path.rsplit("::").next() {
        Some(word) if word.starts_with(|first: char| first.is_ascii_alphabetic()) => word,
        _ => UNNAMED,
    }
}

/// The name of an error whose type is gone: what a [`FunctionError`] says, else the leading
/// identifier of its `Debug` form when that is written like a type's name, else `Function.Error`.
pub fn of_dyn(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref::<FunctionError>() {
        Some(error) => error.error_type.clone(),
        None => of_debug(&format!("{error:?}")),
    }
}

/// The report of an error whose type is gone: its name, its message, its causes.
pub fn report_dyn(error: &(dyn Error + 'static)) -> FunctionError {
    match error.downcast_ref::<FunctionError>() {
        Some(error) => error.clone(),
        None => {
            FunctionError::new(of_dyn(error), error.to_string()).with_stack_trace(sources(error))
        }
    }
}

/// The report of an error: the own name of its type, its message, its causes.
pub fn report<E: Error + 'static>(error: &E) -> FunctionError {
    let mut report = report_dyn(error);
    if !(error as &dyn Any).is::<FunctionError>() {
        report.error_type = of::<E>().to_owned();
    }
    report
}

/// The leading identifier of a `Debug` form: `OrderError` for `OrderError { article: 7 }`.
fn of_debug(debug: &str) -> String {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let end = debug.bytes().position(|byte| !part(byte)).unwrap_or(debug.len());
    let (word, rest) = debug.split_at(end);
    // A sentence may begin like a name, but it goes on with a blank and no brace.
    let goes_on = rest.is_empty() || rest.starts_with('(') || rest.starts_with(" {");
    let named = goes_on && word.starts_with(|first: char| first.is_ascii_uppercase());
    if named { word.to_owned() } else { UNNAMED.to_owned() }
}

/// The causes of an error, the nearest first, one line each.
pub fn sources(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    #[expect(dead_code, reason = "only its Debug form matters")]
    enum OrderError {
        Missing,
        Refused(u8),
        Late { by: u8 },
    }

    #[test]
    fn a_type_is_called_by_its_own_name() {
        assert_eq!(of::<OrderError>(), "OrderError");
        assert_eq!(of::<std::io::Error>(), "Error");
        assert_eq!(of::<Vec<OrderError>>(), "Vec");
        assert_eq!(of::<&str>(), "Function.Error");
    }

    #[track_caller]
    fn check(debug: impl std::fmt::Debug, name: &str) {
        assert_eq!(of_debug(&format!("{debug:?}")), name);
    }

    #[test]
    fn a_boxed_error_is_called_by_its_debug_form() {
        check(OrderError::Missing, "Missing");
        check(OrderError::Refused(7), "Refused");
        check(OrderError::Late { by: 7 }, "Late");
        check("some text", "Function.Error");
        check(format_args!("Could not connect"), "Function.Error");
        check(format_args!("Timeout"), "Timeout");
        check(format_args!(""), "Function.Error");
        check(7, "Function.Error");
    }
}
