//! Members of sets, and numbers, which travel as text.

use serde::{
    Deserializer,
    de::{Error as _, IntoDeserializer, Visitor, value::SeqDeserializer},
    forward_to_deserialize_any,
};

use super::error::FromItemError;
use crate::Base64;

pub(super) fn sequence<'de, 'a, T: 'a, V: Visitor<'de>, D: IntoDeserializer<'de, FromItemError>>(
    values: &'a [T],
    value: impl Fn(&'a T) -> D,
    visitor: V,
) -> Result<V::Value, FromItemError> {
    visitor.visit_seq(SeqDeserializer::new(values.iter().map(value)))
}

/// The number that a text names; the nearest where it is a fraction.
pub(super) fn number<'de, V: Visitor<'de>>(
    text: &str,
    visitor: V,
) -> Result<V::Value, FromItemError> {
    if let Ok(number) = text.parse() {
        return visitor.visit_u64(number);
    }
    if let Ok(number) = text.parse() {
        return visitor.visit_i64(number);
    }
    match text.parse() {
        Ok(number) => visitor.visit_f64(number),
        Err(_) => Err(FromItemError::custom("an attribute of type N is no number")),
    }
}

/// A number in a set.
pub(super) struct Numeral<'a>(pub(super) &'a str);

/// Bytes in a set.
pub(super) struct Bytes<'a>(pub(super) &'a Base64);

macro_rules! member {
    ($name:ident) => {
        impl<'de> IntoDeserializer<'de, FromItemError> for $name<'_> {
            type Deserializer = Self;

            fn into_deserializer(self) -> Self {
                self
            }
        }
    };
}

member!(Numeral);
member!(Bytes);

impl<'de> Deserializer<'de> for Numeral<'_> {
    type Error = FromItemError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        number(self.0, visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        visitor.visit_str(self.0)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        visitor.visit_str(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A sequence of numbers, unless bytes are asked for.
impl<'de> Deserializer<'de> for Bytes<'_> {
    type Error = FromItemError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        sequence(self.0, |byte| *byte, visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        visitor.visit_bytes(self.0)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        visitor.visit_bytes(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
