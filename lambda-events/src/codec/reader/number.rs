//! Numbers, as their texts.

use super::{super::error::Read, Reader};

impl<'a> Reader<'a> {
    /// The text of the number here.
    pub(crate) fn number(&mut self) -> Read<&'a str> {
        let start = self.mark();
        self.eat(b"-");
        // Nothing follows a leading zero but a fraction or an exponent.
        if !self.eat(b"0") {
            self.digits()?;
        }
        if self.eat(b".") {
            self.digits()?;
        }
        if self.eat(b"eE") {
            self.eat(b"+-");
            self.digits()?;
        }
        Ok(self.since(start))
    }

    /// Takes one of these bytes if it is here.
    #[inline]
    fn eat(&mut self, any: &[u8]) -> bool {
        let here = self.bytes().get(self.at).is_some_and(|byte| any.contains(byte));
        self.at += usize::from(here);
        here
    }

    /// At least one digit.
    #[inline]
    fn digits(&mut self) -> Read<()> {
        let start = self.at;
        while self.bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.broken()) }
    }
}

/// Whether a whole text is a number as JSON writes it.
pub(crate) fn is_number(text: &str) -> bool {
    Reader::new(text).number().is_ok_and(|number| number.len() == text.len())
}
