//! The Telemetry API: what a subscription may ask for, and what is told.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use http_body_util::{BodyExt as _, Empty};
use hyper::{Response, body::Bytes, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::{Scenario, scenarios::scenario};

/// How long the end of an invocation may take to be told.
const SOON: Duration = Duration::from_secs(10);

/// Every kind of record that an invocation has, in the order of the contract.
const KINDS: [&str; 8] = [
    "initStart",
    "telemetrySubscription",
    "initRuntimeDone",
    "extension",
    "initReport",
    "start",
    "runtimeDone",
    "report",
];

fn managed(scenario: Scenario) -> Scenario {
    Scenario { extensions: &["x"], managed: true, ..scenario }
}

pub(crate) fn all() -> Vec<Scenario> {
    vec![
        managed(scenario(
            "what a subscription may not ask for",
            "extensions §10",
            "x:1 registers SHUTDOWN
             x:1 PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry seven
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2020-01-01\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platforms\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":999,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":10001,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262143,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":1048577,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":24},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":30001},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"elsewhere\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://127.0.0.1:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"UDP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:2 asks as {x1} &
             1 GET runtime/invocation/next &
             invoke
             1 answer
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &
             returned
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}",
        )),
        managed(scenario(
            "what telemetry tells of an invocation",
            "extensions §11, §12",
            "x:1 registers SHUTDOWN
             x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:{port}/\"}}
             x:2 asks as {x1} &
             1 GET runtime/invocation/next &
             invoke
             1 answer
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &
             returned
             shut down
             heard
             x:2 answer
             x: exit 0",
        )),
    ]
}

/// Takes what is told.
#[derive(Default)]
pub(crate) struct Listener {
    port: Option<u16>,
    events: Arc<Mutex<Vec<Value>>>,
}

impl Listener {
    /// Listens, unless it does already.
    pub(crate) async fn port(&mut self) -> io::Result<u16> {
        if let Some(port) = self.port {
            return Ok(port);
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        self.port = Some(port);
        let events = self.events.clone();
        let take = move |_, body: Bytes| {
            let batch: Vec<Value> = serde_json::from_slice(&body).expect("a batch");
            events.lock().expect("nobody panics").extend(batch);
        };
        tokio::task::spawn_local(accept(listener, take));
        Ok(port)
    }

    /// Waits until an invocation is over, and says in which order what was told, and each in short.
    pub(crate) async fn heard(&self) -> Vec<String> {
        let over = async {
            while !self.kinds().iter().any(|kind| kind == "report") {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        // What is missing then is seen.
        let _ = tokio::time::timeout(SOON, over).await;
        let order = format!("order: {}", self.kinds().join(" "));
        let each = KINDS.iter().map(|kind| {
            let event = self.find(kind).map_or("none".to_owned(), |event| in_short(&event));
            format!("{kind}: {event}")
        });
        std::iter::once(order).chain(each).collect()
    }

    fn kinds(&self) -> Vec<String> {
        let events = self.events.lock().expect("nobody panics");
        let kinds = events.iter().filter_map(|event| event["type"].as_str());
        kinds.filter_map(|kind| kind.strip_prefix("platform.").map(str::to_owned)).collect()
    }

    fn find(&self, kind: &str) -> Option<Value> {
        let events = self.events.lock().expect("nobody panics");
        let kind = format!("platform.{kind}");
        events.iter().find(|event| event["type"] == kind).cloned()
    }
}

/// Path and body of each post.
pub(crate) type Posts = Arc<Mutex<Vec<(String, Bytes)>>>;

/// Takes every post.
pub(crate) async fn collect() -> io::Result<(u16, Posts)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let posts = Posts::default();
    let taken = posts.clone();
    let take = move |path: String, body: Bytes| {
        taken.lock().expect("nobody panics").push((path, body));
    };
    tokio::task::spawn_local(accept(listener, take));
    Ok((port, posts))
}

async fn accept(listener: TcpListener, take: impl Fn(String, Bytes) + Clone + 'static) {
    while let Ok((stream, _)) = listener.accept().await {
        let take = take.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let take = take.clone();
            async move {
                let path = request.uri().path().to_owned();
                take(path, request.into_body().collect().await?.to_bytes());
                Ok::<_, hyper::Error>(Response::new(Empty::<Bytes>::new()))
            }
        });
        tokio::task::spawn_local(async move {
            // A connection that breaks is made anew.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// The record with its numbers, times and ids in one form.
fn in_short(event: &Value) -> String {
    fn short(value: &mut Value) {
        match value {
            Value::Number(_) => *value = 0.into(),
            Value::String(text) => {
                let bytes = text.as_bytes();
                if text.len() == 36 && bytes[8] == b'-' && bytes[23] == b'-' {
                    "ID".clone_into(text);
                } else if text.len() >= 20 && bytes[10] == b'T' && text.ends_with('Z') {
                    "TIME".clone_into(text);
                }
            }
            Value::Array(list) => list.iter_mut().for_each(short),
            Value::Object(fields) => fields.values_mut().for_each(short),
            Value::Null | Value::Bool(_) => {}
        }
    }
    let mut record = event["record"].clone();
    short(&mut record);
    record.to_string()
}
