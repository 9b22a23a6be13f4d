//! Values of DynamoDB in the AWS SDK.

use std::collections::HashMap;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};

use crate::{Attribute, Base64, Map};

/// A value of an event of a type that the SDK does not know, which is kept in
/// [`Attribute::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAttribute;

impl_display!(UnknownAttribute, |_, f| {
    f.write_str("the value is of a type that the AWS SDK does not know")
});

impl std::error::Error for UnknownAttribute {}

/// A value of the SDK of a type that was new to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownValue;

impl_display!(UnknownValue, |_, f| f
    .write_str("the value is of a type that this crate does not know"));

impl std::error::Error for UnknownValue {}

impl TryFrom<Attribute> for AttributeValue {
    type Error = UnknownAttribute;

    fn try_from(attribute: Attribute) -> Result<Self, UnknownAttribute> {
        Ok(match attribute {
            Attribute::S(text) => Self::S(text),
            Attribute::N(number) => Self::N(number),
            Attribute::B(Base64(bytes)) => Self::B(Blob::new(bytes)),
            Attribute::Bool(truth) => Self::Bool(truth),
            Attribute::Null(null) => Self::Null(null),
            Attribute::M(map) => Self::M(map.try_into()?),
            Attribute::L(list) => {
                Self::L(list.into_iter().map(Self::try_from).collect::<Result<_, _>>()?)
            }
            Attribute::Ss(texts) => Self::Ss(texts),
            Attribute::Ns(numbers) => Self::Ns(numbers),
            Attribute::Bs(all) => {
                Self::Bs(all.into_iter().map(|Base64(bytes)| Blob::new(bytes)).collect())
            }
            Attribute::Other(_) => return Err(UnknownAttribute),
        })
    }
}

impl TryFrom<AttributeValue> for Attribute {
    type Error = UnknownValue;

    fn try_from(value: AttributeValue) -> Result<Self, UnknownValue> {
        Ok(match value {
            AttributeValue::S(text) => Self::S(text),
            AttributeValue::N(number) => Self::N(number),
            AttributeValue::B(bytes) => Self::B(Base64(bytes.into_inner())),
            AttributeValue::Bool(truth) => Self::Bool(truth),
            AttributeValue::Null(null) => Self::Null(null),
            AttributeValue::M(map) => Self::M(map.try_into()?),
            AttributeValue::L(list) => {
                Self::L(list.into_iter().map(Self::try_from).collect::<Result<_, _>>()?)
            }
            AttributeValue::Ss(texts) => Self::Ss(texts),
            AttributeValue::Ns(numbers) => Self::Ns(numbers),
            AttributeValue::Bs(all) => {
                Self::Bs(all.into_iter().map(|bytes| Base64(bytes.into_inner())).collect())
            }
            _ => return Err(UnknownValue),
        })
    }
}

/// An item as the operations of the SDK take it.
impl TryFrom<Map<Attribute>> for HashMap<String, AttributeValue> {
    type Error = UnknownAttribute;

    fn try_from(item: Map<Attribute>) -> Result<Self, UnknownAttribute> {
        item.into_iter().map(|(name, value)| Ok((name, value.try_into()?))).collect()
    }
}

/// An item as an event has it, in the order of its names.
impl TryFrom<HashMap<String, AttributeValue>> for Map<Attribute> {
    type Error = UnknownValue;

    fn try_from(item: HashMap<String, AttributeValue>) -> Result<Self, UnknownValue> {
        let mut all: Vec<(String, AttributeValue)> = item.into_iter().collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all.into_iter().map(|(name, value)| Ok((name, value.try_into()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The package in `tests/interop` compares with what the SDK makes of them.
    #[test]
    fn each_type_of_value_is_one_of_the_sdk_and_back() {
        let bytes = |bytes: &[u8]| Base64(bytes.to_vec());
        let all = vec![
            Attribute::S("a".to_owned()),
            Attribute::N("1".to_owned()),
            Attribute::B(bytes(b"x")),
            Attribute::Bool(true),
            Attribute::Null(true),
            Attribute::M([("a".to_owned(), Attribute::Bool(false))].into_iter().collect()),
            Attribute::L(vec![Attribute::S("b".to_owned())]),
            Attribute::Ss(vec!["c".to_owned()]),
            Attribute::Ns(vec!["2".to_owned()]),
            Attribute::Bs(vec![bytes(b"y")]),
        ];
        let item: Map<Attribute> =
            all.into_iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect();
        let sdk: HashMap<String, AttributeValue> = item.clone().try_into().expect("known types");
        assert_eq!(sdk.len(), 10);
        assert_eq!(sdk["0"], AttributeValue::S("a".to_owned()));
        assert_eq!(sdk["8"], AttributeValue::Ns(vec!["2".to_owned()]));
        assert_eq!(Map::try_from(sdk).expect("known types"), item);
    }
}
