//! The answer of an invocation and its end are two events.

use std::time::Duration;

use expect_test::expect;
use lambda_core::{Bootstrap, BoxError, Environment, wire::Header};
use lambda_test::{Lambda, RecordKind};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// A runtime that answers at once, and works for two seconds before it asks for the next event.
struct WorksOn;

impl Bootstrap for WorksOn {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        const API: &str = "2018-06-01/runtime/invocation";
        let mut connection = environment.connect(&environment.api_address()?).await?;
        loop {
            let next = format!("GET /{API}/next HTTP/1.1\r\nHost: a\r\n\r\n");
            connection.send(next.as_bytes(), b"").await?;
            let event = connection.receive().await?;
            let id = event.headers.text(Header::RequestId).ok_or("no id")?.into_owned();
            let post = format!(
                "POST /{API}/{id}/response HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"
            );
            connection.send(post.as_bytes(), b"7").await?;
            connection.receive().await?;
            sleep(2 * SECOND).await;
            environment.log("worked on");
        }
    }
}

/// `invoke(event).await` went on at 2 s, and nothing else could be asked for.
#[lambda_test::test]
async fn an_answer_was_heard_with_the_next_call_of_next() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || WorksOn).create();

    let answered = function.invoke(()).answer().await;
    assert_eq!((answered.json::<u8>()?, lambda.elapsed()), (7, Duration::ZERO));
    assert_eq!(answered.assert_ok().latency(), Duration::ZERO);
    let done = |fact: &RecordKind| matches!(fact, RecordKind::InvocationEnded(_));
    assert!(!answered.timeline().iter().any(|record| done(&record.kind)));

    let outcome = answered.done().await;
    assert_eq!((outcome.json::<u8>()?, lambda.elapsed()), (7, 2 * SECOND));
    assert_eq!((outcome.latency(), outcome.report().duration), (Duration::ZERO, 2 * SECOND));
    assert_eq!(outcome.logs(), ["worked on"]);
    assert!(outcome.report().to_string().contains("Duration: 2000.00 ms"));

    let outcome = function.invoke(()).await;
    assert_eq!((outcome.latency(), lambda.elapsed()), (Duration::ZERO, 4 * SECOND));
    expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        0        POST response
        2000     log: worked on
        2000     GET next
        2000                                   answered 1 bytes, 2000 ms
        2000                                   invoke
        2000     POST response
        4000     log: worked on
        4000     GET next
        4000                                   answered 1 bytes, 2000 ms
    "#]]
    .assert_eq(&lambda.timeline().to_string());
}

/// A caller that has its answer may leave; one that hangs up before it may too.
#[lambda_test::test]
async fn an_invocation_goes_on_without_its_caller() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || WorksOn).create();
    drop(function.invoke(()).answer().await);
    assert!(tokio::time::timeout(SECOND, function.invoke(())).await.is_err());
    lambda.advance(2 * SECOND).await;
    let timeline = lambda.timeline();
    let done =
        timeline.iter().filter(|record| matches!(record.kind, RecordKind::InvocationEnded(_)));
    // Both in environments of their own, since the first one was busy.
    assert_eq!((done.count(), function.environments()), (2, 2));
}

/// "If the runtime has answered, the caller keeps the response it got; REPORT shows the error."
#[lambda_test::test]
async fn a_timeout_after_the_answer_is_of_the_report_alone() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || WorksOn).timeout(SECOND).create();
    let answered = function.invoke(()).answer().await;
    let outcome = answered.done().await;
    assert_eq!((outcome.assert_ok().json::<u8>()?, outcome.is_timeout()), (7, false));
    assert_eq!(outcome.report().status, Some(lambda_test::ReportStatus::Timeout));
}

/// A timeout is an answer too, and comes with the end.
#[lambda_test::test]
async fn a_fault_is_heard_at_once() {
    struct Idle;
    impl Bootstrap for Idle {
        type Error = BoxError;
        async fn start(self, _: Environment) -> Result<(), BoxError> {
            std::future::pending().await
        }
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", || Idle).create();
    let answered = function.invoke(()).answer().await;
    assert_eq!((answered.is_timeout(), lambda.elapsed()), (true, 13 * SECOND));
    assert!(answered.done().await.is_timeout());
}
