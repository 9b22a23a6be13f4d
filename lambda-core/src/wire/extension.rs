//! The calls of an extension: heads of requests.

use std::fmt::Write as _;

use crate::{ApiAddress, FunctionError};

/// The heads of the requests of one extension.
///
/// A body follows the head as it is; its length is in the head. The identifier is the one that the answer
/// to [`register`](Self::register) has in its header.
#[derive(Clone, Debug)]
pub struct ExtensionRequests {
    base: String,
    /// From the end of the path.
    tail: String,
}

impl ExtensionRequests {
    /// Renders the heads for the API at this address; `user_agent` is told to the service.
    pub fn new(address: &ApiAddress, user_agent: &str) -> Self {
        let authority = address.authority();
        Self {
            base: address.base_path().to_string(),
            tail: format!(" HTTP/1.1\r\nhost: {authority}\r\nuser-agent: {user_agent}\r\n"),
        }
    }

    /// `POST register`, with the events as a JSON object; `features` are asked for beside it.
    pub fn register(&self, name: &str, features: &[&str], length: usize) -> Vec<u8> {
        let mut head = self.head("POST", "/2020-01-01/extension/register");
        line(&mut head, "lambda-extension-name", name);
        if !features.is_empty() {
            line(&mut head, "lambda-extension-accept-feature", &features.join(","));
        }
        with_body(head, length)
    }

    /// `GET event/next`: a long poll that also says that the extension is ready, or done.
    pub fn next(&self, identifier: &str) -> Vec<u8> {
        let mut head = self.head("GET", "/2020-01-01/extension/event/next");
        line(&mut head, "lambda-extension-identifier", identifier);
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// `POST init/error`: the extension exits after the answer. The body is [`FunctionError::to_json`].
    pub fn init_error(&self, identifier: &str, error: &FunctionError, length: usize) -> Vec<u8> {
        self.error("init", identifier, error, length)
    }

    /// `POST exit/error`: the extension exits after the answer. The body is [`FunctionError::to_json`].
    pub fn exit_error(&self, identifier: &str, error: &FunctionError, length: usize) -> Vec<u8> {
        self.error("exit", identifier, error, length)
    }

    /// `PUT telemetry`: a subscription, as a JSON object.
    pub fn telemetry(&self, identifier: &str, length: usize) -> Vec<u8> {
        let mut head = self.head("PUT", "/2022-07-01/telemetry");
        line(&mut head, "lambda-extension-identifier", identifier);
        with_body(head, length)
    }

    fn error(
        &self,
        phase: &str,
        identifier: &str,
        error: &FunctionError,
        length: usize,
    ) -> Vec<u8> {
        let mut head = self.head("POST", &format!("/2020-01-01/extension/{phase}/error"));
        line(&mut head, "lambda-extension-identifier", identifier);
        let error_type = error_type(&error.error_type);
        line(&mut head, "lambda-extension-function-error-type", &error_type);
        with_body(head, length)
    }

    fn head(&self, method: &str, path: &str) -> String {
        format!("{method} {}{path}{}", self.base, self.tail)
    }
}

fn line(head: &mut String, name: &str, value: &str) {
    // Writing to text never fails.
    let _ = write!(head, "{name}: {value}\r\n");
}

fn with_body(mut head: String, length: usize) -> Vec<u8> {
    line(&mut head, "content-type", "application/json");
    line(&mut head, "content-length", &length.to_string());
    head.push_str("\r\n");
    head.into_bytes()
}

/// "`Extension.<Reason>`, reason CamelCase": `io::Error` is `Extension.IoError`.
fn error_type(name: &str) -> String {
    if name.starts_with("Extension.") && name.bytes().all(|byte| (b'!'..=b'~').contains(&byte)) {
        return name.to_owned();
    }
    let name = name.strip_prefix("Function.").unwrap_or(name);
    let words = name.split(|letter: char| !letter.is_ascii_alphabetic());
    let mut reason = "Extension.".to_owned();
    for word in words {
        let mut letters = word.chars();
        reason.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        reason.push_str(letters.as_str());
    }
    if reason == "Extension." { "Extension.Error".to_owned() } else { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_as_the_contract_says() -> Result<(), crate::WireError> {
        let requests = ExtensionRequests::new(&"127.0.0.1:9001".parse()?, "us");
        let text = |head: Vec<u8>| String::from_utf8_lossy(&head).into_owned();
        assert_eq!(
            text(requests.register("log-shipper", &["accountId"], 2)),
            "POST /2020-01-01/extension/register HTTP/1.1\r\nhost: 127.0.0.1:9001\r\n\
             user-agent: us\r\nlambda-extension-name: log-shipper\r\n\
             lambda-extension-accept-feature: accountId\r\ncontent-type: application/json\r\n\
             content-length: 2\r\n\r\n",
        );
        assert_eq!(
            text(requests.next("id")),
            "GET /2020-01-01/extension/event/next HTTP/1.1\r\nhost: 127.0.0.1:9001\r\n\
             user-agent: us\r\nlambda-extension-identifier: id\r\n\r\n",
        );
        let error = FunctionError::new("io::Error", "gone");
        assert_eq!(
            text(requests.exit_error("id", &error, 0)),
            "POST /2020-01-01/extension/exit/error HTTP/1.1\r\nhost: 127.0.0.1:9001\r\n\
             user-agent: us\r\nlambda-extension-identifier: id\r\n\
             lambda-extension-function-error-type: Extension.IoError\r\n\
             content-type: application/json\r\ncontent-length: 0\r\n\r\n",
        );
        Ok(())
    }

    #[test]
    fn error_types_are_in_camel_case() {
        for (name, reason) in [
            ("OrderError", "Extension.OrderError"),
            ("io::Error", "Extension.IoError"),
            ("Function.Error", "Extension.Error"),
            ("Extension.NoTable", "Extension.NoTable"),
            ("", "Extension.Error"),
            ("404", "Extension.Error"),
        ] {
            assert_eq!(error_type(name), reason, "{name}");
        }
    }
}
