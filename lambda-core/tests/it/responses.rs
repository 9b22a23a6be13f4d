//! What a connection makes of the bytes of an answer, however they come.

use lambda_core::{Connection, HttpResponse, ReceiveError, Transport};
use tokio::io::{AsyncWriteExt as _, DuplexStream, duplex};

/// A connection and the server's end of it.
pub(crate) fn pipe(size: usize) -> (Connection, DuplexStream) {
    let (client, server) = duplex(size);
    (Connection::new(Transport::Memory(client)), server)
}

/// Reads one answer that comes in these pieces, after which the server closes.
pub(crate) async fn read_pieces<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Result<HttpResponse, ReceiveError>, Connection) {
    let (mut connection, mut server) = pipe(64 * 1024);
    let write = async move {
        for piece in pieces {
            // The reader may be satisfied and gone.
            if server.write_all(piece).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let mut receive = Box::pin(connection.receive());
    let early = tokio::select! {
        biased;
        answer = &mut receive => Some(answer),
        () = write => None,
    };
    let answer = match early {
        Some(answer) => answer,
        None => receive.as_mut().await,
    };
    drop(receive);
    (answer, connection)
}

/// An answer in words: status, body, and whether the connection lives on.
fn words((answer, connection): (Result<HttpResponse, ReceiveError>, Connection)) -> String {
    match answer {
        Ok(answer) => {
            let life = if connection.is_reusable() { "kept" } else { "closed" };
            format!("{} `{}` {life}", answer.status, answer.body.escape_ascii())
        }
        Err(error) => {
            assert!(!connection.is_reusable(), "a failed connection is of no further use");
            match error {
                ReceiveError::Reset(error) => format!("reset: {}", error.kind()),
                ReceiveError::Malformed(error) => format!("malformed: {error}"),
                other => format!("{other:?}"),
            }
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    words(read_pieces(pieces).await)
}

/// The answer comes out the same whole, byte by byte, and cut in two at any place.
#[track_caller]
fn check(bytes: impl AsRef<[u8]>, outcome: &str) {
    let bytes = bytes.as_ref();
    assert_eq!(read([bytes]), outcome, "whole: {}", bytes.escape_ascii());
    assert_eq!(read(bytes.chunks(1)), outcome, "byte by byte: {}", bytes.escape_ascii());
    for place in 1..bytes.len() {
        let (first, second) = bytes.split_at(place);
        let outcome_in_two = read([first, second]);
        assert_eq!(outcome_in_two, outcome, "cut at {place}: {}", bytes.escape_ascii());
    }
}

#[test]
fn a_body_may_be_framed_in_every_way_of_http() {
    check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 `hello` kept");
    check("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200 `` kept");
    check(
        "HTTP/1.1 202\r\ncontent-length:16\r\n\r\n{\"status\":\"OK\"}\n",
        r#"202 `{\"status\":\"OK\"}\n` kept"#,
    );
    // The same length twice is one length.
    check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nok", "200 `ok` kept");
    check("HTTP/1.1 200 OK\r\n\r\nuntil the end", "200 `until the end` closed");
    check("HTTP/1.1 204 No Content\r\n\r\n", "204 `` kept");
    check("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "304 `` kept");
    // Of two framings the chunks count.
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "200 `hello` kept",
    );
    // A carriage return within a name makes another name of it.
    check("HTTP/1.1 200 OK\r\nContent\rLength: 1\r\n\r\nall", "200 `all` closed");
    // Line ends may be bare line feeds.
    check("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "200 `ok` kept");
}

#[test]
fn chunks_are_joined_and_extensions_and_trailers_passed_over() {
    let chunked =
        |body: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
    check(chunked("0\r\n\r\n"), "200 `` kept");
    check(chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), "200 `hello!` kept");
    check(chunked("00A\r\n0123456789\r\n000\r\n\r\n"), "200 `0123456789` kept");
    check(chunked("a;name=\"v;w\"\r\n0123456789\r\n0;last\r\n\r\n"), "200 `0123456789` kept");
    check(chunked("2 \r\nok\r\n0\r\nTrailer: 1\r\nOther: 2\r\n\r\n"), "200 `ok` kept");
    check(chunked("2\nok\n0\n\n"), "200 `ok` kept");
    // A body that looks like the end of a body.
    check(chunked("7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"), r"200 `\r\n0\r\n\r\n` kept");

    let expected = "expected hexadecimal digits, at most 256 MiB in all";
    for size in ["", "g", "-1", "0x5", "5 5", "+5", "10000001", "fffffffffffffffff", ";5"] {
        let outcome = format!("malformed: chunk size is `{size}`: {expected}");
        check(chunked(&format!("{size}\r\nhello\r\n0\r\n\r\n")), &outcome);
    }
    check(
        chunked("5\r\nhello!\r\n0\r\n\r\n"),
        "malformed: end of chunk is `!`: expected an empty line",
    );
}

#[test]
fn chunks_are_refused_when_they_are_too_large_together() {
    let body = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n10000000\r\n";
    check(
        body,
        "malformed: chunk size is `10000000`: expected hexadecimal digits, at most 256 MiB in all",
    );
}

#[test]
fn interim_answers_are_passed_over() {
    check(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n\
         HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "200 `ok` kept",
    );
    check("HTTP/1.1 100 Continue\r\n\r\n", "reset: unexpected end of file");
}

#[test]
fn a_server_that_closes_is_believed() {
    let close = |head: &str| format!("{head}\r\nContent-Length: 2\r\n\r\nok");
    check(close("HTTP/1.1 200 OK\r\nConnection: close"), "200 `ok` closed");
    check(close("HTTP/1.1 200 OK\r\nconnection: Keep-Alive, CLOSE"), "200 `ok` closed");
    check(close("HTTP/1.1 200 OK\r\nConnection: closed"), "200 `ok` kept");
    check(close("HTTP/1.1 200 OK\r\nConnection: keep-alive"), "200 `ok` kept");
    check(close("HTTP/1.0 200 OK"), "200 `ok` closed");
    check(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "200 `` closed",
    );
}

#[test]
fn what_is_no_answer_is_refused() {
    let status = "expected `HTTP/1.1`, three digits and a reason";
    for line in [
        "",
        "HTTP/2 200",
        "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/1.1 20",
        "HTTP/1.1 2000",
        "HTTP/1.1 099 x",
        "HTTP/1.1 2x0 OK",
        "HTTP/1.x 200 OK",
        "http/1.1 200 OK",
        "HTTP/1.1  200 OK",
        "GET / HTTP/1.1",
    ] {
        check(format!("{line}\r\n\r\n"), &format!("malformed: status line is `{line}`: {status}"));
    }
    let head = |line: &str| format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\n");
    let expected = "expected `name: value`";
    for line in ["no colon", ": no name", "Content-Length : 5", " folded: 1", "\tfolded"] {
        let outcome = format!("malformed: header line is `{}`: {expected}", line.escape_debug());
        check(head(line), &outcome);
    }
    let expected = "expected one number of bytes, at most 256 MiB";
    for length in ["", "-1", "+1", "1, 1", "0x1", "1.0", "268435457", "99999999999999999999999"] {
        let outcome = format!("malformed: header `content-length` is `{length}`: {expected}");
        check(head(&format!("Content-Length: {length}")), &outcome);
    }
    check(
        head("Content-Length: 1\r\nContent-Length: 2"),
        &format!("malformed: header `content-length` is `2`: {expected}"),
    );
    check(
        head("Transfer-Encoding: gzip, chunked"),
        "malformed: header `transfer-encoding` is `gzip, chunked`: expected `chunked`",
    );
}

/// Every beginning of these is a connection that ended too early, never a shorter answer.
#[test]
fn an_answer_cut_off_at_any_byte_is_no_answer() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nT: 1\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 1\r\n\r\n\n",
    ] {
        for length in 0..answer.len() {
            let cut = &answer.as_bytes()[..length];
            assert_eq!(read([cut]), "reset: unexpected end of file", "{}", cut.escape_ascii());
        }
    }
}

#[test]
fn a_head_is_bounded() {
    let line = format!("X-Filler: {}\r\n", "x".repeat(1024 * 1024 - 12));
    let end = "Content-Length: 0\r\n\r\n";
    let one = format!("HTTP/1.1 200 OK\r\n{line}{end}");
    assert_eq!(read([one.as_bytes()]), "200 `` kept", "1 MiB is what the guide allows");
    let endless = format!("HTTP/1.1 200 OK\r\n{line}{line}{line}");
    let outcome = read([endless.as_bytes()]);
    assert!(outcome.starts_with("malformed: head of the answer is"), "{outcome}");
    let whole = format!("{endless}{end}");
    let outcome = read([whole.as_bytes()]);
    assert!(outcome.starts_with("malformed: head of the answer is"), "{outcome}");
    let line = format!("{}\r\n", "x".repeat(70 * 1024));
    let trailer = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n{line}\r\n");
    let outcome = read([trailer.as_bytes()]);
    assert!(outcome.starts_with("malformed: trailer is"), "{outcome}");
}
