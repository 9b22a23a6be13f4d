//! Strings.

use std::borrow::Cow;

use super::{super::error::Read, Reader, plain};

impl<'a> Reader<'a> {
    /// The key of an entry, and past the colon.
    #[inline]
    pub(crate) fn key(&mut self) -> Read<Cow<'a, str>> {
        if self.peek()? != b'"' {
            return Err(self.broken());
        }
        // A name cannot be kept under a key that no text can hold.
        let key = self.string()?.ok_or_else(|| self.broken())?;
        self.take(b':')?;
        Ok(key)
    }

    /// The text of the string here; none if it has half a surrogate pair, which no text can hold.
    #[inline]
    pub(crate) fn string(&mut self) -> Read<Option<Cow<'a, str>>> {
        let start = self.at + 1;
        let end = plain(self.bytes(), start);
        match self.bytes().get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Some(Cow::Borrowed(self.slice(start, end))))
            }
            Some(b'\\') => self.escaped(start, end),
            _ => {
                self.at = end;
                Err(self.broken())
            }
        }
    }

    /// A string whose first escape is at `end`.
    #[inline(never)]
    fn escaped(&mut self, start: usize, mut end: usize) -> Read<Option<Cow<'a, str>>> {
        // The end is found first, so that one allocation is enough.
        self.skip_string()?;
        let close = self.at - 1;
        let mut text = String::with_capacity(close - start);
        let mut from = start;
        let mut whole = true;
        loop {
            text.push_str(self.slice(from, end));
            if end == close {
                return Ok(whole.then_some(Cow::Owned(text)));
            }
            let char = match self.bytes().get(end + 1) {
                Some(b'b') => Some('\u{8}'),
                Some(b'f') => Some('\u{c}'),
                Some(b'n') => Some('\n'),
                Some(b'r') => Some('\r'),
                Some(b't') => Some('\t'),
                Some(b'u') => {
                    let (char, length) = self.unicode(end)?;
                    end += length - 2;
                    char
                }
                // A quote, a backslash or a slash: anything else was refused above.
                other => other.map(|byte| char::from(*byte)),
            };
            match char {
                Some(char) => text.push(char),
                None => whole = false,
            }
            from = end + 2;
            end = plain(self.bytes(), from);
        }
    }

    /// The character of the `\u` escape at this place, or none for half a pair, and the escape's
    /// length.
    fn unicode(&self, at: usize) -> Read<(Option<char>, usize)> {
        let unit = self.hex(at + 2)?;
        if (0xD800..0xDC00).contains(&unit) && self.bytes().get(at + 6..at + 8) == Some(b"\\u") {
            if let low @ 0xDC00..0xE000 = self.hex(at + 8)? {
                let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return Ok((char::from_u32(code), 12));
            }
        }
        Ok((char::from_u32(unit), 6))
    }

    fn hex(&self, at: usize) -> Read<u32> {
        let digits = self.bytes().get(at..at + 4).ok_or_else(|| self.broken())?;
        digits.iter().try_fold(0, |sum, digit| {
            let digit = char::from(*digit).to_digit(16).ok_or_else(|| self.broken())?;
            Ok(sum * 16 + digit)
        })
    }

    /// Past the string that begins here.
    pub(super) fn skip_string(&mut self) -> Read<()> {
        let mut end = self.at + 1;
        loop {
            end = plain(self.bytes(), end);
            self.at = end;
            match (self.bytes().get(end), self.bytes().get(end + 1)) {
                (Some(b'"'), _) => {
                    self.at = end + 1;
                    return Ok(());
                }
                (Some(b'\\'), Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => {
                    end += 2;
                }
                (Some(b'\\'), Some(b'u')) => {
                    self.hex(end + 2)?;
                    end += 6;
                }
                _ => return Err(self.broken()),
            }
        }
    }
}
