//! One field of an object: how it is read, and whether and how it is written.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::value::RawValue;

/// How a value came.
#[derive(Clone, Copy)]
pub(crate) enum Came {
    /// As its type is written.
    Plain,
    /// As null.
    Null,
    /// As a number or a truth value in the place of text.
    Unquoted,
}

/// The type of a field.
pub(crate) trait Field: Default + PartialEq {
    /// Whether it is left out when it is empty.
    const OPTIONAL: bool;

    /// Reads the value of the key just read; null leaves the field as it is.
    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Came, A::Error>;

    /// Writes key and value.
    fn write<M: SerializeMap>(
        &self,
        key: &'static str,
        unquoted: bool,
        map: &mut M,
    ) -> Result<(), M::Error>;

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A type whose form in JSON is its own.
pub(crate) trait Plain: Serialize + for<'de> Deserialize<'de> + PartialEq {}

impl Plain for super::Json {}
impl Plain for bool {}
impl Plain for u64 {}
impl Plain for i64 {}
impl Plain for String {}
impl<T: Plain> Plain for Vec<T> {}
impl<T: Plain> Plain for super::Map<T> {}

/// A field that is written even when it is empty, unless it was absent.
impl<T: Plain + Default + NotText> Field for T {
    const OPTIONAL: bool = false;

    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Came, A::Error> {
        match map.next_value::<Option<T>>()? {
            None => Ok(Came::Null),
            Some(value) => {
                *self = value;
                Ok(Came::Plain)
            }
        }
    }

    fn write<M: SerializeMap>(
        &self,
        key: &'static str,
        _: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(key, self)
    }
}

impl<T: Plain + NotText> Field for Option<T> {
    const OPTIONAL: bool = true;

    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Came, A::Error> {
        *self = map.next_value()?;
        Ok(if self.is_none() { Came::Null } else { Came::Plain })
    }

    fn write<M: SerializeMap>(
        &self,
        key: &'static str,
        _: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        map.serialize_entry(key, self)
    }
}

/// Text has a reading of its own: numbers occur where text is documented.
pub(crate) trait NotText {}

impl NotText for super::Json {}
impl NotText for bool {}
impl NotText for u64 {}
impl NotText for i64 {}
impl<T> NotText for Vec<T> {}
impl<T> NotText for super::Map<T> {}

impl Field for String {
    const OPTIONAL: bool = false;

    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Came, A::Error> {
        let Scalar(text, came) = map.next_value()?;
        *self = text;
        Ok(came)
    }

    fn write<M: SerializeMap>(
        &self,
        key: &'static str,
        unquoted: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        write_text(self, key, unquoted, map)
    }
}

impl Field for Option<String> {
    const OPTIONAL: bool = true;

    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<Came, A::Error> {
        let Scalar(text, came) = map.next_value()?;
        *self = Some(text).filter(|_| !matches!(came, Came::Null));
        Ok(came)
    }

    fn write<M: SerializeMap>(
        &self,
        key: &'static str,
        unquoted: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        write_text(self.as_deref().unwrap_or_default(), key, unquoted, map)
    }
}

fn write_text<M: SerializeMap>(
    text: &str,
    key: &'static str,
    unquoted: bool,
    map: &mut M,
) -> Result<(), M::Error> {
    // A program may have changed the text since it came: what is no number is quoted.
    let number =
        unquoted && matches!(text.as_bytes().first(), Some(b'-' | b'0'..=b'9' | b't' | b'f'));
    match serde_json::from_str::<&RawValue>(text) {
        Ok(number_or_truth) if number => map.serialize_entry(key, number_or_truth),
        _ => map.serialize_entry(key, text),
    }
}

/// A text, or what stands in its place.
struct Scalar(String, Came);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar(text.to_owned(), Came::Plain))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Scalar, E> {
        Ok(Scalar(text, Came::Plain))
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar(String::new(), Came::Null))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar(number.to_string(), Came::Unquoted))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar(number.to_string(), Came::Unquoted))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar(number.to_string(), Came::Unquoted))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Scalar, E> {
        Ok(Scalar(truth.to_string(), Came::Unquoted))
    }
}
