//! Ranges of addresses, as patterns have them. Pure.

use std::net::IpAddr;

/// A range of addresses.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cidr {
    address: IpAddr,
    bits: u8,
}

impl Cidr {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let (address, bits): (IpAddr, u8) = (address.parse().ok()?, bits.parse().ok()?);
        (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some(Self { address, bits })
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let same = |left: u128, right: u128, width: u8| {
            let away = u32::from(width - self.bits);
            left.checked_shr(away).unwrap_or_default()
                == right.checked_shr(away).unwrap_or_default()
        };
        match (self.address, text.parse()) {
            (IpAddr::V4(range), Ok(IpAddr::V4(other))) => {
                same(u128::from(range.to_bits()), u128::from(other.to_bits()), 32)
            }
            (IpAddr::V6(range), Ok(IpAddr::V6(other))) => {
                same(range.to_bits(), other.to_bits(), 128)
            }
            _ => false,
        }
    }
}
