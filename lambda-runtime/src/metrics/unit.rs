//! Units and values of metrics.

use serde_json::Number;

/// The unit of a metric, by CloudWatch's names.
///
/// Source: Amazon CloudWatch API reference, "MetricDatum", `Unit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are CloudWatch's, and there is nothing to add to them")]
pub enum Unit {
    Seconds,
    Microseconds,
    Milliseconds,
    Bytes,
    Kilobytes,
    Megabytes,
    Gigabytes,
    Terabytes,
    Bits,
    Kilobits,
    Megabits,
    Gigabits,
    Terabits,
    Percent,
    Count,
    BytesPerSecond,
    KilobytesPerSecond,
    MegabytesPerSecond,
    GigabytesPerSecond,
    TerabytesPerSecond,
    BitsPerSecond,
    KilobitsPerSecond,
    MegabitsPerSecond,
    GigabitsPerSecond,
    TerabitsPerSecond,
    CountPerSecond,
    None,
}

impl Unit {
    /// Returns the name that CloudWatch has for it, such as `Bytes/Second`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seconds => "Seconds",
            Self::Microseconds => "Microseconds",
            Self::Milliseconds => "Milliseconds",
            Self::Bytes => "Bytes",
            Self::Kilobytes => "Kilobytes",
            Self::Megabytes => "Megabytes",
            Self::Gigabytes => "Gigabytes",
            Self::Terabytes => "Terabytes",
            Self::Bits => "Bits",
            Self::Kilobits => "Kilobits",
            Self::Megabits => "Megabits",
            Self::Gigabits => "Gigabits",
            Self::Terabits => "Terabits",
            Self::Percent => "Percent",
            Self::Count => "Count",
            Self::BytesPerSecond => "Bytes/Second",
            Self::KilobytesPerSecond => "Kilobytes/Second",
            Self::MegabytesPerSecond => "Megabytes/Second",
            Self::GigabytesPerSecond => "Gigabytes/Second",
            Self::TerabytesPerSecond => "Terabytes/Second",
            Self::BitsPerSecond => "Bits/Second",
            Self::KilobitsPerSecond => "Kilobits/Second",
            Self::MegabitsPerSecond => "Megabits/Second",
            Self::GigabitsPerSecond => "Gigabits/Second",
            Self::TerabitsPerSecond => "Terabits/Second",
            Self::CountPerSecond => "Count/Second",
            Self::None => "None",
        }
    }
}

/// A number that a metric can have: of any primitive type, also a [`Duration`](std::time::Duration), in milliseconds.
pub trait MetricValue: sealed::Sealed {}

pub(super) mod sealed {
    use super::Number;

    pub trait Sealed {
        /// Its number; none where it is infinite or not a number.
        fn number(self) -> Option<Number>;
    }
}

macro_rules! values {
    ($($integer:ty)*) => {$(
        impl MetricValue for $integer {}
        impl sealed::Sealed for $integer {
            fn number(self) -> Option<Number> {
                Some(self.into())
            }
        }
    )*};
}

values!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl MetricValue for f64 {}
impl sealed::Sealed for f64 {
    fn number(self) -> Option<Number> {
        Number::from_f64(self)
    }
}

impl MetricValue for f32 {}
impl sealed::Sealed for f32 {
    fn number(self) -> Option<Number> {
        Number::from_f64(self.into())
    }
}

impl MetricValue for std::time::Duration {}
impl sealed::Sealed for std::time::Duration {
    fn number(self) -> Option<Number> {
        Number::from_f64(self.as_secs_f64() * 1000.0)
    }
}
