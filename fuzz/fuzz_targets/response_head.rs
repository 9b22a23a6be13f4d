//! A head is read the same however much of what follows is there, and never before its end.
#![no_main]

use bytes::Bytes;
use lambda_core::wire::{Framing, Header, MAX_BODY, ResponseHead};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = ResponseHead::parse(bytes);
    // Some sixty places, spread evenly: all would take the square of the length.
    for length in (0..bytes.len()).step_by(bytes.len() / 64 + 1) {
        let part = ResponseHead::parse(&bytes[..length]);
        assert!(part == Ok(None) || part == whole, "{length}: {part:?} but {whole:?}");
    }
    let Ok(Some(head)) = whole else { return };
    assert!((100..=999).contains(&head.status));
    assert!(bytes[..head.length].ends_with(b"\n"));
    assert_eq!(ResponseHead::parse(&bytes[..head.length - 1]), Ok(None));
    if let Framing::Length(length) = head.framing {
        assert!(length <= MAX_BODY);
    }
    let headers = head.headers(Bytes::copy_from_slice(bytes));
    for header in Header::ALL {
        let Some(value) = headers.bytes(header) else { continue };
        assert!(!value.is_empty() && !value.contains(&b'\n'));
        assert!(!value.starts_with(b" ") && !value.ends_with(b"\t"));
        assert!(headers.text(header).is_some());
        if let Some(visible) = headers.visible(header) {
            assert_eq!(visible.as_bytes(), value);
        }
    }
});
