//! The answer of an invocation and its end are two events.

use std::time::Duration;

use expect_test::expect;
use lambda_core::{Bootstrap, BoxError, Environment, wire::Header};
use lambda_runtime::{Error, Runtime};
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
async fn a_response_arrives_before_the_next_call_of_next() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || WorksOn).create();

    let mut invocation = function.invoke(());
    let response = invocation.response().await;
    assert_eq!((response.json::<u8>()?, lambda.elapsed()), (7, Duration::ZERO));
    assert_eq!(response.assert_ok().latency(), Duration::ZERO);
    let done = |fact: &RecordKind| matches!(fact, RecordKind::InvocationEnded(_));
    assert!(!response.timeline().iter().any(|record| done(&record.kind)));

    let outcome = invocation.await;
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
        2000                                   responded with 1 bytes, 2000 ms
        2000                                   invoke
        2000     POST response
        4000     log: worked on
        4000     GET next
        4000                                   responded with 1 bytes, 2000 ms
    "#]]
    .assert_eq(&lambda.timeline().to_string());
}

/// A caller that has its answer may leave; one that hangs up before it may too.
#[lambda_test::test]
async fn an_invocation_continues_without_its_caller() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || WorksOn).create();
    drop(function.invoke(()).response().await);
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
async fn a_timeout_after_the_response_is_in_the_report_only() {
    let lambda = Lambda::new();
    let function = lambda.function("f", || WorksOn).timeout(SECOND).create();
    let mut invocation = function.invoke(());
    invocation.response().await.assert_ok();
    let outcome = invocation.await;
    assert_eq!((outcome.assert_ok().json::<u8>()?, outcome.is_timeout()), (7, false));
    assert_eq!(outcome.report().status, Some(lambda_test::ReportStatus::Timeout));
}

/// A timeout is an answer too, and comes with the end.
#[lambda_test::test]
async fn a_failure_is_received_at_once() {
    struct Idle;
    impl Bootstrap for Idle {
        type Error = BoxError;
        async fn start(self, _: Environment) -> Result<(), BoxError> {
            std::future::pending().await
        }
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", || Idle).create();
    let mut invocation = function.invoke(());
    let response = invocation.response().await;
    assert_eq!((response.is_timeout(), lambda.elapsed()), (true, 13 * SECOND));
    assert!(invocation.await.is_timeout());
}

/// What the API returns in headers stands in the response.
#[lambda_test::test]
async fn a_response_has_status_version_error_kind_and_the_tail_of_the_log() {
    async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async move |lines: usize| {
            (0..lines).for_each(|line| environment.log(&format!("line {line:04}")));
            if lines == 0 { Err(Error::from("none")) } else { Ok(lines) }
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", app).reserved_concurrency(1).create();
    let mut invocation = function.invoke(1);
    assert_eq!(invocation.response().await.log_tail(), None);
    let outcome = invocation.await;
    let response = outcome.response();
    assert_eq!((response.status(), response.executed_version()), (200, Some("$LATEST")));
    assert_eq!(response.function_error_kind(), None);
    let id = &outcome.report().request_id;
    assert_eq!(
        response.log_tail().as_deref(),
        Some(&*format!(
            "START RequestId: {id} Version: $LATEST\nline 0000\nEND RequestId: {id}\n\
             REPORT RequestId: {id}\tDuration: 0.00 ms\tBilled Duration: 0 ms\tMemory Size: 128 MB\t\
             Init Duration: 0.00 ms\t\n"
        ))
    );

    let outcome = function.invoke(1000).await;
    let tail = outcome.response().log_tail().expect("it is over");
    assert_eq!((tail.len(), tail.starts_with("START")), (4096, false));
    assert!(tail.contains("line 0999\nEND RequestId: "), "{tail}");

    let outcome = function.invoke(0).await;
    assert_eq!(outcome.response().status(), 200);
    assert_eq!(outcome.response().function_error_kind(), Some("Unhandled"));

    let (_, refused) = tokio::join!(function.invoke(1), function.invoke(1));
    let refused = refused.response();
    assert_eq!((refused.status(), refused.executed_version()), (429, None));
    assert_eq!(refused.log_tail(), None);
}
