//! A handler against a scripted Runtime API, and a record of the conversation.

use std::{
    fmt::Write as _,
    time::{Duration, SystemTime},
};

use lambda_core::{Bootstrap, Environment};
use lambda_runtime::{Handler, IntoOutcome, Runtime};

use crate::scripted_host::{Answer, ScriptedHost, variables};

/// `next` hands out an event.
pub(crate) fn event(headers: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Bytes(format!("HTTP/1.1 200 OK\r\n{headers}content-length: {length}\r\n\r\n{body}"))
}

/// The headers of an ordinary invocation.
pub(crate) const HEADERS: &str =
    "Lambda-Runtime-Aws-Request-Id: id-1\r\nLambda-Runtime-Deadline-Ms: 3000\r\n";

/// The service answers with this status.
pub(crate) fn status(status: u16) -> Answer {
    Answer::Bytes(format!("HTTP/1.1 {status} Some Reason\r\ncontent-length: 0\r\n\r\n"))
}

/// The service ends the connection without an answer.
pub(crate) fn reset() -> Answer {
    Answer::BytesAndEnd(String::new())
}

/// Runs a handler against connections that answer by these scripts, one list for each connection;
/// when they are used up, connections are refused. Returns the conversation, then how it ended.
pub(crate) async fn converse<H, M, N>(handler: H, connections: Vec<Vec<Answer>>) -> String
where
    H: Handler<M> + 'static,
    H::Out: IntoOutcome<N>,
    M: 'static,
    N: 'static,
{
    converse_with(Runtime::new(handler), connections).await
}

/// Runs a runtime so.
pub(crate) async fn converse_with<R: Bootstrap>(runtime: R, connections: Vec<Vec<Answer>>) -> String
where
    R::Error: std::fmt::Debug,
{
    let host = ScriptedHost::new(SystemTime::UNIX_EPOCH, connections);
    let record = host.record();
    let environment = Environment::new(variables(), host);
    let running = runtime.start(environment);
    // In virtual time: what hangs, hangs for an hour at once.
    let ended = tokio::time::timeout(Duration::from_secs(3600), running).await;
    let mut record = record.lock().expect("no test thread panicked").clone();
    match ended {
        Ok(Ok(())) => record.push_str("ended\n"),
        Ok(Err(error)) => writeln!(record, "failed: {error:?}").expect("text grows"),
        Err(_) => record.push_str("waits for an answer\n"),
    }
    record
}
