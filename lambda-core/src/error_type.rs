//! What an error is called in a report.

use std::{
    any::{Any, type_name},
    error::Error,
};

use crate::{
    FunctionError,
    error::{MOST_CAUSES, causes},
};

/// The name for an error that says nothing of itself.
const UNNAMED: &str = "Function.Error";

/// The own name of a concrete type: `OrderError` for `my_function::OrderError`, in a `Box`, an `Arc` or
/// an `Rc` too. Where the last word is `Error` alone, its module stands before it: `io::Error`.
pub fn of<E: ?Sized>() -> String {
    of_path(type_name::<E>())
}

fn of_path(path: &str) -> String {
    let shared = ["alloc::boxed::Box<", "alloc::sync::Arc<", "alloc::rc::Rc<"];
    if let Some(inner) = shared.iter().find_map(|shared| path.strip_prefix(shared)) {
        return of_path(inner.strip_suffix('>').unwrap_or(inner));
    }
    let path = path.split(['<', ' ', ',']).next().unwrap_or(path);
    let mut words = path.rsplit("::");
    match words.next() {
        // The module that only holds the error says nothing.
        Some("Error") => match words.find(|module| !matches!(*module, "error" | "errors")) {
            Some(module) => format!("{module}::Error"),
            None => UNNAMED.to_owned(),
        },
        Some(word) if word.starts_with(|first: char| first.is_ascii_alphabetic()) => {
            word.to_owned()
        }
        _ => UNNAMED.to_owned(),
    }
}

/// The name of an error whose type is gone: what a [`FunctionError`] says; the own name of a type of
/// the standard library, of serde_json or of tokio; else the leading identifier of its `Debug` form
/// when that is written like a type's name, else `Function.Error`.
pub fn of_dyn(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref::<FunctionError>() {
        Some(error) => error.error_type.clone(),
        None => well_known(error).unwrap_or_else(|| of_debug(&format!("{error:?}"))),
    }
}

/// The name of the root of an error, as [`of_dyn`] has it: of the last of its causes, or of the 32nd.
pub fn of_root(error: &(dyn Error + 'static)) -> String {
    let mut root = error;
    for _ in 0..MOST_CAUSES {
        let Some(cause) = root.source() else { break };
        root = cause;
    }
    of_dyn(root)
}

/// The name of a type that many functions fail with, and whose `Debug` form says something else.
fn well_known(error: &(dyn Error + 'static)) -> Option<String> {
    macro_rules! first_of {
        ($($type:ty,)*) => {
            $(if error.is::<$type>() {
                return Some(of::<$type>());
            })*
        };
    }
    first_of! {
        std::io::Error,
        serde_json::Error,
        std::fmt::Error,
        std::env::VarError,
        std::env::JoinPathsError,
        std::num::ParseIntError,
        std::num::ParseFloatError,
        std::num::TryFromIntError,
        std::str::ParseBoolError,
        std::str::Utf8Error,
        std::string::FromUtf8Error,
        std::string::FromUtf16Error,
        std::char::ParseCharError,
        std::char::CharTryFromError,
        std::array::TryFromSliceError,
        std::net::AddrParseError,
        std::ffi::NulError,
        std::time::SystemTimeError,
        std::sync::mpsc::RecvError,
        std::collections::TryReserveError,
        tokio::task::JoinError,
        tokio::time::error::Elapsed,
        tokio::sync::oneshot::error::RecvError,
        tokio::sync::AcquireError,
    }
    None
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
        report.error_type = of::<E>();
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

/// The causes of an error, the nearest first, one line each: at most 32, and a line that states that there are
/// more.
pub fn sources(error: &(dyn Error + 'static)) -> Vec<String> {
    causes(error).collect()
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
        assert_eq!(of::<Vec<OrderError>>(), "Vec");
        assert_eq!(of::<&str>(), "Function.Error");
        assert_eq!(of::<Box<OrderError>>(), "OrderError");
        assert_eq!(of::<std::sync::Arc<std::rc::Rc<OrderError>>>(), "OrderError");
        assert_eq!(of::<crate::WireError>(), "WireError");
    }

    #[derive(Debug)]
    struct Missing {
        #[expect(dead_code, reason = "only its Debug form matters")]
        article: u32,
    }

    impl std::fmt::Display for Missing {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("missing")
        }
    }

    impl Error for Missing {}

    /// `Os`, `Custom`, `Error`, `Box`, `NotPresent`: the name depended on the form of the signature.
    #[tokio::test]
    async fn an_error_has_one_name_typed_or_boxed() {
        #[track_caller]
        fn one_name<E: Error + 'static>(error: E, name: &str) {
            assert_eq!(report(&error).error_type, name, "typed");
            assert_eq!(report_dyn(&error).error_type, name, "boxed");
        }
        one_name(std::fs::read("/no/such/file").expect_err("there is none"), "io::Error");
        one_name(std::io::Error::other("custom"), "io::Error");
        one_name(std::io::Error::from(std::io::ErrorKind::TimedOut), "io::Error");
        one_name(serde_json::from_str::<u8>("x").expect_err("no JSON"), "serde_json::Error");
        one_name(std::fmt::Error, "fmt::Error");
        one_name(std::env::var("NO_SUCH_VARIABLE").expect_err("there is none"), "VarError");
        one_name("x".parse::<u8>().expect_err("no number"), "ParseIntError");
        one_name("x".parse::<f32>().expect_err("no number"), "ParseFloatError");
        one_name("x".parse::<bool>().expect_err("no boolean"), "ParseBoolError");
        one_name("".parse::<char>().expect_err("no character"), "ParseCharError");
        one_name(u8::try_from(256).expect_err("too large"), "TryFromIntError");
        one_name(String::from_utf8(vec![255]).expect_err("no UTF-8"), "FromUtf8Error");
        one_name("x".parse::<std::net::IpAddr>().expect_err("no address"), "AddrParseError");
        let late = tokio::time::timeout(std::time::Duration::ZERO, std::future::pending::<()>());
        one_name(late.await.expect_err("it is late"), "Elapsed");
        one_name(FunctionError::new("SoldOut", "of 7"), "SoldOut");
        one_name(Missing { article: 7 }, "Missing");
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
