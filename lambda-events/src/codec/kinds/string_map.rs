//! Names and texts, kept in two allocations however many there are.

use std::fmt;

use super::leaf;
use crate::codec::{Fidelity, Field, Reader, WhenEmpty, Writer, error::Read};

/// Texts by their names, in the order in which they came: the parameters of a query, the variables
/// of a stage.
///
/// Names are told apart to the letter; for headers there is [`Headers`](crate::Headers).
#[derive(Clone, Default)]
pub struct StringMap {
    text: String,
    spans: Vec<Span>,
}

/// Where name and value end in the text.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    name: usize,
    value: usize,
    kind: Kind,
}

/// What came as a value.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    /// It is written back, and is not seen.
    Null,
    /// JSON that is not a text: it is written back, and is not seen.
    Odd,
}

impl StringMap {
    /// The text of a name; none where it came as null.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.last(|key| key == name)
    }

    pub(super) fn last(&self, is_it: impl Fn(&str) -> bool) -> Option<&str> {
        let span = self.spans.iter().rev().find(|span| is_it(self.entry(**span).0))?;
        (span.kind == Kind::Text).then(|| self.entry(*span).1)
    }

    /// Sets the text of a name.
    pub fn insert(&mut self, name: &str, value: &str) {
        self.remove_each(|key| key == name);
        self.push(name, value, Kind::Text);
    }

    pub(super) fn remove_each(&mut self, is_it: impl Fn(&str) -> bool) {
        let text = &self.text;
        self.spans.retain(|span| !is_it(text.get(span.start..span.name).unwrap_or_default()));
    }

    fn push(&mut self, name: &str, value: &str, kind: Kind) {
        let start = self.text.len();
        self.text.push_str(name);
        let end = self.text.len();
        self.text.push_str(value);
        self.spans.push(Span { start, name: end, value: self.text.len(), kind });
    }

    fn entry(&self, span: Span) -> (&str, &str) {
        let part = |start, end| self.text.get(start..end).unwrap_or_default();
        (part(span.start, span.name), part(span.name, span.value))
    }

    /// Every name and text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let texts = self.spans.iter().filter(|span| span.kind == Kind::Text);
        texts.map(|span| self.entry(*span))
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

impl PartialEq for StringMap {
    fn eq(&self, other: &Self) -> bool {
        let same = |key: &str| self.get(key) == other.get(key);
        self.iter().eq(other.iter())
            || self.iter().all(|(key, _)| same(key)) && other.iter().all(|(key, _)| same(key))
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for StringMap {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut texts = Self::default();
        for (name, value) in entries {
            texts.push(name.as_ref(), value.as_ref(), Kind::Text);
        }
        texts
    }
}

impl<N: AsRef<str>, V: AsRef<str>, const COUNT: usize> From<[(N, V); COUNT]> for StringMap {
    fn from(entries: [(N, V); COUNT]) -> Self {
        entries.into_iter().collect()
    }
}

impl fmt::Debug for StringMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Field for StringMap {
    const EXPECTED: &'static str = "an object of texts";
    const EMPTY: WhenEmpty = WhenEmpty::IfItCame;

    fn read(&mut self, reader: &mut Reader<'_>, _: bool) -> Read<Fidelity> {
        if reader.peek()? != b'{' {
            return Ok(Fidelity::Unrepresentable);
        }
        let mut worst = Fidelity::Canonical;
        let mut more = reader.enter(b'}')?;
        if more {
            // Of a sender's text, no more than it can fill.
            self.text.reserve(reader.left().min(1024));
            self.spans.reserve(16);
        }
        while more {
            let key = reader.key()?;
            match reader.peek()? {
                b'"' => {
                    let start = reader.mark();
                    match reader.string()? {
                        Some(value) => self.push(&key, &value, Kind::Text),
                        None => self.push(&key, reader.since(start), Kind::Odd),
                    }
                }
                // One value that is not a text is kept aside, and the others stay.
                b'{' | b'[' => self.push(&key, reader.skip()?, Kind::Odd),
                b'n' => {
                    reader.word("null")?;
                    self.push(&key, "", Kind::Null);
                }
                _ => {
                    let value = reader.skip()?;
                    self.push(&key, value, Kind::Text);
                    worst = Fidelity::NonCanonical;
                }
            }
            more = reader.more(b'}')?;
        }
        Ok(worst)
    }

    fn write(&self, writer: &mut Writer, _: bool) {
        writer.raw("{");
        for span in &self.spans {
            let (key, value) = self.entry(*span);
            writer.key(key);
            match span.kind {
                Kind::Text => writer.string(value),
                Kind::Null => writer.raw("null"),
                Kind::Odd => writer.raw(value),
            }
        }
        writer.raw("}");
    }

    fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

leaf!(StringMap);

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    #[test]
    fn exact_form() {
        exact("{\"b\":\"1\",\"a\":\"\"}", StringMap::from([("b", "1"), ("a", "")]));
        exact("{}", StringMap::default());
        exact("{\"a\":null}", StringMap::default());
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<StringMap>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("{\"a\":7,\"b\":true}", StringMap::from([("a", "7"), ("b", "true")]));
        edited(StringMap::from([("a", "b")]), "{\"a\":\"b\"}", &["{\"a\":7}"]);
    }

    /// All of them went, and a handler saw none.
    #[test]
    fn one_value_that_is_not_a_text_is_kept_aside_and_the_others_stay() {
        let odd = "{\"a\":\"1\",\"c\":[\"y\"],\"d\":{ },\"e\":\"\\ud800\",\"b\":\"2\"}";
        exact(odd, StringMap::from([("a", "1"), ("b", "2")]));
        let mut map: StringMap = serde_json::from_str(odd).expect("an object");
        assert_eq!((map.get("b"), map.get("c"), map.len()), (Some("2"), None, 2));
        map.insert("c", "z");
        let written = serde_json::to_string(&map).expect("it has a form");
        assert_eq!(written, "{\"a\":\"1\",\"d\":{ },\"e\":\"\\ud800\",\"b\":\"2\",\"c\":\"z\"}");
    }

    #[test]
    fn no_texts() {
        unrepresentable::<StringMap>("\"a\"");
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        let mut twice: StringMap =
            serde_json::from_str(r#"{"a":"1","a":"2","b":"3"}"#).expect("it fits");
        assert_eq!(twice.get("a"), Some("2"));
        twice.insert("a", "4");
        assert_eq!(twice.iter().collect::<Vec<_>>(), [("b", "3"), ("a", "4")]);
    }
}
