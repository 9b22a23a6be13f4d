//! Path and query of a request: what is percent-encoded stays as the client sent it.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use http::{Uri, uri::PathAndQuery};
use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// Builds the URI of a request.
#[derive(Debug, Default)]
pub(crate) struct UriBuilder(Vec<u8>);

impl UriBuilder {
    /// With this path. It begins with a slash, whatever stands there.
    pub(crate) fn new(path: &str, room: usize) -> Self {
        let mut text = Vec::with_capacity(path.len() + room + 1);
        if !path.starts_with('/') {
            text.push(b'/');
        }
        let mut it = Self(text);
        it.push(path, |byte| is_of_a_query(byte) && byte != b'?');
        it
    }

    /// Adds a query that is percent-encoded, as the client sent it.
    pub(crate) fn raw_query(&mut self, query: &str) {
        if !query.is_empty() {
            self.0.reserve(query.len() + 1);
            self.0.push(b'?');
            self.push(query, is_of_a_query);
        }
    }

    /// Adds the pairs of a map of one or of several values.
    pub(crate) fn pairs(&mut self, map: &RawValue, form: Form) -> Result<(), serde_json::Error> {
        let pairs = Pairs { builder: self, form, before: b'?' };
        serde_json::Deserializer::from_str(map.get()).deserialize_map(pairs)
    }

    /// # Errors
    ///
    /// It is too long: `http` has room for 65,534 bytes.
    pub(crate) fn build(self) -> Result<Uri, http::Error> {
        let path = PathAndQuery::from_maybe_shared(Bytes::from(self.0))?;
        Ok(Uri::from(path))
    }

    fn push(&mut self, text: &str, keep: impl Fn(u8) -> bool) {
        for &byte in text.as_bytes() {
            if keep(byte) { self.0.push(byte) } else { self.encode(byte) }
        }
    }

    fn encode(&mut self, byte: u8) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let [high, low] = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
        self.0.extend_from_slice(&[b'%', high, low]);
    }
}

/// How the values of a map of a query are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As the client sent them: a load balancer decodes nothing.
    Encoded,
    /// Decoded.
    Decoded,
}

/// Whether a byte can stand in a query as it is. A hash would end it.
fn is_of_a_query(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`')
}

/// Whether a byte can stand in a name or a value of a query as it is.
fn is_of_a_pair(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

struct Pairs<'b> {
    builder: &'b mut UriBuilder,
    form: Form,
    before: u8,
}

impl Pairs<'_> {
    fn pair(&mut self, name: &str, value: &str) {
        self.builder.0.push(self.before);
        self.before = b'&';
        match self.form {
            // An ampersand that was decoded after all would begin another pair.
            Form::Encoded => {
                self.builder.push(name, |byte| is_of_a_query(byte) && !matches!(byte, b'&' | b'='));
                self.builder.0.push(b'=');
                self.builder.push(value, |byte| is_of_a_query(byte) && byte != b'&');
            }
            Form::Decoded => {
                self.builder.push(name, is_of_a_pair);
                self.builder.0.push(b'=');
                self.builder.push(value, is_of_a_pair);
            }
        }
    }
}

impl<'de> Visitor<'de> for Pairs<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the names and values of a query")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            map.next_value_seed(Values { name: &name, pairs: &mut self })?;
        }
        Ok(())
    }
}

/// One value, or several.
struct Values<'v, 'b> {
    name: &'v str,
    pairs: &'v mut Pairs<'b>,
}

impl<'de> DeserializeSeed<'de> for Values<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or a list of values")
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.pairs.pair(self.name, value);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.pairs.pair(self.name, "");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        while let Some(value) = values.next_element::<Cow<'de, str>>()? {
            self.pairs.pair(self.name, &value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_becomes_a_uri() {
        for (path, query, uri) in [
            ("/a", "", "/a"),
            ("", "", "/"),
            ("a/b", "", "/a/b"),
            ("/pa2%Fth/1", "", "/pa2%Fth/1"),
            ("/a b/ü/\"<>#?", "", "/a%20b/%C3%BC/%22%3C%3E%23%3F"),
            ("/a", "x=1&x=2&e=%2B+%20", "/a?x=1&x=2&e=%2B+%20"),
            ("/a", "q={\"a\":1}#?/", "/a?q={%22a%22:1}%23?/"),
            ("/*", "*", "/*?*"),
        ] {
            let mut builder = UriBuilder::new(path, query.len());
            builder.raw_query(query);
            assert_eq!(builder.build().expect("a URI").to_string(), uri);
        }
    }

    #[test]
    fn each_byte_of_a_path_and_of_a_query_becomes_a_uri() {
        for byte in 0..=u8::MAX {
            let text = String::from(char::from(byte));
            let mut builder = UriBuilder::new(&text, 0);
            builder.raw_query(&text);
            builder.build().unwrap_or_else(|error| panic!("{text:?}: {error}"));
        }
    }

    #[test]
    fn the_pairs_of_a_map_become_a_query() {
        let map = r#"{"a":"1 2","b":["+","%2B"],"c&":"=","d":null,"e":[]}"#;
        let map: &RawValue = serde_json::from_str(map).expect("JSON");
        for (form, uri) in [
            (Form::Decoded, "/?a=1%202&b=%2B&b=%252B&c%26=%3D&d="),
            (Form::Encoded, "/?a=1%202&b=+&b=%2B&c%26==&d="),
        ] {
            let mut builder = UriBuilder::new("/", 0);
            builder.pairs(map, form).expect("a map");
            assert_eq!(builder.build().expect("a URI").to_string(), uri);
        }
    }

    #[test]
    fn what_is_too_long_is_an_error() {
        let path = "/".repeat(70_000);
        assert!(UriBuilder::new(&path, 0).build().is_err());
    }
}
