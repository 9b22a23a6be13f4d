//! An object: the loop that reads every model and the loop that writes every model. Both are
//! compiled once; a model adds a table and two `match`es, which `#[model]` writes.

use super::{
    AnyField, Extra, Fidelity, Reader, WhenEmpty, Writer,
    error::{Error, Read, Wrong},
    extra::Form,
};

/// What a model says of itself.
pub(crate) struct ModelSchema {
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [&'static str],
    /// The keys in quotes, each with a comma before and a colon after it.
    pub(crate) quoted_keys: &'static [&'static str],
    /// The bits of the fields without which an object is refused.
    pub(crate) required: u64,
    /// The bits of the fields whose usual form is in quotes.
    pub(crate) json_strings: u64,
    /// The bits of the fields that `Default` fills; an object that lacks one has it empty all the same.
    pub(crate) defaulted: u64,
    /// For a whole event: what else a text is, in words.
    pub(crate) other: Option<fn(&str) -> Option<&'static str>>,
}

/// A model, as the two loops see it.
pub(crate) trait Object {
    fn schema(&self) -> &'static ModelSchema;
    fn extra(&self) -> &Extra;
    fn extra_mut(&mut self) -> &mut Extra;
    /// The field at this place; the last one at any place beyond.
    fn field(&self, place: usize) -> &dyn AnyField;
    fn field_mut(&mut self, place: usize) -> &mut dyn AnyField;
}

impl ModelSchema {
    fn is_json_string(&self, place: usize) -> bool {
        self.json_strings >> place & 1 == 1
    }
}

/// Reads an object into an empty model.
pub(crate) fn read(object: &mut dyn Object, reader: &mut Reader<'_>) -> Read<Fidelity> {
    if reader.peek()? != b'{' {
        return Ok(Fidelity::Unrepresentable);
    }
    let schema = object.schema();
    let mut defaulted = schema.defaulted;
    while defaulted != 0 {
        object.field_mut(defaulted.trailing_zeros() as usize).clear();
        defaulted &= defaulted - 1;
    }
    let mut seen = 0u64;
    let mut next = 0;
    let mut more = reader.enter(b'}')?;
    while more {
        let key = reader.key()?;
        if let Some(place) = find(schema.keys, &key, next) {
            next = place + 1;
            if seen >> place & 1 == 1 {
                // The last one of a key counts.
                object.field_mut(place).clear();
                object.extra_mut().forget(place);
            }
            seen |= 1 << place;
            read_field(object, schema, place, reader)
                .map_err(|error| error.at_key(schema.keys[place]))?;
        } else {
            let json = reader.skip()?;
            object.extra_mut().push_unknown(key.into_owned(), json);
        }
        more = reader.more(b'}')?;
    }
    // A promise is not kept by null.
    let missing = schema.required & (!seen | object.extra().null);
    if missing != 0 {
        let key = schema.keys[missing.trailing_zeros() as usize];
        return Err(Error::new(Wrong::Missing(key)));
    }
    // No model has a field at place 63, so the highest bit says that the object was read.
    object.extra_mut().absent = !seen;
    Ok(Fidelity::Canonical)
}

/// Reads the value of a named field, and notes how it came.
#[inline]
fn read_field(
    object: &mut dyn Object,
    schema: &'static ModelSchema,
    place: usize,
    reader: &mut Reader<'_>,
) -> Read<()> {
    if reader.null()? {
        object.extra_mut().null |= 1 << place;
        return Ok(());
    }
    let start = reader.mark();
    match object.field_mut(place).read_value(reader, schema.is_json_string(place))? {
        Fidelity::Canonical => {}
        Fidelity::NonCanonical => {
            let json = reader.since(start);
            object.extra_mut().push_note(place, schema.keys[place], json, Form::NonCanonical);
        }
        Fidelity::Unrepresentable => {
            let part = reader.take_misfit();
            reader.back_to(start);
            let json = reader.skip()?;
            if schema.required >> place & 1 == 1 {
                return Err(part.unwrap_or_else(|| missing_required(object, place, json)));
            }
            object.field_mut(place).clear();
            object.extra_mut().push_note(place, schema.keys[place], json, Form::Unrepresentable);
        }
    }
    Ok(())
}

#[cold]
fn missing_required(object: &dyn Object, place: usize, json: &str) -> Error {
    Error::mismatch(json, object.field(place).expected())
}

/// The place of a key: most objects come in the order in which their type is written.
#[inline]
fn find(keys: &[&str], key: &str, next: usize) -> Option<usize> {
    if keys.get(next).is_some_and(|known| *known == key) {
        return Some(next);
    }
    keys.iter().position(|known| *known == key)
}

/// Writes one field; false if it is left out. What an object says of itself is asked for once.
#[inline]
pub(crate) fn write_field(
    object: &dyn Object,
    schema: &'static ModelSchema,
    extra: &Extra,
    place: usize,
    writer: &mut Writer,
) -> bool {
    let (field, key) = (object.field(place), schema.quoted_keys[place]);
    let json_string = schema.is_json_string(place);
    let note = extra.note(place);
    note.is_none() && field.write_full(key, writer, json_string)
        || write_odd(field, key, json_string, (extra, place, note), writer)
}

/// Writes a field that holds nothing, or that came in another form than its usual one.
fn write_odd(
    field: &dyn AnyField,
    key: &'static str,
    json_string: bool,
    (extra, place, note): (&Extra, usize, Option<(Form, &str)>),
    writer: &mut Writer,
) -> bool {
    let raw = match note {
        // What a program has changed since is written plainly.
        Some((Form::Unrepresentable, json)) if field.holds_nothing() => json,
        Some((Form::NonCanonical, json)) if field.has_text(json, json_string) => json,
        Some(_) if field.write_full(key, writer, json_string) => return true,
        _ if extra.null >> place & 1 == 1 => "null",
        _ if extra.absent >> place & 1 == 1 => return false,
        _ => {
            let written = match field.when_empty() {
                WhenEmpty::Written => true,
                WhenEmpty::IfItCame => extra.was_read(),
                WhenEmpty::LeftOut => false,
            };
            if written {
                writer.known_key(key);
                field.write_value(writer, json_string);
            }
            return written;
        }
    };
    writer.known_key(key);
    writer.raw(raw);
    true
}

/// Writes an object.
pub(crate) fn write(object: &dyn Object, writer: &mut Writer) {
    let (schema, extra) = (object.schema(), object.extra());
    writer.raw("{");
    for place in 0..schema.keys.len() {
        write_field(object, schema, extra, place, writer);
    }
    for (key, json) in extra.unknown() {
        writer.key(key);
        writer.raw(json.as_str());
    }
    writer.raw("}");
}

/// Whether a model holds nothing.
pub(crate) fn is_empty(object: &dyn Object) -> bool {
    object.extra().is_empty()
        && (0..object.schema().keys.len()).all(|place| object.field(place).holds_nothing())
}
