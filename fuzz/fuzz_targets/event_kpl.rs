//! A record of the Kinesis Producer Library is taken apart or refused; with the right digest put on,
//! so that the message behind it is reached.
#![no_main]

use lambda_events::{Base64, kinesis::KinesisData};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|message: &[u8]| {
    let read = |data: Vec<u8>| {
        let data = KinesisData { data: Base64(data), ..KinesisData::default() };
        if let Ok(records) = data.user_records() {
            let total: usize = records.iter().map(|record| record.data.len()).sum();
            assert!(total <= data.data.len());
        }
    };
    read(message.to_vec());
    let digest = md5::compute(message).0;
    read([&[0xF3, 0x89, 0x9A, 0xC2], message, &digest].concat());
});
