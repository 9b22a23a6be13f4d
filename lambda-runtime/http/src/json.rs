//! Writes JSON whose form is known.

use base64::{Engine, engine::general_purpose::GeneralPurpose};

/// A JSON text that is being written.
#[derive(Debug)]
pub(crate) struct Json(Vec<u8>);

impl Json {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Writes what is JSON already.
    pub(crate) fn raw(&mut self, json: &str) {
        self.0.extend_from_slice(json.as_bytes());
    }

    /// Writes a comma unless this is the first of several.
    pub(crate) fn comma(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.0.push(b',');
        }
    }

    /// Continues the object that was closed last.
    pub(crate) fn reopen(&mut self) {
        self.0.pop();
        if self.0.last() != Some(&b'{') {
            self.0.push(b',');
        }
    }

    /// Writes a string.
    pub(crate) fn string(&mut self, text: &str) {
        // A string has a form in JSON, and memory takes all of it.
        let _ = serde_json::to_writer(&mut self.0, text);
    }

    /// Writes bytes in base64, without quotes.
    pub(crate) fn base64(&mut self, engine: &GeneralPurpose, bytes: &[u8]) {
        let begin = self.0.len();
        self.0.resize(begin + bytes.len().div_ceil(3) * 4, 0);
        // The room is what it takes.
        let written = engine.encode_slice(bytes, &mut self.0[begin..]).unwrap_or_default();
        self.0.truncate(begin + written);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}
