//! The context from the headers of `next`: any bytes are a context or an error.
#![no_main]

use std::sync::Arc;

use bytes::Bytes;
use lambda_core::{
    Config, Context, Environment,
    wire::{Header, Requests, ResponseHead},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
    head.extend_from_slice(bytes);
    head.extend_from_slice(b"\r\n\r\n");
    let Ok(Some(parsed)) = ResponseHead::parse(&head) else { return };
    let headers = parsed.headers(Bytes::from(head));
    let environment = Environment::from_process();
    let config = Arc::new(Config::default());
    if let Ok(context) = Context::new("id".to_owned(), &headers, config, &environment) {
        let _ = (context.remaining_time(), context.deadline(), context.arn(), context.trace());
    }
    if let Some(id) = headers.visible(Header::InvocationId) {
        let address = "127.0.0.1:9001".parse().expect("an address");
        let mut requests = Requests::new(&address, "fuzz");
        let head = requests.response(b"id", Some(id), "application/json", 0);
        assert_eq!(head.windows(2).filter(|window| window == b"\r\n").count(), 7);
    }
});
