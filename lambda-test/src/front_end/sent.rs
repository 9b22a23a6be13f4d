//! A request as a front end received it.

use std::{collections::BTreeMap, time::SystemTime};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use http_body_util::BodyExt;
use lambda_core::rt::civil;
use serde_json::{Map, Value, json};

/// The address of the client: of a block for documentation.
pub(super) const CLIENT: &str = "192.0.2.1";

/// A request, with the headers that front ends add.
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) at: SystemTime,
}

impl Sent {
    /// Takes all of a request. `None` if its body fails: the client is gone then.
    pub(super) async fn receive<B>(
        request: http::Request<B>,
        host: &str,
        at: SystemTime,
    ) -> Option<Self>
    where
        B: http_body::Body,
    {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let mut headers = parts.headers;
        let host = HeaderValue::from_str(host).ok()?;
        headers.entry(header::HOST).or_insert(host);
        let mut forwarded = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect::<Vec<_>>();
        forwarded.push(CLIENT);
        let forwarded = HeaderValue::from_str(&forwarded.join(", ")).ok()?;
        headers.insert("x-forwarded-for", forwarded);
        headers.insert("x-forwarded-port", HeaderValue::from_static("443"));
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        let path = match parts.uri.path() {
            "" => "/",
            path => path,
        };
        Some(Self {
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers,
            body,
            at,
        })
    }

    /// Headers with their values joined by a comma, without those of this name.
    pub(super) fn joined_headers(&self, without: Option<HeaderName>) -> Value {
        let names = self.headers.keys().filter(|name| Some(*name) != without.as_ref());
        let joined = |name| self.values(name).join(",");
        names.map(|name| (name.to_string(), joined(name))).collect::<BTreeMap<_, _>>().into_json()
    }

    /// Headers, of several values the last one.
    pub(super) fn last_headers(&self) -> Value {
        let last = |name| self.values(name).pop().unwrap_or_default();
        let names = self.headers.keys();
        names.map(|name| (name.to_string(), last(name))).collect::<BTreeMap<_, _>>().into_json()
    }

    /// Headers with all their values.
    pub(super) fn all_headers(&self) -> Value {
        let names = self.headers.keys();
        json!(names.map(|name| (name.to_string(), self.values(name))).collect::<BTreeMap<_, _>>())
    }

    fn values(&self, name: &HeaderName) -> Vec<String> {
        let values = self.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The cookies, one by one.
    pub(super) fn cookies(&self) -> Vec<String> {
        let headers = self.headers.get_all(header::COOKIE).iter();
        let texts = headers.filter_map(|value| value.to_str().ok());
        texts.flat_map(|text| text.split(';')).map(|cookie| cookie.trim().to_owned()).collect()
    }

    /// The names and values of the query, decoded or as they were sent.
    pub(super) fn query(&self, decodes: bool) -> Query {
        let mut pairs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let read = |text| if decodes { decoded(text) } else { String::from(text) };
            pairs.entry(read(name)).or_default().push(read(value));
        }
        Query(pairs)
    }

    /// The body as text or in base64, and whether it is in base64.
    pub(super) fn body(&self, is_text: bool) -> (Value, bool) {
        match (self.body.len(), std::str::from_utf8(&self.body)) {
            (0, _) => (Value::Null, false),
            (_, Ok(text)) if is_text => (text.into(), false),
            _ => (STANDARD.encode(&self.body).into(), true),
        }
    }

    /// Whether the content type is one of a text. That of a body without one is.
    pub(super) fn is_text(&self) -> bool {
        let Some(kind) = self.header("content-type") else { return true };
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let named = ["application/json", "application/javascript", "application/xml"];
        kind.starts_with("text/")
            || named.contains(&&*kind)
            || (kind.starts_with("application/")
                && (kind.ends_with("+json") || kind.ends_with("+xml")))
    }

    /// When it came, as in `12/Mar/2020:19:03:58 +0000`.
    pub(super) fn time(&self) -> String {
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        // 2020-03-12T19:03:58.000Z
        let text = civil::rfc3339(self.at);
        let month = text[5..7].parse::<usize>().map_or("Jan", |month| MONTHS[month - 1]);
        format!("{}/{month}/{}:{} +0000", &text[8..10], &text[..4], &text[11..19])
    }

    /// When it came, in milliseconds since the Unix epoch.
    pub(super) fn time_epoch(&self) -> u64 {
        let since = self.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or_default()
    }
}

/// The names and values of a query.
pub(super) struct Query(BTreeMap<String, Vec<String>>);

impl Query {
    /// Of several values the last one; null without any.
    pub(super) fn last(&self) -> Value {
        self.or_null(|values| values.last().cloned().unwrap_or_default().into())
    }

    /// All values; null without any.
    pub(super) fn all(&self) -> Value {
        self.or_null(|values| json!(values))
    }

    /// Values joined by a comma; null without any.
    pub(super) fn joined(&self) -> Value {
        self.or_null(|values| values.join(",").into())
    }

    fn or_null(&self, value: impl Fn(&[String]) -> Value) -> Value {
        if self.0.is_empty() {
            return Value::Null;
        }
        self.0
            .iter()
            .map(|(name, values)| (name.clone(), value(values)))
            .collect::<Map<_, _>>()
            .into()
    }
}

trait IntoJson {
    fn into_json(self) -> Value;
}

impl IntoJson for BTreeMap<String, String> {
    fn into_json(self) -> Value {
        self.into_iter().map(|(name, value)| (name, value.into())).collect::<Map<_, _>>().into()
    }
}

/// A text without its percent-encoding; a plus is a blank. A percent sign without two digits stands for itself.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let digits = after.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'+', _) => bytes.push(b' '),
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Leaves out the keys of an object whose values are null.
pub(super) fn without_nulls(mut object: Value) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_once() {
        for (text, expected) in [
            ("a+b", "a b"),
            ("%2B%20", "+ "),
            ("%252B", "%2B"),
            ("%", "%"),
            ("%zz", "%zz"),
            ("%+1", "% 1"),
            ("%C3%BC", "ü"),
        ] {
            assert_eq!(decoded(text), expected);
        }
    }
}
