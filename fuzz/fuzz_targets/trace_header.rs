//! The trace header: what is written is read again as the same.
#![no_main]

use lambda_core::TraceHeader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(header) = text.parse::<TraceHeader>();
    let Ok(again) = header.to_string().parse::<TraceHeader>();
    assert_eq!(again, header);
});
