//! An event that is a list.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::codec::{Fidelity, Field, Reader, error::Error, serde_bridge};

/// An event that is a list, as that of a pipe or of a batch of AppSync. It is a `Vec` by `Deref`.
///
/// ```
/// use lambda_events::EventList;
///
/// let event: EventList<String> = serde_json::from_str(r#"["a","b"]"#)?;
/// assert_eq!((event.len(), &*event[1]), (2, "b"));
/// let error = serde_json::from_str::<EventList<String>>(r#"["a",{}]"#).unwrap_err();
/// assert!(error.to_string().contains("at `[1]`"), "{error}");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EventList<T>(pub Vec<T>);

impl<T> Default for EventList<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for EventList<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for EventList<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> From<Vec<T>> for EventList<T> {
    fn from(list: Vec<T>) -> Self {
        Self(list)
    }
}

impl<T> FromIterator<T> for EventList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(list: I) -> Self {
        Self(list.into_iter().collect())
    }
}

impl<T> IntoIterator for EventList<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a EventList<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, T: Field> Deserialize<'de> for EventList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = serde_bridge::text(deserializer)?;
        let mut reader = Reader::new(&text);
        let mut list = Vec::new();
        let came = list.read(&mut reader, false).map_err(D::Error::custom)?;
        // A list that would be written in another way has nowhere to keep how it came.
        if came != Fidelity::Canonical {
            let part = reader.take_misfit();
            let error = part.unwrap_or_else(|| Error::mismatch(&text, "a list"));
            return Err(D::Error::custom(error));
        }
        reader.end().map_err(D::Error::custom)?;
        Ok(Self(list))
    }
}

impl<T: Serialize> Serialize for EventList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
