//! Event patterns against a second implementation: every combination of one leaf for each key is tried.

use std::collections::BTreeMap;

use lambda_test::EventPattern;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::check;

/// A leaf of an event: the names above it, its value, and in which element of which list it is.
struct Leaf<'a> {
    path: String,
    value: &'a Value,
    /// Lists by their paths with indices, such as `/a/0/b`.
    places: BTreeMap<String, usize>,
}

fn flatten<'a>(
    value: &'a Value,
    path: &str,
    pointer: &str,
    places: &BTreeMap<String, usize>,
    leaves: &mut Vec<Leaf<'a>>,
) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(value, &path, &format!("{pointer}/{key}"), places, leaves);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let mut places = places.clone();
                if item.is_object() || item.is_array() {
                    places.insert(pointer.to_owned(), index);
                }
                flatten(item, path, &format!("{pointer}/{index}"), &places, leaves);
            }
        }
        value => leaves.push(Leaf { path: path.to_owned(), value, places: places.clone() }),
    }
}

/// The conjunctions of a pattern: each a map from paths to alternatives.
fn rules(map: &Map<String, Value>, path: &str) -> Vec<BTreeMap<String, Vec<Value>>> {
    let mut all = vec![BTreeMap::new()];
    // A choice comes first, and what is named again replaces it.
    let choice = map.get("$or").and_then(Value::as_array);
    if let Some(choice) = choice {
        let of = |it: &Value| rules(it.as_object().expect("an object"), path);
        all = choice.iter().flat_map(of).collect();
    }
    for (key, value) in map.iter().filter(|(key, _)| *key != "$or") {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Array(values) => {
                for rule in &mut all {
                    rule.insert(path.clone(), values.clone());
                }
            }
            value => {
                let more = rules(value.as_object().expect("an object"), &path);
                let join = |rule: &BTreeMap<String, Vec<Value>>| {
                    let with = |more: &BTreeMap<_, _>| {
                        rule.clone().into_iter().chain(more.clone()).collect::<BTreeMap<_, _>>()
                    };
                    more.iter().map(with).collect::<Vec<_>>()
                };
                all = all.iter().flat_map(join).collect();
            }
        }
    }
    all
}

fn leaf_matches(alternative: &Value, leaf: &Value) -> bool {
    let Value::Object(operator) = alternative else {
        return match (alternative, leaf) {
            (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
            _ => alternative == leaf,
        };
    };
    let (name, value) = operator.iter().next().expect("an operator");
    let texts = leaf.as_str().zip(value.as_str());
    let lower = |value: &Value| value["equals-ignore-case"].as_str().map(str::to_lowercase);
    match name.as_str() {
        "exists" => value == &json!(true),
        "prefix" => match leaf.as_str().zip(lower(value)) {
            Some((leaf, value)) => leaf.to_lowercase().starts_with(&value),
            None => texts.is_some_and(|(leaf, value)| leaf.starts_with(value)),
        },
        "suffix" => match leaf.as_str().zip(lower(value)) {
            Some((leaf, value)) => leaf.to_lowercase().ends_with(&value),
            None => texts.is_some_and(|(leaf, value)| leaf.ends_with(value)),
        },
        "equals-ignore-case" => {
            texts.is_some_and(|(leaf, value)| leaf.to_lowercase() == value.to_lowercase())
        }
        "wildcard" => texts.is_some_and(|(leaf, value)| {
            star(&value.chars().collect::<Vec<_>>(), &leaf.chars().collect::<Vec<_>>())
        }),
        "numeric" => {
            let Some(leaf) = leaf.as_f64() else { return false };
            value.as_array().expect("comparisons").chunks(2).all(|pair| {
                let number = pair[1].as_f64().expect("a number");
                match pair[0].as_str().expect("an operator") {
                    "=" => leaf == number,
                    "<" => leaf < number,
                    "<=" => leaf <= number,
                    ">" => leaf > number,
                    _ => leaf >= number,
                }
            })
        }
        "cidr" => texts.is_some_and(|(leaf, value)| {
            let bits = |text: &str| text.parse::<std::net::Ipv4Addr>().ok().map(u32::from);
            let (address, width) = value.split_once('/').expect("a range");
            let size = 1_u64 << (32 - width.parse::<u32>().expect("bits"));
            let (Some(leaf), Some(address)) = (bits(leaf), bits(address)) else { return false };
            u64::from(leaf) / size == u64::from(address) / size
        }),
        _ => {
            let none = |inner: Option<&str>, value: &Value| {
                let value = match inner {
                    Some(name) => json!({name: value}),
                    None => value.clone(),
                };
                !leaf_matches(&value, leaf)
            };
            let (inner, values) = match value {
                Value::Object(map) => {
                    let (name, value) = map.iter().next().expect("an operator");
                    (Some(name.as_str()), value)
                }
                value => (None, value),
            };
            match values {
                Value::Array(values) => values.iter().all(|value| none(inner, value)),
                value => none(inner, value),
            }
        }
    }
}

fn star(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => (0..=text.len()).any(|skip| star(rest, &text[skip..])),
        [first, rest @ ..] => text.first() == Some(first) && star(rest, &text[1..]),
    }
}

/// Tries each leaf for the first key, and so on.
fn any_way(
    keys: &[(&String, &Vec<Value>)],
    leaves: &[Leaf<'_>],
    places: &BTreeMap<String, usize>,
) -> bool {
    let [(path, alternatives), rest @ ..] = keys else { return true };
    let fits = |leaf: &Leaf<'_>| {
        leaf.places.iter().all(|(list, at)| places.get(list).is_none_or(|other| at == other))
    };
    let here: Vec<&Leaf<'_>> = leaves.iter().filter(|it| it.path == **path && fits(it)).collect();
    let is_absent = here.is_empty() && alternatives.contains(&json!({"exists": false}));
    let is_there = |leaf: &&Leaf<'_>| {
        let matches = |it: &Value| *it != json!({"exists": false}) && leaf_matches(it, leaf.value);
        let all = places.clone().into_iter().chain(leaf.places.clone()).collect();
        alternatives.iter().any(matches) && any_way(rest, leaves, &all)
    };
    is_absent && any_way(rest, leaves, places) || here.iter().any(is_there)
}

fn plain(pattern: &Value, event: &Value) -> bool {
    let mut leaves = Vec::new();
    flatten(event, "", "", &BTreeMap::new(), &mut leaves);
    rules(pattern.as_object().expect("a pattern"), "")
        .iter()
        .any(|rule| any_way(&rule.iter().collect::<Vec<_>>(), &leaves, &BTreeMap::new()))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[aAbB*]{0,3}", 1 => "10\\.0\\.[0-3]\\.[0-9]"]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-3..4_i32).prop_map(Value::from),
        (-3..4_i32).prop_map(|n| json!(f64::from(n) / 2.0))
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        5 => text().prop_map(Value::from),
        3 => number(),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
    ]
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "c"])
}

/// An event: objects and lists of few names, three deep.
pub(super) fn event() -> impl Strategy<Value = Value> {
    let value = scalar().prop_recursive(3, 24, 3, |inner| {
        let map = prop::collection::vec((name(), inner.clone()), 0..3);
        let map = map.prop_map(|all| {
            Value::Object(all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        });
        prop_oneof![map, prop::collection::vec(inner, 0..3).prop_map(Value::Array)]
    });
    prop::collection::vec((name(), value), 0..4)
        .prop_map(|all| all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn wildcard() -> impl Strategy<Value = String> {
    "[ab]{0,1}(\\*[ab]{1,2}){0,2}\\*?"
}

fn operator() -> impl Strategy<Value = Value> {
    let edge = || "[aAbB]{0,2}";
    let but = prop_oneof![
        text().prop_map(Value::from),
        number(),
        prop::collection::vec(text(), 1..3).prop_map(Value::from),
        prop::collection::vec(number(), 1..3).prop_map(Value::from),
        "[ab]{1,2}".prop_map(|it| json!({"prefix": it})),
        prop::collection::vec("[ab]{1,2}", 1..3).prop_map(|it| json!({"suffix": it})),
        "[aB]{1,2}".prop_map(|it| json!({"equals-ignore-case": it})),
        wildcard().prop_map(|it| json!({"wildcard": it})),
    ];
    let compare =
        |operators: [&'static str; 2]| (prop::sample::select(operators.to_vec()), number());
    prop_oneof![
        any::<bool>().prop_map(|it| json!({"exists": it})),
        edge().prop_map(|it| json!({"prefix": it})),
        edge().prop_map(|it| json!({"suffix": it})),
        edge().prop_map(|it| json!({"prefix": {"equals-ignore-case": it}})),
        edge().prop_map(|it| json!({"suffix": {"equals-ignore-case": it}})),
        edge().prop_map(|it| json!({"equals-ignore-case": it})),
        wildcard().prop_map(|it| json!({"wildcard": it})),
        number().prop_map(|it| json!({"numeric": ["=", it]})),
        compare(["<", "<="]).prop_map(|(operator, it)| json!({"numeric": [operator, it]})),
        (compare([">", ">="]), compare(["<", "<="])).prop_map(|((low, from), (high, to))| {
            let is_range = from.as_f64() < to.as_f64();
            json!({"numeric": if is_range { json!([low, from, high, to]) } else { json!([low, from]) }})
        }),
        (0..4_u8, 22..31_u8).prop_map(|(at, bits)| json!({"cidr": format!("10.0.{at}.0/{bits}")})),
        but.prop_map(|it| json!({"anything-but": it})),
    ]
}

/// A pattern of the names that events have, with choices.
pub(super) fn pattern() -> impl Strategy<Value = Value> {
    let alternative = prop_oneof![scalar(), operator()];
    let leaf = prop::collection::vec(alternative, 1..3).prop_map(Value::Array);
    let object = |inner: BoxedStrategy<Value>| {
        prop::collection::vec((name(), inner), 1..4).prop_map(|all| {
            Value::Object(all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        })
    };
    let inner = leaf.prop_recursive(2, 12, 3, move |inner| object(inner.boxed()));
    let whole = object(inner.clone().boxed());
    (whole, prop::collection::vec(object(inner.boxed()), 0..3)).prop_map(|(mut whole, choice)| {
        if 1 < choice.len() {
            whole["$or"] = choice.into();
        }
        whole
    })
}

/// Few values, so that many match.
fn few() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![json!(1), json!(2), json!("x")])
}

/// An event with objects in lists in lists, and a pattern that wants several keys of one of them.
fn lists() -> impl Strategy<Value = (Value, Value)> {
    let map = |inner: BoxedStrategy<Value>| {
        let name = prop::sample::select(vec!["b", "c", "d"]);
        prop::collection::vec((name, inner), 1..4).prop_map(|all| {
            Value::Object(all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        })
    };
    let value = few().prop_recursive(3, 30, 3, move |inner| {
        prop::collection::vec(prop_oneof![4 => map(inner.clone().boxed()), 1 => inner], 1..4)
            .prop_map(Value::Array)
    });
    let alternative =
        prop_oneof![5 => few(), 1 => any::<bool>().prop_map(|it| json!({"exists": it}))];
    let leaf = prop::collection::vec(alternative, 1..3).prop_map(Value::Array);
    let wanted = leaf.prop_recursive(2, 8, 3, move |inner| map(inner.boxed()));
    let event = prop::collection::vec(map(value.boxed()), 1..4).prop_map(|it| json!({"a": it}));
    (map(wanted.boxed()).prop_map(|it| json!({"a": it})), event)
}

/// Keys of one object in a list, and not of several.
#[test]
fn keys_match_in_one_element_of_a_list() {
    let matched = std::cell::Cell::new(0);
    check(lists(), |(pattern, event)| {
        let read = EventPattern::parse(&pattern.to_string()).expect("a pattern");
        assert_eq!(read.matches(&event), plain(&pattern, &event), "{pattern} with {event}");
        matched.set(matched.get() + u32::from(read.matches(&event)));
    });
    assert!(super::CASES / 20 < matched.get(), "{} match", matched.get());
}

/// A bus finds its rules by what they look for; each rule alone is what it must find.
#[test]
fn a_bus_finds_the_rules_that_match_one_by_one() {
    let patterns =
        prop::collection::vec(prop_oneof![3 => pattern(), 1 => lists().prop_map(|it| it.0)], 1..12);
    let events =
        prop::collection::vec(prop_oneof![3 => event(), 1 => lists().prop_map(|it| it.1)], 1..4);
    check((patterns, events, 0..12_usize), |(patterns, events, deleted)| {
        lambda_test::block_on(async {
            let bus = lambda_test::Lambda::new().event_bus("b");
            let rule = |(at, pattern)| bus.rule(format!("rule-{at:02}")).pattern(pattern).create();
            let rules: Vec<_> = patterns.iter().enumerate().map(rule).collect();
            if let Some(rule) = rules.get(deleted) {
                rule.delete();
            }
            for event in &events {
                let one_by_one = |it: &&(usize, &Value)| it.0 != deleted && plain(it.1, event);
                let all: Vec<(usize, &Value)> = patterns.iter().enumerate().collect();
                let plain: Vec<String> =
                    all.iter().filter(one_by_one).map(|(at, _)| format!("rule-{at:02}")).collect();
                assert_eq!(bus.matching_rules(event), plain, "{patterns:?} with {event}");
            }
        });
    });
}

/// Every operator, alone and in `anything-but`, over lists in lists.
#[test]
fn a_pattern_matches_where_a_leaf_of_each_key_does_all_in_one_place_of_each_list() {
    check((pattern(), event()), |(pattern, event)| {
        let read = EventPattern::parse(&pattern.to_string()).expect("a pattern");
        assert_eq!(read.matches(&event), plain(&pattern, &event), "{pattern} with {event}");
        assert_eq!(read.why_not(&event).is_none(), read.matches(&event));
    });
}
