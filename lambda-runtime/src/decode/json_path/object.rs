//! Objects and lists, an entry at a time, and raw text.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor, value::BorrowedStrDeserializer},
};
use serde_json::value::RawValue;

use super::{JsonPath, Mismatch, key::Key};

/// A text, borrowed where it has no escapes.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// The entries of an object, doubled keys included; the last one first.
pub(super) struct Object<'de>(pub(super) Vec<(Cow<'de, str>, &'de RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<Text<'de>, _>()? {
                    entries.push((key.0, value));
                }
                entries.reverse();
                Ok(Object(entries))
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

pub(super) struct Entries<'de> {
    of: JsonPath<'de>,
    left: Vec<(Cow<'de, str>, &'de RawValue)>,
    value: Option<(Cow<'de, str>, &'de RawValue)>,
}

impl<'de> Entries<'de> {
    pub(super) fn of(of: JsonPath<'de>, object: Object<'de>) -> Self {
        Self { of, left: object.0, value: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        let Some((key, value)) = self.left.pop() else { return Ok(None) };
        let read = seed.deserialize(Key(&key)).map(Some);
        self.value = Some((key, value));
        read
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let Some((key, value)) = self.value.take() else {
            return Err(Mismatch::custom("a value was asked for before its key"));
        };
        self.of.within(value).read(seed).map_err(|mismatch| mismatch.at_key(&key))
    }
}

pub(super) struct Elements<'de> {
    of: JsonPath<'de>,
    left: Vec<&'de RawValue>,
    index: usize,
}

impl<'de> Elements<'de> {
    pub(super) fn of(of: JsonPath<'de>, mut elements: Vec<&'de RawValue>) -> Self {
        elements.reverse();
        Self { of, left: elements, index: 0 }
    }
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some(value) = self.left.pop() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        let element = self.of.within(value).read(seed);
        element.map(Some).map_err(|mismatch| mismatch.at_index(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// Raw text, as `serde_json` hands it over: an object of one entry, whose key is the name asked for.
pub(super) struct RawText<'de> {
    name: Option<&'static str>,
    text: &'de str,
}

impl<'de> RawText<'de> {
    pub(super) fn of(name: &'static str, text: &'de str) -> Self {
        Self { name: Some(name), text }
    }
}

impl<'de> MapAccess<'de> for RawText<'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        let Some(name) = self.name.take() else { return Ok(None) };
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        seed.deserialize(BorrowedStrDeserializer::new(self.text))
    }
}
