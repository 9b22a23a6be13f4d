//! The response that a function describes in JSON.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value};

use super::ResponseBody;

/// A response that a function describes.
#[derive(Debug, Default)]
pub(super) struct Proxied {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Whether the body was taken out of base64.
    pub(super) was_base64: bool,
    /// The body as the function wrote it.
    pub(super) text: String,
}

/// How a front end reads the description.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// The keys that it may have; with any other it is malformed.
    pub(super) keys: Option<&'static [&'static str]>,
    /// Whether it reads `headers`.
    pub(super) single: bool,
    /// Whether it reads `multiValueHeaders`.
    pub(super) multiple: bool,
    /// Whether it reads `cookies`.
    pub(super) cookies: bool,
    /// Whether a body may be something else than a text, and becomes JSON then.
    pub(super) any_body: bool,
    /// Whether the status must be there, and a number.
    pub(super) strict_status: bool,
}

impl Proxied {
    /// Reads a description. `None` where it is malformed.
    pub(super) fn read(object: &Map<String, Value>, dialect: Dialect) -> Option<Self> {
        if let Some(keys) = dialect.keys {
            if !object.keys().all(|key| keys.contains(&key.as_str())) {
                return None;
            }
        }
        let mut it = Self { status: status(object.get("statusCode"), dialect)?, ..Self::default() };
        if dialect.multiple {
            it.read_lists(object.get("multiValueHeaders"))?;
        }
        if dialect.single {
            for (name, value) in entries(object.get("headers"))? {
                it.append(name, &text(value)?)?;
            }
        }
        if dialect.cookies {
            for cookie in list(object.get("cookies"))? {
                it.append(header::SET_COOKIE.as_str(), cookie.as_str()?)?;
            }
        }
        it.text = match object.get("body") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(body)) => body.clone(),
            Some(body) if dialect.any_body => body.to_string(),
            Some(_) => return None,
        };
        it.was_base64 = match object.get("isBase64Encoded") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(is)) => *is,
            Some(_) => return None,
        };
        it.body = if it.was_base64 {
            STANDARD.decode(&it.text).ok()?.into()
        } else {
            it.text.clone().into()
        };
        Some(it)
    }

    fn read_lists(&mut self, lists: Option<&Value>) -> Option<()> {
        for (name, values) in entries(lists)? {
            for value in values.as_array()? {
                self.append(name, &text(value)?)?;
            }
        }
        Some(())
    }

    fn append(&mut self, name: &str, value: &str) -> Option<()> {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        self.headers.append(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        Some(())
    }

    /// The response to the client, with this content type where the function named none.
    pub(super) fn into_response(
        self,
        content_type: Option<&'static str>,
    ) -> Response<ResponseBody> {
        let mut response = Response::new(ResponseBody::whole(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if let Some(content_type) = content_type {
            let value = HeaderValue::from_static(content_type);
            response.headers_mut().entry(header::CONTENT_TYPE).or_insert(value);
        }
        response
    }
}

fn status(value: Option<&Value>, dialect: Dialect) -> Option<StatusCode> {
    let number = match value {
        None | Some(Value::Null) if !dialect.strict_status => 200,
        Some(Value::Number(number)) => number.as_u64()?,
        // Recorded: "418" is accepted.
        Some(Value::String(text)) if !dialect.strict_status => text.parse().ok()?,
        _ => return None,
    };
    u16::try_from(number).ok().and_then(|number| StatusCode::from_u16(number).ok())
}

/// The entries of an object; none of what is absent.
fn entries(value: Option<&Value>) -> Option<Vec<(&String, &Value)>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Object(object)) => Some(object.iter().collect()),
        Some(_) => None,
    }
}

fn list(value: Option<&Value>) -> Option<&[Value]> {
    match value {
        None | Some(Value::Null) => Some(&[]),
        Some(Value::Array(values)) => Some(values),
        Some(_) => None,
    }
}

/// The value of a header.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
