//! Enums.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, EnumAccess, VariantAccess, Visitor, value::StrDeserializer},
};

use super::{JsonPath, Mismatch};

/// A word with a value: `{"Word": value}`.
pub(super) struct Variant<'a, 'de> {
    pub(super) word: &'a str,
    pub(super) value: JsonPath<'de>,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Mismatch;
    type Variant = JsonPath<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, JsonPath<'de>), Mismatch> {
        let word = seed.deserialize(StrDeserializer::<Mismatch>::new(self.word))?;
        Ok((word, self.value))
    }
}

impl<'de> VariantAccess<'de> for JsonPath<'de> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        self.read(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        Deserializer::deserialize_seq(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        Deserializer::deserialize_map(self, visitor)
    }
}
