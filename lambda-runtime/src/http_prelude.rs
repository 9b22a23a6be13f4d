//! What stands before the body of a response that becomes an HTTP response.

use std::collections::BTreeMap;

use serde::Serialize;

/// Status, headers and cookies of a response that becomes an HTTP response: by a function URL with the invoke mode
/// `RESPONSE_STREAM`, or by API Gateway with response streaming.
///
/// ```
/// use lambda_runtime::{HttpPrelude, Response};
///
/// let prelude = HttpPrelude::new(404).header("cache-control", "no-store").cookie("seen=1; HttpOnly");
/// let response = Response::text("not here").with_http(prelude);
/// assert_eq!(
///     response.as_bytes().expect("it is whole"),
///     "{\"statusCode\":404,\"headers\":{\"cache-control\":\"no-store\",\"content-type\":\"text/plain; charset=utf-8\"},\
///      \"cookies\":[\"seen=1; HttpOnly\"]}\0\0\0\0\0\0\0\0not here"
/// );
/// ```
///
/// Source: API Gateway developer guide, "Lambda proxy integration with response streaming".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpPrelude {
    status_code: u16,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
}

/// The end of a prelude: "exactly 8 NUL bytes".
const DELIMITER: [u8; 8] = [0; 8];

impl HttpPrelude {
    /// A prelude with this status, without headers and cookies.
    pub fn new(status: u16) -> Self {
        Self { status_code: status, headers: BTreeMap::new(), cookies: Vec::new() }
    }

    /// Adds a header. The values of one that is there already are joined by `, `, as HTTP has it; cookies, for which that
    /// would be wrong, have [a place of their own](Self::cookie).
    pub fn header(mut self, name: impl Into<String>, value: impl AsRef<str>) -> Self {
        let name = name.into().to_ascii_lowercase();
        let value = value.as_ref();
        self.headers
            .entry(name)
            .and_modify(|values| {
                values.push_str(", ");
                values.push_str(value);
            })
            .or_insert_with(|| value.to_owned());
        self
    }

    /// Adds a cookie: a whole value of the header `set-cookie`.
    pub fn cookie(mut self, cookie: impl Into<String>) -> Self {
        self.cookies.push(cookie.into());
        self
    }

    /// Writes it, with the delimiter; the content type is that of the HTTP response, unless a header has one.
    pub(crate) fn into_bytes(mut self, content_type: &str) -> Vec<u8> {
        self.headers.entry("content-type".to_owned()).or_insert_with(|| content_type.to_owned());
        // Texts and a number have a form in JSON, in which no NUL occurs.
        let mut bytes = serde_json::to_vec(&self).unwrap_or_default();
        bytes.extend_from_slice(&DELIMITER);
        bytes
    }
}
