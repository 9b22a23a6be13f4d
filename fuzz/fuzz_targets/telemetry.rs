//! Whatever stands in a batch of telemetry is read without a panic, is kept as it came, and costs none of its
//! neighbours; what is made of it for collectors and daemons is made without one either.
#![no_main]

use futures_executor::block_on;
use lambda_extension::{
    FunctionInfo,
    telemetry::{
        Emf, JsonLines, LogLine, TelemetryEvent, TelemetryRecord, XRay,
        opentelemetry::{Logs, Spans},
    },
};
use libfuzzer_sys::fuzz_target;
use opentelemetry_sdk::{
    Resource, logs::InMemoryLogExporter, trace::InMemorySpanExporter,
};
use serde_json::value::RawValue;

fn is_neighbour(event: &TelemetryEvent) -> bool {
    matches!(&event.record, TelemetryRecord::Function(LogLine::Text(line)) if line == "neighbour")
}

/// Every processor takes it.
fn process(events: &[TelemetryEvent]) {
    let (function, resource) = (FunctionInfo::default(), Resource::builder_empty().build());
    let mut spans = Spans::new(InMemorySpanExporter::default(), &resource);
    block_on(spans.export(events)).expect("memory takes all");
    let mut logs = Logs::new(InMemoryLogExporter::default(), &resource);
    block_on(logs.export(events)).expect("memory takes all");
    let mut xray = XRay::to("127.0.0.1:9", &function).expect("a socket");
    // Nobody is there.
    let _ = xray.send(events);
    let emf = Emf::new("fuzz", &function);
    events.iter().filter_map(|event| emf.line(event)).for_each(drop);
    let mut written = Vec::new();
    JsonLines::new(&mut written).write(events).expect("memory takes all");
    let lines = written.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines, events.len());
}

fuzz_target!(|data: &[u8]| {
    if let Ok(events) = TelemetryEvent::batch(data) {
        process(&events);
    }
    let Ok(raw) = serde_json::from_slice::<&RawValue>(data) else { return };
    let neighbour = r#"{"time":"t","type":"function","record":"neighbour"}"#;
    let batch = format!("[{neighbour},{},{neighbour}]", raw.get());
    // Deeper than a batch may be.
    let Ok(events) = TelemetryEvent::batch(batch.as_bytes()) else { return };
    assert_eq!(events.len(), 3);
    assert!(is_neighbour(&events[0]) && is_neighbour(&events[2]));
    assert_eq!(events[1].as_json(), raw.get());
    process(&events);
});
