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

    /// Returns whether this text, which came in another form than the usual one, stands for its value.
    #[doc(hidden)]
    fn is_text(&self, json: &str, json_string: bool) -> bool {
        let mut again = Self::default();
        let read = again.read(&mut Reader::new(json), json_string);
        matches!(read, Ok(Fidelity::NonCanonical | Fidelity::Canonical)) && again == *self
    }
}

/// A field of any type, as the loops of objects see it: they are compiled once, and each type adds a table of
/// these functions.
pub(crate) trait AnyField {
    /// Reads the value, as [`Field::read`].
    fn read_value(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity>;
    /// Writes key and value, unless it holds nothing: then it returns false.
    fn write_full(&self, key: &'static str, writer: &mut Writer, json_string: bool) -> bool;
    /// Writes the value, as [`Field::write`].
    fn write_value(&self, writer: &mut Writer, json_string: bool);
    /// Returns whether it holds nothing.
    fn holds_nothing(&self) -> bool;
    /// Makes it hold nothing.
    fn clear(&mut self);
    /// Returns what is written of an empty one.
    fn when_empty(&self) -> WhenEmpty;
    /// Returns whether this text is its value.
    fn has_text(&self, json: &str, json_string: bool) -> bool;
    /// Returns what errors state that they expected.
    fn expected(&self) -> &'static str;
}

impl<T: Field> AnyField for T {
    fn read_value(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        self.read(reader, json_string)
    }

    fn write_full(&self, key: &'static str, writer: &mut Writer, json_string: bool) -> bool {
        let full = !self.is_empty();
        if full {
            writer.known_key(key);
            self.write(writer, json_string);
        }
        full
    }

    fn write_value(&self, writer: &mut Writer, json_string: bool) {
        self.write(writer, json_string);
    }

    fn holds_nothing(&self) -> bool {
        self.is_empty()
    }

    fn clear(&mut self) {
        *self = T::default();
    }

    fn when_empty(&self) -> WhenEmpty {
        T::EMPTY
    }

    fn has_text(&self, json: &str, json_string: bool) -> bool {
        self.is_text(json, json_string)
    }

    fn expected(&self) -> &'static str {
        T::EXPECTED
    }
}

/// Compares two fields of a model. It stands for itself: within the comparison of each model it would be compiled
/// as often as there are fields.
#[inline(never)]
pub(crate) fn equal<T: PartialEq>(one: &T, other: &T) -> bool {
    one == other
}
