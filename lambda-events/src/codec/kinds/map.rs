//! Maps that keep the order in which they came. A null in one is a name without a value, which is
//! written back; of a name that comes twice the last value counts.

use std::fmt;

use super::leaf;
use crate::codec::{Fidelity, Field, Reader, Writer, error::Read};

/// A map from names to values, in the order in which they came.
///
/// Most have a handful of entries, so a value is found by going through them. The order makes no
/// difference when two are compared, as in JSON.
#[derive(Clone)]
pub struct Map<T>(Vec<(String, Option<T>)>);

impl<T> Map<T> {
    /// The value of a name; none where it came as null.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.last(|key| key == name)
    }

    fn last(&self, is_it: impl Fn(&str) -> bool) -> Option<&T> {
        self.0.iter().rev().find(|(key, _)| is_it(key))?.1.as_ref()
    }

    /// Sets the value of a name, in the place of the one it had.
    pub fn insert(&mut self, name: impl Into<String>, value: T) {
        let name = name.into();
        match self.0.iter_mut().rev().find(|(key, _)| *key == name) {
            Some(entry) => entry.1 = Some(value),
            None => self.0.push((name, Some(value))),
        }
    }

    /// Every name in the order in which it came, with its value unless that is null.
    pub(super) fn entries(&self) -> &[(String, Option<T>)] {
        &self.0
    }

    pub(super) fn push(&mut self, name: String, value: Option<T>) {
        self.0.push((name, value));
    }

    /// Takes a name out, and hands over its value.
    pub fn remove(&mut self, name: &str) -> Option<T> {
        let mut last = None;
        while let Some(at) = self.0.iter().position(|(key, _)| key == name) {
            last = self.0.remove(at).1;
        }
        last
    }

    /// Every name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_ref()?)))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl<T: PartialEq> PartialEq for Map<T> {
    fn eq(&self, other: &Self) -> bool {
        let same = |key: &str| self.get(key) == other.get(key);
        self.0 == other.0
            || self.iter().all(|(key, _)| same(key)) && other.iter().all(|(key, _)| same(key))
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<N: Into<String>, T> FromIterator<(N, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(name, value)| (name.into(), Some(value))).collect())
    }
}

impl<N: Into<String>, T, const COUNT: usize> From<[(N, T); COUNT]> for Map<T> {
    fn from(entries: [(N, T); COUNT]) -> Self {
        entries.into_iter().collect()
    }
}

impl<T> IntoIterator for Map<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        let entries = self.0.into_iter().filter_map(|(name, value)| Some((name, value?)));
        entries.collect::<Vec<_>>().into_iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for Map<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T: Field> Field for Map<T> {
    const EXPECTED: &'static str = "an object";

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        if reader.peek()? != b'{' {
            return Ok(Fidelity::Unrepresentable);
        }
        let mut worst = Fidelity::Canonical;
        let mut more = reader.enter(b'}')?;
        if more {
            // As many as most have, so that it grows once.
            self.0.reserve(8);
        }
        while more {
            let key = reader.key()?;
            let value = if reader.null()? {
                None
            } else {
                let mut value = T::default();
                let came = value.read(reader, json_string).map_err(|error| error.at_key(&key))?;
                if came == Fidelity::Unrepresentable {
                    reader.part_does_not_fit(T::EXPECTED, |error| error.at_key(&key));
                    return Ok(Fidelity::Unrepresentable);
                }
                worst = worst.max(came);
                Some(value)
            };
            self.0.push((key.into_owned(), value));
            more = reader.more(b'}')?;
        }
        Ok(worst)
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        writer.raw("{");
        for (key, value) in &self.0 {
            writer.key(key);
            match value {
                Some(value) => value.write(writer, json_string),
                None => writer.raw("null"),
            }
        }
        writer.raw("}");
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

leaf!(Map<T>);

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    fn map(entries: &[(&str, u32)]) -> Map<u32> {
        entries.iter().copied().collect()
    }

    #[test]
    fn exact_form() {
        exact("{\"b\":1,\"a\":2}", map(&[("b", 1), ("a", 2)]));
        exact("{\"b\":1,\"a\":2}", map(&[("a", 2), ("b", 1)]));
        exact("{}", map(&[]));
        exact("{\"a\":null,\"b\":1}", map(&[("b", 1)]));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Map<u32>>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("{\"a\":\"1\"}", map(&[("a", 1)]));
        edited(map(&[("a", 2)]), "{\"a\":2}", &["{\"a\":\"1\"}"]);
    }

    #[test]
    fn no_map() {
        unrepresentable::<Map<u32>>("{\"a\":1,\"b\":\"x\"}");
        unrepresentable::<Map<u32>>("[1]");
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        let mut twice: Map<u32> = serde_json::from_str(r#"{"a":1,"a":2}"#).expect("it fits");
        assert_eq!(twice.get("a"), Some(&2));
        assert_eq!(twice.remove("a"), Some(2));
        assert!(twice.is_empty());
    }
}
