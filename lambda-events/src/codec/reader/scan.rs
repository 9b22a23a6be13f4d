//! Finds the end of a run of characters that stand for themselves in a string.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The high bit of each byte that is zero; false ones only above a true one.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// The end of the run from `at`: a quote, a backslash, a control character, or the end.
///
/// Most strings are short, so eight bytes are looked at as one word first.
#[inline]
pub(crate) fn plain(bytes: &[u8], mut at: usize) -> usize {
    let near = at + 32;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let special = zeros(word ^ (ONES * b'"' as u64))
            | zeros(word ^ (ONES * b'\\' as u64))
            | (word.wrapping_sub(ONES * 0x20) & !word & HIGHS);
        if special != 0 {
            return at + (special.trailing_zeros() / 8) as usize;
        }
        at += 8;
        if at == near {
            at = plain_far(bytes, at);
        }
    }
    while bytes.get(at).is_some_and(|byte| !is_special(*byte)) {
        at += 1;
    }
    at
}

/// Past runs of 32 characters, which the compiler compares at once.
#[inline(never)]
fn plain_far(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<32>()) {
        if chunk.iter().fold(0, |any, byte| any | u8::from(is_special(*byte))) != 0 {
            break;
        }
        at += 32;
    }
    at
}

/// No short cut: compared with `|`, 32 of them are one instruction each.
fn is_special(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < 0x20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_special_character_is_found_at_every_place_of_every_length() {
        for special in [b'"', b'\\', 0, 0x1F, b'\n'] {
            for length in 0..100 {
                let mut text = vec![b'x'; length];
                assert_eq!(plain(&text, 0), length);
                for at in 0..length {
                    text[at] = special;
                    for start in 0..=at {
                        assert_eq!(plain(&text, start), at, "{special} of {length}");
                    }
                    text[at] = [b'x', 0x7F, 0x80, 0xFF, b' ', b'!', b'#', b'[', b']'][at % 9];
                }
            }
        }
    }
}
