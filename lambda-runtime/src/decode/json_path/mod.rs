//! A json_path in the JSON, as a deserializer whose errors are [`Mismatch`]s. It is slow and exact: an
//! event is read by it only after it was refused, to learn why.

mod key;
mod object;
mod variant;

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, Unexpected, Visitor, value::StrDeserializer},
};
use serde_json::{Number, value::RawValue};

use super::{mismatch::Mismatch, whole::WHOLE};
use object::{Elements, Entries, Object, RawText, Text};
use variant::Variant;

/// As deep as `serde_json` goes.
const DEEPEST: u8 = 128;

/// A value, as its text, and how deep it is.
#[derive(Clone, Copy)]
pub(super) struct JsonPath<'de> {
    json: &'de str,
    depth: u8,
}

impl<'de> JsonPath<'de> {
    /// The whole event.
    pub(super) fn whole(event: &'de RawValue) -> Self {
        Self { json: event.get(), depth: 0 }
    }

    fn within(self, value: &'de RawValue) -> Self {
        Self { json: value.get(), depth: self.depth + 1 }
    }

    /// Reads this value. Where the type says in words of its own what is wrong with it, the value is
    /// taken out of them.
    pub(super) fn read<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self).map_err(|mismatch| match self.first() {
            b'{' | b'[' => mismatch,
            b'"' => match self.parse::<Text<'de>>() {
                Ok(text) => mismatch.without(&text.0),
                Err(_) => mismatch,
            },
            _ => mismatch.without(self.json),
        })
    }

    /// Reads a piece of JSON that was found to be JSON: what is refused now is a number out of range
    /// or half a surrogate pair.
    fn parse<T: Deserialize<'de>>(self) -> Result<T, Mismatch> {
        serde_json::from_str(self.json).map_err(|error| {
            let words = error.to_string();
            let reason = words.split(" at line ").next().unwrap_or_default().to_owned();
            Mismatch::custom(reason)
        })
    }

    fn first(self) -> u8 {
        self.json.as_bytes().first().copied().unwrap_or_default()
    }

    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let number: Number = self.parse()?;
        match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => visitor.visit_u64(number),
            (_, Some(number), _) => visitor.visit_i64(number),
            (.., Some(number)) => visitor.visit_f64(number),
            _ => Err(Mismatch::custom("number out of range")),
        }
    }
}

impl<'de> Deserializer<'de> for JsonPath<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.first() {
            b'{' | b'[' if self.depth == DEEPEST => {
                Err(Mismatch::custom("recursion limit exceeded"))
            }
            b'{' => visitor.visit_map(Entries::of(self, self.parse()?)),
            b'[' => visitor.visit_seq(Elements::of(self, self.parse()?)),
            b'"' => match self.parse::<Text<'de>>()?.0 {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            b't' => visitor.visit_bool(true),
            b'f' => visitor.visit_bool(false),
            b'n' => visitor.visit_unit(),
            _ => self.number(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.first() == b'n' { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.json.parse() {
            Ok(number) => visitor.visit_i128(number),
            Err(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.json.parse() {
            Ok(number) => visitor.visit_u128(number),
            Err(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match name {
            WHOLE => visitor.visit_borrowed_str(self.json),
            // As `serde_json` hands over raw text: a map of one entry, whose key is that name.
            _ if name.starts_with("$serde_json::") => {
                visitor.visit_map(RawText::of(name, self.json))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.first() {
            b'"' => visitor.visit_enum(StrDeserializer::new(&self.parse::<Text<'de>>()?.0)),
            b'{' => match &self.parse::<Object<'de>>()?.0[..] {
                [(word, value)] => visitor.visit_enum(Variant { word, value: self.within(value) }),
                _ => Err(Mismatch::invalid_value(Unexpected::Map, &"map with a single key")),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    /// What is passed over is not gone into, however deep it is.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier
    }
}
