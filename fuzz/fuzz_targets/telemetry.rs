//! Whatever stands in a batch of telemetry is read without a panic, is kept as it came, and costs none of its
//! neighbours.
#![no_main]

use lambda_extension::telemetry::{LogLine, TelemetryEvent, TelemetryRecord};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fn is_neighbour(event: &TelemetryEvent) -> bool {
    matches!(&event.record, TelemetryRecord::Function(LogLine::Text(line)) if line == "neighbour")
}

fuzz_target!(|data: &[u8]| {
    let _ = TelemetryEvent::batch(data);
    let Ok(raw) = serde_json::from_slice::<&RawValue>(data) else { return };
    let neighbour = r#"{"time":"t","type":"function","record":"neighbour"}"#;
    let batch = format!("[{neighbour},{},{neighbour}]", raw.get());
    // Deeper than a batch may be.
    let Ok(events) = TelemetryEvent::batch(batch.as_bytes()) else { return };
    assert_eq!(events.len(), 3);
    assert!(is_neighbour(&events[0]) && is_neighbour(&events[2]));
    assert_eq!(events[1].as_json(), raw.get());
});
