//! A chat room behind a WebSocket API: who connects is remembered, and what one sends reaches all the others.
//!
//! The route of an event is the path of its request. Messages to clients go through the management API of the gateway, which
//! stands behind a trait here; `main` writes them to the log.
//!
//! Run it here:
//!
//!     lambda-test invoke --example chat --payload '{"requestContext":{"connectionId":"c1","eventType":"CONNECT","routeKey":"$connect"}}'

use std::{
    collections::BTreeSet,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use lambda_events::api_gateway::ApiGatewayWebSocketRequest;
use lambda_http::{Error, Request, RequestExt, http::StatusCode};

/// How a message reaches a client.
trait Push {
    fn push(&self, connection: &str, message: &str);
}

/// A room, which all environments of a test process share; on Lambda it would be a table.
#[derive(Clone)]
struct Room {
    connections: Arc<Mutex<BTreeSet<String>>>,
    push: Arc<dyn Push>,
}

impl Room {
    fn new(push: impl Push + 'static) -> Self {
        Self { connections: Arc::default(), push: Arc::new(push) }
    }

    async fn serve(self, request: Request) -> Result<StatusCode, Error> {
        let event = request.lambda_event().ok_or("a WebSocket API sends events")?;
        let event: ApiGatewayWebSocketRequest = event.read()?;
        let from = event.request_context.connection_id.ok_or("there is no connection")?;
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        match request.uri().path() {
            "/$connect" => {
                connections.insert(from);
            }
            "/$disconnect" => {
                connections.remove(&from);
            }
            _ => {
                let message = std::str::from_utf8(request.body())?;
                let others = connections.iter().filter(|connection| **connection != from);
                others.for_each(|connection| self.push.push(connection, message));
            }
        }
        Ok(StatusCode::OK)
    }
}

struct ToLog;

impl Push for ToLog {
    #[expect(clippy::print_stdout, reason = "what a process prints is its log on Lambda")]
    fn push(&self, connection: &str, message: &str) {
        println!("to {connection}: {message}");
    }
}

fn main() -> ExitCode {
    let room = Room::new(ToLog);
    lambda_http::serve(move |request| room.clone().serve(request))
}

#[cfg(test)]
mod tests {
    use lambda_test::Lambda;
    use serde_json::json;

    use super::*;

    #[derive(Clone, Default)]
    struct Pushed(Arc<Mutex<Vec<String>>>);

    impl Push for Pushed {
        fn push(&self, connection: &str, message: &str) {
            let mut pushed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pushed.push(format!("{connection}: {message}"));
        }
    }

    #[lambda_test::test]
    async fn what_one_sends_reaches_the_others() {
        let pushed = Pushed::default();
        let room = Room::new(pushed.clone());
        let handler = lambda_http::handler(move |request| room.clone().serve(request));
        let function = Lambda::new().function("chat", handler).create();
        for (connection, kind, route, body) in [
            ("a", "CONNECT", "$connect", None),
            ("b", "CONNECT", "$connect", None),
            ("c", "CONNECT", "$connect", None),
            ("a", "MESSAGE", "$default", Some("hello")),
            ("c", "DISCONNECT", "$disconnect", None),
            ("b", "MESSAGE", "$default", Some("bye")),
        ] {
            let event = json!({
                "requestContext": {"connectionId": connection, "eventType": kind, "routeKey": route},
                "body": body, "isBase64Encoded": false,
            });
            let response: serde_json::Value = function.invoke(event).await.json()?;
            assert_eq!(response["statusCode"], 200);
        }
        let pushed = pushed.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(*pushed, ["b: hello", "c: hello", "a: bye"]);
    }
}
