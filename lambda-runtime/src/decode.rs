//! From the bytes of an event to the type that a handler takes.

use std::any::type_name;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::FunctionError;

/// What a handler may take as its event: anything that serde reads, or [`RawEvent`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from an event",
    note = "derive `serde::Deserialize` for it, or take `lambda_runtime::RawEvent` for the bytes"
)]
pub trait FromEvent: Sized {
    /// Reads the event.
    ///
    /// # Errors
    ///
    /// `Runtime.UnmarshalError` with the place in the JSON where it does not fit.
    fn from_event(payload: Bytes) -> Result<Self, FunctionError>;
}

impl<T: DeserializeOwned> FromEvent for T {
    #[inline]
    fn from_event(payload: Bytes) -> Result<Self, FunctionError> {
        serde_json::from_slice(&payload).map_err(|error| misfit::<T>(&payload, &error))
    }
}

/// An event as bytes: nothing is parsed or copied.
///
/// ```
/// use lambda_runtime::{Error, RawEvent};
///
/// async fn handler(event: RawEvent) -> Result<usize, Error> {
///     Ok(event.0.len())
/// }
/// # lambda_runtime::Runtime::new(handler);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawEvent(pub Bytes);

impl FromEvent for RawEvent {
    fn from_event(payload: Bytes) -> Result<Self, FunctionError> {
        Ok(Self(payload))
    }
}

/// Parses a second time, noting the path, now that the first time failed.
#[cold]
fn misfit<T: DeserializeOwned>(payload: &[u8], error: &serde_json::Error) -> FunctionError {
    let type_name = type_name::<T>();
    let type_name = match type_name.split('<').next().and_then(|path| path.rsplit("::").next()) {
        Some(name) => name,
        None => type_name,
    };
    if !error.is_data() {
        // Not JSON at all: there is no path, only a place.
        let (line, column) = (error.line(), error.column());
        return refuse(format!(
            "event does not fit `{type_name}`: no valid JSON at line {line} column {column}"
        ));
    }
    let mut json = serde_json::Deserializer::from_slice(payload);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => refuse(format!("event does not fit `{type_name}`: {}", without_values(error))),
        Err(error) => {
            let path = match error.path().to_string() {
                path if path == "." => String::new(),
                path => format!(" at `{path}`"),
            };
            let inner = without_values(error.inner());
            refuse(format!("event does not fit `{type_name}`{path}: {inner}"))
        }
    }
}

fn refuse(message: String) -> FunctionError {
    FunctionError::new("Runtime.UnmarshalError", message)
}

/// What serde says, without the value that it met: payloads stay out of messages.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = match text.rfind(" at line ") {
        Some(end) => &text[..end],
        None => &text,
    };
    let Some((found, expected)) = text.split_once(", expected ") else {
        return text.to_owned();
    };
    let found = found
        .strip_prefix("invalid type: ")
        .or_else(|| found.strip_prefix("invalid value: "))
        .or_else(|| found.strip_prefix("invalid length "))
        .unwrap_or(found);
    let found = found.split([' ', '`', '"']).next().unwrap_or(found);
    match found {
        "unknown" => format!("expected {expected}, found another word"),
        found if found.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("expected {expected}, found {found} elements")
        }
        found => format!("expected {expected}, found {found}"),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read by nobody, parsed only")]
    struct Order {
        lines: Vec<Line>,
        state: Option<State>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read by nobody, parsed only")]
    struct Line {
        price: u32,
        place: Option<(u8, u8)>,
    }

    #[derive(Debug, Deserialize)]
    enum State {
        Open,
    }

    #[track_caller]
    fn check(event: &str, message: &str) {
        let error = Order::from_event(Bytes::copy_from_slice(event.as_bytes())).expect_err(event);
        assert_eq!(error.error_type, "Runtime.UnmarshalError");
        assert_eq!(error.error_message, message);
    }

    #[test]
    fn a_misfit_names_the_path_and_what_was_expected_but_no_value() {
        check(
            r#"{"lines":[{"price":1},{"price":"secret, expected"}]}"#,
            "event does not fit `Order` at `lines[1].price`: expected u32, found string",
        );
        check(
            r#"{"lines":[{"price":-1}]}"#,
            "event does not fit `Order` at `lines[0].price`: expected u32, found integer",
        );
        check(
            r#"{"lines":[{"price":null}]}"#,
            "event does not fit `Order` at `lines[0].price`: expected u32, found null",
        );
        check(
            r#"{"lines":[{"price":1,"place":[1]}]}"#,
            "event does not fit `Order` at `lines[0].place`: \
             expected a tuple of size 2, found 1 elements",
        );
        check(
            r#"{"lines":[],"state":"secret"}"#,
            "event does not fit `Order` at `state`: expected `Open`, found another word",
        );
        check("{}", "event does not fit `Order`: missing field `lines`");
        check("7", "event does not fit `Order`: expected struct Order, found integer");
        check(r#"{"lines":"#, "event does not fit `Order`: no valid JSON at line 1 column 9");
        check("", "event does not fit `Order`: no valid JSON at line 1 column 0");
        let _ = State::Open;
    }
}
