//! The calls of a runtime: heads of requests rendered once, statuses read as verdicts.

use crate::{ApiAddress, FunctionError};

/// The heads of the requests of one runtime, rendered once for its API address.
///
/// A body follows the head as it is; its length is in the head.
#[derive(Clone, Debug)]
pub struct Requests {
    next: String,
    /// `POST {base}/2018-06-01/runtime/`.
    post: String,
    /// From the end of the path to the last header that never changes.
    tail: String,
    head: String,
}

impl Requests {
    /// Renders the heads for the API at this address; `user_agent` is told to the service.
    pub fn new(address: &ApiAddress, user_agent: &str) -> Self {
        let base = address.base_path();
        let authority = address.authority();
        let tail = format!(" HTTP/1.1\r\nhost: {authority}\r\nuser-agent: {user_agent}\r\n");
        Self {
            next: format!("GET {base}/2018-06-01/runtime/invocation/next{tail}\r\n"),
            post: format!("POST {base}/2018-06-01/runtime/"),
            tail,
            head: String::new(),
        }
    }

    /// `GET next`: a long poll that also says that the previous invocation is over.
    pub fn next(&self) -> &[u8] {
        self.next.as_bytes()
    }

    /// `POST response`: the result of an invocation, whole.
    pub fn response(
        &mut self,
        request_id: &str,
        invocation_id: Option<&str>,
        content_type: &str,
        length: usize,
    ) -> &[u8] {
        self.begin(&["invocation/", request_id, "/response"]);
        self.header("content-type", content_type);
        self.invocation_id(invocation_id);
        self.end(length)
    }

    /// `POST error`: an invocation failed; the body is [`FunctionError::to_json`].
    pub fn error(
        &mut self,
        request_id: &str,
        invocation_id: Option<&str>,
        error: &FunctionError,
        length: usize,
    ) -> &[u8] {
        self.begin(&["invocation/", request_id, "/error"]);
        self.header("content-type", "application/json");
        self.header("lambda-runtime-function-error-type", &error.header_type());
        self.invocation_id(invocation_id);
        self.end(length)
    }

    /// `POST init/error`: the init phase failed; the process exits after the answer.
    pub fn init_error(&mut self, error: &FunctionError, length: usize) -> &[u8] {
        self.begin(&["init/error"]);
        self.header("content-type", "application/json");
        self.header("lambda-runtime-function-error-type", &error.header_type());
        self.end(length)
    }

    /// The head of the `POST` rendered last.
    pub fn last_post(&self) -> &[u8] {
        self.head.as_bytes()
    }

    fn begin(&mut self, path: &[&str]) {
        self.head.clear();
        self.head.push_str(&self.post);
        for part in path {
            self.head.push_str(part);
        }
        self.head.push_str(&self.tail);
    }

    fn header(&mut self, name: &str, value: &str) {
        for part in [name, ": ", value, "\r\n"] {
            self.head.push_str(part);
        }
    }

    /// "A client copies `Lambda-Runtime-Invocation-Id`, if `next` had it."
    fn invocation_id(&mut self, invocation_id: Option<&str>) {
        if let Some(invocation_id) = invocation_id {
            self.header("lambda-runtime-invocation-id", invocation_id);
        }
    }

    fn end(&mut self, length: usize) -> &[u8] {
        self.header("content-length", itoa::Buffer::new().format(length));
        self.head.push_str("\r\n");
        self.head.as_bytes()
    }
}

/// What the answer to a `POST` means for the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 2xx: the service has it.
    Delivered,
    /// 413: too large; the service has failed the invocation, the environment lives on.
    TooLarge,
    /// 410: the invocation timed out before; the environment lives on.
    Late,
    /// 400, 403 and every status that the contract does not name: not taken, and nothing a repetition would change.
    Refused,
    /// 5xx: the environment is lost; the process exits.
    Lost,
}

impl Verdict {
    /// Reads the status of an answer to `response`, `error` or `init/error`.
    pub fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            410 => Self::Late,
            413 => Self::TooLarge,
            500..=599 => Self::Lost,
            _ => Self::Refused,
        }
    }
}
