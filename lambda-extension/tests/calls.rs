//! What an extension makes of each response to its calls, and of an API that is away: scripted.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use expect_test::{Expect, expect};
use lambda_core::{ApiAddress, BoxFuture, Host, Transport, Variables};
use lambda_extension::{Bootstrap as _, Environment, Error, LifecycleEvent, Registration};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What becomes of one connection.
#[derive(Clone, Copy)]
enum Connection {
    Refused,
    /// The responses to its requests; then it is closed.
    Serves(&'static [(u16, &'static str)]),
}

struct ScriptedHost {
    connections: Mutex<VecDeque<Connection>>,
    seen: Arc<Mutex<String>>,
}

fn note(seen: &Mutex<String>, line: &str) {
    let mut seen = seen.lock().expect("no test thread panicked");
    seen.push_str(line);
    seen.push('\n');
}

impl Host for ScriptedHost {
    fn connect(&self, _: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        let next = self.connections.lock().expect("no test thread panicked").pop_front();
        let Some(Connection::Serves(responses)) = next else {
            note(&self.seen, "connection refused");
            return Box::pin(async { Err(io::ErrorKind::ConnectionRefused.into()) });
        };
        let (client, mut server) = tokio::io::duplex(64 * 1024);
        let seen = self.seen.clone();
        tokio::spawn(async move {
            for (status, body) in responses {
                let mut request = vec![0; 64 * 1024];
                // A request fits in the pipe, so it comes in one piece.
                let length = server.read(&mut request).await.unwrap_or_default();
                let request = String::from_utf8_lossy(&request[..length]);
                note(&seen, request.lines().next().unwrap_or_default());
                let response = format!(
                    "HTTP/1.1 {status} X\r\nlambda-extension-identifier: 7\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                let _ = server.write_all(response.as_bytes()).await;
            }
        });
        Box::pin(async { Ok(Transport::Memory(client)) })
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1)
    }

    fn log(&self, line: &str) {
        note(&self.seen, &format!("log: {line}"));
    }

    fn random(&self) -> u64 {
        0
    }

    fn spawn(&self, task: BoxFuture<()>) {
        tokio::spawn(task);
    }
}

/// Registers and runs an extension that states its shutdown.
async fn run(environment: Environment) -> Result<(), Error> {
    let extension = Registration::new().name("x").register(&environment).await?;
    let log = environment.clone();
    let extension = extension.on_shutdown(async move |shutdown| {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        log.log(&format!("handled {:?}", shutdown.reason));
        Ok::<_, Error>(())
    });
    extension.start(environment).await
}

async fn check(connections: &[Connection], expected: Expect) {
    let seen = Arc::new(Mutex::new(String::new()));
    let connections = Mutex::new(connections.iter().copied().collect());
    let variables = Variables::from_iter([("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")]);
    let host = ScriptedHost { connections, seen: seen.clone() };
    let ended =
        tokio::time::timeout(Duration::from_secs(3600), run(Environment::new(variables, host)));
    let ended = match ended.await {
        Ok(Ok(())) => "ended".to_owned(),
        Ok(Err(error)) => format!("failed: {error}"),
        Err(_) => "waits".to_owned(),
    };
    note(&seen, &ended);
    expected.assert_eq(&seen.lock().expect("no test thread panicked"));
}

const REGISTERED: (u16, &str) = (200, "{}");
const SHUTDOWN: (u16, &str) = (200, r#"{"eventType":"SHUTDOWN","shutdownReason":"spindown"}"#);

#[tokio::test(start_paused = true)]
async fn an_api_that_is_away_for_a_while_is_asked_again() {
    use Connection::{Refused, Serves};
    check(
        &[Refused, Refused, Serves(&[REGISTERED, SHUTDOWN])],
        expect![[r#"
        connection refused
        connection refused
        POST /2020-01-01/extension/register HTTP/1.1
        GET /2020-01-01/extension/event/next HTTP/1.1
        log: handled Spindown
        ended
    "#]],
    )
    .await;
    check(
        &[Refused; 5],
        expect![[r#"
        connection refused
        connection refused
        connection refused
        connection refused
        connection refused
        failed: register got no response: connection refused
    "#]],
    )
    .await;
    // It is away after it has registered.
    check(
        &[Serves(&[REGISTERED]), Refused, Serves(&[SHUTDOWN])],
        expect![[r#"
        POST /2020-01-01/extension/register HTTP/1.1
        connection refused
        GET /2020-01-01/extension/event/next HTTP/1.1
        log: handled Spindown
        ended
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_shows_its_status_and_its_text() {
    use Connection::Serves;
    check(
        &[Serves(&[(400, "bad schema\n")])],
        expect![[r#"
        POST /2020-01-01/extension/register HTTP/1.1
        failed: register was refused with 400: bad schema
    "#]],
    )
    .await;
    check(
        &[Serves(&[(500, "")])],
        expect![[r#"
        POST /2020-01-01/extension/register HTTP/1.1
        failed: register was refused with 500
    "#]],
    )
    .await;
    const JSON: (u16, &str) =
        (403, r#"{"errorType":"Extension.RegistrationClosed","errorMessage":"too late"}"#);
    check(
        &[Serves(&[JSON])],
        expect![[r#"
        POST /2020-01-01/extension/register HTTP/1.1
        failed: register was refused with 403: Extension.RegistrationClosed: too late
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_whose_deadline_cannot_be_read_is_handled() {
    use Connection::Serves;
    const ODD: (u16, &str) =
        (200, r#"{"eventType":"SHUTDOWN","shutdownReason":"failure","deadlineMs":-5}"#);
    check(
        &[Serves(&[REGISTERED, ODD])],
        expect![[r#"
        POST /2020-01-01/extension/register HTTP/1.1
        GET /2020-01-01/extension/event/next HTTP/1.1
        log: `deadlineMs` of the event is `-5`: expected milliseconds since the Unix epoch; left out
        log: handled Failure
        ended
    "#]],
    )
    .await;
}

/// The clock of the scripted host shows the first second of 1970.
#[tokio::test]
async fn the_remaining_time_is_counted_in_milliseconds_by_the_clock_of_the_environment() {
    let host = ScriptedHost { connections: Mutex::default(), seen: Arc::default() };
    let environment = Environment::new(Variables::default(), host);
    let remaining = |kind: &str, deadline_ms: u64| {
        let json = format!(r#"{{"eventType":"{kind}","deadlineMs":{deadline_ms}}}"#);
        match LifecycleEvent::from_json(json.as_bytes()).expect("an event") {
            LifecycleEvent::Invoke(invoke) => invoke.remaining_time(&environment),
            LifecycleEvent::Shutdown(shutdown) => shutdown.remaining_time(&environment),
            other => panic!("{other:?}"),
        }
    };
    for kind in ["INVOKE", "SHUTDOWN"] {
        assert_eq!(remaining(kind, 3_500), Duration::from_millis(2_500), "{kind}");
        assert_eq!(remaining(kind, 1_000), Duration::ZERO, "{kind}");
        assert_eq!(remaining(kind, 999), Duration::ZERO, "{kind}");
        assert_eq!(remaining(kind, u64::MAX), Duration::from_secs(366 * 86_400), "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_has_the_cause_that_kept_a_call_from_its_response() {
    let host = ScriptedHost { connections: Mutex::default(), seen: Arc::default() };
    let variables = Variables::from_iter([("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")]);
    let environment = Environment::new(variables, host);
    let error = Registration::new().name("x").register(&environment).await.expect_err("it is away");
    let source = std::error::Error::source(&error).expect("a cause");
    let io = source.downcast_ref::<io::Error>().expect("that of the connection");
    assert_eq!(io.kind(), io::ErrorKind::ConnectionRefused);
}
