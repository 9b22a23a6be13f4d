//! Responses that are received as they come, and what others receive of them.

use std::{cell::Cell, convert::Infallible, rc::Rc, time::Duration};

use bytes::Bytes;
use expect_test::{Expect, expect};
use futures_util::{Stream, StreamExt as _, stream};
use lambda_runtime::{Error, Response, Runtime};
use lambda_test::{Function, InvokeStream, Lambda};
use tokio::time::sleep;

const MIB: usize = 1024 * 1024;

/// The words of the event as pieces: `+` waits 10 ms before the next, `!` fails, `?` panics, `.` never ends.
fn pieces(what: String) -> impl Stream<Item = Result<String, Error>> {
    let pieces = what.split_inclusive(' ').map(|piece| piece.trim().to_owned());
    stream::iter(pieces.collect::<Vec<_>>()).then(async |piece| {
        let waits = piece.matches('+').count();
        for _ in 0..waits {
            sleep(Duration::from_millis(10)).await;
        }
        match piece.trim_matches('+') {
            "!" => Err("out of paper".into()),
            "?" => panic!("on demand"),
            "." => std::future::pending().await,
            piece => Ok(piece.to_owned()),
        }
    })
}

fn speaker(lambda: &Lambda) -> Function {
    let handler = async |what: String| {
        Ok::<_, Error>(Response::stream(pieces(what)).with_content_type("text/plain"))
    };
    lambda.function("speaker", Runtime::new(handler)).create()
}

/// What comes, and when.
async fn received(stream: &mut InvokeStream) -> String {
    let mut seen = String::new();
    while let Some(chunk) = stream.next().await {
        let text = String::from_utf8_lossy(&chunk.bytes).into_owned();
        seen.push_str(&format!("{} ms: {text}\n", chunk.after.as_millis()));
    }
    seen
}

/// What a caller receives of it as it comes, and what another one when it is complete.
async fn check(what: &str, expected: Expect) {
    let lambda = Lambda::new();
    let function = speaker(&lambda);
    let mut stream = function.invoke(what).stream();
    let mut seen = received(&mut stream).await;
    let content_type = stream.content_type().map(str::to_owned);
    let streamed = stream.outcome().await;
    let whole = function.invoke(what).await;
    seen.push_str(&format!("{content_type:?}\n"));
    for outcome in [&streamed, &whole] {
        seen.push_str(&match outcome.function_error() {
            Some(error) => {
                let (error_type, message) = (&error.error_type, &error.error_message);
                format!("{error_type}: {message}, after {:?}\n", outcome.payload())
            }
            None => format!("{:?}: {:?}\n", outcome.content_type(), outcome.payload()),
        });
    }
    expected.assert_eq(&seen);
}

#[lambda_test::test]
async fn parts_come_as_they_are_made() {
    check(
        "one +two ++three",
        expect![[r#"
            0 ms: one
            10 ms: two
            30 ms: three
            Some("text/plain")
            "": ""
            "text/plain": "onetwothree"
        "#]],
    )
    .await;
    check(
        "one",
        expect![[r#"
            0 ms: one
            Some("text/plain")
            "": ""
            "text/plain": "one"
        "#]],
    )
    .await;
}

/// "Error trailers still make it an error", also for a caller who waits for all of it and receives what came before.
#[lambda_test::test]
async fn a_response_that_fails_is_an_error_after_its_parts() {
    check(
        "one +!",
        expect![[r#"
            0 ms: one
            Some("text/plain")
            Function.Error: out of paper, after ""
            Function.Error: out of paper, after "one"
        "#]],
    )
    .await;
    check(
        "one +?",
        expect![[r#"
            0 ms: one
            Some("text/plain")
            Runtime.Panic: on demand, after ""
            Runtime.Panic: on demand, after "one"
        "#]],
    )
    .await;
    check(
        "!",
        expect![[r#"
            None
            Function.Error: out of paper, after "{\"errorType\":\"Function.Error\",\"errorMessage\":\"out of paper\",\"stackTrace\":[]}"
            Function.Error: out of paper, after "{\"errorType\":\"Function.Error\",\"errorMessage\":\"out of paper\",\"stackTrace\":[]}"
        "#]],
    )
    .await;
}

/// "The invoker gets the bytes so far."
#[lambda_test::test]
async fn a_response_that_takes_too_long_times_out_after_its_parts() {
    let lambda = Lambda::new();
    let function = speaker(&lambda);
    let mut stream = function.invoke("one +two .").stream();
    expect![[r#"
        0 ms: one
        10 ms: two
    "#]]
    .assert_eq(&received(&mut stream).await);
    let outcome = stream.outcome().await;
    outcome.assert_timeout();
    expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        0        POST response
        3000                                   reset: timeout
        3000                                   failed: Sandbox.Timedout, 3000 ms
    "#]]
    .assert_eq(&outcome.timeline().to_string());
    // The environment lives on, with another process.
    assert_eq!(function.invoke("one").await.payload(), "one");
}

#[lambda_test::test]
async fn a_response_that_is_whole_comes_in_one_go() {
    let lambda = Lambda::new();
    let handler = async |number: u32| Ok::<_, Error>(number * 2);
    let function = lambda.function("double", Runtime::new(handler)).create();
    let mut stream = function.invoke(7).stream();
    assert_eq!(received(&mut stream).await, "0 ms: 14\n");
    assert_eq!(stream.content_type(), Some("application/json"));
    stream.outcome().await.assert_ok();

    // The limit is that of a response which is posted whole.
    let large = async |length: usize| Ok::<_, Error>("x".repeat(length));
    let function = lambda.function("large", Runtime::new(large)).create();
    let mut stream = function.invoke(7 * MIB).stream();
    assert_eq!(received(&mut stream).await, "");
    stream.outcome().await.assert_error("Function.ResponseSizeTooLarge");
}

/// Pieces of 64 KiB, so many, and how many were made.
fn large(lambda: &Lambda, pieces: usize) -> (Function, Rc<Cell<usize>>) {
    let made = Rc::new(Cell::new(0));
    let counted = made.clone();
    let handler = async move |_: u8| {
        let made = counted.clone();
        made.set(0);
        let piece = Bytes::from(vec![7; MIB / 16]);
        let all = stream::iter(0..pieces).map(move |_| {
            made.set(made.get() + 1);
            Ok::<_, Infallible>(piece.clone())
        });
        Ok::<_, Error>(Response::stream(all))
    };
    let function =
        lambda.function("large", Runtime::new(handler)).timeout(Duration::from_secs(300));
    (function.create(), made)
}

/// Receives all of it: how much, and when it was complete.
async fn drained(mut stream: InvokeStream) -> (usize, Duration, lambda_test::Outcome) {
    let (mut length, mut last) = (0, Duration::ZERO);
    while let Some(chunk) = stream.next().await {
        length += chunk.bytes.len();
        last = chunk.after;
    }
    (length, last, stream.outcome().await)
}

/// "Burst 6 MiB, then 2 MiB/s, refilled every 125 ms."
#[lambda_test::test]
async fn six_mib_come_at_once_and_the_rest_with_two_mib_a_second() {
    let lambda = Lambda::new();
    let (six, _) = large(&lambda, 6 * 16);
    let (length, last, outcome) = drained(six.invoke(0).stream()).await;
    assert_eq!((length, last), (6 * MIB, Duration::ZERO));
    outcome.assert_ok();
    six.delete().await;
    let (ten, _) = large(&lambda, 10 * 16);
    let (length, last, outcome) = drained(ten.invoke(0).stream()).await;
    assert_eq!((length, last), (10 * MIB, Duration::from_secs(2)));
    outcome.assert_ok();
}

/// "A streamed post over the limit gets 413."
#[lambda_test::test]
async fn two_hundred_mib_are_the_most() {
    let lambda = Lambda::new();
    let (function, made) = large(&lambda, 200 * 16 + 100);
    let (length, last, outcome) = drained(function.invoke(0).stream()).await;
    assert_eq!((length, last), (200 * MIB, Duration::from_secs(97)));
    outcome.assert_error("Function.ResponseSizeTooLarge");
    // The body is dropped then; what was made beyond fits in the pipe.
    assert!(made.get() < 200 * 16 + 10, "{} pieces", made.get());
    assert!(outcome.logs()[0].contains("413 to response"), "{:?}", outcome.logs());
}

/// "The service collects the stream and applies the buffered 6 MB limit."
#[lambda_test::test]
async fn who_waits_for_all_of_it_receives_six_mib_at_most() {
    let lambda = Lambda::new();
    let (function, made) = large(&lambda, 20 * 16);
    function.invoke(0).await.assert_error("Function.ResponseSizeTooLarge");
    assert!(made.get() < 7 * 16, "{} pieces", made.get());
}

#[lambda_test::test]
async fn a_caller_who_takes_nothing_keeps_the_function_waiting() {
    let lambda = Lambda::new();
    let (function, made) = large(&lambda, 64);
    let mut stream = function.invoke(0).stream();
    stream.next().await.expect("it begins");
    sleep(Duration::from_secs(60)).await;
    assert!(made.get() < 16, "{} pieces", made.get());
    let (_, last, outcome) = drained(stream).await;
    // It waits in the pipe.
    assert!(Duration::from_secs(60) <= last && last < Duration::from_secs(61), "{last:?}");
    assert_eq!(made.get(), 64);
    outcome.assert_ok();
}

/// "The invocation continues."
#[lambda_test::test]
async fn a_caller_who_hangs_up_leaves_the_function_running() {
    let lambda = Lambda::new();
    let (function, made) = large(&lambda, 64);
    let mut stream = function.invoke(0).stream();
    stream.next().await.expect("it begins");
    drop(stream);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(made.get(), 64);
    assert!(lambda.timeline().to_string().contains("responded with 4194304 bytes"));
}

/// A refused invocation has no parts.
#[lambda_test::test]
async fn a_refusal_ends_the_stream_at_once() {
    let lambda = Lambda::new();
    let mut stream = lambda.invoke("nothing", 7).stream();
    assert_eq!(stream.next().await, None);
    stream.outcome().await.assert_service_error(404);
}

/// Over a socket, in real time.
#[tokio::test(flavor = "local")]
async fn parts_come_over_sockets_too() {
    let lambda = Lambda::in_real_time();
    let handler = async |what: String| Ok::<_, Error>(Response::stream(pieces(what)));
    let function = lambda.function("speaker", Runtime::new(handler)).create();
    let mut stream = function.invoke("one +two !").stream();
    let first = stream.next().await.expect("a part");
    assert_eq!(first.bytes, "one");
    let second = stream.next().await.expect("a part");
    assert_eq!(second.bytes, "two");
    assert!(first.after + Duration::from_millis(9) < second.after);
    stream.outcome().await.assert_error("Function.Error");
}
