//! What the tests of every kind check: an object with one field of it, read and written back.

use std::fmt::Debug;

use lambda_events_macros::model;

use crate::codec::{Field, extra::Form};

/// An object with one field.
#[model]
pub(super) struct One<T = String> {
    /// Bare in its usual form.
    #[key = "it"]
    pub(super) it: T,
    /// In quotes in its usual form.
    #[key = "json_string"]
    #[json_string]
    pub(super) json_string: T,
}

#[track_caller]
fn read<T: Field>(json: &str) -> One<T> {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[track_caller]
fn written<T: Field + Debug>(one: &One<T>) -> String {
    let mut writer = crate::codec::Writer::default();
    one.write(&mut writer, false);
    // Both ways out give the same.
    assert_eq!(writer.as_str(), serde_json::to_string(one).expect("a model has a form"));
    writer.as_str().to_owned()
}

#[track_caller]
fn came<T: Field + Debug>(key: &str, json: &str, value: T, form: Option<Form>) {
    let object = format!("{{\"{key}\":{json}}}");
    let one: One<T> = read(&object);
    let found = if key == "it" { &one.it } else { &one.json_string };
    assert_eq!(*found, value, "{object}");
    // A map of nulls equals an empty one, and is not.
    assert!(!Field::is_empty(found) || *found == T::default(), "{object}");
    assert_eq!(written(&one), object);
    let place = usize::from(key != "it");
    assert!(one.extra.note(place).map(|note| note.0) == form, "{object}");
}

/// The usual form: the value, and no note.
#[track_caller]
pub(super) fn exact<T: Field + Debug>(json: &str, value: T) {
    came("it", json, value, None);
}

/// The usual form of a field that is `#[json_string]`.
#[track_caller]
pub(super) fn exact_quoted<T: Field + Debug>(json: &str, value: T) {
    came("json_string", json, value, None);
}

/// Another form of a value: the value, and its text is written back.
#[track_caller]
pub(super) fn non_canonical<T: Field + Debug>(json: &str, value: T) {
    came("it", json, value, Some(Form::NonCanonical));
}

/// What the kind cannot hold: the field is empty, and its text is written back and can be found.
#[track_caller]
pub(super) fn unrepresentable<T: Field + Debug>(json: &str) {
    came("it", json, T::default(), Some(Form::Unrepresentable));
    let one: One<T> = read(&format!("{{\"it\":{json}}}"));
    assert_eq!(one.extra.get("it").map(crate::RawJson::as_str), Some(json));
    assert_ne!(one, One::default());
}

/// Null and absent are written back, and both equal what a program builds.
#[track_caller]
pub(super) fn null_and_absent<T: Field + Debug>() {
    for json in
        ["{\"it\":null}", "{}", "{\"json_string\":null}", "{\"it\":null,\"json_string\":null}"]
    {
        let one: One<T> = read(json);
        assert_eq!(one, One::default());
        assert_eq!(written(&one), json);
    }
}

/// What a program changes is written plainly, however it came.
#[track_caller]
pub(super) fn edited<T: Field + Debug + Clone>(value: T, json: &str, forms: &[&str]) {
    for form in forms.iter().chain(&["null", "[{}]", "\"\\ud800\""]) {
        let mut one: One<T> = read(&format!("{{\"it\":{form}}}"));
        one.it = value.clone();
        assert_eq!(written(&one), format!("{{\"it\":{json}}}"), "after {form}");
    }
}
