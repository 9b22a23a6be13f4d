//! Where telemetry arrives: a listener, which puts what it takes into the queue.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{
    Request, Response, StatusCode, body::Body as _, body::Bytes, body::Incoming,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use lambda_core::{Environment, Listener, Transport};
use serde_json::value::RawValue;
use tokio::io::AsyncReadExt as _;

use super::{Batches, TelemetryEvent, event::is_json, queue::Sender};

/// "Real batch size may exceed `maxBytes`: up to twice, plus metadata."
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// How long it waits after a connection that could not be taken.
const PAUSE: Duration = Duration::from_millis(50);

/// Listens, and returns the `host:port` for the service. Of what arrives at most so many bytes wait.
pub(crate) async fn listen(
    environment: &Environment,
    tcp: bool,
    most_waiting: usize,
) -> io::Result<(Batches, String)> {
    let listener = environment.listen().await?;
    let address = listener.address().to_owned();
    let (sender, batches) = super::queue::new(most_waiting);
    environment.spawn(accept(listener, tcp, environment.clone(), sender));
    Ok((batches, address))
}

async fn accept(mut listener: Listener, tcp: bool, environment: Environment, batches: Sender) {
    loop {
        let stream = match listener.accept().await {
            Ok(stream) => stream,
            Err(error) if error.kind() == io::ErrorKind::NotConnected => return,
            // As where there is no descriptor left: the service comes again.
            Err(_) => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let batches = batches.clone();
        if tcp {
            environment.spawn(lines(stream, batches));
        } else {
            environment.spawn(posts(stream, batches));
        }
    }
}

/// Takes posts, each of which is a batch. One is acknowledged once it is in the queue.
async fn posts(stream: Transport, batches: Sender) {
    let batches = Arc::new(batches);
    let service = service_fn(move |request| {
        let batches = batches.clone();
        async move { Ok::<_, Infallible>(post(request, &batches).await) }
    });
    // A connection that breaks is made anew by the service.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn post(request: Request<Incoming>, batches: &Sender) -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = taken(request.into_body(), batches).await;
    response
}

async fn taken(body: Incoming, batches: &Sender) -> StatusCode {
    let length = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    let length = length.unwrap_or(MOST_BYTES);
    if MOST_BYTES < length {
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    // Before it is read, so that what waits for room takes none.
    let Some(room) = batches.room(length).await else { return StatusCode::SERVICE_UNAVAILABLE };
    match Limited::new(body, MOST_BYTES).collect().await {
        Ok(body) => match TelemetryEvent::batch(&body.to_bytes()) {
            Ok(events) => match batches.send(events, room) {
                true => StatusCode::OK,
                // The extension ends.
                false => StatusCode::SERVICE_UNAVAILABLE,
            },
            Err(_) => StatusCode::BAD_REQUEST,
        },
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE,
    }
}

/// Takes lines, each of which is an event. What is no JSON is passed over.
async fn lines(mut stream: Transport, batches: Sender) {
    let mut buffer = Vec::new();
    loop {
        let from = buffer.len();
        let read = stream.read_buf(&mut buffer).await;
        let ended = !matches!(read, Ok(1..)) || MOST_BYTES < buffer.len();
        let end = buffer[from..].iter().rposition(|byte| *byte == b'\n').map(|at| from + at + 1);
        // The last line may have no end.
        let end = if ended { buffer.len() } else { end.unwrap_or_default() };
        let rest = buffer.split_off(end);
        let (events, length) = (events(&buffer), buffer.len());
        buffer = rest;
        if !events.is_empty() {
            let Some(room) = batches.room(length).await else { return };
            if !batches.send(events, room) {
                return;
            }
        }
        if ended {
            return;
        }
    }
}

fn events(lines: &[u8]) -> Vec<TelemetryEvent> {
    let lines = lines.split(|byte| *byte == b'\n');
    let texts = lines.filter_map(|line| std::str::from_utf8(line).ok());
    let json = texts.filter(|text| is_json(text));
    let raw = json.filter_map(|text| RawValue::from_string(text.to_owned()).ok());
    raw.map(TelemetryEvent::from_json).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use lambda_core::Connection;
    use tokio::{io::AsyncWriteExt as _, net::TcpStream, task::JoinSet};

    use super::*;
    use crate::telemetry::{LogLine, TelemetryRecord, queue::MOST_WAITING};

    async fn connect(address: &str) -> Transport {
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
        let port: u16 = port.expect("an address has a port");
        Transport::Tcp(TcpStream::connect(("127.0.0.1", port)).await.expect("somebody listens"))
    }

    /// `sender number` as a line of the function's log.
    fn event(sender: usize, number: usize) -> String {
        format!(r#"{{"time":"t","type":"function","record":"{sender} {number}"}}"#)
    }

    async fn post(connection: &mut Connection, body: &str) -> u16 {
        let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
        connection.send(head.as_bytes(), body.as_bytes()).await.expect("it is taken");
        connection.receive().await.expect("it is answered").status
    }

    fn said(event: &TelemetryEvent) -> (usize, usize) {
        let TelemetryRecord::Function(LogLine::Text(line)) = &event.record else {
            panic!("{event:?} is no line");
        };
        let (sender, number) = line.split_once(' ').expect("two numbers");
        (sender.parse().expect("a number"), number.parse().expect("a number"))
    }

    #[tokio::test]
    async fn of_twenty_senders_at_once_nothing_is_lost_and_each_is_in_order() {
        const SENDERS: usize = 20;
        const BATCHES: usize = 50;
        const EVENTS: usize = 100;
        let environment = Environment::from_process();
        let (mut telemetry, address) =
            listen(&environment, false, MOST_WAITING).await.expect("a port");
        let mut senders = JoinSet::new();
        for sender in 0..SENDERS {
            let address = address.clone();
            senders.spawn(async move {
                let mut connection = Connection::new(connect(&address).await);
                for batch in 0..BATCHES {
                    let events = (0..EVENTS).map(|number| event(sender, batch * EVENTS + number));
                    let body = format!("[{}]", events.collect::<Vec<_>>().join(","));
                    assert_eq!(post(&mut connection, &body).await, 200);
                }
            });
        }
        let ending = Cell::new(false);
        let mut next = [0; SENDERS];
        for _ in 0..SENDERS * BATCHES {
            for event in telemetry.next_unless(&ending).await.expect("a batch") {
                let (sender, number) = said(&event);
                assert_eq!(number, next[sender], "of sender {sender}");
                next[sender] += 1;
            }
        }
        assert_eq!(next, [BATCHES * EVENTS; SENDERS]);
        senders.join_all().await;
    }

    #[tokio::test]
    async fn a_batch_with_a_bad_record_is_taken_and_one_that_is_no_list_is_refused() {
        let environment = Environment::from_process();
        let (mut telemetry, address) =
            listen(&environment, false, MOST_WAITING).await.expect("a port");
        let mut connection = Connection::new(connect(&address).await);
        let body = format!(
            r#"[{},7,{{"type":"platform.report","record":{{}}}},{}]"#,
            event(1, 0),
            event(1, 1)
        );
        assert_eq!(post(&mut connection, &body).await, 200);
        assert_eq!(post(&mut connection, r#"{"type":"function"}"#).await, 400);
        let events = telemetry.next_unless(&Cell::new(false)).await.expect("a batch");
        let kinds: Vec<&str> = events
            .iter()
            .map(|event| match &event.record {
                TelemetryRecord::Function(_) => "function",
                TelemetryRecord::Other { kind, .. } => kind,
                _ => "known",
            })
            .collect();
        assert_eq!(kinds, ["function", "", "platform.report", "function"]);
        assert_eq!(events[1].as_json(), "7");
    }

    #[tokio::test]
    async fn lines_may_come_in_any_pieces() {
        let environment = Environment::from_process();
        let (mut telemetry, address) =
            listen(&environment, true, MOST_WAITING).await.expect("a port");
        let mut stream = connect(&address).await;
        // The last line was lost where it had no end.
        let text = format!("{}\nno JSON\n{}\n{}", event(3, 0), event(3, 1), event(3, 2));
        let ending = Cell::new(false);
        let mut seen = Vec::new();
        for piece in text.as_bytes().chunks(7) {
            stream.write_all(piece).await.expect("it is taken");
        }
        drop(stream);
        while seen.len() < 3 {
            let events = telemetry.next_unless(&ending).await.expect("a batch");
            seen.extend(events.iter().map(said));
        }
        assert_eq!(seen, [(3, 0), (3, 1), (3, 2)]);
    }

    /// 30 senders of 1 MB batches took 142 MB.
    #[tokio::test]
    async fn what_waits_is_bounded_in_bytes_and_then_the_sender_waits() {
        const BATCH: usize = 1_000_000;
        const MOST: usize = 4 * BATCH;
        let environment = Environment::from_process();
        let (mut telemetry, address) = listen(&environment, false, MOST).await.expect("a port");
        let line = "x".repeat(BATCH - 100);
        let body = format!(r#"[{{"time":"t","type":"function","record":"{line}"}}]"#);
        let mut senders = JoinSet::new();
        for _ in 0..10 {
            let (address, body) = (address.clone(), body.clone());
            senders.spawn(async move {
                let mut connection = Connection::new(connect(&address).await);
                assert_eq!(post(&mut connection, &body).await, 200);
            });
        }
        // Three of them, since each counts a little more than its bytes; the others are not acknowledged.
        for _ in 0..3 {
            senders.join_next().await.expect("a sender").expect("acknowledged");
        }
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
            assert!(senders.try_join_next().is_none(), "more than {MOST} bytes wait");
        }
        assert_eq!(telemetry.waiting().count(), 3);
        for _ in 0..10 {
            assert_eq!(telemetry.next().await.expect("a batch").len(), 1);
        }
        assert_eq!(telemetry.waiting().count(), 0);
        senders.join_all().await;
    }
}
