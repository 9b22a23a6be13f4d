//! Words of which AWS documents some and may add more.

use crate::codec::{Fidelity, Reader, error::Read};

/// Writes an enum of the words that AWS documents; any other word is kept in `Other`.
#[allow(unused_macros, reason = "some features have no words")]
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $( $(#[doc = $word_doc:literal])* #[word = $word:literal] $variant:ident, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[doc = $word_doc])* $variant, )*
            /// Another word, as it came.
            Other(String),
        }

        impl $name {
            /// The word.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $( $word => Self::$variant, )*
                    word => Self::Other(word.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        /// The empty word.
        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl $crate::codec::Field for $name {
            const EXPECTED: &'static str = "a word";

            fn read(
                &mut self,
                reader: &mut $crate::codec::Reader<'_>,
                _: bool,
            ) -> $crate::codec::error::Read<$crate::codec::Fidelity> {
                $crate::codec::kinds::read_word(reader, &mut |word| *self = Self::from(word))
            }

            fn write(&self, writer: &mut $crate::codec::Writer, _: bool) {
                writer.string(self.as_str());
            }

            fn is_empty(&self) -> bool {
                self.as_str().is_empty()
            }
        }

        $crate::codec::kinds::leaf!($name);
    };
}
#[allow(unused_imports, reason = "some features have no words")]
pub(crate) use words;

#[allow(dead_code, reason = "some features have no words")]
/// Reads a word, or a number or truth value in its place.
pub(crate) fn read_word(reader: &mut Reader<'_>, found: &mut dyn FnMut(&str)) -> Read<Fidelity> {
    Ok(match reader.peek()? {
        b'"' => match reader.string()? {
            Some(word) => {
                found(&word);
                Fidelity::Canonical
            }
            None => Fidelity::Unrepresentable,
        },
        b'{' | b'[' => Fidelity::Unrepresentable,
        _ => {
            found(reader.skip()?);
            Fidelity::NonCanonical
        }
    })
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro writes public enums")]
mod tests {
    use super::super::check::*;

    words! {
        /// A word.
        pub enum Word {
            /// Yes.
            #[word = "YES"]
            Yes,
        }
    }

    #[test]
    fn exact_form() {
        exact("\"YES\"", Word::Yes);
        exact("\"NO\"", Word::Other("NO".to_owned()));
        exact("\"\"", Word::default());
    }

    #[test]
    fn null_and_absent_form() {
        null_and_absent::<Word>();
        null_and_absent::<Option<Word>>();
    }

    #[test]
    fn odd_forms() {
        non_canonical("7", Word::Other("7".to_owned()));
        edited(Word::Yes, "\"YES\"", &["7", "\"NO\""]);
    }

    #[test]
    fn no_word() {
        unrepresentable::<Word>("{}");
        unrepresentable::<Word>("\"\\ud800\"");
    }
}
