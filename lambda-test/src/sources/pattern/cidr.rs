//! Ranges of addresses, and addresses as patterns have them. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cidr {
    address: IpAddr,
    bits: u32,
}

/// Reads an address: digits and dots, or hexadecimal digits and colons. Nothing else is looked at.
pub(super) fn address(text: &str) -> Option<Result<IpAddr, ()>> {
    let parts: Vec<&str> = text.split('.').collect();
    let is_digits =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() == 4 && parts.iter().all(is_digits) {
        let bytes: Option<Vec<u8>> = parts.iter().map(|part| part.parse().ok()).collect();
        let bytes: Option<[u8; 4]> = bytes.and_then(|bytes| bytes.try_into().ok());
        return Some(bytes.map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes))).ok_or(()));
    }
    let is_v6 = text.contains(':') && text.bytes().all(|it| it == b':' || it.is_ascii_hexdigit());
    is_v6.then(|| text.parse::<Ipv6Addr>().map(IpAddr::V6).map_err(|_| ()))
}

impl Cidr {
    /// # Errors
    ///
    /// In the words of the service.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        // Parts behind the last one that are empty do not count.
        let mut parts: Vec<&str> = text.split('/').collect();
        while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
            parts.pop();
        }
        let [ip, bits] = parts[..] else {
            return Err("Malformed CIDR, one '/' required".to_owned());
        };
        let Ok(bits) = bits.parse::<i32>() else {
            return Err("Malformed CIDR, mask bits must be an integer".to_owned());
        };
        let Ok(bits) = u32::try_from(bits) else {
            return Err("Malformed CIDR, mask bits must not be negative".to_owned());
        };
        let address = match address(ip) {
            None => return Err(format!("Nonstandard IP address: {ip}")),
            Some(Err(())) => return Err(format!("Invalid IP address: {ip}")),
            Some(Ok(address)) => address,
        };
        let (name, width) = if address.is_ipv4() { ("IPv4", 32) } else { ("IPv6", 128) };
        if width <= bits {
            return Err(format!("{name} mask bits must be < {width}"));
        }
        Ok(Self { address, bits })
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let same = |left: u128, right: u128, width: u32| {
            let shift = width - self.bits;
            let part = |bits: u128| bits.checked_shr(shift).unwrap_or_default();
            part(left) == part(right)
        };
        match (self.address, address(text)) {
            (IpAddr::V4(range), Some(Ok(IpAddr::V4(other)))) => {
                same(u128::from(range.to_bits()), u128::from(other.to_bits()), 32)
            }
            (IpAddr::V6(range), Some(Ok(IpAddr::V6(other)))) => {
                same(range.to_bits(), other.to_bits(), 128)
            }
            _ => false,
        }
    }
}
