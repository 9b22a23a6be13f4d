//! A value of a type of the user's, within an event.

use std::{borrow::Cow, fmt};

use serde::{Serialize, de::DeserializeOwned};

use super::NotJson;
use crate::codec::{Fidelity, Field, Reader, Writer, error::Read};

/// A value of a type of your own within an event: JSON in the text of a message, as SQS, SNS and
/// Kinesis carry it, or JSON itself, as in the detail of an EventBridge event.
///
/// It is read with the event, but what does not fit is told only where the value is asked for, so
/// that one bad body is that record's failure and not the batch's.
///
/// ```
/// use lambda_events::{Json, sqs::SqsEvent};
///
/// # #[derive(serde::Deserialize)]
/// # struct Parcel { grams: u32 }
/// let event: SqsEvent<Json<Parcel>> = serde_json::from_str(
///     r#"{"Records":[{"messageId":"1","body":"{\"grams\":5}"},{"messageId":"2","body":"oops"}]}"#,
/// )?;
/// let grams = |n: usize| event.records[n].body.as_ref()?.get().ok().map(|parcel| parcel.grams);
/// assert_eq!((grams(0), grams(1)), (Some(5), None));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Two are equal when their texts are.
#[derive(Clone)]
pub struct Json<T> {
    text: String,
    value: Result<T, NotJson>,
}

impl<T> Json<T> {
    /// The JSON, as its sender wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// The text does not fit the type.
    pub fn get(&self) -> Result<&T, NotJson> {
        self.value.as_ref().map_err(Clone::clone)
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// The text does not fit the type.
    pub fn into_inner(self) -> Result<T, NotJson> {
        self.value
    }
}

impl<T: Serialize> Json<T> {
    /// A value, with its text.
    ///
    /// # Errors
    ///
    /// It has no form in JSON, as a map whose keys are lists.
    pub fn new(value: T) -> Result<Self, serde_json::Error> {
        Ok(Self { text: serde_json::to_string(&value)?, value: Ok(value) })
    }
}

impl<T: DeserializeOwned> Default for Json<T> {
    fn default() -> Self {
        Self { text: String::new(), value: parse("") }
    }
}

impl<T> PartialEq for Json<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T: fmt::Debug> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, NotJson> {
    serde_json::from_str(text).map_err(NotJson::from)
}

/// Where `json_string` is set, a text that holds JSON is the usual form, and JSON itself is odd; else the other
/// way, and a text is the value itself where it fits.
impl<T: DeserializeOwned> Field for Json<T> {
    const EXPECTED: &'static str = "JSON";

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        let in_text = reader.peek()? == b'"';
        let start = reader.mark();
        let Some(text) = (match in_text {
            true => reader.string()?.map(Cow::into_owned),
            false => Some(reader.skip()?.to_owned()),
        }) else {
            return Ok(Fidelity::Unrepresentable);
        };
        if in_text && !json_string {
            // A text may be the value itself, and only where it does not fit is it JSON within a text.
            let whole = reader.since(start);
            self.value = parse(whole);
            if self.value.is_ok() || parse::<T>(&text).is_err() {
                self.text = whole.to_owned();
                return Ok(Fidelity::Canonical);
            }
        }
        self.value = parse(&text);
        self.text = text;
        Ok(if in_text == json_string { Fidelity::Canonical } else { Fidelity::NonCanonical })
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        if json_string {
            writer.string(&self.text);
        } else if self.text.is_empty() {
            writer.raw("null");
        } else {
            writer.raw(&self.text);
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    fn json(text: &str) -> Json<Vec<u32>> {
        Json { text: text.to_owned(), value: parse(text) }
    }

    #[test]
    fn exact_form() {
        exact("[1, 2]", json("[1, 2]"));
        exact("{\"a\":1}", json("{\"a\":1}"));
        exact_quoted("\"[1, 2]\"", json("[1, 2]"));
        exact_quoted("\"oops\"", json("oops"));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Json<Vec<u32>>>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("\"[1, 2]\"", json("[1, 2]"));
        edited(json("[3]"), "[3]", &["\"[1]\"", "[1]"]);
    }

    #[test]
    fn what_does_not_fit_is_reported_where_it_is_read() {
        assert_eq!(json("[1]").get(), Ok(&vec![1]));
        assert!(json("{}").into_inner().is_err());
        unrepresentable::<Json<Vec<u32>>>("\"\\ud800\"");
    }
}
