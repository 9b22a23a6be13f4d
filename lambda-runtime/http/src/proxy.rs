//! The JSON that describes a response.

use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, header, response::Parts};
use lambda_runtime::{FunctionError, Response};

use crate::{
    FrontEnd,
    json::Json,
    request::Asked,
    response::{is_of_the_connection, text},
};

/// Writes the JSON of a response: its body as text, or what is sent in base64.
pub(crate) fn proxy(
    parts: &Parts,
    body: Result<&str, &Bytes>,
    asked: Asked,
) -> Result<Response, FunctionError> {
    let room = match body {
        Ok(text) => text.len() + text.len() / 8,
        Err(bytes) => bytes.len() / 3 * 4 + 4,
    };
    let mut json = Json::with_capacity(room + 64 * parts.headers.len() + 128);
    json.raw("{\"statusCode\":");
    json.raw(parts.status.as_str());
    match asked.front_end {
        FrontEnd::HttpApi | FrontEnd::FunctionUrl => {
            json.joined(&parts.headers);
            json.cookies(&parts.headers);
        }
        FrontEnd::RestApi => json.lists(&parts.headers),
        FrontEnd::WebSocket => json.single(&parts.headers, asked.front_end)?,
        FrontEnd::LoadBalancer | FrontEnd::Lattice | FrontEnd::LatticeV1 => {
            let reason = parts.status.canonical_reason().unwrap_or("Unknown");
            json.raw(",\"statusDescription\":\"");
            json.raw(parts.status.as_str());
            json.raw(" ");
            json.raw(reason);
            json.raw("\"");
            if asked.front_end == FrontEnd::LoadBalancer && asked.multi_value {
                json.lists(&parts.headers);
            } else {
                json.single(&parts.headers, asked.front_end)?;
            }
        }
    }
    json.raw(",\"body\":");
    match body {
        Ok(text) => {
            json.string(text);
            json.raw(",\"isBase64Encoded\":false}");
        }
        Err(bytes) => {
            json.raw("\"");
            json.base64(&STANDARD, bytes);
            json.raw("\",\"isBase64Encoded\":true}");
        }
    }
    Ok(Response::json(json.into_bytes()))
}

/// Cookies cannot be joined, and these front ends take one value of each header.
fn refuse_cookies(headers: &HeaderMap, front_end: FrontEnd) -> Result<(), FunctionError> {
    if headers.get_all(header::SET_COOKIE).iter().nth(1).is_none() {
        return Ok(());
    }
    let advice = match front_end {
        FrontEnd::LoadBalancer => {
            "set the attribute `lambda.multi_value_headers.enabled` of the target group to true"
        }
        _ => "VPC Lattice and WebSocket APIs take one value of each header: set one cookie",
    };
    Err(FunctionError::new(
        "SeveralCookies",
        format!(
            "the response has several `set-cookie` headers, and the front end takes one: {advice}"
        ),
    ))
}

impl Json {
    /// `headers`: names with one value each.
    fn joined(&mut self, headers: &HeaderMap) {
        self.raw(",\"headers\":{");
        let mut first = true;
        for name in
            headers.keys().filter(|name| *name != header::SET_COOKIE && !is_of_the_connection(name))
        {
            self.comma(&mut first);
            self.string(name.as_str());
            self.raw(":");
            let mut values = headers.get_all(name).iter();
            let value = values.next().map(text).unwrap_or_default();
            match values.next() {
                None => self.string(&value),
                Some(second) => {
                    let rest = std::iter::once(second).chain(values).map(text);
                    let all = rest.fold(value.into_owned(), |all, value| all + ", " + &value);
                    self.string(&all);
                }
            }
        }
        self.raw("}");
    }

    /// `headers`, where there is nothing else, so at most one cookie.
    fn single(&mut self, headers: &HeaderMap, front_end: FrontEnd) -> Result<(), FunctionError> {
        refuse_cookies(headers, front_end)?;
        self.joined(headers);
        self.one_cookie(headers);
        Ok(())
    }

    /// `multiValueHeaders`: names with all their values.
    fn lists(&mut self, headers: &HeaderMap) {
        self.raw(",\"multiValueHeaders\":{");
        let mut first = true;
        for name in headers.keys().filter(|name| !is_of_the_connection(name)) {
            self.comma(&mut first);
            self.string(name.as_str());
            self.raw(":[");
            let mut first = true;
            for value in headers.get_all(name) {
                self.comma(&mut first);
                self.string(&text(value));
            }
            self.raw("]");
        }
        self.raw("}");
    }

    /// `cookies`, where there are some.
    fn cookies(&mut self, headers: &HeaderMap) {
        let mut cookies = headers.get_all(header::SET_COOKIE).iter().peekable();
        if cookies.peek().is_none() {
            return;
        }
        self.raw(",\"cookies\":[");
        let mut first = true;
        for cookie in cookies {
            self.comma(&mut first);
            self.string(&text(cookie));
        }
        self.raw("]");
    }

    /// The only cookie, among the headers that were just written.
    fn one_cookie(&mut self, headers: &HeaderMap) {
        let Some(cookie) = headers.get(header::SET_COOKIE) else { return };
        self.reopen();
        self.string("set-cookie");
        self.raw(":");
        self.string(&text(cookie));
        self.raw("}");
    }
}
