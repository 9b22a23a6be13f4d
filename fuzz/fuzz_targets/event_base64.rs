//! What is read as base64 is written back the same, in its odd forms too; bytes come back.
#![no_main]

use lambda_events::Base64;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let bytes = Base64(data.to_vec());
    let json = serde_json::to_string(&bytes).expect("it has a form");
    assert_eq!(serde_json::from_str::<Base64>(&json).expect("it was written"), bytes);
    let Ok(text) = std::str::from_utf8(data) else { return };
    let json = serde_json::to_string(text).expect("it has a form");
    if let Ok(read) = serde_json::from_str::<Base64>(&json) {
        let again = serde_json::to_string(&read).expect("it has a form");
        assert_eq!(serde_json::from_str::<Base64>(&again).expect("it was written"), read);
    }
});
