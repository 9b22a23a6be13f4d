//! Past a value, whatever it is.

use super::{super::error::Read, Reader};

impl<'a> Reader<'a> {
    /// The text of the value here.
    ///
    /// It does not recurse: whether each level that it is in is an object is a bit, and 127 levels
    /// fit.
    #[inline(never)]
    pub(crate) fn skip(&mut self) -> Read<&'a str> {
        self.peek()?;
        let start = self.mark();
        let outside = self.depth;
        let mut objects = 0u128;
        loop {
            let byte = self.peek()?;
            match byte {
                b'"' => self.skip_string()?,
                b'{' | b'[' => {
                    let object = byte == b'{';
                    if self.enter(close(object))? {
                        objects = objects << 1 | u128::from(object);
                        if object {
                            self.skip_key()?;
                        }
                        continue;
                    }
                }
                b'-' | b'0'..=b'9' => drop(self.number()?),
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'n' => self.word("null")?,
                _ => return Err(self.broken()),
            }
            // Out of every level that ends here.
            loop {
                if self.depth == outside {
                    return Ok(self.since(start));
                }
                let object = objects & 1 == 1;
                if self.more(close(object))? {
                    if object {
                        self.skip_key()?;
                    }
                    break;
                }
                objects >>= 1;
            }
        }
    }

    fn skip_key(&mut self) -> Read<()> {
        if self.peek()? != b'"' {
            return Err(self.broken());
        }
        self.skip_string()?;
        self.take(b':')
    }
}

fn close(object: bool) -> u8 {
    if object { b'}' } else { b']' }
}
