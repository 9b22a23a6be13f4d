//! What runs around invocations, snapshots and the end.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use lambda_runtime::{
    BoxFuture, Environment, Error, LambdaEvent, Runtime, SnapStartResource,
    layers::{OpenTelemetryFaasTrigger, OpenTelemetryLayer},
    service_fn, spawn_graceful_shutdown_handler,
};
use lambda_test::Lambda;
use serde_json::Value;

async fn echo(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

/// It registers what makes the service send SIGTERM, and runs after the last invocation.
#[lambda_test::test]
async fn the_shutdown_handler_runs_at_the_end() {
    let lambda = Lambda::new();
    let app = async |environment: Environment| {
        spawn_graceful_shutdown_handler(move || async move { environment.log("closed") }).await;
        Ok::<_, Error>(Runtime::new(service_fn(echo)))
    };
    let function = lambda.function("f", app).create();
    function.invoke("hi").await.assert_ok();
    function.shut_down().await;
    assert!(lambda.timeline().to_string().contains("log: closed"), "{}", lambda.timeline());
}

#[lambda_test::test]
async fn a_layer_for_opentelemetry_flushes_after_each_invocation() {
    let flushed = Arc::new(AtomicUsize::new(0));
    let count = flushed.clone();
    let app = move || {
        let count = count.clone();
        let layer = OpenTelemetryLayer::new(move || {
            count.fetch_add(1, Relaxed);
        });
        Runtime::new(service_fn(echo)).layer(layer.with_trigger(OpenTelemetryFaasTrigger::Http))
    };
    let function = Lambda::new().function("f", app).create();
    function.invoke("hi").await.assert_ok();
    function.invoke("hi").await.assert_ok();
    assert_eq!(flushed.load(Relaxed), 2);
}

/// Notes what happens to it.
struct Noting(&'static str, Arc<Mutex<Vec<String>>>, bool);

impl Noting {
    fn note(&self, what: &str) -> BoxFuture<'_, Result<(), Error>> {
        self.1.lock().expect("nobody panics").push(format!("{what} {}", self.0));
        let fails = self.2;
        Box::pin(async move { if fails { Err("no pool".into()) } else { Ok(()) } })
    }
}

impl SnapStartResource for Noting {
    fn before_snapshot(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.note("before")
    }

    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.note("after")
    }
}

/// A simulated environment has no snapshots yet, so a small API stands in: it notes the requests that it gets.
#[tokio::test]
async fn resources_are_put_down_before_the_snapshot_and_taken_up_after_it() {
    async fn requests(fails: bool) -> (Vec<String>, Vec<String>) {
        let notes = Arc::new(Mutex::new(Vec::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let serving = tokio::spawn(serve(listener, requests.clone()));
        let one = Noting("one", notes.clone(), false);
        let two = Noting("two", notes.clone(), fails);
        let runtime = Runtime::new(service_fn(echo));
        let runtime = runtime
            .register_snapstart_resource(Arc::new(one))
            .register_snapstart_resource(Arc::new(two));
        let variables = lambda_runtime::Variables::from_iter([
            ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"),
        ]);
        let ended =
            lambda_runtime::Bootstrap::start(runtime, Environment::new(variables, Sockets)).await;
        assert!(ended.is_err(), "the API ends it");
        serving.abort();
        let kept = |list: &Mutex<Vec<String>>| list.lock().expect("nobody panics").clone();
        (kept(&requests), kept(&notes))
    }
    let (seen, notes) = requests(false).await;
    assert_eq!(
        seen,
        ["GET /2018-06-01/runtime/restore/next", "GET /2018-06-01/runtime/invocation/next"]
    );
    assert_eq!(notes, ["before two", "before one", "after one", "after two"]);
    let (seen, notes) = requests(true).await;
    assert_eq!(seen, ["POST /2018-06-01/runtime/init/error"]);
    assert_eq!(notes, ["before two"]);
}

/// Responds to each request, and notes it. It has no invocations.
async fn serve(listener: tokio::net::TcpListener, requests: Arc<Mutex<Vec<String>>>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut read = Vec::new();
        while stream.read_buf(&mut read).await.is_ok_and(|count| 0 < count) {
            let text = String::from_utf8_lossy(&read).into_owned();
            // Bodies come with their heads, and the next request comes after the response.
            let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
            read.clear();
            let request = head.split(" HTTP").next().unwrap_or_default();
            requests.lock().expect("nobody panics").push(request.to_owned());
            let status = match request {
                next if next.ends_with("/invocation/next") => "403 Forbidden",
                next if next.ends_with("/restore/next") => "200 OK",
                _ => "202 Accepted",
            };
            let response = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(response.as_bytes()).await.expect("it is read");
        }
    }
}

/// Connects to what listens.
struct Sockets;

impl lambda_core::Host for Sockets {
    fn connect(
        &self,
        address: &lambda_core::ApiAddress,
    ) -> lambda_core::BoxFuture<std::io::Result<lambda_core::Transport>> {
        let address = address.authority().to_owned();
        Box::pin(async move {
            Ok(lambda_core::Transport::Tcp(tokio::net::TcpStream::connect(address).await?))
        })
    }

    fn now(&self) -> std::time::SystemTime {
        std::time::UNIX_EPOCH
    }

    fn log(&self, _: &str) {}

    fn random(&self) -> u64 {
        0
    }

    fn spawn(&self, task: lambda_core::BoxFuture<()>) {
        tokio::spawn(task);
    }
}
