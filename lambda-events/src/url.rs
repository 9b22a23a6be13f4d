//! Texts as they stand in the URL of a form: keys of S3, and queries.

use std::borrow::Cow;

/// What a text is without its encoding: `+` is a blank, `%C3%BC` is `ü`. A percent sign without two
/// digits stands for itself, and a text that is then no UTF-8 stays as it is.
pub fn decode_form(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => match after {
                [high, low, after @ ..] => match (digit(*high), digit(*low)) {
                    (Some(high), Some(low)) => {
                        rest = after;
                        high << 4 | low
                    }
                    _ => b'%',
                },
                _ => b'%',
            },
            byte => *byte,
        });
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A key as S3 writes it: a blank is `+`, and everything but letters, digits and `-._*/` is
/// percent-encoded.
#[cfg(any(test, feature = "samples"))]
pub(crate) fn encode_form(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'-' | b'.' | b'_' | b'*' | b'/' => encoded.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_was_before_it_was_encoded() {
        for (encoded, decoded) in [
            ("a+b/%C3%BC.txt", "a b/ü.txt"),
            ("plain.txt", "plain.txt"),
            ("100%25+%2B+%41", "100% + A"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%FF+a", "%FF+a"),
            ("%25C3", "%C3"),
            ("", ""),
        ] {
            assert_eq!(decode_form(encoded), decoded);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_key_is_found_again(key in "\\PC*") {
            let encoded = encode_form(&key);
            proptest::prop_assert_eq!(decode_form(&encoded), key);
        }
    }
}
