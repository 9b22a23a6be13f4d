//! Child processes and sockets, in real time.

use std::{
    io::{Read as _, Write as _},
    path::PathBuf,
    process::Command,
    time::Duration,
};

use lambda_core::{Bootstrap, BoxError, Environment};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, Program};
use serde_json::{Value, json};

/// A runtime in thirty lines of another language. The event says what it does.
const RUNTIME: &str = r#"
import http.client, json, os, sys, time
print("init", flush=True)
if os.environ.get("INIT") == "exit": sys.exit(3)
if os.environ.get("INIT") == "error":
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    body = json.dumps({"errorType": "Runtime.NoTable", "errorMessage": "no table"})
    api.request("POST", "/2018-06-01/runtime/init/error", body, {"Lambda-Runtime-Function-Error-Type": "Runtime.NoTable"})
    api.getresponse().read()
    sys.exit(1)
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    event = json.loads(answer.read())
    path = "/2018-06-01/runtime/invocation/" + answer.headers["Lambda-Runtime-Aws-Request-Id"]
    print("event", file=sys.stderr, flush=True)
    if event == "exit 0": sys.exit(0)
    if event == "exit 7": sys.exit(7)
    if event == "kill": os.kill(os.getpid(), 9)
    if event == "hang": time.sleep(60)
    if event == "variables": event = sorted(os.environ)
    if event == "time": event = time.time()
    api.request("POST", path + "/response", json.dumps(event))
    api.getresponse().read()
"#;

fn python() -> Program {
    // The child sees no variables of this process, so the program itself is asked for.
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let path = output.expect("python3 is there").stdout;
    let path = PathBuf::from(String::from_utf8_lossy(&path).trim());
    Program::new(path).arg("-c").arg(RUNTIME)
}

#[tokio::test(flavor = "local")]
async fn a_program_in_another_language_answers() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", python()).memory_mb(256).create();
    let outcome = function.invoke(json!({"a": 1})).await;
    assert_eq!(outcome.assert_ok().json::<Value>().expect("JSON"), json!({"a": 1}));
    assert_eq!(outcome.logs(), ["init", "event"]);
    assert!(outcome.report().cold_start() && outcome.report().init_duration.is_some());
    assert!(outcome.report().max_memory_used_mb.is_some_and(|mb| 1 < mb && mb < 200));
    let warm = function.invoke(json!([])).await;
    assert!(!warm.report().cold_start());
    assert_eq!(warm.logs(), ["event"]);
}

#[tokio::test(flavor = "local")]
async fn a_program_sees_the_variables_of_its_function_and_no_others() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", python()).env("TABLE", "orders").create();
    let names: Vec<String> = function.invoke("variables").await.json().expect("a list");
    assert!(names.contains(&"TABLE".to_owned()) && names.contains(&"_HANDLER".to_owned()));
    assert!(
        !names.contains(&"CARGO_MANIFEST_DIR".to_owned()) && !names.contains(&"HOME".to_owned())
    );
}

#[tokio::test(flavor = "local")]
async fn a_program_that_ends_or_hangs_fails_its_invocation_and_begins_anew() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", python()).timeout(Duration::from_secs(1)).create();
    let table = [
        ("exit 0", "Runtime.ExitError", "Runtime exited without providing a reason"),
        ("exit 7", "Runtime.ExitError", "Runtime exited with error: exit status 7"),
        ("kill", "Runtime.ExitError", "Runtime exited with error: signal: killed"),
        ("hang", "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
    ];
    for (event, error_type, message) in table {
        let outcome = function.invoke(event).await;
        let error = outcome.function_error().expect(event);
        let id = &outcome.report().request_id;
        assert_eq!(error.error_type, error_type);
        assert_eq!(error.error_message, format!("RequestId: {id} Error: {message}"));
        let next = function.invoke(event.len()).await;
        assert!(next.assert_ok().report().cold_start(), "{event}");
        assert_eq!(next.report().init_duration, None, "the init phase is part of the invocation");
    }
    assert_eq!(function.environments(), 1, "an environment outlives its processes");
}

#[tokio::test(flavor = "local")]
async fn a_program_that_fails_in_init_is_told_by_what_it_posted() {
    let lambda = Lambda::in_real_time();
    let posts = lambda.function("posts", python()).env("INIT", "error").create();
    let error = posts.invoke(0).await.function_error().cloned().expect("it failed");
    assert_eq!((&*error.error_type, &*error.error_message), ("Runtime.NoTable", "no table"));
    let exits = lambda.function("exits", python()).env("INIT", "exit").create();
    let error = exits.invoke(0).await.function_error().cloned().expect("it failed");
    assert!(error.error_message.ends_with("Runtime exited with error: exit status 3"), "{error}");
    let missing = lambda.function("missing", Program::new("/no/such/program")).create();
    let error = missing.invoke(0).await.function_error().cloned().expect("it failed");
    assert_eq!(error.error_type, "Runtime.InvalidEntrypoint");
    assert!(error.error_message.contains("`/no/such/program` could not be started"), "{error}");
}

/// The same `app` answers the same over a socket as in memory.
#[tokio::test(flavor = "local")]
async fn an_application_of_this_process_is_reached_over_a_socket() {
    async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async |event: Value| match event.as_str() {
            Some("fail") => Err(Error::from("refused")),
            _ => Ok(event),
        }))
    }
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", app).create();
    assert_eq!(function.invoke(json!([1])).await.json::<Value>().expect("JSON"), json!([1]));
    let error = function.invoke("fail").await.function_error().cloned().expect("it failed");
    assert_eq!((&*error.error_type, &*error.error_message), ("Function.Error", "refused"));
}

/// The bytes on the wire, as the service sends them.
#[tokio::test(flavor = "local")]
async fn the_wire_is_pinned_as_raw_text() {
    /// Speaks to the API from a thread, byte by byte, and gives the text of the answers to the log.
    struct Raw;
    impl Bootstrap for Raw {
        type Error = BoxError;
        async fn start(self, environment: Environment) -> Result<(), BoxError> {
            let address = environment.api_address()?.authority().to_owned();
            let text = tokio::task::spawn_blocking(move || talk(&address)).await??;
            environment.log(&text);
            std::future::pending().await
        }
    }
    fn talk(address: &str) -> std::io::Result<String> {
        let mut stream = std::net::TcpStream::connect(address)?;
        let mut text = String::new();
        for request in [
            "GET /2018-06-01/ping HTTP/1.1\r\nhost: x\r\n\r\n",
            "POST /2018-06-01/runtime/invocation/x/response HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n",
            "POST /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n",
        ] {
            stream.write_all(request.as_bytes())?;
            let mut bytes = vec![0; 4096];
            let length = stream.read(&mut bytes)?;
            text += &String::from_utf8_lossy(&bytes[..length]);
            text += "\n--\n";
        }
        Ok(text.replace("\r\n", "|").replace('\n', "$"))
    }
    let lambda = Lambda::in_real_time();
    // The init phase never ends: the caller hangs up once the conversation is logged.
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let function =
        lambda.function("f", || Raw).on_log(move |line| drop(told.send(line.to_owned()))).create();
    let invoking = function.invoke(0).into_future();
    let text = tokio::select! {
        biased;
        text = heard.recv() => text.expect("a log line"),
        _ = invoking => panic!("the runtime never answers"),
    };
    expect_test::expect![[r#"
        HTTP/1.1 200 OK|Content-Type: text/plain; charset=utf-8|Content-Length: 4||pong
        HTTP/1.1 400 Bad Request|Content-Type: application/json|Content-Length: 69||{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}$
        HTTP/1.1 405 Method Not Allowed|Allow: GET|Content-Length: 0||
    "#]].assert_eq(&text.replace("$--$", "\n"));
}
