//! What child processes send to other machines: nothing, unless a test allows it.
//!
//! They have proxies and an endpoint of AWS among their variables, which refuse what they are asked for and state its host.

use std::{rc::Rc, sync::Arc, time::Duration};

use lambda_core::Variables;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use super::inbox::Message;

/// How much of a request is read until its head must be complete.
const HEAD: usize = 64 * 1024;

/// How long a head may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hosts that a function may call.
pub(crate) type Allowed = Rc<[Arc<str>]>;

/// Returns whether a function may call anything.
pub(super) fn allows_all(allowed: &Allowed) -> bool {
    allowed.iter().any(|host| **host == *"*")
}

/// The names of variables in which programs look for proxies.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"];
const NO_PROXIES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What is reached without a proxy: the APIs.
const OWN: &str = "127.0.0.1,localhost,sandbox.localdomain,sandbox";

/// Sets the variables of a child process, as far as the function sets none of its own.
pub(super) fn set(variables: &mut Variables, address: &str, allowed: &Allowed) {
    let url = format!("http://{address}");
    let is_set = |variables: &Variables, name: &str| variables.get(name).is_some();
    // A client that is allowed to call a service of AWS finds it by itself.
    let own_endpoint = variables.iter().any(|(name, _)| name.starts_with("AWS_ENDPOINT_URL"));
    if !own_endpoint && allowed.is_empty() {
        variables.set("AWS_ENDPOINT_URL", &*url);
    }
    for name in PROXIES {
        if !is_set(variables, name) {
            variables.set(name, &*url);
        }
    }
    for name in NO_PROXIES {
        if !is_set(variables, name) {
            variables.set(name, OWN);
        }
    }
}

/// Binds the port at which requests are refused.
pub(super) fn bind() -> std::io::Result<(TcpListener, String)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?.to_string();
    Ok((TcpListener::from_std(listener)?, address))
}

/// Refuses what comes, or connects it where it is allowed.
pub(super) async fn serve(
    listener: TcpListener,
    allowed: Allowed,
    process: u64,
    messages: mpsc::UnboundedSender<Message>,
) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let (allowed, messages) = (allowed.clone(), messages.clone());
        connections.spawn_local(async move {
            let called = tokio::time::timeout(PATIENCE, read_head(stream)).await;
            let Ok(Some((stream, head))) = called else { return };
            let Some(destined) = Destined::of(&head) else { return };
            if allowed.iter().any(|host| destined.is_at(host)) {
                // A host that does not respond is the function's to notice.
                let _ = connect(stream, &destined, &head).await;
                return;
            }
            let host: Arc<str> = destined.host().into();
            let _ = messages.send(Message::Outside(process, host.clone()));
            let _ = refuse(stream, &host).await;
        });
    }
}

async fn read_head(mut stream: TcpStream) -> Option<(TcpStream, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        if HEAD < head.len() || stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    Some((stream, head))
}

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
struct Destined {
    /// With its port.
    authority: String,
    is_tunnel: bool,
}

impl Destined {
    fn of(head: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let mut line = lines.next()?.split(' ');
        let (method, target) = (line.next()?, line.next()?);
        let headers = |name: &str| {
            head.lines().skip(1).find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            })
        };
        if method == "CONNECT" {
            return Some(Self { authority: target.to_owned(), is_tunnel: true });
        }
        let absolute =
            target.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
        let authority = match (absolute, headers("authorization")) {
            (Some(authority), _) => authority.to_owned(),
            // A client of AWS, at the endpoint that it has.
            (None, authorization) => of_aws(&authorization.unwrap_or_default())
                .or_else(|| headers("host"))
                .unwrap_or_default(),
        };
        Some(Self { authority, is_tunnel: false })
    }

    fn host(&self) -> &str {
        self.authority.rsplit_once(':').map_or(&*self.authority, |(host, _)| host)
    }

    /// Whether this is a host, or one below a domain that begins with a dot.
    fn is_at(&self, allowed: &str) -> bool {
        let host = self.host();
        host.eq_ignore_ascii_case(allowed) || allowed.starts_with('.') && host.ends_with(allowed)
    }
}

/// The host of the service of AWS for which a request was signed: the scope in `Credential=…/date/region/service/…`.
fn of_aws(authorization: &str) -> Option<String> {
    let scope = authorization.split("Credential=").nth(1)?.split(',').next()?;
    let mut scope = scope.rsplit('/').skip(1);
    let (service, region) = (scope.next()?, scope.next()?);
    Some(format!("{service}.{region}.amazonaws.com"))
}

async fn connect(mut stream: TcpStream, destined: &Destined, head: &[u8]) -> std::io::Result<()> {
    let authority = match destined.authority.contains(':') {
        true => destined.authority.clone(),
        false => format!("{}:80", destined.authority),
    };
    let mut to = TcpStream::connect(authority).await?;
    if destined.is_tunnel {
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    } else {
        to.write_all(head).await?;
    }
    copy_bidirectional(&mut stream, &mut to).await.map(drop)
}

async fn refuse(mut stream: TcpStream, host: &str) -> std::io::Result<()> {
    let body = format!(
        "{{\"__type\":\"AccessDenied\",\"message\":\"the function called {host}: set an endpoint or a proxy of its \
         own, or allow it by `allow`\"}}"
    );
    let head = format!(
        "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, host: &str, is_tunnel: bool) {
        let destined = Destined::of(head.as_bytes()).expect("a request");
        assert_eq!((destined.host(), destined.is_tunnel), (host, is_tunnel));
    }

    #[test]
    fn a_request_names_its_host() {
        check("CONNECT api.example.com:443 HTTP/1.1\r\n\r\n", "api.example.com", true);
        check("GET http://api.example.com/a HTTP/1.1\r\nhost: x\r\n\r\n", "api.example.com", false);
        check("GET http://api.example.com:8080/ HTTP/1.1\r\n\r\n", "api.example.com", false);
        let signed = "POST / HTTP/1.1\r\nHost: 127.0.0.1:9\r\nAuthorization: AWS4-HMAC-SHA256 \
                      Credential=ASIA/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host\r\n\r\n";
        check(signed, "dynamodb.eu-west-1.amazonaws.com", false);
        check("GET / HTTP/1.1\r\nhost: other:80\r\n\r\n", "other", false);
        assert_eq!(Destined::of(b"\r\n\r\n"), None);
    }

    #[test]
    fn a_host_is_allowed_by_its_name_or_its_domain() {
        let destined =
            Destined { authority: "s3.us-east-1.amazonaws.com:443".to_owned(), is_tunnel: true };
        assert!(destined.is_at("S3.us-east-1.amazonaws.com") && destined.is_at(".amazonaws.com"));
        assert!(!destined.is_at("amazonaws.com") && !destined.is_at("other"));
    }
}
