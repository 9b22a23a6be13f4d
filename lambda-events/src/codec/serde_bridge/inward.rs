//! From a deserializer to text.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor, value::SeqAccessDeserializer},
};
use serde_json::Value;

use super::{WHOLE, raw};
use crate::codec::{
    Fidelity, Field, Object, Reader,
    error::{Error, Read},
    object,
};

/// `Deserialize` of every model.
///
/// # Errors
///
/// The text does not fit; where it looks like the event of another trigger, the error says so.
pub(crate) fn deserialize_object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Object + Default,
{
    let text = text(deserializer)?;
    let mut model = T::default();
    match parse(&mut model, &text) {
        Ok(()) => Ok(model),
        Err(error) => Err(D::Error::custom(explain(&error, &model, &text))),
    }
}

fn parse(object: &mut dyn Object, text: &str) -> Read<()> {
    let mut reader = Reader::new(text);
    match object::read(object, &mut reader)? {
        Fidelity::Canonical | Fidelity::NonCanonical => reader.end(),
        Fidelity::Unrepresentable => Err(Error::mismatch(text, object.schema().name)),
    }
}

/// Only now, that it does not fit, is the trigger looked for.
#[cold]
fn explain(error: &Error, object: &dyn Object, text: &str) -> String {
    let schema = object.schema();
    match schema.other.and_then(|other| other(text)) {
        Some(other) => format!("this looks like {other}, expected {}: {error}", schema.name),
        None => error.to_string(),
    }
}

/// `Deserialize` of every kind of field.
///
/// # Errors
///
/// The value is of another kind.
pub(crate) fn deserialize_leaf<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Field,
{
    let text = text(deserializer)?;
    read_leaf(&text).map_err(D::Error::custom)
}

fn read_leaf<T: Field>(text: &str) -> Read<T> {
    let mut reader = Reader::new(text);
    let mut value = T::default();
    if !reader.null()? && value.read(&mut reader, false)? == Fidelity::Unrepresentable {
        return Err(Error::mismatch(text, T::EXPECTED));
    }
    reader.end()?;
    Ok(value)
}

/// The JSON text of whatever a deserializer holds.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    deserializer.deserialize_newtype_struct(WHOLE, Text { asked_for_raw: false })
}

struct Text {
    asked_for_raw: bool,
}

/// What is no text yet is read as a value and printed.
fn print<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    Value::deserialize(deserializer).map(|value| value.to_string().into())
}

macro_rules! print {
    ($($visit:ident $type:ty)*) => {$(
        fn $visit<E: serde::de::Error>(self, value: $type) -> Result<Cow<'de, str>, E> {
            Ok(Value::from(value).to_string().into())
        }
    )*};
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    /// The whole text.
    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        if self.asked_for_raw { self.visit_str(text) } else { Ok(Cow::Borrowed(text)) }
    }

    /// The deserializer knows nothing of whole texts: perhaps of raw ones?
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Cow<'de, str>, D::Error> {
        if self.asked_for_raw {
            return print(deserializer);
        }
        deserializer.deserialize_newtype_struct(raw(), Self { asked_for_raw: true })
    }

    /// Raw text, or the object of a deserializer that knows no newtypes.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cow<'de, str>, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(Part(key)) = map.next_key()? {
            if key == raw() {
                return map.next_value::<Part<'de>>().map(|text| text.0);
            }
            object.insert(key.into_owned(), map.next_value()?);
        }
        Ok(Value::Object(object).to_string().into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Cow<'de, str>, A::Error> {
        print(SeqAccessDeserializer::new(seq))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        print(deserializer)
    }

    fn visit_none<E>(self) -> Result<Cow<'de, str>, E> {
        Ok("null".into())
    }

    fn visit_unit<E>(self) -> Result<Cow<'de, str>, E> {
        Ok("null".into())
    }

    print! { visit_bool bool visit_i64 i64 visit_u64 u64 visit_f64 f64 visit_str &str }
}

/// A text, borrowed if it can be.
struct Part<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Part<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PartVisitor)
    }
}

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Part<'de>, E> {
        Ok(Part(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Part<'de>, E> {
        Ok(Part(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Part<'de>, E> {
        Ok(Part(Cow::Owned(text)))
    }
}
