//! All chance, from one seed.

/// The letters of Base64.
pub(crate) const BASE64: &[u8] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// splitmix64: small, fast, and the same everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    #[cfg(test)]
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of random numbers that belongs to a label, such as `orders/env-3/process-1`: whatever else
    /// is added to a service, the stream stays the same. The hash is fixed: FNV-1a, mixed by splitmix.
    pub(crate) fn labelled(seed: u64, label: &str) -> Self {
        let hash = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self(Self(seed ^ hash).next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0.0 to below 1.0.
    pub(crate) fn fraction(&mut self) -> f64 {
        // The upper bits, as many as a float has.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns so many letters, each one of these.
    pub(crate) fn letters(&mut self, count: usize, of: &[u8]) -> String {
        let mut letter = || char::from(of[self.next() as usize % of.len()]);
        (0..count).map(|_| letter()).collect()
    }

    /// A UUID of version 4, as request ids are.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let mut uuid = String::with_capacity(36);
        push_hex(&mut uuid, high >> 32, 8);
        uuid.push('-');
        push_hex(&mut uuid, high >> 16, 4);
        uuid.push_str("-4");
        push_hex(&mut uuid, high, 3);
        uuid.push('-');
        push_hex(&mut uuid, 0x8000 | low >> 48 & 0x3fff, 4);
        uuid.push('-');
        push_hex(&mut uuid, low, 12);
        uuid
    }

    /// The id of a segment of a trace.
    pub(crate) fn segment(&mut self) -> String {
        let mut id = String::with_capacity(16);
        push_hex(&mut id, self.next(), 16);
        id
    }

    /// The root of a trace that begins at this second.
    pub(crate) fn trace_root(&mut self, seconds: u64) -> String {
        let (high, low) = (self.next(), self.next());
        let mut root = String::with_capacity(35);
        root.push_str("1-");
        push_hex(&mut root, seconds, 8);
        root.push('-');
        push_hex(&mut root, high, 8);
        push_hex(&mut root, low, 16);
        root
    }
}

/// The last so many hexadecimal digits of a number. Each invocation needs a hundred of them, for which the
/// machinery of `format!` is slow.
fn push_hex(text: &mut String, number: u64, digits: u32) {
    for at in (0..digits).rev() {
        let digit = (number >> (4 * at) & 0xf) as u8;
        text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_a_stream_of_its_own_in_every_version() {
        let first = |seed, label| Random::labelled(seed, label).next();
        assert_eq!(first(0, "orders"), first(0, "orders"));
        assert_ne!(first(0, "orders"), first(1, "orders"));
        assert_ne!(first(0, "orders/env-1"), first(0, "orders/env-2"));
        assert_eq!(first(0, ""), 0x21fa_69a5_8f3d_62f5);
        assert_eq!(first(7, "orders/env-3/process-1"), 0xac00_1f01_c629_24d8);
    }

    #[test]
    fn ids_are_as_they_were_with_the_machinery_of_format() {
        for seed in 0..1000 {
            let (mut random, mut drawn) = (Random::new(seed), Random::new(seed));
            let (high, low) = (drawn.next(), drawn.next());
            let uuid = format!(
                "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
                high >> 32,
                high >> 16 & 0xffff,
                high & 0xfff,
                0x8000 | low >> 48 & 0x3fff,
                low & 0xffff_ffff_ffff,
            );
            assert_eq!(random.uuid(), uuid);
            let (high, low) = (drawn.next(), drawn.next());
            let seconds = 0x1_6000_0000 + seed;
            let root =
                format!("1-{:08x}-{:08x}{low:016x}", seconds & 0xffff_ffff, high & 0xffff_ffff);
            assert_eq!(random.trace_root(seconds), root);
        }
    }
}
