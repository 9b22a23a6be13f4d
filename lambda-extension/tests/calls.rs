//! What an extension makes of each response to its calls, and of an API that is away: scripted.

#[path = "../../lambda-runtime/tests/it/scripted_host.rs"]
mod scripted_host;

use std::{
    io,
    time::{Duration, SystemTime},
};

use expect_test::{Expect, expect};
use lambda_extension::{Bootstrap as _, Environment, Error, LifecycleEvent, Registration};

use crate::scripted_host::{Answer, ScriptedHost, variables};

/// The responses to the requests of one connection, which is closed then; where there are none, it is refused.
type Connection = &'static [(u16, &'static str)];

const REFUSED: Connection = &[];

/// One whose clock shows the first second of 1970.
fn host(connections: &[Connection]) -> ScriptedHost {
    let script = |connection: &Connection| {
        let responses = connection.iter().enumerate().map(|(place, (status, body))| {
            let length = body.len();
            let bytes = format!(
                "HTTP/1.1 {status} X\r\nlambda-extension-identifier: 7\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            match place + 1 == connection.len() {
                true => Answer::BytesAndEnd(bytes),
                false => Answer::Bytes(bytes),
            }
        });
        responses.collect()
    };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    ScriptedHost::new(now, connections.iter().map(script).collect())
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
    let host = host(connections);
    let record = host.record();
    let running = run(Environment::new(variables(), host));
    let ended = match tokio::time::timeout(Duration::from_secs(3600), running).await {
        Ok(Ok(())) => "ended".to_owned(),
        Ok(Err(error)) => format!("failed: {error}"),
        Err(_) => "waits".to_owned(),
    };
    let record = record.lock().expect("no test thread panicked");
    expected.assert_eq(&format!("{record}{ended}\n"));
}

const REGISTERED: (u16, &str) = (200, "{}");
const SHUTDOWN: (u16, &str) = (200, r#"{"eventType":"SHUTDOWN","shutdownReason":"spindown"}"#);

#[tokio::test(start_paused = true)]
async fn an_api_that_is_away_for_a_while_is_asked_again() {
    check(
        &[REFUSED, REFUSED, &[REGISTERED, SHUTDOWN]],
        expect![[r#"
            connection refused
            connection refused
            1 POST /2020-01-01/extension/register  {"events":["INVOKE","SHUTDOWN"]}
            1 GET /2020-01-01/extension/event/next
            log: handled Spindown
            ended
        "#]],
    )
    .await;
    check(
        &[REFUSED; 5],
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
        &[&[REGISTERED], REFUSED, &[SHUTDOWN]],
        expect![[r#"
            1 POST /2020-01-01/extension/register  {"events":["INVOKE","SHUTDOWN"]}
            connection refused
            2 GET /2020-01-01/extension/event/next
            log: handled Spindown
            ended
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_shows_its_status_and_its_text() {
    check(
        &[&[(400, "bad schema\n")]],
        expect![[r#"
            1 POST /2020-01-01/extension/register  {"events":["INVOKE","SHUTDOWN"]}
            failed: register was refused with 400: bad schema
        "#]],
    )
    .await;
    check(
        &[&[(500, "")]],
        expect![[r#"
            1 POST /2020-01-01/extension/register  {"events":["INVOKE","SHUTDOWN"]}
            failed: register was refused with 500
        "#]],
    )
    .await;
    const JSON: (u16, &str) =
        (403, r#"{"errorType":"Extension.RegistrationClosed","errorMessage":"too late"}"#);
    check(
        &[&[JSON]],
        expect![[r#"
            1 POST /2020-01-01/extension/register  {"events":["INVOKE","SHUTDOWN"]}
            failed: register was refused with 403: Extension.RegistrationClosed: too late
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_whose_deadline_cannot_be_read_is_handled() {
    const ODD: (u16, &str) =
        (200, r#"{"eventType":"SHUTDOWN","shutdownReason":"failure","deadlineMs":-5}"#);
    check(
        &[&[REGISTERED, ODD]],
        expect![[r#"
            1 POST /2020-01-01/extension/register  {"events":["INVOKE","SHUTDOWN"]}
            1 GET /2020-01-01/extension/event/next
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
    let environment = Environment::new(variables(), host(&[]));
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
    let environment = Environment::new(variables(), host(&[]));
    let error = Registration::new().name("x").register(&environment).await.expect_err("it is away");
    let source = std::error::Error::source(&error).expect("a cause");
    let io = source.downcast_ref::<io::Error>().expect("that of the connection");
    assert_eq!(io.kind(), io::ErrorKind::ConnectionRefused);
}
