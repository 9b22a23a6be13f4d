//! Heads of answers: what is read, what is refused, and that nothing panics.

use bytes::Bytes;
use lambda_core::wire::{Framing, Header, ResponseHead};
use proptest::prelude::*;

#[track_caller]
fn check(head: &str, expected: Result<(u16, Framing, bool), &str>) {
    let seen = ResponseHead::parse(head.as_bytes());
    match (seen, expected) {
        (Ok(Some(head)), Ok(expected)) => {
            assert_eq!((head.status, head.framing, head.close), expected);
        }
        (Err(error), Err(expected)) => assert_eq!(error.to_string(), expected),
        (seen, expected) => panic!("{head:?}: {seen:?} is not {expected:?}"),
    }
}

#[test]
fn the_end_of_a_body_is_known_by_length_chunks_or_the_end_of_the_connection() {
    use Framing::{Chunked, Length, UntilClose};
    check("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n", Ok((200, Length(7), false)));
    check("HTTP/1.1 200 OK\r\nContent-Length:7 \r\n\r\n", Ok((200, Length(7), false)));
    check("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", Ok((200, Length(0), false)));
    check("HTTP/1.1 200 OK\nTransfer-Encoding: Chunked\n\n", Ok((200, Chunked, false)));
    check(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 7\r\n\r\n",
        Ok((200, Chunked, false)),
    );
    // `Transfer-Encoding: identity` was refused.
    let identity = "HTTP/1.1 200 OK\r\ntransfer-encoding: Identity\r\n";
    check(&format!("{identity}\r\n"), Ok((200, UntilClose, true)));
    check(&format!("{identity}content-length: 7\r\n\r\n"), Ok((200, Length(7), false)));
    check("HTTP/1.1 200 OK\r\n\r\n", Ok((200, UntilClose, true)));
    check("HTTP/1.1 204 No Content\r\n\r\n", Ok((204, Length(0), false)));
    check("HTTP/1.1 100 Continue\r\n\r\n", Ok((100, Length(0), false)));
    check(
        "HTTP/1.1 202 Accepted\r\nconnection: keep-alive, Close\r\ncontent-length: 0\r\n\r\n",
        Ok((202, Length(0), true)),
    );
    check("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", Ok((200, Length(0), true)));
    check(
        "HTTP/1.1 200 OK\r\ncontent-length: 7\r\ncontent-length: 7\r\n\r\n",
        Ok((200, Length(7), false)),
    );
}

#[test]
fn what_cannot_be_trusted_is_refused() {
    let status = "expected `HTTP/1.1`, three digits and a reason";
    check("\r\n", Err(&format!("status line is ``: {status}")));
    check("HTTP/2 200 OK\r\n", Err(&format!("status line is `HTTP/2 200 OK`: {status}")));
    check("HTTP/1.1 2000 OK\r\n", Err(&format!("status line is `HTTP/1.1 2000 OK`: {status}")));
    check("HTTP/1.1 099 OK\r\n", Err(&format!("status line is `HTTP/1.1 099 OK`: {status}")));
    check("HTTP/1.1 2x0 OK\r\n", Err(&format!("status line is `HTTP/1.1 2x0 OK`: {status}")));
    check(
        "HTTP/1.1 200 OK\r\nno colon\r\n",
        Err("header line is `no colon`: expected `name: value`"),
    );
    let length = |value: &str| {
        let expected = "expected one number of bytes, at most 256 MiB";
        check(
            &format!("HTTP/1.1 200 OK\r\ncontent-length: {value}\r\n\r\n"),
            Err(&format!("header `content-length` is `{value}`: {expected}")),
        );
    };
    for value in ["", "-1", "7x", "268435457", "99999999999999999999999"] {
        length(value);
    }
    check(
        "HTTP/1.1 200 OK\r\ncontent-length: 7\r\ncontent-length: 8\r\n\r\n",
        Err("header `content-length` is `8`: expected one number of bytes, at most 256 MiB"),
    );
    check(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
        Err("header `transfer-encoding` is `gzip, chunked`: expected `chunked`"),
    );
}

#[test]
fn names_have_no_case_and_the_first_of_several_counts() {
    let text = "HTTP/1.1 200 OK\r\nLAMBDA-RUNTIME-TRACE-ID:  Root=1 \r\n\
                lambda-runtime-trace-id: Root=2\r\nLambda-Runtime-Aws-Tenant-Id: \r\n\
                lambda-runtime-aws-request-id: id\r\ncontent-length: 0\r\n\r\n";
    let bytes = Bytes::from(text);
    let head = ResponseHead::parse(&bytes).expect("a head").expect("whole");
    let headers = head.headers(bytes);
    assert_eq!(headers.text(Header::TraceId).as_deref(), Some("Root=1"));
    assert_eq!(headers.text(Header::TenantId), None, "empty is absent");
    assert_eq!(headers.text(Header::RequestId).as_deref(), Some("id"));
    assert_eq!(headers.text(Header::InvocationId), None);
}

#[test]
fn only_visible_text_is_sent_back() {
    for (value, visible) in [("nonce-1", true), ("a b", true), ("a\u{1}b", false), ("ä", false)] {
        let text = format!("HTTP/1.1 200 OK\r\nlambda-runtime-invocation-id: {value}\r\n\r\n");
        let bytes = Bytes::from(text);
        let head = ResponseHead::parse(&bytes).expect("a head").expect("whole");
        let headers = head.headers(bytes);
        assert_eq!(headers.visible(Header::InvocationId).is_some(), visible, "{value:?}");
    }
}

#[test]
fn a_head_without_an_end_is_waited_for_until_it_is_too_long() {
    let mut text = String::from("HTTP/1.1 200 OK\r\n");
    assert_eq!(ResponseHead::parse(text.as_bytes()), Ok(None));
    text.push_str(&"x: y\r\n".repeat(400_000));
    let error = ResponseHead::parse(text.as_bytes()).expect_err("too long");
    assert_eq!(error.to_string(), "head of the answer is `2400017 bytes`: expected at most 2 MiB");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = ResponseHead::parse(&bytes);
    }

    #[test]
    fn a_head_reads_the_same_whatever_follows(
        status in 200u16..600,
        values in proptest::collection::vec("[ -~]{0,20}", 0..5),
        rest in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut text = format!("HTTP/1.1 {status} Reason\r\ncontent-length: 3\r\n");
        for value in values {
            text.push_str(&format!("lambda-runtime-trace-id: {value}\r\n"));
        }
        text.push_str("\r\n");
        for end in 0..text.len() {
            prop_assert_eq!(ResponseHead::parse(&text.as_bytes()[..end]), Ok(None));
        }
        let whole = ResponseHead::parse(text.as_bytes());
        let mut longer = text.into_bytes();
        longer.extend(rest);
        prop_assert_eq!(ResponseHead::parse(&longer), whole);
    }
}
