//! What is written is read again as the same, and what is believed has the form of it.
#![no_main]

use lambda_core::TraceHeader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(header) = text.parse::<TraceHeader>();
    let written = header.to_string();
    let Ok(again) = written.parse::<TraceHeader>();
    assert_eq!(again, header, "{written:?}");
    assert_eq!(again.to_string(), written);
    if let Some(root) = header.root() {
        assert!(root.len() == 35 && root.starts_with("1-") && text.contains(root));
    }
    if let Some(parent) = header.parent() {
        assert!(parent.len() == 16 && text.contains(parent));
    }
});
