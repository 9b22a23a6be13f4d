//! Times are exact or refused: as text, as seconds, as milliseconds.
#![no_main]

use lambda_events::{Millis, Seconds, time::parse_rfc3339};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(at) = parse_rfc3339(text) {
        let _ = std::time::SystemTime::from(at);
    }
    if let Ok(at) = serde_json::from_str::<Seconds>(text) {
        let again = serde_json::to_string(&at).expect("it has a form");
        assert_eq!(serde_json::from_str::<Seconds>(&again).expect("it was written"), at);
        if let Ok(near) = text.trim().trim_matches('"').parse::<f64>() {
            // As near as a float can be: some hundred nanoseconds at these distances.
            let distance = (near * 1e9 - at.unix_nanos() as f64).abs();
            assert!(distance <= 1024.0 + near.abs() * 1e-6, "{text}: {at:?}");
        }
    }
    if let Ok(at) = serde_json::from_str::<Millis>(text) {
        let digits = text.trim().trim_matches('"');
        assert_eq!(digits.parse::<i64>().ok(), Some(at.unix_millis()), "{text}");
    }
});
