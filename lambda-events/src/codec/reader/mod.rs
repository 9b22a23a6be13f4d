//! Reads JSON from a text: strict, exact and without recursion of its own.
//!
//! It accepts what `serde_json` accepts as a raw value, and no more. What it hands out are pieces of
//! the text: nothing is copied but strings with escapes.

mod number;
mod scan;
mod skip;
mod string;
#[cfg(test)]
mod tests;

use super::error::{DEEPEST, Error, Read, Wrong};

pub(crate) use number::is_number;

pub(crate) use scan::plain;

/// A place in a JSON text.
#[expect(missing_debug_implementations, reason = "it would show the payload")]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// The element of a list that did not fit last: errors name it.
    mismatch: Option<Error>,
}

/// A place to come back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, mismatch: None }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The text between two places. Both are ends of tokens, so neither is within a character.
    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// How many bytes are to come.
    pub(crate) fn left(&self) -> usize {
        self.text.len() - self.at
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { at: self.at, depth: self.depth }
    }

    /// Back to a place from before, out of whatever was entered since.
    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.at = mark.at;
        self.depth = mark.depth;
    }

    /// The text since a place.
    pub(crate) fn since(&self, mark: Mark) -> &'a str {
        self.slice(mark.at, self.at)
    }

    /// Notes where in a list or a map the value is that does not fit, in case that it is asked for.
    #[cold]
    pub(crate) fn part_does_not_fit(
        &mut self,
        expected: &'static str,
        at: impl FnOnce(Error) -> Error,
    ) {
        let inner = self.mismatch.take();
        self.mismatch = Some(at(inner.unwrap_or_else(|| Error::new(Wrong::Element(expected)))));
    }

    pub(crate) fn take_misfit(&mut self) -> Option<Error> {
        self.mismatch.take()
    }

    #[cold]
    pub(crate) fn broken(&self) -> Error {
        Error::new(Wrong::Broken(self.at))
    }

    /// The first byte of what comes next, past white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Read<u8> {
        loop {
            match self.bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(self.broken()),
            }
        }
    }

    /// Nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Read<()> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.bytes().get(self.at) {
            self.at += 1;
        }
        if self.at == self.text.len() { Ok(()) } else { Err(self.broken()) }
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Read<()> {
        if self.peek()? != byte {
            return Err(self.broken());
        }
        self.at += 1;
        Ok(())
    }

    /// Goes into the object or list that begins here; false if it is empty.
    #[inline]
    pub(crate) fn enter(&mut self, close: u8) -> Read<bool> {
        if self.depth == DEEPEST {
            return Err(Error::new(Wrong::Deep(self.at)));
        }
        self.at += 1;
        if self.peek()? == close {
            self.at += 1;
            return Ok(false);
        }
        self.depth += 1;
        Ok(true)
    }

    /// Goes to the next entry; false, and out of the object or list, after the last.
    #[inline]
    pub(crate) fn more(&mut self, close: u8) -> Read<bool> {
        let byte = self.peek()?;
        if byte == b',' {
            self.at += 1;
            return Ok(true);
        }
        if byte != close {
            return Err(self.broken());
        }
        self.at += 1;
        self.depth -= 1;
        Ok(false)
    }

    /// Takes `null` if it is here.
    #[inline]
    pub(crate) fn null(&mut self) -> Read<bool> {
        if self.peek()? != b'n' {
            return Ok(false);
        }
        self.word("null")?;
        Ok(true)
    }

    #[inline]
    pub(crate) fn word(&mut self, word: &str) -> Read<()> {
        match self.bytes().get(self.at..self.at + word.len()) {
            Some(found) if found == word.as_bytes() => {
                self.at += word.len();
                Ok(())
            }
            _ => Err(self.broken()),
        }
    }
}
