//! Gzip, bounded.

use std::io::{Read, Write};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

/// As many bytes as are taken out of one gzip unless another limit is given: 64 MiB.
pub const MOST: usize = 64 << 20;

/// Why bytes cannot be taken out of gzip.
#[derive(Debug)]
#[non_exhaustive]
pub enum GzipError {
    /// They are no gzip, or are cut or damaged.
    Broken(std::io::Error),
    /// More would come out of them than the limit.
    TooLarge(usize),
}

impl_display!(GzipError, |error, f| match error {
    GzipError::Broken(error) => write!(f, "no valid gzip: {error}"),
    GzipError::TooLarge(most) => write!(f, "more than {most} bytes come out of this gzip"),
});

impl_from!(GzipError::Broken(std::io::Error));

impl std::error::Error for GzipError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Broken(error) => Some(error),
            Self::TooLarge(_) => None,
        }
    }
}

/// Takes bytes out of gzip, at most so many: a few bytes of gzip may hold gigabytes. Several members, one after
/// the other, are one text; anything else after a member is refused.
///
/// ```
/// use lambda_events::gzip;
///
/// let zipped = gzip::encode(b"a line");
/// assert_eq!(gzip::decode(&zipped, gzip::MOST)?, b"a line");
/// assert!(gzip::decode(&zipped, 3).is_err());
/// # Ok::<(), gzip::GzipError>(())
/// ```
///
/// # Errors
///
/// See [`GzipError`].
pub fn decode(gzip: &[u8], most: usize) -> Result<Vec<u8>, GzipError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(gzip).take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > most { Err(GzipError::TooLarge(most)) } else { Ok(bytes) }
}

/// Puts bytes into gzip, the same way every time.
pub fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    // A vector takes everything that is written to it.
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_refused_before_it_goes_off() {
        let bomb = encode(&vec![0; MOST + 1]);
        assert!(bomb.len() < 100_000);
        assert!(matches!(decode(&bomb, MOST), Err(GzipError::TooLarge(MOST))));
        assert!(matches!(decode(&bomb, 10), Err(GzipError::TooLarge(10))));
    }

    #[test]
    fn all_members_are_read_and_nothing_else_may_follow() {
        let two = [encode(b"one"), encode(b", two")].concat();
        assert_eq!(decode(&two, MOST).expect("two members"), b"one, two");
        assert!(matches!(decode(&two, 7), Err(GzipError::TooLarge(7))));
        for rest in [&b"x"[..], b"trailing garbage", &[0x1f]] {
            let trailing = [&*two, rest].concat();
            assert!(matches!(decode(&trailing, MOST), Err(GzipError::Broken(_))), "{rest:?}");
        }
    }

    #[test]
    fn what_is_cut_or_no_gzip_is_refused() {
        let zipped = encode(b"a line of log");
        for end in 0..zipped.len() {
            assert!(matches!(decode(&zipped[..end], MOST), Err(GzipError::Broken(_))), "{end}");
        }
        assert!(decode(b"a line of log", MOST).is_err());
    }
}
