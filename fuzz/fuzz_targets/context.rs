//! The context of an invocation, from arbitrary headers: it is made, or refused with a reason, and
//! none of its questions panics.
#![no_main]

use std::{
    future::pending,
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use lambda_core::{
    ApiAddress, BoxFuture, Config, Context, Environment, Host, Transport, Variables,
    wire::{Header, Requests, ResponseHead},
};
use libfuzzer_sys::fuzz_target;

/// An environment whose clock stands still.
struct Still;

impl Host for Still {
    fn connect(&self, _: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        Box::pin(pending())
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn log(&self, _: &str) {}

    fn random(&self) -> u64 {
        0
    }

    fn spawn(&self, _: BoxFuture<()>) {}
}

fuzz_target!(|lines: &[u8]| {
    let head = [b"HTTP/1.1 200 OK\r\n", lines, b"\r\n\r\n"].concat();
    let Ok(Some(head_of_next)) = ResponseHead::parse(&head) else { return };
    let headers = head_of_next.headers(Bytes::from(head));
    let environment = Environment::new(Variables::default(), Still);
    let config = Arc::new(Config::new(environment.variables()));
    let context = match Context::new("id".to_owned(), &headers, config, &environment) {
        Ok(context) => context,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    if headers.bytes(Header::DeadlineMs).is_none() {
        assert_eq!(context.deadline, 0);
        assert_eq!(context.remaining_time(), Duration::from_secs(900));
    }
    let _ = (context.deadline(), context.remaining_time(), context.arn(), context.trace());
    let json = serde_json::to_string(&context).expect("a context is written");
    let again: Context = serde_json::from_str(&json).expect("a written context is read");
    assert_eq!(again, context);
    if let Some(id) = headers.visible(Header::InvocationId) {
        let address = "127.0.0.1:9001".parse().expect("an address");
        let mut requests = Requests::new(&address, "fuzz");
        let head = requests.response(b"id", Some(id), "application/json", 0);
        assert_eq!(head.windows(2).filter(|window| window == b"\r\n").count(), 7);
    }
});
