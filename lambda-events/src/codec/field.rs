//! One value: how it is read and written.

use super::{Reader, Writer, error::Read};

/// How a value came; the worst of several is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fidelity {
    /// As it would be written.
    Canonical,
    /// In another form of the same value: its text must be kept to write it back.
    NonCanonical,
    /// As something that the type cannot hold.
    Unrepresentable,
}

/// What is written of an empty field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenEmpty {
    /// Its empty form: `""`, `0`, `[]`.
    Written,
    /// Its empty form if the object was read with it, nothing in an object that a program makes.
    IfItCame,
    /// Nothing.
    LeftOut,
}

/// What the parameters of the models of this crate may be, such as the body of
/// `sqs::SqsEvent`: `String`, [`Json`](crate::Json), [`RawJson`](crate::RawJson),
/// [`Base64`](crate::Base64), and every model.
///
/// Sealed: every value that comes must be kept exactly, and only this crate sees to it.
pub trait Field: Default + PartialEq {
    /// What errors say that they expected.
    #[doc(hidden)]
    const EXPECTED: &'static str;

    /// What is written of an empty one that did not come as null.
    #[doc(hidden)]
    const EMPTY: WhenEmpty = WhenEmpty::Written;

    /// Reads the value that begins at the reader, which is no null, into an empty one. `quoted`: its
    /// usual form is in quotes. After a misfit the reader may stand anywhere.
    ///
    /// # Errors
    ///
    /// The text is no JSON, or lacks what AWS promises.
    #[doc(hidden)]
    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity>;

    /// Writes the value in its usual form.
    #[doc(hidden)]
    fn write(&self, writer: &mut Writer, json_string: bool);

    /// Whether it holds nothing.
    #[doc(hidden)]
    fn is_empty(&self) -> bool;
}

/// What an object asks of one of its fields.
pub(crate) enum Ask<'w> {
    /// Write it, with its key, unless it is empty.
    Write(&'w mut Writer, &'static str),
    /// Write what is written of an empty one: did the object come with it?
    WriteEmpty(&'w mut Writer, &'static str, bool),
    /// Is this text its value?
    Same(&'w str),
    /// Is it empty?
    Empty,
    /// What does it expect?
    Expected(&'w mut &'static str),
}

/// Answers for any field; false if nothing was written, or no.
pub(crate) fn ask<T: Field>(field: &T, json_string: bool, ask: Ask<'_>) -> bool {
    match ask {
        Ask::Empty => field.is_empty(),
        Ask::Write(writer, key) => {
            let full = !field.is_empty();
            if full {
                writer.known_key(key);
                field.write(writer, json_string);
            }
            full
        }
        Ask::WriteEmpty(writer, key, came) => {
            let written = match T::EMPTY {
                WhenEmpty::Written => true,
                WhenEmpty::IfItCame => came,
                WhenEmpty::LeftOut => false,
            };
            if written {
                writer.known_key(key);
                field.write(writer, json_string);
            }
            written
        }
        Ask::Same(json) => {
            let mut again = T::default();
            let read = again.read(&mut Reader::new(json), json_string);
            matches!(read, Ok(Fidelity::NonCanonical | Fidelity::Canonical)) && again == *field
        }
        Ask::Expected(expected) => {
            *expected = T::EXPECTED;
            true
        }
    }
}

/// Reads a field, or empties it.
pub(crate) fn fill<T: Field>(
    field: &mut T,
    json_string: bool,
    reader: Option<&mut Reader<'_>>,
) -> Read<Fidelity> {
    match reader {
        Some(reader) => field.read(reader, json_string),
        None => {
            *field = T::default();
            Ok(Fidelity::Canonical)
        }
    }
}
