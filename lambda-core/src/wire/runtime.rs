//! The calls of a runtime: heads of requests rendered once, statuses read as verdicts.

use crate::{ApiAddress, FunctionError};

/// The heads of the requests of one runtime, rendered once for its API address.
///
/// A body follows the head as it is; its length is in the head.
#[derive(Clone, Debug)]
pub struct Requests {
    next: Vec<u8>,
    /// `POST {base}/2018-06-01/runtime/`.
    post: Vec<u8>,
    /// From the end of the path to the name of the content type.
    tail: Vec<u8>,
    head: Vec<u8>,
}

impl Requests {
    /// Renders the heads for the API at this address; `user_agent` is told to the service.
    pub fn new(address: &ApiAddress, user_agent: &str) -> Self {
        let base = address.base_path();
        let authority = address.authority();
        let tail = format!(" HTTP/1.1\r\nhost: {authority}\r\nuser-agent: {user_agent}\r\n");
        Self {
            next: format!("GET {base}/2018-06-01/runtime/invocation/next{tail}\r\n").into_bytes(),
            post: format!("POST {base}/2018-06-01/runtime/").into_bytes(),
            tail: format!("{tail}content-type: ").into_bytes(),
            head: Vec::new(),
        }
    }

    /// `GET next`: a long poll that also says that the previous invocation is over.
    #[inline]
    pub fn next(&self) -> &[u8] {
        &self.next
    }

    /// `POST response`: the result of an invocation, whole. The id is the one that `next` gave, and
    /// was checked.
    #[inline]
    pub fn response(
        &mut self,
        request_id: &[u8],
        invocation_id: Option<&str>,
        content_type: &str,
        length: usize,
    ) -> &[u8] {
        self.begin([b"invocation/", request_id, b"/response"], content_type);
        self.invocation_id(invocation_id);
        self.end(length)
    }

    /// `POST response` of a result that comes in pieces: a chunked body, which may end with
    /// [`error_trailers`].
    pub fn stream(
        &mut self,
        request_id: &[u8],
        invocation_id: Option<&str>,
        content_type: &str,
    ) -> &[u8] {
        self.begin([b"invocation/", request_id, b"/response"], content_type);
        self.invocation_id(invocation_id);
        self.header("lambda-runtime-function-response-mode", "streaming");
        // "The two trailer names must be declared up front whenever they might be sent."
        self.header(
            "trailer",
            "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
        );
        self.head.extend_from_slice(b"\r\ntransfer-encoding: chunked\r\n\r\n");
        &self.head
    }

    /// `POST error`: an invocation failed; the body is [`FunctionError::to_json`].
    pub fn error(
        &mut self,
        request_id: &[u8],
        invocation_id: Option<&str>,
        error: &FunctionError,
        length: usize,
    ) -> &[u8] {
        self.begin([b"invocation/", request_id, b"/error"], "application/json");
        self.error_headers(error);
        self.invocation_id(invocation_id);
        self.end(length)
    }

    /// `POST init/error`: the init phase failed; the process exits after the response.
    pub fn init_error(&mut self, error: &FunctionError, length: usize) -> &[u8] {
        self.begin([b"init", b"/", b"error"], "application/json");
        self.error_headers(error);
        self.end(length)
    }

    /// `GET restore/next`: with SnapStart, the environment may be snapshotted. The response comes after the restore.
    pub fn restore_next(&mut self) -> &[u8] {
        let path = &self.post[b"POST ".len()..];
        // Without a content type.
        let tail = &self.tail[..self.tail.len() - b"content-type: ".len()];
        self.head.clear();
        for part in [b"GET ", path, b"restore/next", tail, b"\r\n"] {
            self.head.extend_from_slice(part);
        }
        &self.head
    }

    /// `POST restore/error`: a hook after the restore failed; the process exits after the response.
    pub fn restore_error(&mut self, error: &FunctionError, length: usize) -> &[u8] {
        self.begin([b"restore", b"/", b"error"], "application/json");
        self.error_headers(error);
        self.end(length)
    }

    fn begin(&mut self, path: [&[u8]; 3], content_type: &str) {
        self.head.clear();
        let [service, name, call] = path;
        for part in [&self.post, service, name, call, &self.tail, content_type.as_bytes()] {
            self.head.extend_from_slice(part);
        }
    }

    fn header(&mut self, name: &str, value: &str) {
        for part in ["\r\n", name, ": ", value] {
            self.head.extend_from_slice(part.as_bytes());
        }
    }

    fn error_headers(&mut self, error: &FunctionError) {
        self.header("lambda-runtime-function-error-type", &error.header_type());
        if let Some(cause) = error.cause.as_ref().and_then(|cause| cause.to_header()) {
            self.header("lambda-runtime-function-xray-error-cause", &cause);
        }
    }

    /// "A client copies `Lambda-Runtime-Invocation-Id`, if `next` had it."
    fn invocation_id(&mut self, invocation_id: Option<&str>) {
        if let Some(invocation_id) = invocation_id {
            self.header("lambda-runtime-invocation-id", invocation_id);
        }
    }

    fn end(&mut self, length: usize) -> &[u8] {
        let mut digits = itoa::Buffer::new();
        for part in ["\r\ncontent-length: ", digits.format(length), "\r\n\r\n"] {
            self.head.extend_from_slice(part.as_bytes());
        }
        &self.head
    }
}

/// The trailers of a stream that fails after its first byte: whole lines.
pub fn error_trailers(error: &FunctionError) -> String {
    let (error_type, body) = (error.header_type(), base64(&error.to_json()));
    format!(
        "Lambda-Runtime-Function-Error-Type: {error_type}\r\n\
         Lambda-Runtime-Function-Error-Body: {body}\r\n"
    )
}

/// "Standard base64 with padding."
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= three.len() { letter as char } else { '=' });
        }
    }
    text
}

/// What the answer to a `POST` means for the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
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

impl Delivery {
    /// Reads the status of an answer to `response`, `error` or `init/error`.
    #[inline]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_after_the_first_byte_is_sent_in_trailers() {
        let error = FunctionError::new("SoldOut", "of 7");
        assert_eq!(
            error_trailers(&error),
            "Lambda-Runtime-Function-Error-Type: Function.SoldOut\r\n\
             Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJTb2xkT3V0IiwiZXJyb3JNZXNzYWdlIjoib2\
             YgNyIsInN0YWNrVHJhY2UiOltdfQ==\r\n"
        );
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    /// Every status has one verdict: those in the table have theirs, all others of their hundred
    /// the hundred's.
    #[test]
    fn every_status_has_a_verdict() {
        for status in 100..=999 {
            let expected = match status / 100 {
                2 => Delivery::Delivered,
                5 => Delivery::Lost,
                _ if status == 410 => Delivery::Late,
                _ if status == 413 => Delivery::TooLarge,
                _ => Delivery::Refused,
            };
            assert_eq!(Delivery::of(status), expected, "{status}");
        }
        assert_eq!(Delivery::of(0), Delivery::Refused);
        assert_eq!(Delivery::of(u16::MAX), Delivery::Refused);
    }
}
