//! What an object holds besides the fields that its type names.

use std::fmt;

use super::RawJson;

/// What an object holds besides the fields that its type names: those that AWS has added since, or
/// a sender has put there, and values that do not fit their field's type. They are written back
/// with the object.
///
/// It also remembers what is needed to write an object back as it came: which fields were null,
/// absent, or of an unusual form. That makes no difference when two objects are compared, and a
/// field that a program has changed since is written plainly.
///
/// ```
/// use lambda_events::sqs::SqsMessage;
///
/// let message: SqsMessage = serde_json::from_str(r#"{"messageId":"1","body":{"a":1},"new":[2]}"#)?;
/// assert_eq!(message.extra.get("new").map(|json| json.as_str()), Some("[2]"));
/// // An object is no text: it stays where it can be found.
/// assert_eq!(message.body, None);
/// assert_eq!(message.extra.get("body").map(|json| json.as_str()), Some(r#"{"a":1}"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Extra {
    /// Sets of named fields, by the bits of their places.
    pub(crate) null: u64,
    pub(crate) absent: u64,
    unknown: Vec<(String, RawJson)>,
    /// At most one for each named field. Rare, so it takes one word of each object.
    #[expect(clippy::box_collection, reason = "a vector would make every object larger")]
    notes: Option<Box<Vec<Note>>>,
}

/// How a named field came.
#[derive(Clone)]
struct Note {
    place: usize,
    key: &'static str,
    json: RawJson,
    form: Form,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// Another form of the value that the field holds.
    NonCanonical,
    /// Something that its type cannot hold.
    Unrepresentable,
}

impl Extra {
    /// The value of a field that the type does not name, or that does not fit its type. Where a name
    /// came twice, the last one counts.
    pub fn get(&self, name: &str) -> Option<&RawJson> {
        let mismatch = self.unrepresentable().find(|(key, _)| *key == name);
        let unknown = || self.unknown().filter(|(key, _)| *key == name).last();
        mismatch.or_else(unknown).map(|(_, json)| json)
    }

    /// Sets a field that the type does not name.
    pub fn insert(&mut self, name: impl Into<String>, value: RawJson) {
        let name = name.into();
        self.unknown.retain(|(key, _)| *key != name);
        self.unknown.push((name, value));
    }

    /// Every field that the type does not name or that does not fit its type.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawJson)> {
        self.unrepresentable().chain(self.unknown())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    fn unrepresentable(&self) -> impl Iterator<Item = (&str, &RawJson)> {
        let notes = self.notes.iter().flat_map(|notes| notes.iter());
        notes.filter(|note| note.form == Form::Unrepresentable).map(|note| (note.key, &note.json))
    }

    pub(crate) fn unknown(&self) -> impl Iterator<Item = (&str, &RawJson)> {
        self.unknown.iter().map(|(key, json)| (key.as_str(), json))
    }

    pub(crate) fn push_unknown(&mut self, key: String, json: &str) {
        self.unknown.push((key, RawJson::of(json)));
    }

    pub(crate) fn push_note(&mut self, place: usize, key: &'static str, json: &str, form: Form) {
        let json = RawJson::of(json);
        self.notes.get_or_insert_default().push(Note { place, key, json, form });
    }

    /// Whether the object was read, not made by a program.
    pub(crate) fn was_read(&self) -> bool {
        self.absent >> 63 == 1
    }

    /// Forgets how a field came.
    pub(crate) fn forget(&mut self, place: usize) {
        self.null &= !(1 << place);
        if let Some(notes) = &mut self.notes {
            notes.retain(|note| note.place != place);
        }
    }

    /// How a field came, where that is to be remembered.
    #[inline]
    pub(crate) fn note(&self, place: usize) -> Option<(Form, &str)> {
        let note = self.notes.as_ref()?.iter().find(|note| note.place == place)?;
        Some((note.form, note.json.as_str()))
    }
}

/// How the named fields came makes no difference.
impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        let same = |(key, _): (&str, _)| self.get(key) == other.get(key);
        self.iter().all(same) && other.iter().all(same)
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
