//! A runtime that makes raw requests by a script, and what it is answered.

use std::io;

use lambda_core::{Answer, Connection, Stream, wire::Header};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The connections of one script, and what was seen so far.
pub(crate) struct Runtime {
    address: String,
    connections: Vec<Option<Connection>>,
    request_id: String,
    /// Of the extensions that have registered.
    identifiers: Vec<String>,
    pub(crate) seen: Vec<String>,
}

impl Runtime {
    pub(crate) fn new(address: String) -> Self {
        Self {
            address,
            connections: Vec::new(),
            request_id: "none".to_owned(),
            identifiers: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Does what one line says: the number of a connection, headers in brackets with bars between
    /// them, a verb, a path, and a body.
    ///
    /// | verb | meaning |
    /// |---|---|
    /// | `GET`, `POST`, … | a request; with `&` at the end its answer is not waited for |
    /// | `begin PATH TEXT` | on a new connection, the head of a chunked `POST` and its first chunk |
    /// | `end` | the last chunk |
    /// | `cut PATH` | half of a `POST`, then the end of the connection |
    /// | `answer` | reads an answer that was not waited for |
    ///
    /// `{id}` is the request id that `next` gave last, `{x1}` the identifier of the extension that
    /// registered first, `{N}` in a body is N letters.
    pub(crate) async fn line(&mut self, line: &str) -> io::Result<()> {
        let (line, waits) = line.strip_suffix(" &").map_or((line, true), |line| (line, false));
        let (number, rest) = line.split_once(' ').unwrap_or((line, ""));
        let number: usize = number.parse().map_err(|_| io::Error::other("no number"))?;
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
                let mut stream = TcpStream::connect(&self.address).await?;
                stream.write_all(head.as_bytes()).await?;
                let mut interim = Vec::new();
                while !interim.ends_with(b"\r\n\r\n") {
                    if stream.read_buf(&mut interim).await? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                let chunk = format!("{:x}\r\n{body}\r\n", body.len());
                stream.write_all(chunk.as_bytes()).await?;
                self.put(number, Stream::Tcp(stream));
                return Ok(());
            }
            "end" => self.connection(number).await?.send(b"0\r\n\r\n", b"").await?,
            "cut" => {
                let mut stream = TcpStream::connect(&self.address).await?;
                let head = format!("{line}content-length: 100\r\n\r\nhalf");
                stream.write_all(head.as_bytes()).await?;
                stream.shutdown().await?;
                self.put(number, Stream::Tcp(stream));
            }
            method => {
                let body = repeated(body);
                let path = if path.starts_with('/') { path } else { format!("/2018-06-01/{path}") };
                let length = body.len();
                let head = format!(
                    "{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n"
                );
                self.connection(number).await?.send(head.as_bytes(), body.as_bytes()).await?;
            }
        }
        if waits {
            let answer = self.connection(number).await?.receive().await;
            let seen = match answer {
                Ok(answer) => self.read(answer),
                Err(_) => "closed".to_owned(),
            };
            self.seen.push(seen);
        }
        Ok(())
    }

    /// Status, error type and message, or the text; the headers of an event by name.
    fn read(&mut self, answer: Answer) -> String {
        let mut text = String::from_utf8_lossy(&answer.body).into_owned();
        if let Some(event) = event_of_extension(&text) {
            text = event;
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
            let all = [
                Header::DeadlineMs,
                Header::FunctionArn,
                Header::TraceId,
                Header::ClientContext,
                Header::CognitoIdentity,
                Header::TenantId,
                Header::InvocationId,
                Header::ContentType,
            ];
            let names = all.into_iter().filter(|header| answer.headers.bytes(*header).is_some());
            for header in names {
                seen.push_str(" +");
                seen.push_str(header.name().trim_start_matches("lambda-runtime-"));
            }
        }
        seen
    }

    async fn connection(&mut self, number: usize) -> io::Result<&mut Connection> {
        if self.connections.get(number).is_none_or(Option::is_none) {
            let stream = TcpStream::connect(&self.address).await?;
            stream.set_nodelay(true)?;
            self.put(number, Stream::Tcp(stream));
        }
        self.connections[number].as_mut().ok_or_else(|| io::Error::other("no connection"))
    }

    fn put(&mut self, number: usize, stream: Stream) {
        if self.connections.len() <= number {
            self.connections.resize_with(number + 1, || None);
        }
        self.connections[number] = Some(Connection::new(stream));
    }
}

/// An event for an extension, by its type and the names of what else it says.
fn event_of_extension(text: &str) -> Option<String> {
    let event: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut names: Vec<&str> = event.as_object()?.keys().map(String::as_str).collect();
    names.sort_unstable();
    Some(format!("{} {}", event["eventType"].as_str()?, names.join(" ")))
}

/// `{N}` becomes N letters.
fn repeated(body: &str) -> String {
    let count = body.strip_prefix('{').and_then(|body| body.strip_suffix('}'));
    match count.and_then(|count| count.parse().ok()) {
        Some(count) => "x".repeat(count),
        None => body.to_owned(),
    }
}
