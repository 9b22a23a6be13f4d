//! Responses that are made while they are sent, byte for byte.

use std::{
    cell::Cell,
    collections::VecDeque,
    convert::Infallible,
    future::pending,
    io,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use expect_test::{Expect, expect};
use futures_util::{Stream, StreamExt as _, stream};
use http_body_util::{Full, StreamBody};
use lambda_core::{ApiAddress, Host, Transport};
use lambda_runtime::{Bootstrap, Environment, Error, HttpPrelude, Response, Runtime};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    sync::Notify,
    time::{Instant, sleep},
};

use crate::scripted_host::variables;

/// What a service does once it has the head of a response.
#[derive(Clone, Copy)]
enum Service {
    /// Accepts it when it is complete.
    Accepts,
    /// Sends this after so long.
    Sends(&'static str, Duration),
    /// Closes the connection after so long.
    Closes(Duration),
    /// Reads no more.
    Stops,
}

/// A host whose API hands out one invocation, and keeps what each read found, with the milliseconds.
struct Tapped {
    service: Service,
    seen: Arc<Mutex<String>>,
    connections: Mutex<usize>,
    asked_to_end: Arc<Notify>,
}

const EVENT: &str = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id-1\r\n\
     Lambda-Runtime-Deadline-Ms: 3000\r\ncontent-length: 1\r\n\r\n7";
const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";

impl Host for Tapped {
    fn connect(&self, _: &ApiAddress) -> lambda_core::BoxFuture<io::Result<Transport>> {
        let (client, server) = duplex(64 * 1024);
        let mut connections = self.connections.lock().expect("no test thread panicked");
        *connections += 1;
        let seen = self.seen.clone();
        let (number, service) = (*connections, self.service);
        tokio::spawn(serve(number, server, service, seen));
        Box::pin(async { Ok(Transport::Memory(client)) })
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn log(&self, line: &str) {
        note(&self.seen, &format!("log: {line}"));
    }

    fn random(&self) -> u64 {
        0
    }

    fn spawn(&self, task: lambda_core::BoxFuture<()>) {
        tokio::spawn(task);
    }

    fn terminated(&self) -> lambda_core::BoxFuture<()> {
        let asked = self.asked_to_end.clone();
        Box::pin(async move { asked.notified().await })
    }
}

fn note(seen: &Mutex<String>, line: &str) {
    let mut seen = seen.lock().expect("no test thread panicked");
    seen.push_str(line);
    seen.push('\n');
}

async fn serve(
    number: usize,
    mut stream: DuplexStream,
    service: Service,
    seen: Arc<Mutex<String>>,
) {
    let (began, mut invocations) = (Instant::now(), 0);
    let mut early = None;
    loop {
        let mut read = vec![0; 64 * 1024];
        let due = async {
            match early {
                Some(at) => tokio::time::sleep_until(at).await,
                None => pending().await,
            }
        };
        let length = tokio::select! {
            length = stream.read(&mut read) => length.expect("a pipe is read"),
            () = due => {
                early = None;
                match service {
                    Service::Sends(bytes, _) => {
                        // A client that has gone does not matter.
                        let _ = stream.write_all(bytes.as_bytes()).await;
                        continue;
                    }
                    _ => return,
                }
            }
        };
        if length == 0 {
            return note(&seen, &format!("{number} closed"));
        }
        let text = String::from_utf8_lossy(&read[..length]).into_owned();
        let ms = began.elapsed().as_millis();
        let shown = text.replace("lambda-runtime-function-response-mode", "mode");
        let shown =
            shown.replace("\r\n", "|").replace('\0', "0").replace("/2018-06-01/runtime", "");
        let heads = [
            " HTTP/1.1|host: 127.0.0.1:9001|user-agent: lambda-runtime-rs/0.1.0",
            "trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body|transfer-encoding: chunked|",
        ];
        let shown = heads.iter().fold(shown, |shown, head| shown.replace(head, ""));
        note(&seen, &format!("{number} {ms} ms: {shown}"));
        if text.starts_with("GET") {
            invocations += 1;
            if invocations + number > 2 {
                pending::<()>().await;
            }
            stream.write_all(EVENT.as_bytes()).await.expect("a pipe is written");
            continue;
        }
        let trailers = text.starts_with("0\r\nLambda") || text.contains("\r\n0\r\nLambda");
        let ended = trailers || text.ends_with("0\r\n\r\n") || text.contains("id-1/error");
        match service {
            Service::Accepts if ended => {
                stream.write_all(ACCEPTED.as_bytes()).await.expect("a pipe is written");
            }
            Service::Sends(_, after) | Service::Closes(after) if text.starts_with("POST") => {
                early = Some(Instant::now() + after);
            }
            Service::Stops => pending().await,
            _ => {}
        }
    }
}

/// Runs a handler for one invocation, and shows what left.
async fn check(
    service: Service,
    respond: impl AsyncFn() -> Result<Response, Error> + 'static,
    expected: Expect,
) {
    check_asked(service, respond, None, expected).await;
}

async fn check_asked(
    service: Service,
    respond: impl AsyncFn() -> Result<Response, Error> + 'static,
    asked_after: Option<Duration>,
    expected: Expect,
) {
    let seen = Arc::<Mutex<String>>::default();
    let asked_to_end = Arc::new(Notify::new());
    let host = Tapped {
        service,
        seen: seen.clone(),
        connections: Mutex::default(),
        asked_to_end: asked_to_end.clone(),
    };
    let environment = Environment::new(variables(), host);
    let handler = async move |_: u8| respond().await;
    if let Some(after) = asked_after {
        tokio::spawn(async move {
            sleep(after).await;
            asked_to_end.notify_one();
        });
    }
    let running = Runtime::new(handler).start(environment);
    let ended = tokio::time::timeout(Duration::from_secs(60), running).await;
    if let Ok(ended) = ended {
        note(&seen, &format!("ended: {ended:?}"));
    }
    expected.assert_eq(&seen.lock().expect("no test thread panicked"));
}

type Item = Result<&'static str, Error>;

/// A stream of what is given, each after 5 ms.
fn slow(items: impl IntoIterator<Item = Item> + 'static) -> impl Stream<Item = Item> {
    let mut items: VecDeque<_> = items.into_iter().collect();
    stream::unfold((), move |()| {
        let item = items.pop_front();
        async move {
            sleep(Duration::from_millis(5)).await;
            Some((item?, ()))
        }
    })
}

fn failed() -> Item {
    Err("out of paper".into())
}

/// "A chunk leaves with head and prelude in one write."
#[tokio::test(start_paused = true)]
async fn the_first_piece_leaves_with_the_head() {
    let pieces = || stream::iter([Ok::<_, Infallible>("one"), Ok("two")]);
    check(Service::Accepts, async move || Ok(Response::stream(pieces())), expect![[r#"
        1 0 ms: GET /invocation/next||
        1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|3|two|0||
        1 0 ms: GET /invocation/next||
    "#]]).await;
    check(
        Service::Accepts,
        async move || {
            let prelude = HttpPrelude::new(201).header("x", "1").header("X", "2").cookie("a=b");
            Ok(Response::stream(pieces()).with_content_type("text/plain").with_http(prelude))
        },
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/vnd.awslambda.http-integration-response|mode: streaming||62|{"statusCode":201,"headers":{"content-type":"text/plain","x":"1, 2"},"cookies":["a=b"]}00000000one|3|two|0||
            1 0 ms: GET /invocation/next||
        "#]],
    )
    .await;
}

/// A caller of server-sent events waits for it; what has no prelude waits, since an error is still an error then.
#[tokio::test(start_paused = true)]
async fn a_prelude_does_not_wait_for_the_first_piece() {
    check(
        Service::Accepts,
        async || Ok(Response::stream(slow([Ok("one"), Ok("two")])).with_http(HttpPrelude::new(200))),
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/vnd.awslambda.http-integration-response|mode: streaming||50|{"statusCode":200,"headers":{"content-type":"application/octet-stream"}}00000000|
            1 5 ms: 3|one|
            1 10 ms: 3|two|
            1 15 ms: 0||
            1 15 ms: GET /invocation/next||
        "#]],
    )
    .await;
    check(
        Service::Accepts,
        async || Ok(Response::stream(slow([Ok("one"), Ok("two")]))),
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 5 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
            1 10 ms: 3|two|
            1 15 ms: 0||
            1 15 ms: GET /invocation/next||
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_body_without_pieces_is_empty() {
    let empty = async || Ok(Response::stream(stream::iter(Vec::<Item>::new())));
    check(Service::Accepts, empty, expect![[r#"
        1 0 ms: GET /invocation/next||
        1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||0||
        1 0 ms: GET /invocation/next||
    "#]]).await;
    check(
        Service::Accepts,
        async || Ok(Response::stream(slow([])).with_http(HttpPrelude::new(204))),
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/vnd.awslambda.http-integration-response|mode: streaming||50|{"statusCode":204,"headers":{"content-type":"application/octet-stream"}}00000000|
            1 5 ms: 0||
            1 5 ms: GET /invocation/next||
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_error_before_the_first_byte_fails_the_invocation() {
    check(Service::Accepts, async || Ok(Response::stream(stream::iter([failed()]))), expect![[r#"
        1 0 ms: GET /invocation/next||
        log: ERROR RequestId: id-1 Function.Error: out of paper
        1 0 ms: POST /invocation/id-1/error|content-type: application/json|lambda-runtime-function-error-type: Function.Error|content-length: 76||{"errorType":"Function.Error","errorMessage":"out of paper","stackTrace":[]}
        1 0 ms: GET /invocation/next||
    "#]])
        .await;
    check(Service::Accepts, async || Ok(Response::stream(slow([failed()]))), expect![[r#"
        1 0 ms: GET /invocation/next||
        log: ERROR RequestId: id-1 Function.Error: out of paper
        1 5 ms: POST /invocation/id-1/error|content-type: application/json|lambda-runtime-function-error-type: Function.Error|content-length: 76||{"errorType":"Function.Error","errorMessage":"out of paper","stackTrace":[]}
        1 5 ms: GET /invocation/next||
    "#]]).await;
    let panicking = || stream::iter([()]).map(|()| -> Item { panic!("on demand") });
    check(Service::Accepts, async move || Ok(Response::stream(panicking())), expect![[r#"
        1 0 ms: GET /invocation/next||
        log: ERROR RequestId: id-1 Runtime.Panic: on demand
        1 0 ms: POST /invocation/id-1/error|content-type: application/json|lambda-runtime-function-error-type: Runtime.Panic|content-length: 72||{"errorType":"Runtime.Panic","errorMessage":"on demand","stackTrace":[]}
        1 0 ms: GET /invocation/next||
    "#]]).await;
}

/// The peer writes the trailers into the body.
#[tokio::test(start_paused = true)]
async fn an_error_after_the_first_byte_is_in_trailers_and_the_body_is_untouched() {
    check(
        Service::Accepts,
        async || Ok(Response::stream(slow([Ok("one"), failed(), Ok("never")]))),
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 5 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
            log: ERROR RequestId: id-1 Function.Error: out of paper
            1 10 ms: 0|Lambda-Runtime-Function-Error-Type: Function.Error|Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJGdW5jdGlvbi5FcnJvciIsImVycm9yTWVzc2FnZSI6Im91dCBvZiBwYXBlciIsInN0YWNrVHJhY2UiOltdfQ==||
            1 10 ms: GET /invocation/next||
        "#]],
    )
    .await;
    check(
        Service::Accepts,
        async || Ok(Response::stream(slow([failed()])).with_http(HttpPrelude::new(200))),
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/vnd.awslambda.http-integration-response|mode: streaming||50|{"statusCode":200,"headers":{"content-type":"application/octet-stream"}}00000000|
            log: ERROR RequestId: id-1 Function.Error: out of paper
            1 5 ms: 0|Lambda-Runtime-Function-Error-Type: Function.Error|Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJGdW5jdGlvbi5FcnJvciIsImVycm9yTWVzc2FnZSI6Im91dCBvZiBwYXBlciIsInN0YWNrVHJhY2UiOltdfQ==||
            1 5 ms: GET /invocation/next||
        "#]],
    )
    .await;
    let panicking = || {
        stream::iter([0, 1]).map(|n| -> Item {
            if n == 0 { Ok("one") } else { panic!("on demand") }
        })
    };
    check(Service::Accepts, async move || Ok(Response::stream(panicking())), expect![[r#"
        1 0 ms: GET /invocation/next||
        log: ERROR RequestId: id-1 Runtime.Panic: on demand
        1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|0|Lambda-Runtime-Function-Error-Type: Runtime.Panic|Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJSdW50aW1lLlBhbmljIiwiZXJyb3JNZXNzYWdlIjoib24gZGVtYW5kIiwic3RhY2tUcmFjZSI6W119||
        1 0 ms: GET /invocation/next||
    "#]]).await;
}

/// A stream that is pending for ever after its first piece, and notes when it is dropped.
struct Dropped(Rc<Cell<Option<Duration>>>, Instant, bool);

impl Stream for Dropped {
    type Item = Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Item>> {
        match std::mem::replace(&mut self.2, true) {
            false => Poll::Ready(Some(Ok("one"))),
            true => Poll::Pending,
        }
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.set(Some(self.1.elapsed()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_is_dropped_once_the_service_takes_no_more() {
    const AFTER: Duration = Duration::from_millis(7);
    let too_large = "HTTP/1.1 413 Large\r\ncontent-length: 0\r\n\r\n";
    let late = "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n";
    for (service, expected) in [
        (
            Service::Sends(too_large, AFTER),
            expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
            log: the Runtime API answered 413 to response
            1 closed
            2 0 ms: GET /invocation/next||
        "#]],
        ),
        (
            Service::Sends(late, AFTER),
            expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
            log: the Runtime API answered 410 to response
            1 closed
            2 0 ms: GET /invocation/next||
        "#]],
        ),
        (
            Service::Closes(AFTER),
            expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
            log: response was cut off: the connection ended before the answer: unexpected end of file
            2 0 ms: GET /invocation/next||
        "#]],
        ),
    ] {
        let dropped = Rc::new(Cell::new(None));
        let (seen, began) = (dropped.clone(), Instant::now());
        let respond = async move || Ok(Response::stream(Dropped(seen.clone(), began, false)));
        check(service, respond, expected).await;
        assert_eq!(dropped.get(), Some(AFTER));
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_has_lost_the_environment_ends_the_loop() {
    let lost = "HTTP/1.1 500 Error\r\ncontent-length: 0\r\n\r\n";
    check(
        Service::Sends(lost, Duration::from_millis(7)),
        async || Ok(Response::stream(slow([Ok("one"), Ok("two"), Ok("three")]))),
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 5 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
            1 10 ms: 3|two|
            ended: Err(the Runtime API answered 500 to response)
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_response_is_sent_until_the_deadline_after_the_process_is_asked_to_end() {
    let asked = Some(Duration::from_millis(2));
    check_asked(
        Service::Accepts,
        async || Ok(Response::stream(slow([Ok("one"), Ok("two")]))),
        asked,
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 5 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
            1 10 ms: 3|two|
            1 15 ms: 0||
            ended: Ok(())
        "#]],
    )
    .await;
    let dropped = Rc::new(Cell::new(None));
    let (seen, began) = (dropped.clone(), Instant::now());
    check_asked(
        Service::Accepts,
        async move || Ok(Response::stream(Dropped(seen.clone(), began, false))),
        asked,
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
            ended: Ok(())
        "#]],
    )
    .await;
    // The deadline of the invocation.
    assert_eq!(dropped.get(), Some(Duration::from_millis(3002)));
}

/// "Back-pressure reaches the runtime": what nobody reads is not made.
#[tokio::test(start_paused = true)]
async fn a_body_is_asked_for_no_more_than_is_taken() {
    let made = Rc::new(Cell::new(0));
    let counted = made.clone();
    let respond = async move || {
        let made = counted.clone();
        let pieces = stream::repeat_with(move || {
            made.set(made.get() + 1);
            Ok::<_, Infallible>([7; 4096])
        });
        Ok(Response::stream(pieces).with_content_type("x/y"))
    };
    let running = tokio::time::timeout(
        Duration::from_secs(1),
        check(Service::Stops, respond, expect!["never"]),
    );
    assert!(running.await.is_err());
    // What was read at once, what fits in the pipe, and what would leave together next.
    let most = (64 + 64 + 32) / 4;
    assert!((64 + 64) / 4 <= made.get() && made.get() <= most, "{} pieces", made.get());
}

#[tokio::test(start_paused = true)]
async fn a_reader_and_a_body_of_http_are_streamed_too() {
    check(
        Service::Accepts,
        async || Ok(Response::reader(&b"all of it"[..]).with_content_type("text/plain")),
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: text/plain|mode: streaming||9|all of it|0||
            1 0 ms: GET /invocation/next||
        "#]],
    )
    .await;
    let broken = tokio_test_reader(b"one", io::ErrorKind::TimedOut);
    let broken = Rc::new(Cell::new(Some(broken)));
    let respond = async move || Ok(Response::reader(broken.take().expect("one invocation")));
    check(Service::Accepts, respond, expect![[r#"
        1 0 ms: GET /invocation/next||
        log: ERROR RequestId: id-1 io::Error: timed out
        1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|0|Lambda-Runtime-Function-Error-Type: Function.IoError|Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJpbzo6RXJyb3IiLCJlcnJvck1lc3NhZ2UiOiJ0aW1lZCBvdXQiLCJzdGFja1RyYWNlIjpbXX0=||
        1 0 ms: GET /invocation/next||
    "#]]).await;
    check(
        Service::Accepts,
        async || Ok(Response::http_body(Full::new(Bytes::from("whole")))),
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||5|whole|0||
            1 0 ms: GET /invocation/next||
        "#]],
    )
    .await;
    check(
        Service::Accepts,
        async || {
            let frames = [
                Ok::<_, Infallible>(http_body::Frame::data(bytes::Buf::chain(
                    &b"in "[..],
                    &b"two"[..],
                ))),
                Ok(http_body::Frame::data(bytes::Buf::chain(&b""[..], &b""[..]))),
                Ok(http_body::Frame::trailers(http::HeaderMap::new())),
            ];
            Ok(Response::http_body(StreamBody::new(stream::iter(frames))))
        },
        expect![[r#"
            1 0 ms: GET /invocation/next||
            1 0 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|in |3|two|0||
            1 0 ms: GET /invocation/next||
        "#]],
    )
    .await;
}

/// Reads these bytes, then fails.
fn tokio_test_reader(bytes: &'static [u8], error: io::ErrorKind) -> impl tokio::io::AsyncRead {
    struct Failing(io::ErrorKind);
    impl tokio::io::AsyncRead for Failing {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut tokio::io::ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Ready(Err(self.0.into()))
        }
    }
    tokio::io::AsyncReadExt::chain(bytes, Failing(error))
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_waits_is_asked_again() {
    let (mut writer, reader) = duplex(8);
    tokio::spawn(async move {
        for piece in ["one", "two"] {
            sleep(Duration::from_millis(5)).await;
            writer.write_all(piece.as_bytes()).await.expect("it is read");
        }
    });
    let reader = Rc::new(Cell::new(Some(reader)));
    let respond = async move || Ok(Response::reader(reader.take().expect("one invocation")));
    check(Service::Accepts, respond, expect![[r#"
        1 0 ms: GET /invocation/next||
        1 5 ms: POST /invocation/id-1/response|content-type: application/octet-stream|mode: streaming||3|one|
        1 10 ms: 3|two|0||
        1 10 ms: GET /invocation/next||
    "#]]).await;
}
