//! The client, for runtimes with a loop of their own.

use std::{future::poll_fn, sync::Arc, time::SystemTime};

use expect_test::{Expect, expect};
use lambda_core::Environment;
use lambda_runtime::{Config, Error, FunctionError, Response, RuntimeClient};

use crate::{
    script::{HEADERS, event, reset, status},
    scripted_host::{Answer, ScriptedHost, variables},
};

async fn check(
    connections: Vec<Vec<Answer>>,
    run: impl AsyncFnOnce(RuntimeClient) -> Result<(), Error>,
    expected: Expect,
) {
    let host = ScriptedHost::new(SystemTime::UNIX_EPOCH, connections);
    let record = host.record();
    let environment = Environment::new(variables(), host);
    let client = RuntimeClient::new(&environment).expect("there is an address");
    assert_eq!(format!("{client:?}"), "RuntimeClient { .. }");
    let ended = run(client).await;
    let record = record.lock().expect("no test thread panicked");
    expected.assert_eq(&format!(
        "{record}{}\n",
        ended.map_or_else(|e| format!("{e:?}"), |()| "ended".to_owned())
    ));
}

fn ordinary() -> Answer {
    event(HEADERS, "7")
}

#[tokio::test(start_paused = true)]
async fn an_invocation_is_consumed_by_its_response_or_its_error() {
    check(
        vec![vec![ordinary(), status(202), ordinary(), status(202)]],
        async |mut client| {
            let pending = client.next().await?;
            assert_eq!(format!("{pending:?}"), r#"Pending { request_id: "id-1", .. }"#);
            assert_eq!((pending.request_id(), &**pending.payload()), ("id-1", &b"7"[..]));
            let context = pending.context(Arc::new(Config::default()))?;
            assert_eq!((&*context.request_id, context.deadline), ("id-1", 3000));
            pending.respond(Response::text("seven")).await?;
            let error = FunctionError::new("OrderError", "sold out")
                .with_stack_trace(vec!["at order (orders.rb:7)".to_owned()]);
            client.next().await?.fail(&error).await?;
            Ok(())
        },
        expect![[r#"
            1 GET invocation/next
            1 POST invocation/id-1/response  seven
            1 GET invocation/next
            1 POST invocation/id-1/error Function.OrderError {"errorType":"OrderError","errorMessage":"sold out","stackTrace":["at order (orders.rb:7)"]}
            ended
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_response_may_be_made_of_pieces() {
    let too_large = status(413);
    check(
        vec![vec![ordinary(), too_large.clone()]],
        async |mut client| {
            let mut upload = client.next().await?.stream("text/plain", [b"", b""]).await?;
            assert_eq!(format!("{upload:?}"), "Upload { is_open: true, .. }");
            // The service responds once it has the head.
            poll_fn(|context| upload.poll_closed(context)).await;
            assert!(!upload.is_open());
            upload.write(b"nothing").await;
            upload.finish().await?;
            Ok(())
        },
        expect![[r#"
            1 GET invocation/next
            1 POST invocation/id-1/response
            log: the Runtime API answered 413 to response
            ended
        "#]],
    )
    .await;
}

/// "200 with the same invocation again."
#[tokio::test(start_paused = true)]
async fn an_invocation_that_is_dropped_comes_again() {
    check(
        vec![vec![ordinary(), ordinary(), status(202)]],
        async |mut client| {
            drop(client.next().await?);
            client.next().await?.respond(Response::text("seven")).await?;
            Ok(())
        },
        expect![[r#"
            1 GET invocation/next
            1 GET invocation/next
            1 POST invocation/id-1/response  seven
            ended
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_init_phase_that_fails_is_reported() {
    let error = FunctionError::new("Shell.NoSuchFile", "function.sh");
    check(
        vec![vec![status(202)]],
        async |mut client| Ok(client.init_error(&error).await?),
        expect![[r#"
            1 POST init/error Function.ShellNoSuchFile {"errorType":"Shell.NoSuchFile","errorMessage":"function.sh","stackTrace":[]}
            ended
        "#]],
    )
    .await;
    check(
        vec![vec![status(500)]],
        async |mut client| Ok(client.init_error(&error).await?),
        expect![[r#"
            1 POST init/error Function.ShellNoSuchFile {"errorType":"Shell.NoSuchFile","errorMessage":"function.sh","stackTrace":[]}
            the Runtime API answered 500 to init/error
        "#]],
    )
    .await;
}

/// What was open before the snapshot is not there after it.
#[tokio::test(start_paused = true)]
async fn a_restore_is_waited_for_and_renews_the_connection() {
    let error = FunctionError::new("Hook.Failed", "no entropy");
    check(
        vec![vec![status(200)], vec![ordinary(), status(202)]],
        async |mut client| {
            client.restore_next().await?;
            client.next().await?.respond(Response::text("seven")).await?;
            Ok(())
        },
        expect![[r#"
            1 GET restore/next
            2 GET invocation/next
            2 POST invocation/id-1/response  seven
            ended
        "#]],
    )
    .await;
    check(
        vec![vec![status(200)], vec![status(202)]],
        async |mut client| {
            client.restore_next().await?;
            client.restore_error(&error).await?;
            Ok(())
        },
        expect![[r#"
            1 GET restore/next
            2 POST restore/error Function.HookFailed {"errorType":"Hook.Failed","errorMessage":"no entropy","stackTrace":[]}
            ended
        "#]],
    )
    .await;
    check(
        vec![vec![status(404)]],
        async |mut client| Ok(client.restore_next().await?),
        expect![[r#"
            1 GET restore/next
            the Runtime API answered 404 to restore/next
        "#]],
    )
    .await;
    check(
        vec![vec![reset()]],
        async |mut client| Ok(client.restore_next().await?),
        expect![[r#"
        1 GET restore/next
        the Runtime API is lost: the connection ended before the answer: unexpected end of file
    "#]],
    )
    .await;
}
