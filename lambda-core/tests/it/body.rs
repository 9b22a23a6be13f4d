//! A request with a chunked body: head, chunks, trailers.

use std::{future::poll_fn, task::Poll};

use lambda_core::{FunctionError, ReceiveError, WriteOutcome, wire};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use crate::responses::pipe;

const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

fn head() -> Vec<u8> {
    let address = "api:80".parse().expect("an address");
    let mut requests = wire::Requests::new(&address, "agent");
    requests.stream(b"id-1", None, "text/plain").to_vec()
}

/// What leaves for these pieces and trailers.
fn whole(pieces: &[&[u8]], trailers: &str) -> Vec<u8> {
    let mut bytes = head();
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        bytes.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("0\r\n{trailers}\r\n").as_bytes());
    bytes
}

async fn read(server: &mut DuplexStream, length: usize) -> Vec<u8> {
    let mut request = vec![0; length];
    server.read_exact(&mut request).await.expect("the whole request");
    request
}

#[test]
fn the_head_of_a_stream() {
    expect_test::expect![[r#"
        POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1
        host: api:80
        user-agent: agent
        content-type: text/plain
        lambda-runtime-function-response-mode: streaming
        trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body
        transfer-encoding: chunked

    "#]]
    .assert_eq(&String::from_utf8_lossy(&head()).replace("\r\n", "\n"));
}

#[tokio::test(start_paused = true)]
async fn a_chunked_request_arrives_through_a_pipe_of_any_size() {
    let trailers = wire::error_trailers(&FunctionError::new("Late", "too late"));
    let pieces: [&[u8]; 4] = [b"one", b"", &[7; 5000], b"\r\n0\r\n\r\n"];
    for size in [1, 2, 7, 57, 1024, 64 * 1024] {
        for trailers in ["", &trailers] {
            let (mut connection, mut server) = pipe(size);
            let expected = whole(&pieces, trailers);
            let server = async {
                // Two of them, since the connection goes on afterwards.
                for _ in 0..2 {
                    assert_eq!(read(&mut server, expected.len()).await, expected, "pipe of {size}");
                    server.write_all(ACCEPTED).await.expect("the client reads");
                }
            };
            let client = async {
                for _ in 0..2 {
                    assert_eq!(
                        connection.start_body(&head(), [b"o", b"ne"]).await.expect("it reads"),
                        WriteOutcome::Written
                    );
                    assert!(!connection.is_reusable());
                    for piece in &pieces[1..] {
                        assert_eq!(
                            connection.write_body(piece).await.expect("it reads"),
                            WriteOutcome::Written
                        );
                    }
                    let ended =
                        connection.finish_body(trailers.as_bytes()).await.expect("it reads");
                    assert_eq!(ended, WriteOutcome::Written);
                    assert_eq!(connection.receive().await.expect("an answer").status, 202);
                    assert!(connection.is_reusable());
                }
            };
            tokio::join!(client, server);
        }
    }
}

/// The server closes after each byte of it: a write or the response reports it.
#[tokio::test(start_paused = true)]
async fn a_chunked_request_cut_at_every_byte_is_an_error() {
    let pieces: [&[u8]; 2] = [b"one", b"two"];
    let length = whole(&pieces, "").len();
    for cut in 0..=length {
        let (mut connection, mut server) = pipe(64);
        let server = async {
            read(&mut server, cut).await;
            drop(server);
        };
        let client = async {
            let writing = async {
                let mut last = connection.start_body(&head(), [b"", b""]).await?;
                for piece in pieces {
                    if last == WriteOutcome::Written {
                        last = connection.write_body(piece).await?;
                    }
                }
                if last == WriteOutcome::Written {
                    last = connection.finish_body(b"").await?;
                }
                std::io::Result::Ok(last)
            };
            // Whatever it came to, there is no answer, and the connection is of no further use.
            let _ = writing.await;
            let answer = connection.receive().await.expect_err("nobody answers");
            assert!(matches!(answer, ReceiveError::Reset(_)), "cut at {cut}: {answer:?}");
            assert!(!connection.is_reusable(), "cut at {cut}");
            assert!(connection.has_sent_bytes(), "cut at {cut}");
        };
        tokio::join!(client, server);
    }
}

/// A 413 in the middle of a stream ends it.
#[tokio::test(start_paused = true)]
async fn a_response_in_the_middle_of_a_body_ends_it() {
    let (mut connection, mut server) = pipe(64);
    let server = async {
        read(&mut server, 32).await;
        server
            .write_all(b"HTTP/1.1 413 Large\r\nContent-Length: 3\r\n\r\n413")
            .await
            .expect("it reads");
        std::future::pending::<()>().await
    };
    let client = async {
        let mut chunks = 0;
        let mut last = connection.start_body(&head(), [b"", b""]).await.expect("it goes on");
        while last == WriteOutcome::Written {
            last = connection.write_body(&[7; 100]).await.expect("the server has answered");
            chunks += 1;
            assert!(chunks < 10, "the answer is not seen");
        }
        let answer = connection.receive().await.expect("an answer");
        assert_eq!((answer.status, &answer.body[..]), (413, &b"413"[..]));
        assert!(!connection.is_reusable());
    };
    tokio::select! { biased; () = client => {}, () = server => {} }
}

/// What comes while there is nothing to write, and whether it ends the request.
#[tokio::test(start_paused = true)]
async fn a_response_is_seen_while_a_body_waits_for_its_next_piece() {
    async fn check(sent: &[u8], closed: bool, seen: bool) {
        let (mut connection, mut server) = pipe(1024);
        let _ = connection.start_body(&head(), [b"one", b""]).await.expect("it reads");
        server.write_all(sent).await.expect("the client reads");
        let server = (!closed).then_some(server);
        let early = poll_fn(|context| Poll::Ready(connection.poll_early_response(context))).await;
        assert_eq!(early.is_ready(), seen, "{}", sent.escape_ascii());
        drop(server);
    }
    check(b"", false, false).await;
    check(b"HTTP/1.1 100 Continue\r\n\r\n", false, false).await;
    check(b"HTTP/1.1 413", false, false).await;
    check(b"HTTP/1.1 413 Large\r\n\r\n", false, true).await;
    check(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 410 Gone\r\n\r\n", false, true).await;
    check(b"no head\r\n\r\n", false, true).await;
    check(b"", true, true).await;
    check(b"HTTP/1.1 413", true, true).await;
}
