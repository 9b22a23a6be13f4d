//! An item of DynamoDB as a deserializer.

use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, EnumAccess, Error as _, IntoDeserializer, VariantAccess, Visitor,
        value::{MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{
    error::FromItemError,
    member::{Bytes, Numeral, number, sequence},
};
use crate::{Attribute, Map};

/// An item as a type of your own.
///
/// Numbers become numbers, or text where that is asked for, so that none of their 38 digits is lost;
/// sets and lists become sequences, bytes bytes or a sequence of numbers, and null an option.
///
/// ```
/// use lambda_events::{Attribute, Map, dynamodb::from_item};
///
/// # #[derive(serde::Deserialize, Debug, PartialEq)]
/// # struct Order { id: String, lines: Vec<u8> }
/// let lines = Attribute::L(vec![Attribute::N("1".to_owned())]);
/// let item = Map::from([("id", Attribute::N("1.50".to_owned())), ("lines", lines)]);
/// assert_eq!(from_item::<Order>(&item)?, Order { id: "1.50".to_owned(), lines: vec![1] });
/// # Ok::<(), lambda_events::dynamodb::FromItemError>(())
/// ```
///
/// # Errors
///
/// It does not fit; the error says where.
pub fn from_item<T: DeserializeOwned>(item: &Map<Attribute>) -> Result<T, FromItemError> {
    T::deserialize(Item(item))
}

/// A whole item, or a map in it.
struct Item<'a>(&'a Map<Attribute>);

/// A value, and the step to it.
struct Value<'a> {
    value: &'a Attribute,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl Step<'_> {
    fn of(self, error: FromItemError) -> FromItemError {
        match self {
            Self::Key(key) => error.at_key(key),
            Self::Index(index) => error.at_index(index),
        }
    }
}

impl<'de> IntoDeserializer<'de, FromItemError> for Value<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Item<'_> {
    type Error = FromItemError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        let entries =
            self.0.iter().map(|(key, value)| (key, Value { value, step: Step::Key(key) }));
        visitor.visit_map(MapDeserializer::new(entries))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

impl<'a> Value<'a> {
    fn any<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, FromItemError> {
        match self.value {
            Attribute::S(text) => visitor.visit_str(text),
            Attribute::N(text) => number(text, visitor),
            Attribute::B(bytes) => Bytes(bytes).deserialize_any(visitor),
            Attribute::Bool(truth) => visitor.visit_bool(*truth),
            Attribute::Null(_) => visitor.visit_unit(),
            Attribute::M(map) => Item(map).deserialize_any(visitor),
            Attribute::L(values) => {
                let values = values.iter().enumerate();
                let values = values.map(|(n, value)| Value { value, step: Step::Index(n) });
                visitor.visit_seq(SeqDeserializer::new(values))
            }
            Attribute::Ss(texts) => sequence(texts, |text| text.as_str(), visitor),
            Attribute::Ns(numbers) => sequence(numbers, |text| Numeral(text), visitor),
            Attribute::Bs(all) => sequence(all, Bytes, visitor),
            Attribute::Other(_) => Err(FromItemError::custom("an attribute of an unknown type")),
        }
    }
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = FromItemError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        self.any(visitor).map_err(|error| self.step.of(error))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        match self.value {
            Attribute::Null(_) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, FromItemError> {
        visitor.visit_newtype_struct(self)
    }

    /// A number is its text where text is asked for.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        match self.value {
            Attribute::N(text) => visitor.visit_str(text).map_err(|error| self.step.of(error)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        match self.value {
            Attribute::B(bytes) => visitor.visit_bytes(bytes),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        match self.value {
            Attribute::N(text) if text.parse::<i128>().is_ok() => {
                visitor.visit_i128(text.parse().unwrap_or_default())
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FromItemError> {
        match self.value {
            Attribute::N(text) if text.parse::<u128>().is_ok() => {
                visitor.visit_u128(text.parse().unwrap_or_default())
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FromItemError> {
        let step = self.step;
        let read = match self.value {
            Attribute::S(word) => visitor.visit_enum(StrDeserializer::new(word)),
            Attribute::M(map) if map.len() == 1 => match map.iter().next() {
                Some((word, value)) => visitor.visit_enum(Variant { word, value }),
                None => self.any(visitor),
            },
            _ => self.any(visitor),
        };
        read.map_err(|error| step.of(error))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

/// A word with a value: a map with that one key.
struct Variant<'a> {
    word: &'a str,
    value: &'a Attribute,
}

impl<'a, 'de> EnumAccess<'de> for Variant<'a> {
    type Error = FromItemError;
    type Variant = Value<'a>;

    fn variant_seed<S: de::DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Value<'a>), FromItemError> {
        let word = seed.deserialize(StrDeserializer::<FromItemError>::new(self.word))?;
        Ok((word, Value { value: self.value, step: Step::Key(self.word) }))
    }
}

impl<'de> VariantAccess<'de> for Value<'_> {
    type Error = FromItemError;

    fn unit_variant(self) -> Result<(), FromItemError> {
        de::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<S: de::DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, FromItemError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, FromItemError> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FromItemError> {
        self.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde::Deserialize;

    use super::*;

    #[track_caller]
    fn item(json: &str) -> Map<Attribute> {
        serde_json::from_str(json).expect("an item")
    }

    #[derive(Debug, Deserialize, PartialEq)]
    enum State {
        Open,
        Held { until: u64 },
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Everything {
        text: String,
        number: i64,
        big: u128,
        exact: String,
        fraction: f64,
        bytes: Vec<u8>,
        truth: bool,
        nothing: Option<u8>,
        some: Option<u8>,
        map: BTreeMap<String, u8>,
        list: (u8, String),
        texts: BTreeSet<String>,
        numbers: Vec<u16>,
        all_bytes: Vec<Vec<u8>>,
        open: State,
        held: State,
    }

    #[test]
    fn an_item_of_every_type() {
        let item = item(
            r#"{"text":{"S":"a"},"number":{"N":"-7"},"big":{"N":"99999999999999999999999999999999999999"},
            "exact":{"N":"1.50"},"fraction":{"N":"1.5"},"bytes":{"B":"aGk="},"truth":{"BOOL":true},
            "nothing":{"NULL":true},"some":{"N":"1"},"map":{"M":{"a":{"N":"1"}}},
            "list":{"L":[{"N":"1"},{"S":"b"}]},"texts":{"SS":["a","b"]},"numbers":{"NS":["1","2"]},
            "all_bytes":{"BS":["aGk="]},"open":{"S":"Open"},
            "held":{"M":{"Held":{"M":{"until":{"N":"9"}}}}},"unknown":{"X":1}}"#,
        );
        let error = from_item::<BTreeMap<String, serde_json::Value>>(&item).expect_err("an X");
        assert_eq!(error.to_string(), "an attribute of an unknown type at `unknown`");
        let mut item = item;
        item.remove("unknown");
        assert_eq!(
            from_item::<Everything>(&item).expect("it fits"),
            Everything {
                text: "a".to_owned(),
                number: -7,
                big: 99_999_999_999_999_999_999_999_999_999_999_999_999,
                exact: "1.50".to_owned(),
                fraction: 1.5,
                bytes: b"hi".to_vec(),
                truth: true,
                nothing: None,
                some: Some(1),
                map: BTreeMap::from([("a".to_owned(), 1)]),
                list: (1, "b".to_owned()),
                texts: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
                numbers: vec![1, 2],
                all_bytes: vec![b"hi".to_vec()],
                open: State::Open,
                held: State::Held { until: 9 },
            }
        );
    }

    #[test]
    fn an_error_says_where_but_not_what() {
        #[derive(Debug, Deserialize)]
        struct Order {
            #[serde(rename = "lines")]
            _lines: Vec<BTreeMap<String, u8>>,
        }
        let item = item(r#"{"lines":{"L":[{"M":{}},{"M":{"price":{"S":"secret"}}}]}}"#);
        let error = from_item::<Order>(&item).expect_err("it is text");
        assert_eq!(error.to_string(), "expected u8, found another value at `lines[1].price`");
    }

    /// A word, or a word with a value; a map of several is neither.
    #[test]
    fn an_enum_is_a_text_or_a_map_with_one_key() {
        #[derive(Debug, PartialEq, Deserialize)]
        enum State {
            New,
            Sent(u8),
        }
        #[derive(Debug, PartialEq, Deserialize)]
        struct Order {
            state: State,
        }
        let read = |state| from_item::<Order>(&Map::from([("state", state)]));
        let number = |number: &str| Attribute::N(number.to_owned());
        let state = |state| Ok::<_, String>(Order { state });
        let read = |value| read(value).map_err(|error| error.to_string());
        assert_eq!(read(Attribute::S("New".to_owned())), state(State::New));
        assert_eq!(read(Attribute::M(Map::from([("Sent", number("7"))]))), state(State::Sent(7)));
        let two = Attribute::M(Map::from([("Sent", number("7")), ("New", number("1"))]));
        let error = read(two).expect_err("it has two keys");
        assert_eq!(error, "expected enum State, found another value at `state`");
        assert!(read(Attribute::M(Map::default())).is_err());
    }
}
