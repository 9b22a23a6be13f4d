//! An object: the loop that reads every model and the loop that writes every model. Both are
//! compiled once; a model adds a table and two `match`es, which `#[model]` writes.

use super::{
    Ask, Extra, Fidelity, Reader, Writer,
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
    /// For a whole event: what else a text is, in words.
    pub(crate) other: Option<fn(&str) -> Option<&'static str>>,
}

/// A model, as the two loops see it.
pub(crate) trait Object {
    fn schema(&self) -> &'static ModelSchema;
    fn extra(&self) -> &Extra;
    fn extra_mut(&mut self) -> &mut Extra;
    /// Reads the field at this place, or empties it.
    fn fill(&mut self, place: usize, reader: Option<&mut Reader<'_>>) -> Read<Fidelity>;
    /// Asks the field at this place.
    fn ask(&self, place: usize, ask: Ask<'_>) -> bool;
}

/// Reads an object into an empty model.
pub(crate) fn read(object: &mut dyn Object, reader: &mut Reader<'_>) -> Read<Fidelity> {
    if reader.peek()? != b'{' {
        return Ok(Fidelity::Unrepresentable);
    }
    let schema = object.schema();
    let mut seen = 0u64;
    let mut next = 0;
    let mut more = reader.enter(b'}')?;
    while more {
        let key = reader.key()?;
        if let Some(place) = find(schema.keys, &key, next) {
            next = place + 1;
            if seen >> place & 1 == 1 {
                // The last one of a key counts.
                object.fill(place, None)?;
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
    match object.fill(place, Some(reader))? {
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
            object.fill(place, None)?;
            object.extra_mut().push_note(place, schema.keys[place], json, Form::Unrepresentable);
        }
    }
    Ok(())
}

#[cold]
fn missing_required(object: &dyn Object, place: usize, json: &str) -> Error {
    let mut expected = "";
    object.ask(place, Ask::Expected(&mut expected));
    Error::mismatch(json, expected)
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
pub(crate) fn write_field(
    object: &dyn Object,
    extra: &Extra,
    key: &'static str,
    place: usize,
    writer: &mut Writer,
) -> bool {
    let raw = match extra.note(place) {
        // What a program has changed since is written plainly.
        Some((Form::Unrepresentable, json)) if object.ask(place, Ask::Empty) => json,
        Some((Form::NonCanonical, json)) if object.ask(place, Ask::Same(json)) => json,
        _ if object.ask(place, Ask::Write(writer, key)) => return true,
        _ if extra.null >> place & 1 == 1 => "null",
        _ if extra.absent >> place & 1 == 1 => return false,
        _ => return object.ask(place, Ask::WriteEmpty(writer, key, extra.was_read())),
    };
    writer.known_key(key);
    writer.raw(raw);
    true
}

/// Writes an object.
pub(crate) fn write(object: &dyn Object, writer: &mut Writer) {
    let extra = object.extra();
    writer.raw("{");
    for (place, key) in object.schema().quoted_keys.iter().enumerate() {
        write_field(object, extra, key, place, writer);
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
        && (0..object.schema().keys.len()).all(|place| object.ask(place, Ask::Empty))
}
