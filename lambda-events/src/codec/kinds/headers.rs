//! Headers of HTTP: names as they were sent, found however they are written.

use std::fmt;

use super::{Map, StringMap, leaf};
use crate::codec::{Fidelity, Field, Reader, WhenEmpty, Writer, error::Read};

/// The headers of a request or an answer, a value each, with the names as they came.
///
/// ```
/// use lambda_events::Headers;
///
/// let headers = Headers::from([("Content-Type", "text/plain")]);
/// assert_eq!(headers.get("content-type"), Some("text/plain"));
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Headers(StringMap);

impl Headers {
    /// The value of a header, however its name is written.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.last(|key| key.eq_ignore_ascii_case(name))
    }

    /// Sets the value of a header, in the place of one whose name is written otherwise.
    pub fn insert(&mut self, name: &str, value: &str) {
        self.0.remove_each(|key| key.eq_ignore_ascii_case(name));
        self.0.insert(name, value);
    }

    /// Every name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The headers of a request or an answer, any number of values each, with the names as they came.
#[derive(Clone, Default, PartialEq)]
pub struct MultiHeaders(Map<Vec<String>>);

impl MultiHeaders {
    /// The last value of a header, however its name is written.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).last().map(String::as_str)
    }

    /// The values of a header, however its name is written.
    pub fn get_all(&self, name: &str) -> &[String] {
        let found = self.0.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).last();
        found.map_or(&[], |(_, values)| values)
    }

    /// Adds a value to a header.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        let mut values = self.get_all(name).to_vec();
        let known = self.0.iter().map(|(key, _)| key).find(|key| key.eq_ignore_ascii_case(name));
        let name = known.unwrap_or(name).to_owned();
        values.push(value.into());
        self.0.insert(name, values);
    }

    /// Every name and its values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name, values.as_slice()))
    }

    /// How many headers there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl<N: AsRef<str>, V: AsRef<str>, const COUNT: usize> From<[(N, V); COUNT]> for Headers {
    fn from(entries: [(N, V); COUNT]) -> Self {
        entries.into_iter().collect()
    }
}

/// A name that comes again gets one more value.
impl<N: AsRef<str>, V: Into<String>> FromIterator<(N, V)> for MultiHeaders {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut headers = Self::default();
        for (name, value) in entries {
            headers.append(name.as_ref(), value);
        }
        headers
    }
}

macro_rules! as_its_inner {
    ($($name:ident $expected:literal;)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Field for $name {
            const EXPECTED: &'static str = $expected;
            const EMPTY: WhenEmpty = WhenEmpty::IfItCame;

            fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
                self.0.read(reader, json_string)
            }

            fn write(&self, writer: &mut Writer, json_string: bool) {
                self.0.write(writer, json_string);
            }

            fn is_empty(&self) -> bool {
                Field::is_empty(&self.0)
            }
        }

        leaf!($name);
    )*};
}

as_its_inner! {
    Headers "an object of texts";
    MultiHeaders "an object of lists of texts";
}

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    fn many(entries: &[(&str, &str)]) -> MultiHeaders {
        entries.iter().copied().collect()
    }

    #[test]
    fn exact_form() {
        exact("{\"Host\":\"a\"}", Headers::from([("Host", "a")]));
        exact("{\"A\":[\"1\",\"2\"],\"b\":[]}", {
            let mut headers = many(&[("A", "1"), ("A", "2")]);
            headers.0.insert("b", Vec::new());
            headers
        });
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Headers>();
        null_and_absent::<MultiHeaders>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("{\"A\":7}", Headers::from([("A", "7")]));
        non_canonical("{\"A\":\"1\"}", many(&[("A", "1")]));
        edited(Headers::from([("A", "b")]), "{\"A\":\"b\"}", &["{\"A\":7}"]);
        edited(many(&[("A", "2")]), "{\"A\":[\"2\"]}", &["{\"A\":\"1\"}"]);
    }

    #[test]
    fn no_headers() {
        unrepresentable::<Headers>("{\"a\":{}}");
        unrepresentable::<MultiHeaders>("{\"a\":[{}]}");
    }

    #[test]
    fn a_header_is_found_however_its_name_is_written() {
        let mut one = Headers::from([("X-Id", "1")]);
        one.insert("x-id", "2");
        assert_eq!((one.get("X-ID"), one.len()), (Some("2"), 1));
        let many = many(&[("X-Id", "1"), ("x-id", "2")]);
        assert_eq!((many.get("X-ID"), many.get_all("x-ID").len()), (Some("2"), 2));
    }
}
