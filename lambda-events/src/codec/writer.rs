//! Writes JSON into a text.

use std::fmt;

use super::reader::plain;

/// A JSON text that grows.
#[derive(Default)]
#[expect(missing_debug_implementations, reason = "it would show the payload")]
pub struct Writer {
    text: String,
}

/// What stands for a byte in a string: itself (0), `\u00xx` (`u`), or a letter after a backslash.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = b'u';
        byte += 1;
    }
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0A] = b'n';
    table[0x0C] = b'f';
    table[0x0D] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

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

    pub(crate) fn display(&mut self, value: impl fmt::Display) {
        use fmt::Write as _;
        // A `String` takes everything.
        let _ = write!(self.text, "{value}");
    }

    /// A value that is in quotes in its usual form.
    pub(crate) fn in_quotes(&mut self, quoted: bool, value: impl FnOnce(&mut Self)) {
        let quote = if quoted { "\"" } else { "" };
        self.raw(quote);
        value(self);
        self.raw(quote);
    }

    /// A string.
    #[inline]
    pub(crate) fn string(&mut self, text: &str) {
        self.text.reserve(text.len() + 2);
        self.text.push('"');
        let bytes = text.as_bytes();
        let mut from = 0;
        loop {
            let at = plain(bytes, from);
            self.text.push_str(text.get(from..at).unwrap_or_default());
            let Some(byte) = bytes.get(at) else { break };
            self.escape(*byte);
            from = at + 1;
        }
        self.text.push('"');
    }

    fn escape(&mut self, byte: u8) {
        let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n & 15)]);
        match ESCAPES[usize::from(byte)] {
            b'u' => {
                self.text.push_str("\\u00");
                self.text.push(digit(byte >> 4));
                self.text.push(digit(byte));
            }
            letter => {
                self.text.push('\\');
                self.text.push(char::from(letter));
            }
        }
    }

    /// A key, with the comma before and the colon after it.
    #[inline]
    pub(crate) fn key(&mut self, key: &str) {
        self.comma();
        self.string(key);
        self.text.push(':');
    }

    /// A key that is in quotes and has its colon, with the comma before it.
    #[inline]
    pub(crate) fn known_key(&mut self, key: &str) {
        self.comma();
        self.text.push_str(key);
    }

    /// The comma between entries.
    #[inline]
    pub(crate) fn comma(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }
}
