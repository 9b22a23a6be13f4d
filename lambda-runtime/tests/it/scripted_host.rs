//! An environment whose API answers by a script, and keeps a record of the conversation.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use lambda_core::{ApiAddress, BoxFuture, Host, Transport, Variables};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

/// What the service does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Sends these bytes.
    Bytes(String),
    /// Sends these bytes and ends the connection.
    BytesAndEnd(String),
    /// Ends the connection once so many bytes of the request are read.
    #[allow(dead_code, reason = "the tests of extensions have `cutting.rs` for it")]
    CutAfter(usize),
}

/// What an environment has whose API answers by a script.
pub(crate) fn variables() -> Variables {
    Variables::from_iter([("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")])
}

/// An environment whose API answers by scripts, one list for each connection: it is refused where the list is
/// empty, and once they are used up.
pub(crate) struct ScriptedHost {
    now: SystemTime,
    connections: Mutex<VecDeque<Vec<Answer>>>,
    opened: Mutex<usize>,
    record: Arc<Mutex<String>>,
}

impl ScriptedHost {
    pub(crate) fn new(now: SystemTime, connections: Vec<Vec<Answer>>) -> Self {
        let connections = Mutex::new(connections.into());
        Self { now, connections, opened: Mutex::new(0), record: Arc::default() }
    }

    /// The conversation and the log, a line each.
    pub(crate) fn record(&self) -> Arc<Mutex<String>> {
        self.record.clone()
    }

    fn note(record: &Mutex<String>, line: &str) {
        let mut record = record.lock().expect("no test thread panicked");
        record.push_str(line);
        record.push('\n');
    }
}

impl Host for ScriptedHost {
    fn connect(&self, _: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        let script = self.connections.lock().expect("no test thread panicked").pop_front();
        let Some(script) = script.filter(|script| !script.is_empty()) else {
            Self::note(&self.record, "connection refused");
            return Box::pin(async { Err(io::ErrorKind::ConnectionRefused.into()) });
        };
        let number = {
            let mut opened = self.opened.lock().expect("no test thread panicked");
            *opened += 1;
            *opened
        };
        let (client, server) = tokio::io::duplex(64 * 1024);
        tokio::spawn(serve(number, server, script, self.record.clone()));
        Box::pin(async { Ok(Transport::Memory(client)) })
    }

    fn now(&self) -> SystemTime {
        self.now
    }

    fn log(&self, line: &str) {
        Self::note(&self.record, &format!("log: {line}"));
    }

    fn random(&self) -> u64 {
        0
    }

    fn spawn(&self, task: BoxFuture<()>) {
        tokio::spawn(task);
    }
}

async fn serve(
    number: usize,
    mut stream: DuplexStream,
    script: Vec<Answer>,
    record: Arc<Mutex<String>>,
) {
    for answer in script {
        if let Answer::CutAfter(length) = answer {
            let mut part = vec![0; length];
            // A client that has gone does not matter to the script.
            let _ = stream.read_exact(&mut part).await;
            let line = String::from_utf8_lossy(&part);
            let line = line.lines().next().unwrap_or_default().replace("/2018-06-01/runtime/", "");
            ScriptedHost::note(&record, &format!("{number} cut: {line}"));
            return;
        }
        let Some(request) = request(&mut stream).await else { return };
        ScriptedHost::note(&record, &format!("{number} {request}"));
        let (bytes, end) = match answer {
            Answer::Bytes(bytes) => (bytes, false),
            Answer::BytesAndEnd(bytes) => (bytes, true),
            Answer::CutAfter(_) => return,
        };
        // A client that has gone does not matter to the script.
        let _ = stream.write_all(bytes.as_bytes()).await;
        if end {
            return;
        }
    }
    // The script is over: nobody answers any more.
    std::future::pending::<()>().await;
}

/// Reads one request; its line without version, its error type header and its body.
async fn request(stream: &mut DuplexStream) -> Option<String> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break String::from_utf8_lossy(&bytes[..end]).into_owned();
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let header = |name: &str| {
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or("")
    };
    let length: usize = header("content-length").parse().unwrap_or(0);
    while bytes.len() < head.len() + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8_lossy(&bytes[head.len() + 4..]);
    let line = head.lines().next().unwrap_or_default();
    let line = line.trim_end_matches(" HTTP/1.1").replace("/2018-06-01/runtime/", "");
    let error_type = header("lambda-runtime-function-error-type");
    Some([&*line, error_type, &*body].join(" ").trim_end().to_owned())
}
