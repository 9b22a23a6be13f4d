//! Enums.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, EnumAccess, VariantAccess, Visitor, value::StrDeserializer},
};

use super::{Misfit, Place};

/// A word with a value: `{"Word": value}`.
pub(super) struct Variant<'a, 'de> {
    pub(super) word: &'a str,
    pub(super) value: Place<'de>,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Misfit;
    type Variant = Place<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Place<'de>), Misfit> {
        let word = seed.deserialize(StrDeserializer::<Misfit>::new(self.word))?;
        Ok((word, self.value))
    }
}

impl<'de> VariantAccess<'de> for Place<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        self.read(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        Deserializer::deserialize_seq(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        Deserializer::deserialize_map(self, visitor)
    }
}
