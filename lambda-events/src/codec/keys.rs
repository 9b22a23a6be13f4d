//! Finds a key among those that a type names: one visitor for all types.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, Visitor},
};

/// The keys that a type names, by their places.
#[derive(Clone, Copy)]
pub(crate) struct Keys(pub(crate) &'static [&'static str]);

/// A key: its place, or its text where the type does not name it.
pub(crate) enum Key {
    Known(usize),
    Unknown(String),
}

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Keys {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        Ok(match self.0.iter().position(|known| *known == key) {
            Some(place) => Key::Known(place),
            None => Key::Unknown(key.to_owned()),
        })
    }
}
