//! The head of an answer: no bytes panic, and what is whole reads the same whatever follows.
#![no_main]

use lambda_core::wire::ResponseHead;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Some(head)) = ResponseHead::parse(bytes) {
        assert!(head.length <= bytes.len());
        assert_eq!(ResponseHead::parse(&bytes[..head.length]), Ok(Some(head)));
    }
});
