//! What each failure of the Runtime API means, as the table of the client says.

use expect_test::{Expect, expect};
use lambda_runtime::{Error, Runtime};
use serde_json::Value;

use crate::{
    script::{HEADERS, converse, converse_with, event, reset, status},
    scripted_host::Answer,
};

async fn echo(event: Value) -> Result<Value, Error> {
    match event.as_str() {
        Some("fail") => Err("refused".into()),
        Some("panic") => panic!("at the disco"),
        _ => Ok(event),
    }
}

async fn check(connections: Vec<Vec<Answer>>, expected: Expect) {
    expected.assert_eq(&converse(echo, connections).await);
}

fn ordinary() -> Answer {
    event(HEADERS, "7")
}

#[tokio::test(start_paused = true)]
async fn one_connection_carries_every_call() {
    check(
        vec![vec![
            ordinary(),
            status(202),
            event(HEADERS, "\"fail\""),
            status(202),
            event(HEADERS, "\"panic\""),
            status(202),
            event(HEADERS, "no json"),
            status(202),
            ordinary(),
            status(202),
        ]],
        expect![[r#"
            1 GET invocation/next
            1 POST invocation/id-1/response  7
            1 GET invocation/next
            log: ERROR RequestId: id-1 Function.Error: refused
            1 POST invocation/id-1/error Function.Error {"errorType":"Function.Error","errorMessage":"refused","stackTrace":[]}
            1 GET invocation/next
            log: ERROR RequestId: id-1 Runtime.Panic: at the disco
            1 POST invocation/id-1/error Runtime.Panic {"errorType":"Runtime.Panic","errorMessage":"at the disco","stackTrace":[]}
            1 GET invocation/next
            log: ERROR RequestId: id-1 Runtime.UnmarshalError: event is no valid JSON: expected ident at line 1 column 2
            1 POST invocation/id-1/error Runtime.UnmarshalError {"errorType":"Runtime.UnmarshalError","errorMessage":"event is no valid JSON: expected ident at line 1 column 2","stackTrace":[]}
            1 GET invocation/next
            1 POST invocation/id-1/response  7
            waits for an answer
        "#]],
    )
    .await;
}

/// What runs on shutdown needs the service to send SIGTERM; without that the function runs all the same.
#[tokio::test(start_paused = true)]
async fn a_registration_that_fails_leaves_a_line_and_the_function_runs() {
    async fn check(connections: Vec<Vec<Answer>>, expected: Expect) {
        let runtime = Runtime::new(echo).on_shutdown(async || {});
        expected.assert_eq(&converse_with(runtime, connections).await);
    }
    let registered = || {
        let head =
            "HTTP/1.1 200 OK\r\nlambda-extension-identifier: e\r\ncontent-length: 2\r\n\r\n{}";
        Answer::Bytes(head.to_owned())
    };
    check(
        vec![vec![registered(), Answer::CutAfter(9_999)], vec![ordinary(), status(202)]],
        expect![[r#"
            1 POST /2020-01-01/extension/register  {"events":[]}
            2 GET invocation/next
            2 POST invocation/id-1/response  7
            waits for an answer
        "#]],
    )
    .await;
    let runs = || vec![ordinary(), status(202)];
    check(vec![vec![status(403)], runs()], expect![[r#"
        1 POST /2020-01-01/extension/register  {"events":[]}
        log: the service will send no SIGTERM, so on_shutdown may not run: the registration failed: the API responded with 403
        2 GET invocation/next
        2 POST invocation/id-1/response  7
        waits for an answer
    "#]]).await;
    check(vec![vec![status(200)], runs()], expect![[r#"
        1 POST /2020-01-01/extension/register  {"events":[]}
        log: the service will send no SIGTERM, so on_shutdown may not run: the registration failed: the response has no identifier
        2 GET invocation/next
        2 POST invocation/id-1/response  7
        waits for an answer
    "#]]).await;
    check(
        vec![vec![reset()], vec![reset()], vec![registered(), Answer::CutAfter(9_999)], runs()],
        expect![[r#"
            1 POST /2020-01-01/extension/register  {"events":[]}
            2 POST /2020-01-01/extension/register  {"events":[]}
            3 POST /2020-01-01/extension/register  {"events":[]}
            4 GET invocation/next
            4 POST invocation/id-1/response  7
            waits for an answer
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn next_is_asked_again_on_a_new_connection_at_most_four_times() {
    check(
        vec![vec![reset()], vec![reset()], vec![reset()], vec![ordinary(), status(202)]],
        expect![[r#"
            1 GET invocation/next
            2 GET invocation/next
            3 GET invocation/next
            4 GET invocation/next
            4 POST invocation/id-1/response  7
            waits for an answer
        "#]],
    )
    .await;
    check(
        (0..5).map(|_| vec![reset()]).collect(),
        expect![[r#"
            1 GET invocation/next
            2 GET invocation/next
            3 GET invocation/next
            4 GET invocation/next
            5 GET invocation/next
            failed: the Runtime API is lost: the connection ended before the answer: unexpected end of file
        "#]],
    )
    .await;
    check(
        vec![],
        expect![[r#"
            connection refused
            connection refused
            connection refused
            connection refused
            connection refused
            failed: the Runtime API is lost: connection refused
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_emulator_is_asked_again() {
    check(
        vec![vec![status(204), status(204), ordinary(), status(202)]],
        expect![[r#"
        1 GET invocation/next
        1 GET invocation/next
        1 GET invocation/next
        1 POST invocation/id-1/response  7
        waits for an answer
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_post_that_was_cut_off_is_sent_once_more() {
    check(
        vec![vec![ordinary(), reset()], vec![status(202)]],
        expect![[r#"
        1 GET invocation/next
        1 POST invocation/id-1/response  7
        2 POST invocation/id-1/response  7
        waits for an answer
    "#]],
    )
    .await;
    // "400 or 403 on the resend means delivered": nothing is logged.
    check(
        vec![vec![ordinary(), reset()], vec![status(400)]],
        expect![[r#"
            1 GET invocation/next
            1 POST invocation/id-1/response  7
            2 POST invocation/id-1/response  7
            log: the Runtime API answered 400 to response; it was sent twice, since the connection broke: the first one may have arrived
            waits for an answer
        "#]],
    )
    .await;
    check(
        vec![vec![ordinary(), reset()], vec![status(403)]],
        expect![[r#"
            1 GET invocation/next
            1 POST invocation/id-1/response  7
            2 POST invocation/id-1/response  7
            log: the Runtime API answered 403 to response; it was sent twice, since the connection broke: the first one may have arrived
            waits for an answer
        "#]],
    )
    .await;
    check(vec![vec![ordinary(), reset()], vec![reset()]], expect![[r#"
        1 GET invocation/next
        1 POST invocation/id-1/response  7
        2 POST invocation/id-1/response  7
        failed: response was not delivered: the connection ended before the answer: unexpected end of file
    "#]]).await;
    check(
        vec![vec![ordinary(), reset()]],
        expect![[r#"
            1 GET invocation/next
            1 POST invocation/id-1/response  7
            connection refused
            connection refused
            connection refused
            connection refused
            failed: response was not delivered: connection refused
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_reason_that_the_service_gives_is_reported() {
    let body = r#"{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}"#;
    let length = body.len();
    let refusal = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {length}\r\n\r\n{body}");
    check(
        vec![vec![ordinary(), Answer::Bytes(refusal)]],
        expect![[r#"
        1 GET invocation/next
        1 POST invocation/id-1/response  7
        log: the Runtime API answered 400 to response: InvalidRequestID: Invalid request ID
        waits for an answer
    "#]],
    )
    .await;
}

/// Every status, on every call: whether the loop goes on, and how many lines it leaves.
#[tokio::test(start_paused = true)]
async fn every_status_on_every_call() {
    let mut table = String::new();
    for (call, first) in [
        ("next", None),
        ("response", Some(ordinary())),
        ("error", Some(event(HEADERS, "\"fail\""))),
    ] {
        for code in (200..=599).filter(|code| call != "next" || *code != 200) {
            let mut script: Vec<Answer> = first.iter().cloned().collect();
            script.push(status(code));
            let seen = converse(echo, vec![script]).await;
            let logged =
                seen.lines().filter(|line| line.starts_with("log: the Runtime API")).count();
            let ending = seen.lines().last().unwrap_or_default();
            let verdict = match (ending.starts_with("failed"), logged) {
                (true, _) => "ends",
                (false, 0) => "goes on",
                (false, _) => "goes on, logged",
            };
            table.push_str(&format!("{call} {verdict}: {code}\n"));
        }
    }
    expect![[r#"
        next ends: 201-203
        next goes on: 204
        next ends: 205-599
        response goes on: 200-299
        response goes on, logged: 300-499
        response ends: 500-599
        error goes on: 200-299
        error goes on, logged: 300-499
        error ends: 500-599
    "#]]
    .assert_eq(&ranges(&table));
}

/// Joins lines that differ by the number at their end only.
fn ranges(table: &str) -> String {
    let mut joined: Vec<(String, u16, u16)> = Vec::new();
    for line in table.lines() {
        let (words, code) = line.rsplit_once(' ').expect("a number at the end");
        let code: u16 = code.parse().expect("a status");
        match joined.last_mut() {
            Some((last, _, end)) if last == words && *end + 1 == code => *end = code,
            _ => joined.push((words.to_owned(), code, code)),
        }
    }
    joined
        .into_iter()
        .map(|(words, first, last)| match first == last {
            true => format!("{words} {first}\n"),
            false => format!("{words} {first}-{last}\n"),
        })
        .collect()
}

/// Answers cut off at every byte: the loop ends or asks again as the table says, and never hangs.
#[tokio::test(start_paused = true)]
async fn answers_cut_off_at_every_byte() {
    let Answer::Bytes(whole) = ordinary() else { panic!("an event is bytes") };
    for length in 0..whole.len() {
        let cut = Answer::BytesAndEnd(whole[..length].to_owned());
        let seen = converse(echo, vec![vec![cut], vec![ordinary(), status(202)]]).await;
        assert_eq!(
            seen,
            "1 GET invocation/next\n2 GET invocation/next\n\
             2 POST invocation/id-1/response  7\nwaits for an answer\n",
            "cut after {length} bytes"
        );
    }
    let Answer::Bytes(whole) = status(202) else { panic!("a status is bytes") };
    for length in 0..whole.len() {
        let cut = Answer::BytesAndEnd(whole[..length].to_owned());
        let seen = converse(echo, vec![vec![ordinary(), cut], vec![status(202)]]).await;
        assert_eq!(
            seen,
            "1 GET invocation/next\n1 POST invocation/id-1/response  7\n\
             2 POST invocation/id-1/response  7\nwaits for an answer\n",
            "cut after {length} bytes"
        );
    }
}

/// Four attempts within 0.2 ms: an API that was away for 50 ms ended the process.
#[tokio::test(start_paused = true)]
async fn an_api_that_is_away_for_a_moment_is_asked_again() {
    let began = tokio::time::Instant::now();
    converse(echo, vec![]).await;
    // 10, 40, 160 and 640 ms, each less a quarter, since the chance of this host is 0; whole ms.
    assert_eq!(began.elapsed().as_millis(), 638);
}

/// "400 or 403 on the resend means delivered": nothing was logged, though the first one was cut in its
/// middle, and a refused connection counted as sent.
#[tokio::test(start_paused = true)]
async fn a_post_cut_in_the_middle_and_then_refused_is_logged() {
    async fn large(_: Value) -> Result<String, Error> {
        Ok("x".repeat(200_000))
    }
    let shown =
        converse(large, vec![vec![ordinary(), Answer::CutAfter(100_000)], vec![status(403)]]);
    expect![[r#"
        1 GET invocation/next
        1 cut: POST invocation/id-1/response HTTP/1.1
        2 POST invocation/id-1/response  "…"
        log: the Runtime API answered 403 to response; it was sent twice, since the connection broke: the first one may have arrived
        waits for an answer
    "#]]
    .assert_eq(&shown.await.replace(&"x".repeat(200_000), "…"));
}
