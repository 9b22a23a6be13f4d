//! A runtime that makes raw requests by a script, and what it is answered.

use std::{collections::BTreeMap, io, time::Duration};

use lambda_core::{
    Connection, FunctionError, HttpResponse, Transport,
    wire::{Header, error_trailers},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
};

use crate::{Introduced, telemetry::Listener};

/// What the runtime is called where an extension has its name.
const RUNTIME: &str = "runtime";

/// How long a process may take to say who it is, and an answer to come.
const SOON: Duration = Duration::from_secs(10);

/// After this, one that has not said who it is was not started.
const LATE: Duration = Duration::from_millis(300);

/// The processes and connections of one script, and what was seen so far.
pub(crate) struct Runtime {
    heard: mpsc::UnboundedReceiver<Introduced>,
    processes: BTreeMap<String, Introduced>,
    /// By the name of the process and a number.
    connections: BTreeMap<(String, usize), Connection>,
    request_id: String,
    /// Of the extensions that have registered.
    identifiers: Vec<String>,
    telemetry: Listener,
    pub(crate) seen: Vec<String>,
}

impl Runtime {
    /// Of the processes that say who they are.
    pub(crate) fn new(heard: mpsc::UnboundedReceiver<Introduced>) -> Self {
        Self {
            heard,
            processes: BTreeMap::new(),
            connections: BTreeMap::new(),
            request_id: "none".to_owned(),
            identifiers: Vec::new(),
            telemetry: Listener::default(),
            seen: Vec::new(),
        }
    }

    /// Waits until a process has said who it is, and gives the last one of this name.
    async fn process(&mut self, name: &str) -> io::Result<&Introduced> {
        let waiting = async {
            while let Some(process) = match self.processes.contains_key(name) {
                true => self.heard.try_recv().ok(),
                false => self.heard.recv().await,
            } {
                self.processes.insert(process.name.clone(), process);
            }
        };
        // One that never says it is missing below.
        let _ = tokio::time::timeout(SOON, waiting).await;
        self.processes.get(name).ok_or_else(|| io::Error::other(format!("no process {name}")))
    }

    /// Whether a process has been started by now, or is a moment later.
    async fn is_started(&mut self, name: &str) -> bool {
        let waiting = async {
            while !self.processes.contains_key(name) {
                let Some(process) = self.heard.recv().await else { return };
                self.processes.insert(process.name.clone(), process);
            }
        };
        // What counts is who has come.
        let _ = tokio::time::timeout(LATE, waiting).await;
        self.processes.contains_key(name)
    }

    /// Ends a process as a line says; false when it says something else. `x: exit 0` ends the extension x.
    pub(crate) async fn end(&mut self, line: &str) -> bool {
        use rustix::process::{Pid, Signal, kill_process};
        let (name, line) = line.split_once(": ").unwrap_or((RUNTIME, line));
        let signal = match line {
            "exit 7" => Signal::USR1,
            "exit 0" => Signal::USR2,
            "kill" => Signal::KILL,
            _ => return false,
        };
        let id = self.process(name).await.expect("it was started").id;
        kill_process(Pid::from_raw(id).expect("a process"), signal).expect("it runs");
        true
    }

    /// Does what one line says: the number of a connection, headers in brackets with bars between
    /// them, a verb, a path, and a body. `x:1` is a connection of the extension `x`.
    ///
    /// | verb | meaning |
    /// |---|---|
    /// | `GET`, `POST`, … | a request; with `&` at the end its answer is not waited for |
    /// | `begin PATH TEXT` | on a new connection, the head of a chunked `POST` and its first chunk |
    /// | `piece TEXT` | another chunk |
    /// | `end` | the last chunk |
    /// | `fail TYPE MESSAGE` | the last chunk, with an error in trailers |
    /// | `cut PATH` | half of a `POST`, then the end of the connection |
    /// | `answer` | reads an answer that was not waited for |
    /// | `registers INVOKE and SHUTDOWN` | of an extension, under its name |
    /// | `asks as {x1}` | for its next event |
    ///
    /// `{id}` is the request id that `next` gave last, `{x1}` the identifier of the extension that
    /// registered first, `{N}` in a body is N letters, `{port}` where telemetry is heard. `is there?` says
    /// whether the runtime was started, `heard` what telemetry said.
    pub(crate) async fn line(&mut self, line: &str) -> io::Result<()> {
        if line == "is there?" {
            let is_there = self.is_started(RUNTIME).await;
            self.seen
                .push(format!("the runtime was {}started", if is_there { "" } else { "not " }));
            return Ok(());
        }
        if line == "heard" {
            self.seen.extend(self.telemetry.heard().await);
            return Ok(());
        }
        let port = self.telemetry.port().await?;
        let line = &*written_out(line);
        let (line, waits) = line.strip_suffix(" &").map_or((line, true), |line| (line, false));
        let (number, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (name, number) = number.split_once(':').unwrap_or((RUNTIME, number));
        let number: usize = number.parse().map_err(|_| io::Error::other("no number"))?;
        let place = (name.to_owned(), number);
        let address = self.process(name).await?.address.clone();
        let (headers, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((headers, rest)) => {
                let mut headers = format!("{}\r\n", headers.replace('|', "\r\n"));
                for (number, identifier) in self.identifiers.iter().enumerate() {
                    headers = headers.replace(&format!("{{x{}}}", number + 1), identifier);
                }
                (headers, rest)
            }
            None => (String::new(), rest),
        };
        let mut parts = rest.splitn(3, ' ');
        let mut part = || parts.next().unwrap_or_default();
        let (verb, path, body) = (part(), part(), part());
        let path = path.replace("{id}", &self.request_id);
        let line = format!("POST /2018-06-01/{path} HTTP/1.1\r\nhost: x\r\n{headers}");
        match verb {
            "answer" => {}
            "begin" => {
                // The server sends 100 once it reads the body: then the call has begun for it.
                let head =
                    format!("{line}expect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\n");
                let mut stream = TcpStream::connect(&address).await?;
                stream.write_all(head.as_bytes()).await?;
                let mut interim = Vec::new();
                while !interim.ends_with(b"\r\n\r\n") {
                    if stream.read_buf(&mut interim).await? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                let chunk = format!("{:x}\r\n{body}\r\n", body.len());
                stream.write_all(chunk.as_bytes()).await?;
                self.connections.insert(place, Connection::new(Transport::Tcp(stream)));
                return Ok(());
            }
            "piece" => {
                let text = repeated(&path);
                let chunk = format!("{:x}\r\n{text}\r\n", text.len());
                self.connection(&place).await?.send(chunk.as_bytes(), b"").await?;
                return Ok(());
            }
            "end" => self.connection(&place).await?.send(b"0\r\n\r\n", b"").await?,
            "fail" => {
                let trailers = error_trailers(&FunctionError::new(path, body));
                let end = format!("0\r\n{trailers}\r\n");
                self.connection(&place).await?.send(end.as_bytes(), b"").await?;
            }
            "cut" => {
                let mut stream = TcpStream::connect(&address).await?;
                let head = format!("{line}content-length: 100\r\n\r\nhalf");
                stream.write_all(head.as_bytes()).await?;
                stream.shutdown().await?;
                self.connections.insert(place.clone(), Connection::new(Transport::Tcp(stream)));
            }
            method => {
                let body = repeated(body).replace("{port}", &port.to_string());
                let path = if path.starts_with('/') { path } else { format!("/2018-06-01/{path}") };
                let length = body.len();
                let head = format!(
                    "{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n"
                );
                self.connection(&place).await?.send(head.as_bytes(), body.as_bytes()).await?;
            }
        }
        if waits {
            let receiving = self.connection(&place).await?.receive();
            let seen = match tokio::time::timeout(SOON, receiving).await {
                Ok(Ok(answer)) => self.read(answer),
                Ok(Err(_)) => "closed".to_owned(),
                Err(_) => "(no answer)".to_owned(),
            };
            self.seen.push(seen);
        }
        Ok(())
    }

    /// Status, error type and message, or the text; the headers of an event by name.
    fn read(&mut self, answer: HttpResponse) -> String {
        let mut text = String::from_utf8_lossy(&answer.body).into_owned();
        if let Some(event) = event_of_extension(&text) {
            text = event;
        }
        // Each says in its own words what is wrong with a subscription.
        if text.contains("ValidationError") {
            text = "ValidationError".to_owned();
        }
        for (number, identifier) in self.identifiers.iter().enumerate() {
            text = text.replace(identifier, &format!("x{}", number + 1));
        }
        let mut seen = format!("{} {}", answer.status, text.replace('\n', "\\n"));
        if let Some(identifier) = answer.headers.text(Header::ExtensionIdentifier) {
            self.identifiers.push(identifier.into_owned());
            seen.push_str(" +extension-identifier");
        }
        if let Some(id) = answer.headers.text(Header::RequestId) {
            self.request_id = id.into_owned();
            let told = [Header::RequestId, Header::ExtensionIdentifier];
            let names = Header::ALL
                .into_iter()
                .filter(|header| !told.contains(header) && answer.headers.bytes(*header).is_some());
            for header in names {
                seen.push_str(" +");
                seen.push_str(header.name().trim_start_matches("lambda-runtime-"));
            }
        }
        seen
    }

    async fn connection(&mut self, place: &(String, usize)) -> io::Result<&mut Connection> {
        if !self.connections.contains_key(place) {
            let address = self.process(&place.0).await?.address.clone();
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            self.connections.insert(place.clone(), Connection::new(Transport::Tcp(stream)));
        }
        self.connections.get_mut(place).ok_or_else(|| io::Error::other("no connection"))
    }
}

/// What an extension does, as the request that it is.
fn written_out(line: &str) -> String {
    let (place, what) = line.split_once(' ').unwrap_or((line, ""));
    let name = place.split_once(':').map_or("", |(name, _)| name);
    if let Some(events) = what.strip_prefix("registers") {
        let events: Vec<String> = events
            .split_whitespace()
            .filter(|word| *word != "and")
            .map(|event| format!("{event:?}"))
            .collect();
        let events = events.join(",");
        return format!(
            "{place} [lambda-extension-name: {name}] POST /2020-01-01/extension/register \
             {{\"events\":[{events}]}}"
        );
    }
    if let Some(identifier) = what.strip_prefix("asks as ") {
        let (identifier, and) = identifier.split_once(' ').unwrap_or((identifier, ""));
        let and = if and.is_empty() { "" } else { " &" };
        return format!(
            "{place} [lambda-extension-identifier: {identifier}] GET \
             /2020-01-01/extension/event/next{and}"
        );
    }
    line.to_owned()
}

/// An event for an extension, by its type and the names of what else it says.
fn event_of_extension(text: &str) -> Option<String> {
    let event: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut names: Vec<&str> = event.as_object()?.keys().map(String::as_str).collect();
    names.sort_unstable();
    let reason = event["shutdownReason"].as_str().map(|reason| format!(": {reason}"));
    let (kind, reason) = (event["eventType"].as_str()?, reason.unwrap_or_default());
    Some(format!("{kind} {}{reason}", names.join(" ")))
}

/// `{N}` becomes N letters.
fn repeated(body: &str) -> String {
    let count = body.strip_prefix('{').and_then(|body| body.strip_suffix('}'));
    match count.and_then(|count| count.parse().ok()) {
        Some(count) => "x".repeat(count),
        None => body.to_owned(),
    }
}
