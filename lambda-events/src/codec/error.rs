//! What does not fit, and where. Values never appear.

use std::fmt;

/// As deep as `serde_json` goes.
pub(crate) const DEEPEST: u32 = 127;

/// Why a text is no event of a type.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Wrong {
    #[error("no valid JSON at byte {0}")]
    Broken(usize),
    #[error("nested deeper than {deepest} levels at byte {0}", deepest = DEEPEST)]
    Deep(usize),
    #[error("missing field `{0}`")]
    Missing(&'static str),
    #[error("invalid type: {found}, expected {expected}")]
    Type { found: &'static str, expected: &'static str },
    #[error("invalid element, expected {0}")]
    Element(&'static str),
}

/// What is wrong, and the place in the JSON.
#[derive(Debug, thiserror::Error)]
#[error("{}{}", .0.wrong, .0.path)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    wrong: Wrong,
    path: Path,
}

/// What reading gives.
pub(crate) type Read<T> = Result<T, Error>;

/// The way to the place, collected on the way out: the innermost step comes first.
#[derive(Debug, Default)]
pub(crate) struct Path(Vec<Step>);

#[derive(Debug)]
enum Step {
    Key(String),
    Index(usize),
}

impl Error {
    #[cold]
    pub(crate) fn new(wrong: Wrong) -> Self {
        Self(Box::new(Inner { wrong, path: Path::default() }))
    }

    /// A value of another kind than its type.
    #[cold]
    pub(crate) fn misfit(json: &str, expected: &'static str) -> Self {
        Self::new(Wrong::Type { found: kind(json), expected })
    }

    #[cold]
    pub(crate) fn at_key(mut self, key: &str) -> Self {
        self.0.path.push_key(key);
        self
    }

    #[cold]
    pub(crate) fn at_index(mut self, index: usize) -> Self {
        self.0.path.push_index(index);
        self
    }
}

impl Path {
    pub(crate) fn push_key(&mut self, key: &str) {
        self.0.push(Step::Key(key.to_owned()));
    }

    pub(crate) fn push_index(&mut self, index: usize) {
        self.0.push(Step::Index(index));
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        f.write_str(" at `")?;
        for (n, step) in self.0.iter().rev().enumerate() {
            match step {
                Step::Key(key) if n == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        f.write_str("`")
    }
}

/// The kind of a value.
pub(crate) fn kind(json: &str) -> &'static str {
    match json.trim_ascii_start().as_bytes().first() {
        Some(b'"') => "string",
        Some(b'{') => "object",
        Some(b'[') => "list",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}
