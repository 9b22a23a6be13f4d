//! The init phase of an application: what the log and the API are told, and what is returned.

use std::{
    fmt,
    future::{Future, pending, ready},
    io,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use expect_test::{Expect, expect};
use lambda_core::{
    ApiAddress, App, Bootstrap, BoxError, BoxFuture, Environment, Host, Transport, Variables,
    rt::run_app,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

/// A host whose API is the other end of one pipe, and which writes down what it is told.
#[derive(Clone, Default)]
struct Pipe {
    client: Arc<Mutex<Option<DuplexStream>>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Host for Pipe {
    fn connect(&self, address: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        assert_eq!(address.authority(), "api:80");
        let stream = self.client.lock().expect("one thread").take();
        let stream = stream.ok_or_else(|| io::ErrorKind::ConnectionRefused.into());
        Box::pin(ready(stream.map(Transport::Memory)))
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn log(&self, line: &str) {
        self.log.lock().expect("one thread").push(line.to_owned());
    }

    fn random(&self) -> u64 {
        4
    }

    fn spawn(&self, task: BoxFuture<()>) {
        drop(task);
    }
}

/// Answers one request of any length, and writes it down as it came.
async fn answer(mut server: DuplexStream, answer: &str) -> String {
    let mut request = vec![0; 64 * 1024];
    let length = server.read(&mut request).await.expect("a pipe");
    request.truncate(length);
    // Where nothing was posted there is nobody to read it.
    let _ = server.write_all(answer.as_bytes()).await;
    String::from_utf8(request).expect("text")
}

const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";

/// Runs an application whose API answers with this text; shows what was posted, logged, returned.
async fn run<M>(app: impl App<M>, variables: Variables, api: &str) -> String {
    let (client, server) = duplex(64 * 1024);
    let host = Pipe::default();
    *host.client.lock().expect("one thread") = Some(client);
    let log = Arc::clone(&host.log);
    let ended = async {
        let environment = Environment::new(variables, host);
        // The environment and with it the pipe are gone after this.
        run_app(&app, environment).await
    };
    let (posted, ended) = tokio::join!(answer(server, api), ended);
    let log = log.lock().expect("one thread").join("\n").replace('\r', "⏎");
    let posted = posted.replace("\r\n", "\n");
    format!("posted: {posted}\nlog: {log}\nended: {:?}\n", ended.map_err(|error| error.to_string()))
}

fn variables() -> Variables {
    Variables::from_iter([("AWS_LAMBDA_RUNTIME_API", "api:80"), ("NAME", "world")])
}

#[track_caller]
fn check<M>(app: impl App<M>, shown: Expect) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    shown.assert_eq(&runtime.block_on(run(app, variables(), ACCEPTED)));
}

/// Says hello and ends as it is told.
#[derive(Debug)]
struct Hello(Result<(), &'static str>);

impl Bootstrap for Hello {
    type Error = &'static str;

    async fn start(self, environment: Environment) -> Result<(), &'static str> {
        environment.log(&format!("hello, {}", environment.variables().get("NAME").unwrap_or("?")));
        self.0
    }
}

#[derive(Debug)]
struct ConfigError(&'static str);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "variable `{}` is missing", self.0)
    }
}

impl std::error::Error for ConfigError {}

#[test]
fn an_application_that_starts_posts_nothing() {
    async fn app(_: Environment) -> Result<Hello, BoxError> {
        Ok(Hello(Ok(())))
    }
    check(
        app,
        expect![[r#"
        posted: 
        log: hello, world
        ended: Ok(())
    "#]],
    );
    check(
        || Hello(Ok(())),
        expect![[r#"
        posted: 
        log: hello, world
        ended: Ok(())
    "#]],
    );
}

#[test]
fn an_init_phase_that_fails_is_posted() {
    async fn app(_: Environment) -> Result<Hello, ConfigError> {
        Err(ConfigError("TABLE"))
    }
    check(
        app,
        expect![[r#"
        posted: POST /2018-06-01/runtime/init/error HTTP/1.1
        host: api:80
        user-agent: lambda-runtime-rs/0.1.0
        content-type: application/json
        lambda-runtime-function-error-type: Function.ConfigError
        content-length: 88

        {"errorType":"ConfigError","errorMessage":"variable `TABLE` is missing","stackTrace":[]}
        log: init failed: ConfigError: variable `TABLE` is missing
        ended: Err("variable `TABLE` is missing")
    "#]],
    );
}

#[test]
fn the_name_of_a_boxed_error_is_read_from_its_debug_form() {
    async fn app(_: Environment) -> Result<Hello, BoxError> {
        Err(ConfigError("TABLE"))?
    }
    check(
        app,
        expect![[r#"
        posted: POST /2018-06-01/runtime/init/error HTTP/1.1
        host: api:80
        user-agent: lambda-runtime-rs/0.1.0
        content-type: application/json
        lambda-runtime-function-error-type: Function.ConfigError
        content-length: 88

        {"errorType":"ConfigError","errorMessage":"variable `TABLE` is missing","stackTrace":[]}
        log: init failed: ConfigError: variable `TABLE` is missing
        ended: Err("variable `TABLE` is missing")
    "#]],
    );
    async fn text(_: Environment) -> Result<Hello, BoxError> {
        Err("no table\nat all")?
    }
    check(
        text,
        expect![[r#"
        posted: POST /2018-06-01/runtime/init/error HTTP/1.1
        host: api:80
        user-agent: lambda-runtime-rs/0.1.0
        content-type: application/json
        lambda-runtime-function-error-type: Function.Error
        content-length: 80

        {"errorType":"Function.Error","errorMessage":"no table\nat all","stackTrace":[]}
        log: init failed: Function.Error: no table⏎at all
        ended: Err("no table\nat all")
    "#]],
    );
}

#[test]
fn an_init_phase_that_panics_is_posted() {
    async fn app(_: Environment) -> Result<Hello, BoxError> {
        panic!("no {}", "table")
    }
    check(
        app,
        expect![[r#"
        posted: POST /2018-06-01/runtime/init/error HTTP/1.1
        host: api:80
        user-agent: lambda-runtime-rs/0.1.0
        content-type: application/json
        lambda-runtime-function-error-type: Runtime.Panic
        content-length: 71

        {"errorType":"Runtime.Panic","errorMessage":"no table","stackTrace":[]}
        log: init failed: Runtime.Panic: no table
        ended: Err("Runtime.Panic: no table")
    "#]],
    );
}

#[test]
fn a_panic_before_the_future_is_caught() {
    fn app(environment: Environment) -> impl Future<Output = Result<Hello, BoxError>> {
        let table = environment.variables().get("TABLE").expect("TABLE is set").to_owned();
        async move {
            drop(table);
            pending().await
        }
    }
    check(
        app,
        expect![[r#"
        posted: POST /2018-06-01/runtime/init/error HTTP/1.1
        host: api:80
        user-agent: lambda-runtime-rs/0.1.0
        content-type: application/json
        lambda-runtime-function-error-type: Runtime.Panic
        content-length: 75

        {"errorType":"Runtime.Panic","errorMessage":"TABLE is set","stackTrace":[]}
        log: init failed: Runtime.Panic: TABLE is set
        ended: Err("Runtime.Panic: TABLE is set")
    "#]],
    );
    fn hello() -> Hello {
        panic!("at once")
    }
    check(
        hello,
        expect![[r#"
        posted: POST /2018-06-01/runtime/init/error HTTP/1.1
        host: api:80
        user-agent: lambda-runtime-rs/0.1.0
        content-type: application/json
        lambda-runtime-function-error-type: Runtime.Panic
        content-length: 70

        {"errorType":"Runtime.Panic","errorMessage":"at once","stackTrace":[]}
        log: init failed: Runtime.Panic: at once
        ended: Err("Runtime.Panic: at once")
    "#]],
    );
}

#[tokio::test(start_paused = true)]
async fn an_init_error_that_is_not_delivered_is_logged() {
    async fn app(_: Environment) -> Result<Hello, ConfigError> {
        Err(ConfigError("TABLE"))
    }
    let log_of = |shown: String| {
        let (_, log) = shown.split_once("log: ").expect("it has a log");
        log.to_owned()
    };
    let refused = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let lost = "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\n\r\nlost";
    let mut shown = String::new();
    for api in [refused, lost, "", "HTTP/1.1 202"] {
        shown += &log_of(run(app, variables(), api).await);
    }
    let mut garbled = variables();
    garbled.set("AWS_LAMBDA_RUNTIME_API", "nowhere");
    shown += &log_of(run(app, garbled, "").await);
    expect![[r#"
        init failed: ConfigError: variable `TABLE` is missing
        init/error was not delivered: the API responded with 403
        ended: Err("variable `TABLE` is missing")
        init failed: ConfigError: variable `TABLE` is missing
        init/error was not delivered: the API responded with 500: lost
        ended: Err("variable `TABLE` is missing")
        init failed: ConfigError: variable `TABLE` is missing
        init/error was not delivered: connection refused
        ended: Err("variable `TABLE` is missing")
        init failed: ConfigError: variable `TABLE` is missing
        init/error was not delivered: connection refused
        ended: Err("variable `TABLE` is missing")
        init failed: ConfigError: variable `TABLE` is missing
        init/error was not delivered: AWS_LAMBDA_RUNTIME_API is `nowhere`: expected `host:port`, perhaps as an `http://` URL with a path
        ended: Err("variable `TABLE` is missing")
    "#]].assert_eq(&shown);
}

/// An API that never answers kept a process that is to end for ever.
#[tokio::test(start_paused = true)]
async fn an_init_error_without_a_response_holds_the_process_for_a_second() {
    async fn app(_: Environment) -> Result<Hello, ConfigError> {
        Err(ConfigError("TABLE"))
    }
    let began = tokio::time::Instant::now();
    let (client, server) = duplex(64 * 1024);
    let host = Pipe::default();
    *host.client.lock().expect("one thread") = Some(client);
    let log = Arc::clone(&host.log);
    run_app(&app, Environment::new(variables(), host)).await.expect_err("the init phase failed");
    assert_eq!(began.elapsed(), Duration::from_secs(1));
    let log = log.lock().expect("one thread").join("\n");
    assert!(
        log.ends_with("init/error was not delivered: the API did not respond within 1 s"),
        "{log}"
    );
    drop(server);
}
