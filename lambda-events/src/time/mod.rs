//! Instants: from the texts that events hold, and to the types of your clock.
//!
//! [`Seconds`] becomes a `SystemTime`, and with the features `jiff`, `time` and `chrono` a
//! `jiff::Timestamp`, `time::OffsetDateTime` and `chrono::DateTime<Utc>`, by `From`, exactly, and back
//! by `TryFrom`; [`Millis`], which goes further than some of these, by `TryFrom`.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use lambda_events::time::parse_rfc3339;
//!
//! let at = parse_rfc3339("1970-01-01T00:00:01.500Z").expect("an instant");
//! assert_eq!(SystemTime::from(at), SystemTime::UNIX_EPOCH + Duration::from_millis(1500));
//! ```

mod convert;
mod rfc3339;

pub use convert::OutOfRange;
pub use rfc3339::parse_rfc3339;

pub use crate::codec::{Millis, Seconds};
