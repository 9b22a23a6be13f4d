//! What a model reads it writes back the same; what it refuses, it refuses without a panic. The first
//! byte picks the model.
#![no_main]

use std::collections::BTreeMap;

use lambda_events::{Trigger, catalog};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

/// JSON compared exactly: objects in any order, numbers by their texts.
#[derive(PartialEq)]
enum Tree {
    Object(BTreeMap<String, Tree>),
    List(Vec<Tree>),
    Text(String),
    Token(String),
}

fn tree(raw: &RawValue) -> Option<Tree> {
    let json = raw.get();
    Some(match json.as_bytes()[0] {
        b'{' => {
            let object: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
            Tree::Object(object.into_iter().map(|(k, v)| Some((k, tree(v)?))).collect::<Option<_>>()?)
        }
        b'[' => {
            let list: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            Tree::List(list.into_iter().map(tree).collect::<Option<_>>()?)
        }
        b'"' => serde_json::from_str(json).map_or_else(|_| Tree::Token(json.to_owned()), Tree::Text),
        _ => Tree::Token(json.to_owned()),
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((pick, json)) = data.split_first() else { return };
    let models: Vec<_> = catalog::events().into_iter().chain(catalog::responses()).collect();
    let model = models[usize::from(*pick) % models.len()];
    let _ = Trigger::detect(json);
    let Ok(written) = model.round_trip(json) else { return };
    let raw: &RawValue = serde_json::from_slice(json).expect("what is read is JSON");
    let back: &RawValue = serde_json::from_str(&written).expect("what is written is JSON");
    // A key that no text can hold makes no tree.
    if let Some(original) = tree(raw) {
        assert!(tree(back).is_some_and(|back| back == original), "{}: {written}", model.name);
    }
    // Once written, it is written the same for ever.
    assert_eq!(model.round_trip(written.as_bytes()).expect("it is read again"), written);
});
