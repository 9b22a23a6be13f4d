//! An init phase that fails is posted, and ends the process.

use std::{
    io,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use expect_test::{Expect, expect};
use lambda_core::{
    ApiAddress, App, Bootstrap, BoxError, BoxFuture, Environment, FunctionError, Host, Stream,
    Variables, run_app,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A host that accepts whatever is posted and notes it, with the log.
struct Noting(Arc<Mutex<String>>);

impl Host for Noting {
    fn connect(&self, _: &ApiAddress) -> BoxFuture<io::Result<Stream>> {
        let (client, mut server) = tokio::io::duplex(64 * 1024);
        let notes = self.0.clone();
        tokio::spawn(async move {
            let mut request = vec![0; 4096];
            let mut length = 0;
            // Head and body come in two writes at most.
            while !request[..length].ends_with(b"}") {
                length += server.read(&mut request[length..]).await.expect("a request");
            }
            let text = String::from_utf8_lossy(&request[..length]).replace("\r\n", "|\n");
            notes.lock().expect("nobody panicked").push_str(&format!("{text}\n"));
            let answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
            server.write_all(answer).await.expect("a reader");
        });
        Box::pin(async { Ok(Stream::Memory(client)) })
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn log(&self, line: &str) {
        self.0
            .lock()
            .expect("nobody panicked")
            .push_str(&format!("log: {}\n", line.replace('\r', "⏎")));
    }

    fn random(&self) -> u64 {
        0
    }

    fn spawn(&self, task: BoxFuture<()>) {
        tokio::spawn(task);
    }
}

async fn check<A: App<M>, M>(app: A, expected: Expect) {
    let notes = Arc::new(Mutex::new(String::new()));
    let variables = Variables::from_iter([("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")]);
    let environment = Environment::new(variables, Noting(notes.clone()));
    let ended = run_app(&app, environment).await;
    let mut text = notes.lock().expect("nobody panicked").clone();
    text.push_str(&match ended {
        Ok(()) => "exit status 0\n".to_owned(),
        Err(error) => format!("exit status 1: {error}\n"),
    });
    expected.assert_eq(&text);
}

struct Ends(Result<(), &'static str>);

impl Bootstrap for Ends {
    type Error = BoxError;

    async fn start(self, _: Environment) -> Result<(), BoxError> {
        self.0.map_err(Into::into)
    }
}

#[derive(Debug)]
struct NoTable;

impl std::fmt::Display for NoTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the table\nis missing")
    }
}

impl std::error::Error for NoTable {}

#[tokio::test]
async fn an_error_is_called_by_its_own_name_boxed_or_not() {
    check(
        async |_: Environment| Err::<Ends, _>(NoTable),
        expect![[r#"
            log: init failed: NoTable: the table⏎is missing
            POST /2018-06-01/runtime/init/error HTTP/1.1|
            host: 127.0.0.1:9001|
            user-agent: lambda-runtime-rs/0.1.0|
            content-type: application/json|
            lambda-runtime-function-error-type: Function.NoTable|
            content-length: 78|
            |
            {"errorType":"NoTable","errorMessage":"the table\nis missing","stackTrace":[]}
            exit status 1: the table
            is missing
        "#]],
    )
    .await;
    check(
        async |_: Environment| Err::<Ends, BoxError>(NoTable.into()),
        expect![[r#"
            log: init failed: NoTable: the table⏎is missing
            POST /2018-06-01/runtime/init/error HTTP/1.1|
            host: 127.0.0.1:9001|
            user-agent: lambda-runtime-rs/0.1.0|
            content-type: application/json|
            lambda-runtime-function-error-type: Function.NoTable|
            content-length: 78|
            |
            {"errorType":"NoTable","errorMessage":"the table\nis missing","stackTrace":[]}
            exit status 1: the table
            is missing
        "#]],
    )
    .await;
    let own = FunctionError::new("Function.Own", "as it is");
    check(
        async move |_: Environment| Err::<Ends, _>(own.clone()),
        expect![[r#"
            log: init failed: Function.Own: as it is
            POST /2018-06-01/runtime/init/error HTTP/1.1|
            host: 127.0.0.1:9001|
            user-agent: lambda-runtime-rs/0.1.0|
            content-type: application/json|
            lambda-runtime-function-error-type: Function.Own|
            content-length: 70|
            |
            {"errorType":"Function.Own","errorMessage":"as it is","stackTrace":[]}
            exit status 1: Function.Own: as it is
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_panic_is_posted_too() {
    check(
        async |_: Environment| -> Result<Ends, BoxError> { panic!("no {}", 7) },
        expect![[r#"
        log: init failed: Runtime.Panic: no 7
        POST /2018-06-01/runtime/init/error HTTP/1.1|
        host: 127.0.0.1:9001|
        user-agent: lambda-runtime-rs/0.1.0|
        content-type: application/json|
        lambda-runtime-function-error-type: Runtime.Panic|
        content-length: 67|
        |
        {"errorType":"Runtime.Panic","errorMessage":"no 7","stackTrace":[]}
        exit status 1: Runtime.Panic: no 7
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_comes_after_a_good_init_phase_is_not_posted() {
    check(
        || Ends(Ok(())),
        expect![[r#"
        exit status 0
    "#]],
    )
    .await;
    check(
        || Ends(Err("lost")),
        expect![[r#"
        log: error: lost
        exit status 1: lost
    "#]],
    )
    .await;
}
