//! Why a value of the user's type cannot be read.

/// Why JSON within an event is no value of a type: where, but not what. Serde's words, which may
/// quote what came, are in [`reason`](Self::reason).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson {
    what: &'static str,
    line: usize,
    column: usize,
    reason: Box<str>,
}

impl_display!(NotJson, |Self { what, line, column, .. }, f| match line {
    0 => f.write_str(what),
    _ => write!(f, "the JSON {what} at line {line} column {column}"),
});

impl std::error::Error for NotJson {}

impl NotJson {
    /// What was never meant to be JSON.
    #[cfg(all(feature = "kinesis", feature = "runtime"))]
    pub(crate) fn of(what: &'static str) -> Self {
        Self { what, line: 0, column: 0, reason: what.into() }
    }

    /// Serde's words. They may quote what came: mind where they are logged.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl From<serde_json::Error> for NotJson {
    fn from(error: serde_json::Error) -> Self {
        Self {
            what: if error.is_data() { "does not fit its type" } else { "is not valid" },
            line: error.line(),
            column: error.column(),
            reason: error.to_string().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where_but_not_what() {
        let read = |json: &str| NotJson::from(serde_json::from_str::<u8>(json).expect_err(json));
        let mismatch = read(" \"secret\"");
        assert_eq!(mismatch.to_string(), "the JSON does not fit its type at line 1 column 9");
        assert!(mismatch.reason().contains("secret"));
        assert_eq!(read("").to_string(), "the JSON is not valid at line 1 column 0");
    }
}
