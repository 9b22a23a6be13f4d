//! The Runtime API to the letter: raw requests in legal and illegal orders, and what is answered.

use std::{cell::RefCell, rc::Rc};

use expect_test::{Expect, expect};
use lambda_core::{Bootstrap, BoxError, Connection, Environment, wire::Header};
use lambda_test::{Lambda, Outcome};

/// A runtime that makes requests by a script, one line each, and then waits for ever.
///
/// `2 POST runtime/invocation/{id}/response {"a":1}` is sent on connection 2; `{id}` is the request
/// id that `next` gave last; `name: value` words in brackets are headers; `&` at the end does not
/// wait for the answer, which `2 answer` reads later.
struct Script {
    lines: &'static str,
    answers: Rc<RefCell<String>>,
}

impl Bootstrap for Script {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        let mut connections: Vec<Option<Connection>> = Vec::new();
        let mut id = String::from("none");
        for line in self.lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (line, waits) = line.strip_suffix(" &").map_or((line, true), |line| (line, false));
            let (number, line) = line.split_once(' ').expect("a connection's number");
            let number: usize = number.parse().expect("a connection's number");
            let (headers, line) =
                match line.strip_prefix('[').and_then(|line| line.split_once("] ")) {
                    Some((headers, line)) => (format!("{headers}\r\n"), line),
                    None => (String::new(), line),
                };
            if connections.len() <= number {
                connections.resize_with(number + 1, || None);
            }
            let connection = match &mut connections[number] {
                Some(connection) => connection,
                none => none.insert(environment.connect(&environment.api_address()?).await?),
            };
            if line != "answer" {
                let (head, body) = request(line, &headers, &id);
                connection.send(head.as_bytes(), body.as_bytes()).await?;
            }
            if !waits {
                continue;
            }
            let answer = connection.receive().await?;
            if let Some(new) = answer.headers.text(Header::RequestId) {
                id = new.into_owned();
            }
            let text = String::from_utf8_lossy(&answer.body).replace('\n', "\\n");
            let line = line.split(" {large}").next().unwrap_or_default();
            self.answers.borrow_mut().push_str(&format!("{line} → {} {text}\n", answer.status));
        }
        std::future::pending().await
    }
}

/// Head and body of a request that a line describes.
fn request(line: &str, headers: &str, id: &str) -> (String, String) {
    let mut parts = line.splitn(3, ' ');
    let mut part = || parts.next().unwrap_or_default();
    let (method, path, body) = (part(), part(), part());
    let path = path.replace("{id}", id);
    let body = body.replace("{large}", &"x".repeat(6 * 1024 * 1024 + 101));
    let length = body.len();
    let head = format!(
        "{method} /2018-06-01/{path} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n"
    );
    (head, body)
}

/// Runs a script with one invocation; shows what was answered and what the caller received.
async fn check(script: &'static str, expected: Expect) -> Outcome {
    let lambda = Lambda::new();
    let answers = Rc::new(RefCell::new(String::new()));
    let written = answers.clone();
    let function =
        lambda.function("f", move || Script { lines: script, answers: written.clone() }).create();
    let outcome = function.invoke("event").await;
    let payload = String::from_utf8_lossy(outcome.payload());
    let payload = payload.replace(&outcome.report().request_id, "ID");
    let caller = format!("caller: {payload}\n");
    expected.assert_eq(&(answers.take() + &caller));
    outcome
}

#[lambda_test::test]
async fn the_ordinary_conversation() {
    check(
        "1 GET runtime/invocation/next
         1 POST runtime/invocation/{id}/response {\"a\":1}
         1 GET runtime/invocation/next",
        expect![[r#"
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/{id}/response {"a":1} → 202 {"status":"OK"}\n
            caller: {"a":1}
        "#]],
    )
    .await;
}

/// "`next` again while an invocation is in hand: 200 with the same invocation again."
#[lambda_test::test]
async fn next_again_hands_out_the_same_event() {
    check(
        "1 GET runtime/invocation/next
         1 GET runtime/invocation/next
         1 POST runtime/invocation/{id}/response 7
         1 GET runtime/invocation/next &",
        expect![[r#"
            GET runtime/invocation/next → 200 "event"
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/{id}/response 7 → 202 {"status":"OK"}\n
            caller: 7
        "#]],
    )
    .await;
}

/// "`{requestId}` equals the current invocation id, and there is one."
#[lambda_test::test]
async fn an_id_that_is_not_current_is_refused_and_the_invocation_stays_open() {
    check(
        "1 POST runtime/invocation/x/response 7
         1 POST runtime/invocation/x/error {}
         1 GET runtime/invocation/next
         1 POST runtime/invocation/x/response 7
         1 POST runtime/invocation/x/error {}
         1 POST runtime/invocation/{id}/response 7
         1 GET runtime/invocation/next &",
        expect![[r#"
            POST runtime/invocation/x/response 7 → 400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n
            POST runtime/invocation/x/error {} → 400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/x/response 7 → 400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n
            POST runtime/invocation/x/error {} → 400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n
            POST runtime/invocation/{id}/response 7 → 202 {"status":"OK"}\n
            caller: 7
        "#]],
    )
    .await;
}

/// "Posting a second response or an error after a first accepted response: 403."
#[lambda_test::test]
async fn a_second_answer_is_refused() {
    check(
        "1 GET runtime/invocation/next
         1 POST runtime/invocation/{id}/response 7
         1 POST runtime/invocation/{id}/response 8
         1 POST runtime/invocation/{id}/error {}
         1 POST runtime/init/error {}
         1 GET runtime/invocation/next &",
        expect![[r#"
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/{id}/response 7 → 202 {"status":"OK"}\n
            POST runtime/invocation/{id}/response 8 → 403 {"errorMessage":"State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            POST runtime/invocation/{id}/error {} → 403 {"errorMessage":"State transition from RuntimeResponseSentState to InvocationErrorResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            POST runtime/init/error {} → 403 {"errorMessage":"State transition from RuntimeResponseSentState to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            caller: 7
        "#]],
    )
    .await;
}

#[lambda_test::test]
async fn an_error_reaches_the_caller_byte_for_byte() {
    check(
        "1 GET runtime/invocation/next
         1 [lambda-runtime-function-error-type: Function.Bad] POST runtime/invocation/{id}/error no <json> & more
         1 GET runtime/invocation/next &",
        expect![[r#"
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/{id}/error no <json> & more → 202 {"status":"OK"}\n
            caller: no <json> & more
        "#]],
    )
    .await;
    let cause = "1 GET runtime/invocation/next
         1 [content-type: application/vnd.aws.lambda.error.cause+json] POST runtime/invocation/{id}/error {\"errorMessage\":\"m\",\"errorType\":\"T\",\"stackTrace\":[],\"errorCause\":{}}
         1 GET runtime/invocation/next &";
    check(cause, expect![[r#"
        GET runtime/invocation/next → 200 "event"
        POST runtime/invocation/{id}/error {"errorMessage":"m","errorType":"T","stackTrace":[],"errorCause":{}} → 202 {"status":"OK"}\n
        caller: {"errorMessage":"m","errorType":"T"}
    "#]]).await;
    let broken = "1 GET runtime/invocation/next
         1 [content-type: application/vnd.aws.lambda.error.cause+json] POST runtime/invocation/{id}/error nothing
         1 GET runtime/invocation/next &";
    check(
        broken,
        expect![[r#"
        GET runtime/invocation/next → 200 "event"
        POST runtime/invocation/{id}/error nothing → 202 {"status":"OK"}\n
        caller: "Invalid error body"
    "#]],
    )
    .await;
}

/// "`Streaming` is refused; the word `buffered` is refused too", and the runtime is stuck then.
#[lambda_test::test]
async fn an_unknown_response_mode_leaves_the_runtime_stuck_until_the_timeout() {
    let outcome = check(
        "1 GET runtime/invocation/next
         1 [lambda-runtime-function-response-mode: Streaming] POST runtime/invocation/{id}/response 7
         1 POST runtime/invocation/{id}/response 7
         1 POST runtime/invocation/{id}/error {}
         1 GET runtime/invocation/next",
        expect![[r#"
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/{id}/response 7 → 400 {"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}\n
            POST runtime/invocation/{id}/response 7 → 403 {"errorMessage":"State transition from InvocationResponse to InvocationResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            POST runtime/invocation/{id}/error {} → 403 {"errorMessage":"State transition from InvocationResponse to InvocationErrorResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            GET runtime/invocation/next → 403 {"errorMessage":"State transition from InvocationResponse to Ready failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            caller: 
        "#]],
    )
    .await;
    assert_eq!(outcome.report().duration, std::time::Duration::from_secs(3));
    check(
        "1 GET runtime/invocation/next
         1 [lambda-runtime-function-response-mode: ] POST runtime/invocation/{id}/response 7
         1 GET runtime/invocation/next &",
        expect![[r#"
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/{id}/response 7 → 202 {"status":"OK"}\n
            caller: 7
        "#]],
    )
    .await;
}

#[lambda_test::test]
async fn an_answer_that_is_too_large_is_refused_and_the_runtime_lives_on() {
    check(
        "1 GET runtime/invocation/next
         1 POST runtime/invocation/{id}/response {large}
         1 POST runtime/invocation/{id}/response 7
         1 GET runtime/invocation/next &",
        expect![[r#"
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/{id}/response → 413 {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}\n
            POST runtime/invocation/{id}/response 7 → 403 {"errorMessage":"State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            caller: {"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}
        "#]],
    )
    .await;
}

/// "The post alone does not end the init phase", and after it nothing is allowed.
#[lambda_test::test]
async fn after_an_init_error_the_runtime_may_only_exit() {
    let outcome = check(
        "1 POST runtime/init/error {\"errorType\":\"T\",\"errorMessage\":\"m\"}
         1 POST runtime/init/error {}
         1 GET runtime/invocation/next",
        expect![[r#"
            POST runtime/init/error {"errorType":"T","errorMessage":"m"} → 202 {"status":"OK"}\n
            POST runtime/init/error {} → 403 {"errorMessage":"State transition from InitError to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            GET runtime/invocation/next → 403 {"errorMessage":"State transition from InitError to Ready failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            POST runtime/init/error {"errorType":"T","errorMessage":"m"} → 202 {"status":"OK"}\n
            POST runtime/init/error {} → 403 {"errorMessage":"State transition from InitError to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            GET runtime/invocation/next → 403 {"errorMessage":"State transition from InitError to Ready failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n
            caller: {"errorType":"T","errorMessage":"m"}
        "#]],
    )
    .await;
    // 10 s of init, then the same again inside the invocation.
    assert_eq!(outcome.report().duration, std::time::Duration::from_secs(3));
}

/// "Two `next` open at once while idle: one is answered, the other stays open."
#[lambda_test::test]
async fn of_two_idle_calls_one_is_answered() {
    check(
        "1 GET runtime/invocation/next &
         2 GET runtime/invocation/next &
         3 GET ping
         1 answer
         3 POST runtime/invocation/{id}/response 7
         3 GET runtime/invocation/next &",
        expect![[r#"
            GET ping → 200 pong
            answer → 200 "event"
            POST runtime/invocation/{id}/response 7 → 202 {"status":"OK"}\n
            caller: 7
        "#]],
    )
    .await;
}

#[lambda_test::test]
async fn unknown_paths_and_wrong_methods() {
    check(
        "1 GET ping
         1 POST ping
         1 GET nothing/here
         1 POST runtime/invocation/next
         1 GET runtime/invocation/x/response
         1 GET runtime/init/error
         1 GET runtime/restore/next
         1 POST runtime/restore/error {}
         1 GET runtime/invocation/next
         1 POST runtime/invocation/{id}/response 7
         1 GET runtime/invocation/next &",
        expect![[r#"
            GET ping → 200 pong
            POST ping → 405 
            GET nothing/here → 404 404 page not found\n
            POST runtime/invocation/next → 405 
            GET runtime/invocation/x/response → 405 
            GET runtime/init/error → 405 
            GET runtime/restore/next → 404 404 page not found\n
            POST runtime/restore/error {} → 404 404 page not found\n
            GET runtime/invocation/next → 200 "event"
            POST runtime/invocation/{id}/response 7 → 202 {"status":"OK"}\n
            caller: 7
        "#]],
    )
    .await;
}

/// It was `Runtime.Unknown` with an empty message.
#[lambda_test::test]
async fn an_error_with_frames_of_another_language_is_read() {
    async fn posted(lines: &'static str) -> lambda_core::FunctionError {
        let script = move || Script { lines, answers: Rc::default() };
        let outcome = Lambda::new().function("f", script).create().invoke(1).await;
        outcome.function_error().cloned().expect("it failed")
    }
    let go = posted(
        r#"
        1 GET runtime/invocation/next
        1 POST runtime/invocation/{id}/error {"errorMessage":"boom","errorType":"errorString","stackTrace":[{"path":"main.go","line":7,"label":"main"},"then"]}
    "#,
    );
    let go = go.await;
    assert_eq!((&*go.error_type, &*go.error_message), ("errorString", "boom"));
    assert_eq!(go.stack_trace, [r#"{"label":"main","line":7,"path":"main.go"}"#, "then"]);
    let bare =
        "1 GET runtime/invocation/next\n1 POST runtime/invocation/{id}/error {\"errorType\":\"A\"}";
    let bare = posted(bare).await;
    assert_eq!((&*bare.error_type, &*bare.error_message), ("A", ""));
}
