//! Child processes and sockets, in real time.

#[path = "../programs/function.rs"]
mod function;

use std::{
    cell::RefCell,
    io::{Read as _, Write as _},
    rc::Rc,
    time::Duration,
};

use lambda_core::{Bootstrap, BoxError, Environment};

use lambda_test::{Function, FunctionBuilder, Lambda, LogFormat, LogLevel, Program, Real};
use serde_json::{Value, json};

use crate::program;
use function::app;

/// A function as a child process: see `tests/programs/function.rs`.
fn child() -> Program {
    Program::new(program()).arg("function")
}

/// Messages of a queue and records of a stream invoke a child process too.
#[tokio::test(flavor = "local")]
async fn a_program_is_invoked_by_a_queue_and_a_stream() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", child()).create();
    let (queue, stream) = (lambda.queue("q"), lambda.stream("s"));
    function.on(&queue).create();
    let latest = lambda_test::StartingPosition::Latest;
    let mapping = function.on(&stream).starting_position(latest).create();
    queue.send("1");
    stream.put("key", "2");
    lambda.until_idle().await;
    assert_eq!((queue.deleted(), mapping.lag()), (1, 0));
}

#[tokio::test(flavor = "local")]
async fn a_program_answers_cold_and_warm() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", child()).memory_mb(256).create();
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
    let function = lambda.function("f", child()).env("TABLE", "orders").create();
    let names: Vec<String> = function.invoke("variables").await.json().expect("a list");
    assert!(names.contains(&"TABLE".to_owned()) && names.contains(&"_HANDLER".to_owned()));
    assert!(
        !names.contains(&"CARGO_MANIFEST_DIR".to_owned()) && !names.contains(&"HOME".to_owned())
    );
}

/// A program has the clock of this machine, so its deadlines are nearer or further away.
#[tokio::test(flavor = "local")]
async fn a_program_whose_clock_is_wrong_sees_another_deadline() {
    let lambda = Lambda::in_real_time();
    let function = |name: &str| lambda.function(name, child()).timeout(Duration::from_secs(100));
    let skew = Duration::from_secs(50);
    let (right, ahead) = (function("right").create(), function("ahead").clock_ahead(skew).create());
    let seen = async |invoking: lambda_test::Invoke| {
        invoking.await.json::<u64>().expect("a number of seconds")
    };
    for (invoking, most) in [
        (right.invoke("remaining"), 100),
        (ahead.invoke("remaining"), 50),
        (right.invoke("remaining").clock_behind(skew), 150),
    ] {
        let seconds = seen(invoking).await;
        assert!(most - 40 < seconds && seconds <= most, "{seconds} of {most}");
    }
}

#[tokio::test(flavor = "local")]
async fn a_program_that_ends_or_hangs_fails_its_invocation_and_begins_anew() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", child()).timeout(Duration::from_secs(1)).create();
    let table = [
        ("exit 0", "Runtime.ExitError", "Runtime exited without providing a reason"),
        ("exit 7", "Runtime.ExitError", "Runtime exited with error: exit status 7"),
        ("kill", "Runtime.ExitError", "Runtime exited with error: signal: killed"),
        (
            "user signal",
            "Runtime.ExitError",
            "Runtime exited with error: signal: user defined signal 1",
        ),
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
async fn a_program_that_fails_in_init_is_reported_as_it_posted() {
    let lambda = Lambda::in_real_time();
    let posts = lambda.function("posts", child()).env("INIT", "error").create();
    let error = posts.invoke(0).await.function_error().cloned().expect("it failed");
    assert_eq!((&*error.error_type, &*error.error_message), ("Runtime.NoTable", "no table"));
    let exits = lambda.function("exits", child()).env("INIT", "exit").create();
    let error = exits.invoke(0).await.function_error().cloned().expect("it failed");
    assert!(error.error_message.ends_with("Runtime exited with error: exit status 3"), "{error}");
    let missing = lambda.function("missing", Program::new("/no/such/program")).create();
    let error = missing.invoke(0).await.function_error().cloned().expect("it failed");
    assert_eq!(error.error_type, "Runtime.InvalidEntrypoint");
    assert!(error.error_message.contains("`/no/such/program` could not be started"), "{error}");
}

#[test]
fn the_same_app_answers_the_same_in_memory_over_a_socket_and_as_a_process() {
    async fn answers(function: &Function) -> Vec<String> {
        let mut answers = Vec::new();
        for event in [json!({"a": [1.5, "ü"]}), json!(null), json!("fail"), json!(7)] {
            let outcome = function.invoke(event).await;
            let payload = String::from_utf8_lossy(outcome.payload());
            answers.push(payload.replace(&outcome.report().request_id, "ID"));
        }
        answers
    }
    let in_memory = lambda_test::block_on(async {
        let lambda = Lambda::new();
        answers(&lambda.function("f", app).create()).await
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(Default::default())
        .expect("a runtime");
    let (over_a_socket, as_a_process) = runtime.block_on(async {
        let lambda = Lambda::in_real_time();
        let process = lambda.function("process", child()).create();
        (answers(&lambda.function("f", app).create()).await, answers(&process).await)
    });
    assert_eq!(in_memory[0], r#"{"a":[1.5,"ü"]}"#);
    assert_eq!(over_a_socket, in_memory);
    assert_eq!(as_a_process, in_memory);
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

/// A process that ends while its own child holds the output open is told at once.
#[tokio::test(flavor = "local")]
async fn a_process_whose_child_holds_the_output_open_has_ended_all_the_same() {
    let lambda = Lambda::in_real_time();
    let program = Program::new("/bin/sh").arg("-c").arg("sleep 3600 & echo bye; exit 7");
    let function = lambda.function("f", program).timeout(Duration::from_secs(60)).create();
    let outcome = function.invoke(0).await;
    let error = outcome.function_error().expect("it ended");
    assert!(error.error_message.ends_with("exited with error: exit status 7"), "{error}");
    // Once in the init phase, and again within the invocation.
    assert_eq!(outcome.logs(), ["bye", "bye"]);
    assert!(lambda.elapsed() < Duration::from_secs(30), "nobody waited for the child");
}

/// A program that writes without a pause was never timed out, and its lines filled the memory.
async fn check_flood(program: Program, said: &str) {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", program).timeout(Duration::from_secs(1)).create();
    let outcome = function.invoke(0).await;
    assert!(outcome.is_timeout());
    // The init phase has 10 s, the invocation 1 s.
    let seconds = lambda.elapsed().as_secs();
    assert!((11..30).contains(&seconds), "{seconds} s");
    let logs = outcome.logs();
    let kept: usize = logs.iter().map(|line| line.len()).sum();
    assert!(kept <= 2 * 1024 * 1024, "{kept} bytes of log");
    assert!(logs[0].ends_with(said), "{}", logs[0].chars().rev().take(60).collect::<String>());
}

#[tokio::test(flavor = "local")]
async fn a_program_that_writes_without_end_times_out() {
    check_flood(Program::new("yes"), "the last 1024 KiB are kept)").await;
}

#[tokio::test(flavor = "local")]
async fn a_line_without_an_end_fills_no_memory() {
    let script = "exec yes | tr -d '\\n'";
    check_flood(Program::new("/bin/sh").arg("-c").arg(script), "bytes more)").await;
}

/// `print!("dbg")` without a line end was lost, or glued to a later invocation's line.
#[tokio::test(flavor = "local")]
async fn text_without_a_line_end_is_a_line() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", child()).create();
    // The harness of the child has begun a line of its own before the first one.
    assert!(function.invoke("print").await.logs().iter().any(|line| line.ends_with("dbg")));
    for _ in 0..2 {
        let mut lines = function.invoke("print").await.logs().join(" ");
        lines.retain(|letter| letter.is_alphabetic());
        assert!(["dbgevent", "eventdbg"].contains(&&*lines), "{lines}");
    }
    assert_eq!(function.invoke("fail").await.logs().len(), 2, "the event and the error");
}

/// The memory of a process that crashed was not known.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "local")]
async fn a_crashed_process_has_its_memory_reported() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", child()).create();
    assert!(function.invoke("kill").await.report().max_memory_used_mb.is_some());
}

/// SIGTERM in the middle of an invocation: answered, and then the process ends with 0.
#[tokio::test(flavor = "local")]
async fn an_invocation_in_flight_is_finished_after_sigterm() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", child()).create();
    let invoking = tokio::task::spawn_local(function.invoke("two seconds"));
    while !lambda.timeline().to_string().contains("log: event") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    function.send_sigterm();
    let outcome = invoking.await.expect("no panic");
    assert_eq!(outcome.assert_ok().json::<String>().expect("JSON"), "two seconds");
    let text = lambda.timeline().to_string();
    let (before, after) = text.split_once("SIGTERM").expect("it got the signal");
    assert!(!before.contains("POST response") && after.contains("POST response"), "{text}");
    assert!(after.contains("(exit status 0)"), "{text}");
}

/// Also of a process, which gets SIGTERM, and time.
#[tokio::test(flavor = "local")]
async fn what_runs_on_shutdown_runs_in_a_program() {
    let lambda = Lambda::in_real_time();
    let lines = Rc::new(RefCell::new(Vec::new()));
    let kept = lines.clone();
    let program = Program::new(program()).arg("closing");
    let function =
        lambda.function("f", program).on_log(move |line| kept.borrow_mut().push(line.to_owned()));
    let function = function.create();
    function.invoke(1).await.assert_ok();
    function.invoke(2).await.assert_ok();
    function.shut_down().await;
    assert_eq!(*lines.borrow(), ["closed after 2"]);
}

/// As on Lambda: the settings are those of the process, and the records are written to stderr.
#[tokio::test(flavor = "local")]
async fn a_program_writes_records_by_the_settings_of_its_function() {
    let lambda = Lambda::in_real_time();
    let builder = |name: &str| lambda.function(name, Program::new(program()).arg("recording"));
    let records = async |function: FunctionBuilder<Real>, event: &str| {
        let outcome = function.create().invoke(event).await;
        let id = outcome.report().request_id.clone();
        let known = |line: &str| line.replace(&format!("RequestId: {id}"), "RequestId: …");
        let records = outcome.logs().into_iter().filter(|line| !matches!(*line, "init" | "event"));
        (records.map(known).collect::<Vec<_>>(), id)
    };
    let json = |name: &str| builder(name).log_format(LogFormat::Json);

    let (lines, _) = records(builder("text").env("RUST_LOG", "info,function=debug"), "hi").await;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.starts_with("DEBUG RequestId: … TraceId: 1-"), "{line}");
    assert!(line.ends_with(" received bytes=4"), "{line}");
    assert_eq!(records(builder("info"), "hi").await.0, [""; 0]);

    let debug = json("debug").application_log_level(LogLevel::Debug);
    let (lines, id) = records(debug, "hi").await;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    let record: Value = serde_json::from_str(line).expect("JSON");
    assert_eq!((&record["requestId"], &record["bytes"]), (&id.into(), &4.into()));
    assert_eq!(records(json("default"), "hi").await.0, [""; 0]);

    let (lines, _) = records(builder("panic"), "panic").await;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.starts_with("ERROR RequestId: … Runtime.Panic: at the disco: at "), "{line}");

    let (lines, _) = records(builder("traced").env("RUST_BACKTRACE", "1"), "panic in a task").await;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(
        line.starts_with("ERROR a panic outside of the handler: Runtime.Panic: in a task: at ")
    );
    assert!(line.contains("rust_begin_unwind") || line.contains("std::panicking"), "{line}");
}

/// Four plain lines of the standard library's hook stood next to the record.
#[tokio::test(flavor = "local")]
async fn a_panic_under_json_is_one_record() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", child()).log_format(LogFormat::Json);
    let function = function.create();
    let outcome = function.invoke("panic").await;
    let error = outcome.assert_error("Runtime.Panic");
    assert_eq!(error.error_message, "at the disco");
    assert!(
        error.stack_trace[0].contains("tests/programs/function.rs:"),
        "{:?}",
        error.stack_trace
    );
    let lines = outcome.logs();
    let [init, event, record] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((*init, *event), ("init", "event"));
    let record: Value = serde_json::from_str(record).expect("one record");
    assert_eq!(
        (&record["level"], &record["errorMessage"]),
        (&"ERROR".into(), &"at the disco".into())
    );
    // One of a task that nobody awaits is told too.
    let lines = function.invoke("panic in a task").await;
    let record = lines.logs().into_iter().find_map(|line| serde_json::from_str::<Value>(line).ok());
    assert_eq!(record.expect("one record")["message"], "a panic outside of the handler");
}
