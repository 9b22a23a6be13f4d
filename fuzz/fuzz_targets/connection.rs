//! A connection makes the same of the same bytes in whatever pieces they come, also while it sends a body, and once the
//! server has closed it does not wait.
#![no_main]

use std::{
    future::Future as _,
    pin::pin,
    task::{Context, Poll, Waker},
};

use lambda_core::{Connection, HttpResponse, ReceiveError, Transport};
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncWrite as _, duplex};

/// The first byte says what stands before the input, so that bodies are met often.
const HEADS: [&str; 4] = [
    "",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\n",
];

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> String {
    let mut context = Context::from_waker(Waker::noop());
    let (client, mut server) = duplex(1024 * 1024);
    let mut connection = Connection::new(Transport::Memory(client));
    let answer = {
        let mut receive = pin!(connection.receive());
        let mut answer = Poll::Pending;
        for piece in pieces {
            let written = pin!(&mut server).poll_write(&mut context, piece);
            assert!(matches!(written, Poll::Ready(Ok(length)) if length == piece.len()));
            answer = receive.as_mut().poll(&mut context);
            if answer.is_ready() {
                break;
            }
        }
        drop(server);
        match answer {
            Poll::Pending => receive.as_mut().poll(&mut context),
            ready => ready,
        }
    };
    shown(answer, &connection)
}

/// The response that comes while a chunked body is being sent.
fn read_early(bytes: &[u8]) -> String {
    let mut context = Context::from_waker(Waker::noop());
    let (client, mut server) = duplex(1024 * 1024);
    let mut connection = Connection::new(Transport::Memory(client));
    let started = pin!(connection.start_body(b"head", [b"one", b""])).poll(&mut context);
    assert!(matches!(started, Poll::Ready(Ok(_))));
    let written = pin!(&mut server).poll_write(&mut context, bytes);
    assert!(matches!(written, Poll::Ready(Ok(length)) if length == bytes.len()));
    let _ = connection.poll_early_response(&mut context);
    drop(server);
    // What was ready stays so, and what was not is ready now.
    assert!(connection.poll_early_response(&mut context).is_ready());
    let answer = pin!(connection.receive()).poll(&mut context);
    shown(answer, &connection)
}

fn shown(
    answer: Poll<Result<HttpResponse, ReceiveError>>,
    connection: &Connection,
) -> String {
    let Poll::Ready(answer) = answer else { panic!("it waits though the server has closed") };
    if answer.is_err() {
        assert!(!connection.is_reusable());
    }
    match answer {
        Ok(answer) => format!("{} {}", answer.status, answer.body.escape_ascii()),
        Err(error) => format!("{error:?}"),
    }
}

fuzz_target!(|input: &[u8]| {
    let [head, size, rest @ ..] = input else { return };
    let head = HEADS[usize::from(*head) % HEADS.len()].as_bytes();
    let bytes = [head, rest].concat();
    let whole = read([&bytes[..]].into_iter());
    let size = usize::from(*size) + 1;
    assert_eq!(read(bytes.chunks(size)), whole, "in pieces of {size}");
    let (first, second) = bytes.split_at(size.min(bytes.len()));
    assert_eq!(read([first, second].into_iter()), whole, "cut at {size}");
    assert_eq!(read_early(&bytes), whole, "while a body is sent");
});
