//! A list. One value in its place is a list of one, and nulls in it are passed over; one element
//! that does not fit makes the whole list a misfit, since none of them may be lost in silence.

use crate::codec::{AnyField, Fidelity, Field, Reader, Writer, error::Read};

/// A list of any type, as the loop that reads it sees it: that is compiled once.
trait List {
    /// Adds an element that holds nothing.
    fn push_empty(&mut self) -> &mut dyn AnyField;
}

impl<T: Field> List for Vec<T> {
    fn push_empty(&mut self) -> &mut dyn AnyField {
        let index = self.len();
        self.push(T::default());
        &mut self[index]
    }
}

fn read(list: &mut dyn List, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
    if reader.peek()? != b'[' {
        let came = list.push_empty().read_value(reader, json_string)?;
        return Ok(came.max(Fidelity::NonCanonical));
    }
    let mut worst = Fidelity::Canonical;
    let mut index = 0;
    let mut more = reader.enter(b']')?;
    while more {
        if reader.null()? {
            worst = Fidelity::NonCanonical;
        } else {
            // Read in its place: an element may be large.
            let element = list.push_empty();
            let came = element.read_value(reader, json_string);
            let came = came.map_err(|error| error.at_index(index))?;
            if came == Fidelity::Unrepresentable {
                reader.part_does_not_fit(element.expected(), |error| error.at_index(index));
                return Ok(Fidelity::Unrepresentable);
            }
            worst = worst.max(came);
        }
        index += 1;
        more = reader.more(b']')?;
    }
    Ok(worst)
}

impl<T: Field> Field for Vec<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(&mut self, reader: &mut Reader<'_>, json_string: bool) -> Read<Fidelity> {
        read(self, reader, json_string)
    }

    fn write(&self, writer: &mut Writer, json_string: bool) {
        writer.raw("[");
        for value in self {
            writer.comma();
            value.write(writer, json_string);
        }
        writer.raw("]");
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn exact_form() {
        exact("[\"a\",\"b\"]", texts(&["a", "b"]));
        exact("[]", texts(&[]));
        exact("[[1],[2,3]]", vec![vec![1_u32], vec![2, 3]]);
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Vec<String>>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("\"a\"", texts(&["a"]));
        non_canonical("[\"a\",7]", texts(&["a", "7"]));
        non_canonical("[null,\"a\",null]", texts(&["a"]));
        non_canonical("[null]", texts(&[]));
        edited(texts(&["b"]), "[\"b\"]", &["\"a\"", "[null]", "[7]"]);
    }

    #[test]
    fn one_element_that_does_not_fit_is_not_lost_in_silence() {
        unrepresentable::<Vec<String>>("[\"a\",{}]");
        unrepresentable::<Vec<u32>>("[1,\"x\"]");
        unrepresentable::<Vec<One>>("[{\"it\":\"a\"},7]");
        unrepresentable::<Vec<One>>("7");
    }
}
