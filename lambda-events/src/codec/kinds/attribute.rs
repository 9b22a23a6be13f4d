//! A value of DynamoDB: an object with one key, which is its type.

use super::{Base64, Map, RawJson, leaf};
use crate::codec::{Fidelity, Field, Reader, Writer, error::Read};

/// A value of DynamoDB.
///
/// What is not of a known type, or not in the form in which DynamoDB writes it, is kept whole in
/// `Other`.
///
/// Source: Amazon DynamoDB API reference, "AttributeValue".
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// Text (`S`).
    S(String),
    /// A number, as its text: up to 38 digits (`N`).
    N(String),
    /// Bytes (`B`).
    B(Base64),
    /// A truth value (`BOOL`).
    Bool(bool),
    /// Null (`NULL`), always true.
    Null(bool),
    /// A map (`M`).
    M(Map<Attribute>),
    /// A list (`L`).
    L(Vec<Attribute>),
    /// A set of texts (`SS`).
    Ss(Vec<String>),
    /// A set of numbers, as their texts (`NS`).
    Ns(Vec<String>),
    /// A set of bytes (`BS`).
    Bs(Vec<Base64>),
    /// Anything else, as it came.
    Other(RawJson),
}

/// Null, as DynamoDB has it.
impl Default for Attribute {
    fn default() -> Self {
        Self::Null(true)
    }
}

impl Attribute {
    /// Reads it if it is of a known type. DynamoDB writes numbers as texts; a number is read too, which people
    /// write.
    fn known(&mut self, reader: &mut Reader<'_>) -> Read<Option<Fidelity>> {
        /// Reads a value, in the usual form or in another one of the same value.
        fn any<T: Field>(reader: &mut Reader<'_>, came: &mut Fidelity) -> Read<Option<T>> {
            let mut value = T::default();
            *came = value.read(reader, false)?;
            Ok((*came != Fidelity::Unrepresentable).then_some(value))
        }
        fn plain<T: Field>(reader: &mut Reader<'_>) -> Read<Option<T>> {
            let mut came = Fidelity::Canonical;
            Ok(any(reader, &mut came)?.filter(|_| came == Fidelity::Canonical))
        }
        if reader.peek()? != b'{' || !reader.enter(b'}')? {
            return Ok(None);
        }
        let key = reader.key()?;
        if reader.peek()? == b'n' {
            return Ok(None);
        }
        let mut came = Fidelity::Canonical;
        let value = match &*key {
            "S" => plain(reader)?.map(Self::S),
            "N" if reader.peek()? != b't' && reader.peek()? != b'f' => {
                any(reader, &mut came)?.map(Self::N)
            }
            "B" => plain(reader)?.map(Self::B),
            "BOOL" => plain(reader)?.map(Self::Bool),
            "NULL" => plain(reader)?.map(Self::Null),
            "M" => any(reader, &mut came)?.map(Self::M),
            "L" => any(reader, &mut came)?.map(Self::L),
            "SS" => plain(reader)?.map(Self::Ss),
            "NS" => any(reader, &mut came)?.map(Self::Ns),
            "BS" => plain(reader)?.map(Self::Bs),
            _ => None,
        };
        // With another key it is not a value of DynamoDB.
        let Some(value) = value else { return Ok(None) };
        *self = value;
        Ok((!reader.more(b'}')?).then_some(came))
    }
}

impl Field for Attribute {
    const EXPECTED: &'static str = "a value of DynamoDB";

    fn read(&mut self, reader: &mut Reader<'_>, _: bool) -> Read<Fidelity> {
        reader.peek()?;
        let start = reader.mark();
        if let Some(came) = self.known(reader)? {
            return Ok(came);
        }
        reader.back_to(start);
        *self = Self::Other(RawJson::of(reader.skip()?));
        Ok(Fidelity::Canonical)
    }

    fn write(&self, writer: &mut Writer, _: bool) {
        fn of<T: Field>(writer: &mut Writer, key: &str, value: &T) {
            writer.raw("{");
            writer.key(key);
            value.write(writer, false);
            writer.raw("}");
        }
        match self {
            Self::S(value) => of(writer, "S", value),
            Self::N(value) => of(writer, "N", value),
            Self::B(value) => of(writer, "B", value),
            Self::Bool(value) => of(writer, "BOOL", value),
            Self::Null(value) => of(writer, "NULL", value),
            Self::M(value) => of(writer, "M", value),
            Self::L(value) => of(writer, "L", value),
            Self::Ss(value) => of(writer, "SS", value),
            Self::Ns(value) => of(writer, "NS", value),
            Self::Bs(value) => of(writer, "BS", value),
            Self::Other(json) => writer.raw(json.as_str()),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

leaf!(Attribute);

#[cfg(test)]
mod tests {
    use super::{super::check::*, *};

    #[test]
    fn exact_form() {
        exact("{\"S\":\"a\"}", Attribute::S("a".to_owned()));
        exact("{\"N\":\"1.50\"}", Attribute::N("1.50".to_owned()));
        exact("{\"B\":\"aGk=\"}", Attribute::B(Base64(b"hi".to_vec())));
        exact("{\"BOOL\":false}", Attribute::Bool(false));
        exact("{\"NULL\":true}", Attribute::Null(true));
        exact(
            "{\"M\":{\"a\":{\"L\":[{\"N\":\"1\"}]}}}",
            Attribute::M(Map::from([("a", Attribute::L(vec![Attribute::N("1".to_owned())]))])),
        );
        exact("{\"SS\":[\"a\"]}", Attribute::Ss(vec!["a".to_owned()]));
        exact("{\"NS\":[\"1\"]}", Attribute::Ns(vec!["1".to_owned()]));
        exact("{\"BS\":[\"aGk=\"]}", Attribute::Bs(vec![Base64(b"hi".to_vec())]));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Option<Attribute>>();
    }

    #[test]
    fn another_form_is_kept_whole() {
        for json in [
            "{}",
            "7",
            "{\"S\":7}",
            "{\"S\":null}",
            "{\"N\":\"1\",\"S\":\"a\"}",
            "{\"X\":[1]}",
            "{\"B\":\"aGk\"}",
            "{\"SS\":[null]}",
        ] {
            exact(json, Attribute::Other(RawJson::of(json)));
        }
    }
}
