//! What an event holds besides the fields that a type names.

use std::fmt;

use serde::ser::SerializeMap;

use super::{Came, Json};

/// The fields of an object that its type does not name, and what it must remember to write the
/// object back as it came: which fields were null, absent, or numbers in the place of text.
///
/// It is empty in a value that a program makes.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Inner>>);

/// Sets of named fields are bits, by their places.
#[derive(Clone, Default, PartialEq)]
struct Inner {
    unknown: Vec<(String, Json)>,
    null: u64,
    absent: u64,
    unquoted: u64,
}

impl Extra {
    /// The value of a field that the type does not name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Every field that the type does not name, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        let unknown = self.0.iter().flat_map(|inner| &inner.unknown);
        unknown.map(|(key, value)| (key.as_str(), value))
    }

    fn inner(&mut self) -> &mut Inner {
        self.0.get_or_insert_with(Box::default)
    }

    pub(crate) fn push(&mut self, key: String, value: Json) {
        self.inner().unknown.push((key, value));
    }

    pub(crate) fn came(&mut self, place: usize, came: Came) {
        match came {
            Came::Plain => {}
            Came::Null => self.inner().null |= bit(place),
            Came::Unquoted => self.inner().unquoted |= bit(place),
        }
    }

    /// Remembers which of the fields that are written even when empty did not come.
    pub(crate) fn were_absent(&mut self, absent: u64) {
        if absent != 0 {
            self.inner().absent |= absent;
        }
    }

    pub(crate) fn was_null(&self, place: usize) -> bool {
        self.0.as_ref().is_some_and(|inner| holds(inner.null, place))
    }

    pub(crate) fn was_absent(&self, place: usize) -> bool {
        self.0.as_ref().is_some_and(|inner| holds(inner.absent, place))
    }

    pub(crate) fn was_unquoted(&self, place: usize) -> bool {
        self.0.as_ref().is_some_and(|inner| holds(inner.unquoted, place))
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        for (key, value) in self.iter() {
            map.serialize_entry(key, value)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The set of one field.
pub(crate) const fn bit(place: usize) -> u64 {
    assert!(place < 64, "a type names at most 64 fields");
    1 << place
}

/// Whether a set has this field.
pub(crate) const fn holds(set: u64, place: usize) -> bool {
    set & bit(place) != 0
}
