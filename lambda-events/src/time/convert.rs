//! To the types of clocks. Each fits: an instant of this crate is at most 64 bits of nanoseconds or
//! of milliseconds.

use std::time::{Duration, SystemTime};

use super::{Millis, Seconds};

impl From<Seconds> for SystemTime {
    fn from(at: Seconds) -> Self {
        // 64 bits of nanoseconds are within three centuries of the epoch.
        let distance = Duration::from_nanos(at.unix_nanos().unsigned_abs());
        match at.unix_nanos() {
            ..0 => Self::UNIX_EPOCH - distance,
            _ => Self::UNIX_EPOCH + distance,
        }
    }
}

impl TryFrom<Millis> for SystemTime {
    type Error = OutOfRange;

    fn try_from(at: Millis) -> Result<Self, OutOfRange> {
        let millis = at.unix_millis();
        let distance = Duration::from_millis(millis.unsigned_abs());
        let at = match millis {
            ..0 => Self::UNIX_EPOCH.checked_sub(distance),
            _ => Self::UNIX_EPOCH.checked_add(distance),
        };
        at.ok_or(OutOfRange)
    }
}

/// Of an instant of another type; those that are further away than a type goes have no form in it.
macro_rules! clock {
    ($(#[$feature:meta])* $type:ty, $nanos:expr, $millis:expr, $to_nanos:expr) => {
        $(#[$feature])*
        impl From<Seconds> for $type {
            fn from(at: Seconds) -> Self {
                let of: fn(i64) -> Self = $nanos;
                of(at.unix_nanos())
            }
        }

        $(#[$feature])*
        impl TryFrom<Millis> for $type {
            type Error = OutOfRange;

            fn try_from(at: Millis) -> Result<Self, OutOfRange> {
                let of: fn(i64) -> Option<Self> = $millis;
                of(at.unix_millis()).ok_or(OutOfRange)
            }
        }

        $(#[$feature])*
        impl TryFrom<$type> for Seconds {
            type Error = OutOfRange;

            fn try_from(at: $type) -> Result<Self, OutOfRange> {
                let nanos: fn($type) -> Option<i64> = $to_nanos;
                nanos(at).map(Self::from_unix_nanos).ok_or(OutOfRange)
            }
        }
    };
}

/// An instant that is further away than the other type goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl_display!(OutOfRange, |_, f| f.write_str("the instant is out of the range of the other type"));

impl std::error::Error for OutOfRange {}

clock! {
    #[cfg(feature = "jiff")]
    jiff::Timestamp,
    |nanos| jiff::Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default(),
    |millis| jiff::Timestamp::from_millisecond(millis).ok(),
    |at| i64::try_from(at.as_nanosecond()).ok()
}

clock! {
    #[cfg(feature = "time")]
    time::OffsetDateTime,
    |nanos| {
        time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(nanos))
            .unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
    },
    |millis| time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok(),
    |at| i64::try_from(at.unix_timestamp_nanos()).ok()
}

clock! {
    #[cfg(feature = "chrono")]
    chrono::DateTime<chrono::Utc>,
    |nanos| chrono::DateTime::from_timestamp_nanos(nanos),
    |millis| chrono::DateTime::from_timestamp_millis(millis),
    |at| at.timestamp_nanos_opt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instant_is_the_same_in_every_type() {
        for nanos in [0, 1, -1, i64::MAX, i64::MIN, 1_545_084_650_987_654_321, -1_500_000_000] {
            let at = Seconds::from_unix_nanos(nanos);
            assert_eq!(Seconds::try_from(jiff::Timestamp::from(at)), Ok(at));
            assert_eq!(Seconds::try_from(time::OffsetDateTime::from(at)), Ok(at));
            assert_eq!(Seconds::try_from(chrono::DateTime::from(at)), Ok(at));
            let since = match SystemTime::from(at).duration_since(SystemTime::UNIX_EPOCH) {
                Ok(after) => i128::try_from(after.as_nanos()),
                Err(before) => i128::try_from(before.duration().as_nanos()).map(|nanos| -nanos),
            };
            assert_eq!(since, Ok(i128::from(nanos)));
        }
    }

    #[test]
    fn milliseconds_fit_or_are_out_of_range() {
        let at = Millis::from_unix_millis(1_545_084_650_987);
        assert_eq!(
            jiff::Timestamp::try_from(at).map(|at| at.as_millisecond()),
            Ok(1_545_084_650_987)
        );
        assert_eq!(
            chrono::DateTime::try_from(at).map(|at| at.timestamp_millis()),
            Ok(1_545_084_650_987)
        );
        let far = Millis::from_unix_millis(i64::MAX);
        assert_eq!(time::OffsetDateTime::try_from(far), Err(OutOfRange));
    }
}
