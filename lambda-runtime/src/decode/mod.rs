//! From the bytes of an event to the type that a handler takes.

mod json_path;
mod mismatch;
mod whole;

use std::{any::type_name, marker::PhantomData};

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::FunctionError;
use json_path::JsonPath;

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
    /// `Runtime.UnmarshalError` with the json_path in the JSON where it does not fit.
    fn from_event(payload: Bytes) -> Result<Self, FunctionError>;
}

impl<T: DeserializeOwned> FromEvent for T {
    #[inline]
    fn from_event(payload: Bytes) -> Result<Self, FunctionError> {
        whole::read(&payload).map_err(|error| mismatch::<T>(&payload, &error))
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

/// Reads a second time, slowly, now that the first time failed: where does it not fit, and why?
#[cold]
fn mismatch<T: DeserializeOwned>(payload: &[u8], error: &serde_json::Error) -> FunctionError {
    let no_json = |reason: &str| refuse(format!("event is no valid JSON: {reason}"));
    if let Some(reason) = not_even_text(payload) {
        return no_json(reason);
    }
    let raw: &RawValue = match serde_json::from_slice(payload) {
        Ok(raw) => raw,
        Err(error) => return no_json(&error.to_string()),
    };
    let type_name = type_name::<T>();
    let type_name = match type_name.split('<').next().and_then(|path| path.rsplit("::").next()) {
        Some(name) => name,
        None => type_name,
    };
    refuse(match JsonPath::whole(raw).read(PhantomData::<T>) {
        Err(mismatch) if mismatch.path().is_empty() => {
            format!("event does not fit `{type_name}`: {}", mismatch.what())
        }
        Err(mismatch) => {
            format!(
                "event does not fit `{type_name}` at `{}`: {}",
                mismatch.path(),
                mismatch.what()
            )
        }
        // What only `serde_json` refuses; its words for that quote nothing.
        Ok(_) if !error.is_data() => format!("event does not fit `{type_name}`: {error}"),
        // The type asks differently the second time.
        Ok(_) => format!("event does not fit `{type_name}`"),
    })
}

/// What is seen before any JSON is.
fn not_even_text(payload: &[u8]) -> Option<&'static str> {
    match payload {
        [] => Some("it is empty"),
        [0xEF, 0xBB, 0xBF, ..] => Some("it begins with a byte order mark"),
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => Some("it is UTF-16, not UTF-8"),
        _ => None,
    }
}

fn refuse(message: String) -> FunctionError {
    FunctionError::new("Runtime.UnmarshalError", message)
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
        json_path: Option<(u8, u8)>,
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
    fn a_mismatch_names_the_path_and_what_was_expected_but_no_value() {
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
            r#"{"lines":[{"price":1,"json_path":[1]}]}"#,
            "event does not fit `Order` at `lines[0].json_path`: \
             expected a tuple of size 2, found 1 elements",
        );
        check(
            r#"{"lines":[],"state":"secret"}"#,
            "event does not fit `Order` at `state`: expected `Open`, found another word",
        );
        check("{}", "event does not fit `Order`: missing field `lines`");
        check("7", "event does not fit `Order`: expected struct Order, found integer");
        check(
            r#"{"lines":"#,
            "event is no valid JSON: EOF while parsing a value at line 1 column 9",
        );
        let _ = State::Open;
    }

    #[track_caller]
    fn check_as<T: DeserializeOwned>(event: &[u8], message: &str) {
        match T::from_event(Bytes::copy_from_slice(event)) {
            Ok(_) => panic!("it fits"),
            Err(error) => assert_eq!(error.error_message, message),
        }
    }

    /// A type whose own code asks for what JSON does not have.
    #[test]
    fn each_form_that_a_type_asks_for_has_its_words() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Strict {
            #[serde(rename = "a")]
            _a: Option<bool>,
        }
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "parsed only")]
        enum Shape {
            Point,
            Line(u8, u8),
        }
        #[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
        struct Key(Option<u8>);
        check_as::<Strict>(
            br#"{"b":1}"#,
            "event does not fit `Strict`: expected `a`, found another field",
        );
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Empty {}
        check_as::<Empty>(
            br#"{"b":1}"#,
            "event does not fit `Empty`: expected nothing, found another field",
        );
        check_as::<Vec<u128>>(
            br#"["x"]"#,
            "event does not fit `Vec` at `[0]`: expected u128, found string",
        );
        check_as::<(u128, bool)>(
            br#"[340282366920938463463374607431768211455, 1]"#,
            "event does not fit `(u128, bool)` at `[1]`: expected a boolean, found integer",
        );
        check_as::<(f64, bool, bool)>(
            b"[1.5, false, 1]",
            "event does not fit `(f64, bool, bool)` at `[2]`: expected a boolean, found integer",
        );
        check_as::<Shape>(
            br#"{"Point":1}"#,
            "event does not fit `Shape`: expected unit, found integer",
        );
        check_as::<Shape>(
            br#"{"Line":[1,true]}"#,
            "event does not fit `Shape` at `[1]`: expected u8, found boolean",
        );
        check_as::<std::collections::BTreeMap<Key, bool>>(
            br#"{"7":1}"#,
            "event does not fit `BTreeMap` at `7`: expected a boolean, found integer",
        );
    }

    /// A type that refuses an event, and takes it where it is read again to see why.
    #[test]
    fn a_type_that_asks_differently_the_second_time_is_named_without_a_reason() {
        use std::cell::Cell;
        thread_local! {
            static IS_FIRST: Cell<bool> = const { Cell::new(true) };
        }
        #[derive(Debug)]
        struct Fickle;
        impl<'de> Deserialize<'de> for Fickle {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::de::IgnoredAny::deserialize(deserializer)?;
                match IS_FIRST.replace(false) {
                    true => Err(serde::de::Error::custom("not now")),
                    false => Ok(Self),
                }
            }
        }
        check_as::<Fickle>(b"1", "event does not fit `Fickle`");
    }

    #[test]
    fn what_is_not_json_is_refused_with_the_reason_of_serde_json() {
        let of = "event is no valid JSON:";
        for (event, reason) in [
            (b"".as_slice(), "it is empty"),
            (b"\xEF\xBB\xBF{}", "it begins with a byte order mark"),
            (b"\xFF\xFE{\0}\0", "it is UTF-16, not UTF-8"),
            (b"{\"a\":\"\xFF\"}", "invalid unicode code point at line 1 column 7"),
        ] {
            check_as::<serde_json::Value>(event, &format!("{of} {reason}"));
        }
    }

    #[test]
    fn what_only_serde_json_refuses_is_refused_in_its_words() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        let of = "event does not fit `Value`";
        for (event, reason) in [
            (&*deep, ": recursion limit exceeded"),
            ("1e999", ": number out of range"),
            (r#"{"a":[1e999]}"#, " at `a[0]`: number out of range"),
            (r#""\ud800""#, ": unexpected end of hex escape"),
        ] {
            let error = serde_json::Value::from_event(Bytes::copy_from_slice(event.as_bytes()))
                .expect_err(event);
            let found = error.error_message.replace(&"[0]".repeat(128), "…");
            assert!(found.starts_with(of) && found.ends_with(reason), "{found}");
        }
    }

    #[test]
    fn a_field_that_is_passed_over_may_be_of_any_depth() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        check_as::<Order>(
            format!(r#"{{"new":{deep},"lines":7}}"#).as_bytes(),
            "event does not fit `Order` at `lines`: expected a sequence, found integer",
        );
    }

    #[test]
    fn text_of_the_payload_is_in_no_message() {
        #[derive(Debug, Deserialize)]
        struct Price {
            #[serde(rename = "price")]
            _price: u32,
        }
        check_as::<Price>(
            br#"{"price":"x, expected SECRET"}"#,
            "event does not fit `Price` at `price`: expected u32, found string",
        );
        #[derive(Debug, Deserialize)]
        #[serde(try_from = "String")]
        struct Code;
        impl TryFrom<String> for Code {
            type Error = String;
            fn try_from(code: String) -> Result<Self, String> {
                Err(format!("`{code}` is no code"))
            }
        }
        check_as::<Vec<Code>>(
            br#"["a secret"]"#,
            "event does not fit `Vec` at `[0]`: `…` is no code",
        );
        check_as::<std::collections::BTreeMap<u8, bool>>(
            br#"{"7":true,"secret":true}"#,
            "event does not fit `BTreeMap`: expected u8, found string",
        );
    }

    #[test]
    fn the_error_of_a_model_of_lambda_events_is_left_as_it_is() {
        use lambda_events::sqs::SqsEvent;
        let s3 =
            br#"{"Records":[{"eventSource":"aws:s3","s3":{"object":{"key":"a, expected b"}}}]}"#;
        check_as::<SqsEvent>(
            s3,
            "event does not fit `SqsEvent`: this looks like an S3 event, expected SqsEvent: \
             missing field `messageId` at `Records[0]`",
        );
        #[derive(Debug, Deserialize)]
        struct Outer {
            #[serde(rename = "inner")]
            _inner: SqsEvent,
        }
        check_as::<Outer>(
            br#"{"inner":{"Records":[{"body":"a"}]}}"#,
            "event does not fit `Outer` at `inner`: missing field `messageId` at `Records[0]`",
        );
        check_as::<SqsEvent>(
            br#"{"Records":["#,
            "event is no valid JSON: EOF while parsing a list at line 1 column 12",
        );
    }

    #[test]
    fn a_field_of_raw_json_fits_any_value() {
        #[derive(Debug, Deserialize)]
        struct Envelope {
            #[serde(rename = "raw")]
            _raw: Box<RawValue>,
            #[serde(rename = "count")]
            _count: u8,
        }
        check_as::<Envelope>(
            br#"{"raw":{"a":[1]},"count":"secret"}"#,
            "event does not fit `Envelope` at `count`: expected u8, found string",
        );
        check_as::<Envelope>(
            br#"{"count":1}"#,
            "event does not fit `Envelope`: missing field `raw`",
        );
    }

    #[test]
    fn enums_tuples_and_doubled_fields_are_explained_too() {
        #[derive(Debug, Deserialize)]
        enum Shape {
            Square(#[expect(dead_code, reason = "parsed only")] u8),
            Point {
                #[expect(dead_code, reason = "parsed only")]
                x: Option<u8>,
            },
        }
        check_as::<Shape>(
            br#"{"Square":"secret"}"#,
            "event does not fit `Shape`: expected u8, found string",
        );
        check_as::<Shape>(
            br#"{"Point":{"x":-1}}"#,
            "event does not fit `Shape` at `x`: expected u8, found integer",
        );
        check_as::<Shape>(
            br#"{"Circle":1}"#,
            "event does not fit `Shape`: expected one of `Square`, `Point`, found another word",
        );
        check_as::<Order>(
            br#"{"lines":[],"lines":[]}"#,
            "event does not fit `Order`: duplicate field `lines`",
        );
        check_as::<(u8, i128)>(
            br#"[1,"secret"]"#,
            "event does not fit `(u8, i128)` at `[1]`: expected i128, found string",
        );
        let _ = Shape::Point { x: None };
    }
}
