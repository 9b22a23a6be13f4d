//! Times as JSON has them: milliseconds.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// With three decimals: records are as exact as microseconds.
fn in_millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

pub(super) fn millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(in_millis(*duration))
}

pub(super) fn perhaps_millis<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    duration.map(in_millis).serialize(serializer)
}
