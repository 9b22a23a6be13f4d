//! A connection in conversation: what is sent, what is answered early, what remains usable.

use std::future::{Future, poll_fn};

use lambda_core::{ApiAddress, Connection, Environment, ReceiveError};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    net::{TcpListener, TcpStream},
};

use crate::responses::pipe;

const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";
const TOO_LARGE: &[u8] = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 3\r\n\r\n413";
const HEAD: &[u8] = b"POST /x HTTP/1.1\r\nhost: h\r\ncontent-length: 1000000\r\n\r\n";

/// Reads a request of this length, byte for byte.
async fn read_request(server: &mut DuplexStream, length: usize) -> Vec<u8> {
    let mut request = vec![0; length];
    server.read_exact(&mut request).await.expect("the whole request");
    request
}

#[tokio::test(start_paused = true)]
async fn a_request_arrives_whole_through_a_pipe_of_any_size() {
    let body: Vec<u8> = (0..=255).cycle().take(3000).collect();
    for size in [1, 2, 7, 57, 58, 1024, 64 * 1024] {
        let (mut connection, mut server) = pipe(size);
        let server = async {
            let request = read_request(&mut server, HEAD.len() + body.len()).await;
            assert_eq!(request, [HEAD, &body].concat(), "pipe of {size}");
            server.write_all(ACCEPTED).await.expect("the client reads");
        };
        let client = async {
            connection.send(HEAD, &body).await.expect("the server reads");
            connection.receive().await.expect("an answer")
        };
        let (answer, ()) = tokio::join!(client, server);
        assert_eq!(answer.status, 202);
        assert!(connection.is_reusable());
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_before_the_end_of_the_request_is_read_and_the_connection_given_up() {
    for cut in 0..TOO_LARGE.len() {
        let (mut connection, mut server) = pipe(64);
        let (first, second) = TOO_LARGE.split_at(cut);
        let answer = async {
            server.write_all(first).await.expect("there is room");
            tokio::task::yield_now().await;
            server.write_all(second).await.expect("the client reads");
            std::future::pending::<()>().await
        };
        let client = async {
            connection.send(HEAD, &[0; 1_000_000]).await.expect("the server has answered");
            let answer = connection.receive().await.expect("an answer");
            assert_eq!((answer.status, &answer.body[..]), (413, &b"413"[..]), "cut at {cut}");
            assert!(!connection.is_reusable(), "half a request is on the wire");
        };
        tokio::select! { biased; () = client => {}, () = answer => {} }
    }
}

#[tokio::test(start_paused = true)]
async fn an_interim_answer_in_the_middle_of_the_request_does_not_cut_it_off() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
    let body = [7; 100_000];
    for cut in 0..interim.len() {
        let (mut connection, mut server) = pipe(64);
        let (first, second) = interim.split_at(cut);
        let server = async {
            for piece in [first, second] {
                server.write_all(piece).await.expect("there is room");
                tokio::task::yield_now().await;
            }
            let request = read_request(&mut server, HEAD.len() + body.len()).await;
            assert_eq!(request, [HEAD, &body].concat(), "cut at {cut}");
            server.write_all(ACCEPTED).await.expect("the client reads");
        };
        let client = async {
            connection.send(HEAD, &body).await.expect("the server reads");
            connection.receive().await.expect("an answer").status
        };
        assert_eq!(tokio::join!(client, server), (202, ()));
        assert!(connection.is_reusable());
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_can_be_read_after_a_failed_send() {
    let (mut connection, mut server) = pipe(64);
    server.write_all(TOO_LARGE).await.expect("there is room");
    drop(server);
    let sent = connection.send(HEAD, &[0; 1_000_000]).await;
    assert!(sent.is_err(), "nobody reads");
    assert!(!connection.is_reusable());
    assert_eq!(connection.receive().await.expect("an answer").status, 413);
    assert!(!connection.is_reusable());

    let (mut connection, server) = pipe(64);
    drop(server);
    assert!(connection.send(HEAD, b"").await.is_err());
    let received = connection.receive().await;
    assert!(matches!(received, Err(ReceiveError::Reset(_))), "{received:?}");
}

/// Polls a future once and drops it.
async fn abandon(future: impl Future) {
    let mut future = std::pin::pin!(future);
    poll_fn(|context| {
        assert!(future.as_mut().poll(context).is_pending(), "it waits for the server");
        std::task::Poll::Ready(())
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_exchange_leaves_no_reusable_connection() {
    let (mut connection, _server) = pipe(64);
    abandon(connection.send(HEAD, &[0; 1000])).await;
    assert!(!connection.is_reusable(), "half a request is on the wire");

    let (mut connection, mut server) = pipe(1024);
    connection.send(HEAD, b"").await.expect("there is room");
    assert!(connection.is_reusable());
    abandon(connection.receive()).await;
    assert!(!connection.is_reusable(), "the answer is still to come");
    server.write_all(ACCEPTED).await.expect("there is room");
    assert_eq!(connection.receive().await.expect("the late answer").status, 202);
    assert!(!connection.is_reusable(), "it stays given up");
}

#[tokio::test(start_paused = true)]
async fn bytes_after_an_answer_are_not_taken_for_the_next_answer() {
    for extra in [&b"\n"[..], ACCEPTED] {
        let (mut connection, mut server) = pipe(1024);
        server.write_all(&[ACCEPTED, extra].concat()).await.expect("there is room");
        connection.send(HEAD, b"").await.expect("there is room");
        assert_eq!(connection.receive().await.expect("an answer").status, 202);
        assert!(!connection.is_reusable(), "{}", extra.escape_ascii());
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_of_any_size_arrive_unchanged_on_one_connection() {
    let sizes = [0, 1, 511, 8191, 8192, 8193, 16_383, 16_384, 16_385, 100_000, 6_291_556, 3, 0];
    let (mut connection, mut server) = pipe(64 * 1024);
    let body = |size: usize| -> Vec<u8> { (0..=250).cycle().take(size).collect() };
    let server = async {
        for size in sizes {
            read_request(&mut server, HEAD.len()).await;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n");
            let answer = [head.as_bytes(), &body(size)].concat();
            server.write_all(&answer).await.expect("the client reads");
        }
    };
    let client = async {
        for size in sizes {
            connection.send(HEAD, b"").await.expect("the server reads");
            let answer = connection.receive().await.expect("an answer");
            assert!(answer.body == body(size), "a body of {size}, got {}", answer.body.len());
            assert!(connection.is_reusable(), "after a body of {size}");
        }
    };
    tokio::join!(client, server);
}

/// The same over a socket of this machine, in real time.
#[tokio::test]
async fn a_conversation_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address: ApiAddress =
        listener.local_addr().expect("bound").to_string().parse().expect("host and port");
    let body = vec![7; 6_291_556];
    let server = async {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        for _ in 0..2 {
            let mut request = vec![0; HEAD.len() + body.len()];
            socket.read_exact(&mut request).await.expect("the whole request");
            assert!(request == [HEAD, &body].concat(), "the request is altered");
            socket.write_all(ACCEPTED).await.expect("the client reads");
        }
    };
    let client = async {
        let environment = Environment::from_process();
        let mut connection = environment.connect(&address).await.expect("somebody listens");
        for _ in 0..2 {
            connection.send(HEAD, &body).await.expect("the server reads");
            let answer = connection.receive().await.expect("an answer");
            assert_eq!((answer.status, &answer.body[..]), (202, &b"{\"status\":\"OK\"}\n"[..]));
            assert!(connection.is_reusable());
        }
    };
    tokio::join!(client, server);

    drop(listener);
    let refused = Environment::from_process().connect(&address).await;
    assert!(refused.is_err(), "nobody listens any more");
}

/// What a server may do to a kept connection between two calls.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// It closes in order; what is still written to it is answered by a reset.
    Close,
    /// It closes its writing side alone, and goes on to read.
    HalfClose,
    Reset,
    /// It sends what nobody requested.
    Unsolicited,
}

/// A kept connection after its server did this; the socket is given back, so that it stays as it is.
async fn kept(end: End) -> (Connection, Option<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    let address: ApiAddress = address.parse().expect("host and port");
    let environment = Environment::from_process();
    let connecting = environment.connect(&address);
    let (connection, accepted) = tokio::join!(connecting, listener.accept());
    let (mut connection, mut socket) =
        (connection.expect("a server"), accepted.expect("a client").0);
    connection.send(HEAD, b"").await.expect("the server reads");
    socket.read_exact(&mut [0; HEAD.len()]).await.expect("the request");
    socket.write_all(ACCEPTED).await.expect("the client reads");
    assert_eq!(connection.receive().await.expect("an answer").status, 202);
    assert!(connection.is_still_reusable(), "before {end:?}");
    let socket = match end {
        End::Close => None,
        End::HalfClose => {
            socket.shutdown().await.expect("it is open");
            Some(socket)
        }
        End::Reset => {
            socket.set_zero_linger().expect("it is open");
            None
        }
        End::Unsolicited => {
            socket.write_all(ACCEPTED).await.expect("the client reads");
            Some(socket)
        }
    };
    (connection, socket)
}

#[tokio::test]
async fn a_kept_connection_that_the_server_ended_is_not_used_again() {
    for end in [End::Close, End::HalfClose, End::Reset, End::Unsolicited] {
        let (mut connection, _socket) = kept(end).await;
        let seen = async {
            while connection.is_still_reusable() {
                tokio::task::yield_now().await;
            }
        };
        let seen = tokio::time::timeout(std::time::Duration::from_secs(10), seen).await;
        assert!(seen.is_ok(), "{end:?} was not seen");
    }
}
