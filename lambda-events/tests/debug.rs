//! What `{:?}` shows of the kinds of fields.

use std::fmt::Debug;

use lambda_events::{Base64, Headers, Json, Map, MultiHeaders, Number, RawJson, StringMap};

#[track_caller]
fn check(value: impl Debug, debug: &str) {
    assert_eq!(format!("{value:?}"), debug);
}

#[test]
fn debug_shows_the_value_in_the_plainest_form() {
    check(Base64::from("hö"), r#"b"h\xc3\xb6""#);
    check(Headers::from([("Accept", "a")]), r#"{"Accept": "a"}"#);
    let multi = MultiHeaders::from_iter([("Accept", "a"), ("Accept", "b")]);
    check(multi, r#"{"Accept": ["a", "b"]}"#);
    check(Map::from([("a", 1)]), r#"{"a": 1}"#);
    check(StringMap::from([("a", "1")]), r#"{"a": "1"}"#);
    check("1.50".parse::<Number>().expect("a number"), "1.50");
    check(RawJson::new(&[1, 2]).expect("JSON"), "[1,2]");
    check(Json::new([1, 2]).expect("JSON"), "Ok([1, 2])");
}
