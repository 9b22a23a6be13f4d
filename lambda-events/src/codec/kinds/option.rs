//! What may be left out, and what is rare enough to be boxed.

use crate::codec::{Fidelity, Field, Reader, WhenEmpty, Writer, error::Read};

impl<T: Field> Field for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const EMPTY: WhenEmpty = WhenEmpty::LeftOut;

    #[inline]
    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        self.insert(T::default()).read(reader, json_string)
    }

    #[inline]
    fn write(&self, writer: &mut Writer, json_string: bool) {
        match self {
            Some(value) => value.write(writer, json_string),
            None => writer.raw("null"),
        }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.is_none()
    }

    fn is_text(&self, json: &str, json_string: bool) -> bool {
        self.as_ref().is_some_and(|value| value.is_text(json, json_string))
    }
}

impl<T: Field> Field for Box<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const EMPTY: WhenEmpty = T::EMPTY;

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        (**self).read(reader, json_string)
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        (**self).write(writer, json_string);
    }

    fn is_empty(&self) -> bool {
        (**self).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::*;

    #[test]
    fn exact_form() {
        exact("\"a\"", Some("a".to_owned()));
        exact("\"\"", Some(String::new()));
        exact("{\"it\":\"a\"}", Box::new(One { it: "a".to_owned(), ..One::default() }));
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Option<String>>();
        null_and_absent::<Option<Box<One>>>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("7", Some("7".to_owned()));
        edited(Some("b".to_owned()), "\"b\"", &["7", "\"a\""]);
    }

    #[test]
    fn none_is_left_out() {
        let mut one: One<Option<String>> = serde_json::from_str(r#"{"it":"a"}"#).expect("it fits");
        one.it = None;
        assert_eq!(serde_json::to_string(&one).expect("a form"), "{}");
    }
}
