//! Gzip is taken out up to the limit, and what is put in comes out.
#![no_main]

use lambda_events::{cloudwatch_logs::CloudWatchLogs, gzip};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    const LIMIT: usize = 1 << 20;
    if let Ok(bytes) = gzip::decode(data, LIMIT) {
        assert!(bytes.len() <= LIMIT);
        assert_eq!(gzip::decode(&gzip::encode(&bytes), LIMIT).expect("it was put in"), bytes);
    }
    if let Ok(logs) = CloudWatchLogs::decode(data) {
        let again = CloudWatchLogs::decode(&logs.encode().expect("it was read"));
        assert_eq!(again.expect("it was put in"), logs);
    }
    assert_eq!(gzip::decode(&gzip::encode(data), data.len()).expect("it was put in"), data);
});
