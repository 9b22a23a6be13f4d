//! Headers of HTTP: names as they were sent, found however they are written.

use std::fmt;

use super::{Map, RawJson, StringMap, leaf};
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
#[derive(Clone, Default)]
pub struct MultiHeaders {
    lists: Map<Vec<String>>,
    /// Headers whose values are not lists of texts: they are written back, and are not seen.
    odd: Vec<Odd>,
}

/// A header that is written back as it came.
#[derive(Clone)]
struct Odd {
    /// How many others stood before it.
    after: usize,
    name: String,
    json: RawJson,
}

impl PartialEq for MultiHeaders {
    fn eq(&self, other: &Self) -> bool {
        self.lists == other.lists
    }
}

impl MultiHeaders {
    /// The last value of a header, however its name is written.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).last().map(String::as_str)
    }

    /// The values of a header, however its name is written.
    pub fn get_all(&self, name: &str) -> &[String] {
        let found = self.lists.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).last();
        found.map_or(&[], |(_, values)| values)
    }

    /// Adds a value to a header.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        let mut values = self.get_all(name).to_vec();
        let known =
            self.lists.iter().map(|(key, _)| key).find(|key| key.eq_ignore_ascii_case(name));
        let name = known.unwrap_or(name).to_owned();
        values.push(value.into());
        self.odd.retain(|odd| !odd.name.eq_ignore_ascii_case(&name));
        self.lists.insert(name, values);
    }

    /// Every name and its values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.lists.iter().map(|(name, values)| (name, values.as_slice()))
    }

    /// How many headers there are.
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
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

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for MultiHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lists.fmt(f)
    }
}

impl Field for Headers {
    const EXPECTED: &'static str = "an object of texts";
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

impl Field for MultiHeaders {
    const EXPECTED: &'static str = "an object of lists of texts";
    const EMPTY: WhenEmpty = WhenEmpty::IfItCame;

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        if reader.peek()? != b'{' {
            return Ok(Fidelity::Unrepresentable);
        }
        let mut worst = Fidelity::Canonical;
        let mut more = reader.enter(b'}')?;
        while more {
            let name = reader.key()?.into_owned();
            if reader.null()? {
                self.lists.push(name, None);
            } else {
                let (start, mut values) = (reader.mark(), Vec::new());
                match values.read(reader, json_string)? {
                    Fidelity::Unrepresentable => {
                        reader.take_misfit();
                        reader.back_to(start);
                        let json = RawJson::of(reader.skip()?);
                        self.odd.push(Odd { after: self.lists.entries().len(), name, json });
                    }
                    came => {
                        worst = worst.max(came);
                        self.lists.push(name, Some(values));
                    }
                }
            }
            more = reader.more(b'}')?;
        }
        Ok(worst)
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        writer.raw("{");
        let mut odd = self.odd.iter().peekable();
        let entries = self.lists.entries().iter().map(Some).chain([None]);
        for (place, entry) in entries.enumerate() {
            while let Some(odd) = odd.next_if(|odd| odd.after <= place || entry.is_none()) {
                writer.key(&odd.name);
                writer.raw(odd.json.as_str());
            }
            let Some((name, values)) = entry else { break };
            writer.key(name);
            match values {
                Some(values) => values.write(writer, json_string),
                None => writer.raw("null"),
            }
        }
        writer.raw("}");
    }

    fn is_empty(&self) -> bool {
        self.odd.is_empty() && Field::is_empty(&self.lists)
    }
}

leaf!(Headers);
leaf!(MultiHeaders);

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
            headers.lists.insert("b", Vec::new());
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
        unrepresentable::<Headers>("[]");
        unrepresentable::<MultiHeaders>("7");
    }

    /// All of them went, and a handler saw no `authorization`.
    #[test]
    fn one_odd_header_is_kept_aside_and_the_others_stay() {
        exact("{\"a\":\"1\",\"c\":[\"y\"],\"b\":\"2\"}", Headers::from([("a", "1"), ("b", "2")]));
        let odd = "{\"z\":{},\"a\":[\"1\"],\"c\":[{}],\"n\":null,\"b\":[\"2\"],\"d\":[[1]]}";
        exact(odd, many(&[("a", "1"), ("b", "2")]));
        let mut headers: MultiHeaders = serde_json::from_str(odd).expect("an object");
        assert_eq!((headers.get("B"), headers.get("c")), (Some("2"), None));
        headers.append("C", "3");
        let written = serde_json::to_string(&headers).expect("it has a form");
        let expected =
            "{\"z\":{},\"a\":[\"1\"],\"n\":null,\"b\":[\"2\"],\"d\":[[1]],\"C\":[\"3\"]}";
        assert_eq!(written, expected);
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
