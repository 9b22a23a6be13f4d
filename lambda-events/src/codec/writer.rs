//! Writes JSON into a text.

use super::reader::plain;

/// A JSON text that grows.
#[derive(Default)]
#[expect(missing_debug_implementations, reason = "it would show the payload")]
pub struct Writer {
    text: String,
}

/// What stands in a string for a byte that does not stand for itself.
const ESCAPES: [&str; 0x20] = [
    "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007", "\\b",
    "\\t", "\\n", "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f", "\\u0010", "\\u0011", "\\u0012",
    "\\u0013", "\\u0014", "\\u0015", "\\u0016", "\\u0017", "\\u0018", "\\u0019", "\\u001a",
    "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f",
];

impl Writer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
    }

    /// Text that is JSON already.
    #[inline]
    pub(crate) fn raw(&mut self, json: &str) {
        self.text.push_str(json);
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, number: impl itoa::Integer) {
        self.text.push_str(itoa::Buffer::new().format(number));
    }

    /// A value that is in quotes in its usual form.
    pub(crate) fn in_quotes(&mut self, json_string: bool, value: impl FnOnce(&mut Self)) {
        let quote = if json_string { "\"" } else { "" };
        self.raw(quote);
        value(self);
        self.raw(quote);
    }

    /// A string.
    #[inline]
    pub(crate) fn string(&mut self, text: &str) {
        self.text.reserve(text.len() + 2);
        self.text.push('"');
        let end = plain(text.as_bytes(), 0);
        if end == text.len() {
            self.text.push_str(text);
        } else {
            self.escaped(text, end);
        }
        self.text.push('"');
    }

    /// A string whose first escape is at `end`.
    #[inline(never)]
    fn escaped(&mut self, text: &str, mut end: usize) {
        let bytes = text.as_bytes();
        let mut from = 0;
        loop {
            self.text.push_str(text.get(from..end).unwrap_or_default());
            let Some(byte) = bytes.get(end) else { return };
            self.text.push_str(match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                byte => ESCAPES.get(usize::from(*byte)).copied().unwrap_or_default(),
            });
            from = end + 1;
            end = plain(bytes, from);
        }
    }

    /// A key, with the comma before and the colon after it.
    #[inline]
    pub(crate) fn key(&mut self, key: &str) {
        self.comma();
        self.string(key);
        self.text.push(':');
    }

    /// A key that is in quotes and has its comma and its colon; the first one needs no comma.
    #[inline]
    pub(crate) fn known_key(&mut self, key: &str) {
        let key = if self.is_first() { key.get(1..).unwrap_or_default() } else { key };
        self.text.push_str(key);
    }

    /// The comma between entries.
    #[inline]
    pub(crate) fn comma(&mut self) {
        if !self.is_first() {
            self.text.push(',');
        }
    }

    /// Whether nothing stands before the next entry.
    #[inline]
    fn is_first(&self) -> bool {
        matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':'))
    }
}
