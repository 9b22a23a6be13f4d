//! A connection over a pipe: answers in any pieces, bodies of any framing, ends at any byte.

use lambda_core::{Connection, ReceiveError, Transport};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What a connection makes of an answer that comes in these pieces and then ends.
async fn receive(pieces: Vec<Vec<u8>>) -> (Result<(u16, Vec<u8>), String>, bool) {
    let (client, mut server) = tokio::io::duplex(64);
    let writing = async move {
        for piece in pieces {
            // A client that has given up closes the pipe.
            let _ = server.write_all(&piece).await;
            tokio::task::yield_now().await;
        }
    };
    // The connection is dropped as soon as it has answered, which ends the writing too.
    let reading = async move {
        let mut connection = Connection::new(Transport::Memory(client));
        let answer = connection.receive().await;
        (answer, connection.is_reusable())
    };
    let ((answer, reusable), ()) = tokio::join!(reading, writing);
    let answer = match answer {
        Ok(answer) => Ok((answer.status, answer.body.to_vec())),
        Err(ReceiveError::Reset(error)) => Err(format!("reset: {error}")),
        Err(ReceiveError::Malformed(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    (answer, reusable)
}

async fn check(text: &str, expected: Result<(u16, &str), &str>, reusable: bool) {
    let expected = expected.map(|(status, body)| (status, body.as_bytes().to_vec()));
    let expected = (expected.map_err(str::to_owned), reusable);
    assert_eq!(receive(vec![text.as_bytes().to_vec()]).await, expected, "{text:?} in one piece");
    let bytes = text.bytes().map(|byte| vec![byte]).collect();
    assert_eq!(receive(bytes).await, expected, "{text:?} byte by byte");
    for at in 0..text.len() {
        let (first, second) = text.as_bytes().split_at(at);
        let seen = receive(vec![first.to_vec(), second.to_vec()]).await;
        assert_eq!(seen, expected, "{text:?} cut in two at {at}");
    }
}

#[tokio::test]
async fn a_body_of_any_framing_in_any_pieces() {
    check("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", Ok((200, "hello")), true).await;
    check("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n", Ok((202, "")), true).await;
    check(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
         3;x=y\r\nhel\r\n002\r\nlo\r\n0\r\nTrailer: x\r\n\r\n",
        Ok((200, "hello")),
        true,
    )
    .await;
    check("HTTP/1.1 200 OK\r\n\r\nhello", Ok((200, "hello")), false).await;
    check(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi",
        Ok((200, "hi")),
        false,
    )
    .await;
    check(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n\
         HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok",
        Ok((202, "ok")),
        true,
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_ends_early_or_cannot_be_trusted() {
    check("", Err("reset: unexpected end of file"), false).await;
    check("HTTP/1.1 200 OK\r\n", Err("reset: unexpected end of file"), false).await;
    check(
        "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello",
        Err("reset: unexpected end of file"),
        false,
    )
    .await;
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    check(&format!("{chunked}3\r\nhel"), Err("reset: unexpected end of file"), false).await;
    check(
        &format!("{chunked}x\r\n"),
        Err("chunk size is `x`: expected hexadecimal digits, at most 256 MiB in all"),
        false,
    )
    .await;
    check(
        &format!("{chunked}ffffffffffffffff\r\n"),
        Err(
            "chunk size is `ffffffffffffffff`: expected hexadecimal digits, at most 256 MiB in all",
        ),
        false,
    )
    .await;
    check(
        &format!("{chunked}1\r\nab\r\n"),
        Err("end of chunk is `b`: expected an empty line"),
        false,
    )
    .await;
}

/// An answer with a large body, then a small one on the same connection.
#[tokio::test]
async fn a_large_body_leaves_the_connection_as_it_was() {
    let (client, mut server) = tokio::io::duplex(64 * 1024);
    let mut connection = Connection::new(Transport::Memory(client));
    let large = vec![7; 6 * 1024 * 1024];
    let sent = large.clone();
    let serving = tokio::spawn(async move {
        for body in [sent, b"small".to_vec()] {
            let mut request = [0; 64];
            let length = server.read(&mut request).await.expect("a request");
            assert_eq!(&request[..length], b"GET / HTTP/1.1\r\n\r\n");
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            server.write_all(head.as_bytes()).await.expect("a reader");
            server.write_all(&body).await.expect("a reader");
        }
    });
    for expected in [large.as_slice(), b"small"] {
        connection.send(b"GET / HTTP/1.1\r\n\r\n", b"").await.expect("a server");
        let answer = connection.receive().await.expect("an answer");
        assert_eq!(answer.body, expected);
        assert!(connection.is_reusable());
    }
    serving.await.expect("it served");
}

/// A 413 may come before the request is written; the rest of it is not waited for.
#[tokio::test]
async fn an_answer_before_the_request_is_written_is_read() {
    let (client, mut server) = tokio::io::duplex(1024);
    let mut connection = Connection::new(Transport::Memory(client));
    let answer = b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n";
    server.write_all(answer).await.expect("a reader");
    connection.send(b"POST / HTTP/1.1\r\n\r\n", &[7; 4096]).await.expect("no break");
    assert_eq!(connection.receive().await.expect("an answer").status, 413);
    assert!(!connection.is_reusable(), "half a request was written");
    drop(server);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
}

proptest! {
    #[test]
    fn chunks_with_any_borders_make_the_same_body(
        chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..300), 0..8),
        piece in 1usize..50,
    ) {
        let mut text = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for chunk in &chunks {
            text.extend(format!("{:X}\r\n", chunk.len()).bytes());
            text.extend(chunk);
            text.extend(b"\r\n");
        }
        text.extend(b"0\r\n\r\n");
        let pieces = text.chunks(piece).map(<[u8]>::to_vec).collect();
        let (answer, reusable) = runtime().block_on(receive(pieces));
        prop_assert_eq!(answer, Ok((200, chunks.concat())));
        prop_assert!(reusable);
    }

    #[test]
    fn no_bytes_panic_or_hang(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut text = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        text.extend(&bytes);
        let _ = runtime().block_on(receive(vec![bytes]));
        let _ = runtime().block_on(receive(vec![text]));
    }
}

#[tokio::test]
async fn a_transport_that_is_shut_down_ends_for_the_other_side() {
    async fn check(mut transport: Transport, mut other: impl tokio::io::AsyncRead + Unpin) {
        transport.write_all(b"last").await.expect("it is open");
        transport.shutdown().await.expect("it is open");
        let mut read = Vec::new();
        other.read_to_end(&mut read).await.expect("it ends");
        assert_eq!(read, b"last");
        drop(transport);
    }
    let (transport, other) = tokio::io::duplex(64);
    check(Transport::Memory(transport), other).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let connecting = tokio::net::TcpStream::connect(address);
    let (transport, other) = tokio::join!(connecting, listener.accept());
    check(Transport::Tcp(transport.expect("a socket")), other.expect("a socket").0).await;
}
