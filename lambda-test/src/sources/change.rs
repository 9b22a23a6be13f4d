//! A change of an item of a table.

use lambda_events::{Attribute, Map, dynamodb::DynamoDbOperation};

/// A change of an item.
#[derive(Debug, PartialEq)]
pub(super) struct Change {
    pub(super) operation: DynamoDbOperation,
    pub(super) keys: Map<Attribute>,
    pub(super) old: Option<Map<Attribute>>,
    pub(super) new: Option<Map<Attribute>>,
    /// Whether it has expired.
    pub(super) is_expiry: bool,
}

/// The size of an item: its names and values.
/// Source: Amazon DynamoDB developer guide, "DynamoDB item sizes and formats".
pub(super) fn size_of_item(item: &Map<Attribute>) -> usize {
    item.iter().map(|(name, value)| name.len() + size_of(value)).sum()
}

fn size_of(value: &Attribute) -> usize {
    // "Approximately one byte for each two digits, and one."
    let number = |text: &str| text.trim_matches(['-', '+']).len().div_ceil(2) + 1;
    match value {
        Attribute::S(text) => text.len(),
        Attribute::N(text) => number(text),
        Attribute::B(bytes) => bytes.0.len(),
        Attribute::Bool(_) | Attribute::Null(_) => 1,
        // "3 bytes of overhead, and 1 for each member."
        Attribute::M(map) => 3 + map.len() + size_of_item(map),
        Attribute::L(items) => 3 + items.iter().map(|item| 1 + size_of(item)).sum::<usize>(),
        Attribute::Ss(texts) => texts.iter().map(String::len).sum(),
        Attribute::Ns(texts) => texts.iter().map(|text| number(text)).sum(),
        Attribute::Bs(all) => all.iter().map(|bytes| bytes.0.len()).sum(),
        Attribute::Other(json) => json.as_str().len(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_size_of_an_item_is_that_of_names_and_values() {
        #[track_caller]
        fn check(item: serde_json::Value, size: usize) {
            let item: Map<Attribute> = serde_json::from_value(item).expect("an item");
            assert_eq!(size_of_item(&item), size, "{item:?}");
        }
        check(json!({"my_partition_key": {"S": "hello world"}}), 27);
        check(json!({"binary_key": {"B": "Zm9vYmFy"}}), 16);
        check(json!({"n": {"N": "2899"}}), 4);
        check(json!({"n": {"N": "-1"}, "b": {"BOOL": true}, "z": {"NULL": true}}), 7);
        check(json!({"m": {"M": {"a": {"S": "b"}}}, "l": {"L": [{"S": "c"}]}}), 1 + 6 + 1 + 5);
    }
}
