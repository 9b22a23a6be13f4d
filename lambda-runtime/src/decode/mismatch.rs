//! What serde says of a value that does not fit, as a value of its own: which kind came, what was
//! expected, and where; never what came.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// Why an event does not fit its type.
#[derive(Debug)]
pub(super) struct Mismatch {
    what: String,
    /// Whether the type itself wrote the words, so that they may quote what came.
    own_words: bool,
    /// Innermost step first.
    path: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Key(String),
    Index(usize),
}

impl Mismatch {
    fn new(what: String) -> Self {
        Self { what, own_words: false, path: Vec::new() }
    }

    pub(super) fn at_key(mut self, key: &str) -> Self {
        self.path.push(Step::Key(key.to_owned()));
        self
    }

    pub(super) fn at_index(mut self, index: usize) -> Self {
        self.path.push(Step::Index(index));
        self
    }

    /// Takes what came out of the words of a type: payloads stay out of messages. What is shorter
    /// than three characters says nothing.
    pub(super) fn without(mut self, value: &str) -> Self {
        if self.own_words && self.path.is_empty() && value.len() > 2 {
            self.what = self.what.replace(value, "…");
        }
        self
    }

    pub(super) fn what(&self) -> &str {
        &self.what
    }

    /// The json_path, as `lines[1].price`; empty for the whole event.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.extend([".", key]),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Mismatch {}

/// The kind of what came, without its value.
fn kind(came: Unexpected<'_>) -> &'static str {
    match came {
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "integer",
        Unexpected::Float(_) => "floating point number",
        Unexpected::Char(_) | Unexpected::Str(_) => "string",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "sequence",
        Unexpected::Map => "map",
        Unexpected::Enum | Unexpected::UnitVariant => "another word",
        Unexpected::NewtypeVariant | Unexpected::TupleVariant | Unexpected::StructVariant => {
            "a word with a value"
        }
        Unexpected::NewtypeStruct | Unexpected::Other(_) => "something else",
    }
}

fn one_of(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.len() {
        0 => "nothing".to_owned(),
        1 => words.concat(),
        _ => format!("one of {}", words.join(", ")),
    }
}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self { own_words: true, ..Self::new(words.to_string()) }
    }

    fn invalid_type(came: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found {}", kind(came)))
    }

    fn invalid_value(came: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(came, expected)
    }

    fn invalid_length(came: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found {came} elements"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("expected {}, found another word", one_of(expected)))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("expected {}, found another field", one_of(expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("missing field `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("duplicate field `{field}`"))
    }
}
