//! A JSON value kept as its text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

use super::NotJson;
use crate::codec::{Fidelity, Field, Reader, Writer, error::Read, serde_bridge};

/// A JSON value of any shape, kept as it was written: numbers, escapes and order included.
///
/// ```
/// use lambda_events::RawJson;
///
/// let json: RawJson = serde_json::from_str(r#"{"price": 1.50}"#)?;
/// assert_eq!(json.as_str(), r#"{"price": 1.50}"#);
/// # #[derive(serde::Deserialize)]
/// # struct Article { price: f64 }
/// assert_eq!(json.to::<Article>()?.price, 1.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct RawJson(Box<str>);

impl RawJson {
    /// The value that has this form in JSON.
    ///
    /// # Errors
    ///
    /// It has none, as a map whose keys are lists.
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self(serde_json::to_string(value)?.into()))
    }

    pub(crate) fn of(json: &str) -> Self {
        Self(json.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// It does not fit the type.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        serde_json::from_str(&self.0).map_err(NotJson::from)
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        &*self.0 == "null"
    }
}

/// `null`.
impl Default for RawJson {
    fn default() -> Self {
        Self::of("null")
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Field for RawJson {
    const EXPECTED: &'static str = "JSON";

    fn read(&mut self, reader: &mut Reader<'_>, _: bool) -> Read<Fidelity> {
        *self = Self::of(reader.skip()?);
        Ok(Fidelity::Canonical)
    }

    fn write(&self, writer: &mut Writer, _: bool) {
        writer.raw(&self.0);
    }

    fn is_empty(&self) -> bool {
        self.is_null()
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_bridge::text(deserializer).map(|text| Self::of(text.trim_ascii()))
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_bridge::write_raw(&self.0, serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    #[test]
    fn exact_form() {
        for json in ["{\"b\": 1.50,  \"a\":[]}", "7", "\"\\u0041\"", "false", "\"\\ud800\""] {
            exact(json, RawJson::of(json));
        }
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<RawJson>();
        null_and_absent::<Option<RawJson>>();
    }

    #[test]
    fn white_space_around_it_does_not_count() {
        let json: RawJson = serde_json::from_str(" { \"a\" : 1 } ").expect("JSON");
        assert_eq!(json.as_str(), "{ \"a\" : 1 }");
    }
}
