//! What does not fit, and where. Values never appear.

use std::fmt;

/// As deep as `serde_json` goes.
pub(crate) const DEEPEST: u32 = 127;

/// Why a text is no event of a type.
#[derive(Debug)]
pub(crate) enum Wrong {
    Broken(usize),
    Deep(usize),
    Missing(&'static str),
    Type { found: &'static str, expected: &'static str },
    Element(&'static str),
}

impl_display!(Wrong, |wrong, f| match wrong {
    Wrong::Broken(at) => write!(f, "no valid JSON at byte {at}"),
    Wrong::Deep(at) => write!(f, "nested deeper than {DEEPEST} levels at byte {at}"),
    Wrong::Missing(field) => write!(f, "missing field `{field}`"),
    Wrong::Type { found, expected } => write!(f, "invalid type: {found}, expected {expected}"),
    Wrong::Element(expected) => write!(f, "invalid element, expected {expected}"),
});

/// What is wrong, and the place in the JSON.
#[derive(Debug)]
pub struct Error(Box<Inner>);

impl_display!(Error, |Self(inner), f| write!(f, "{}{}", inner.wrong, inner.path));

impl std::error::Error for Error {}

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
    pub(crate) fn mismatch(json: &str, expected: &'static str) -> Self {
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
