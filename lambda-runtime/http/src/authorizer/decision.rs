//! What an authorizer decides, and the documents that become of it.

use std::collections::BTreeMap;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::AuthorizerRequest;

/// What an authorizer decides. It becomes the response that the API takes: a policy, or a simple response.
///
/// It allows or denies all routes of the stage, unless it is narrowed: API Gateway keeps a decision for as long as its cache
/// is set to, 300 s by default, and uses it for every route then.
///
/// ```
/// use lambda_http::{Decision, http::Method};
///
/// let decision = Decision::allow("user-7")
///     .only(Method::GET, "/orders/*")
///     .context("plan", "free")
///     .context("age", 7);
/// # let _ = decision;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    allows: bool,
    principal: String,
    routes: Vec<(String, String)>,
    context: BTreeMap<String, ContextValue>,
    usage_key: Option<String>,
}

impl Decision {
    fn new(allows: bool, principal: String) -> Self {
        Self { allows, principal, routes: Vec::new(), context: BTreeMap::new(), usage_key: None }
    }

    /// Lets this user call the API.
    pub fn allow(principal: impl Into<String>) -> Self {
        Self::new(true, principal.into())
    }

    /// Does not let this user call the API: the client receives 403.
    pub fn deny(principal: impl Into<String>) -> Self {
        Self::new(false, principal.into())
    }

    /// Narrows it to routes: a method, and a path in which `*` stands for anything. Several add up. A simple response has no
    /// routes: there it is narrowed to the route that the client calls.
    pub fn only(mut self, method: Method, path: impl AsRef<str>) -> Self {
        let path = path.as_ref().trim_start_matches('/').to_owned();
        self.routes.push((method.to_string(), path));
        self
    }

    /// Adds what the function behind the API can read: see [`Authorizer::fields`](crate::Authorizer::fields).
    pub fn context(mut self, name: impl Into<String>, value: impl Into<ContextValue>) -> Self {
        self.context.insert(name.into(), value.into());
        self
    }

    /// Sets the API key of a usage plan whose keys come from authorizers.
    pub fn usage_key(mut self, key: impl Into<String>) -> Self {
        self.usage_key = Some(key.into());
        self
    }

    /// The response for a policy.
    pub(super) fn policy(&self, request: &AuthorizerRequest) -> Value {
        let stage = request.stage();
        let resources: Vec<String> = match &*self.routes {
            [] => vec![format!("{stage}/*")],
            routes => {
                routes.iter().map(|(method, path)| format!("{stage}/{method}/{path}")).collect()
            }
        };
        let mut response = json!({
            "principalId": self.principal,
            "policyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Action": "execute-api:Invoke",
                    "Effect": if self.allows { "Allow" } else { "Deny" },
                    "Resource": resources,
                }],
            },
            "context": self.context,
        });
        if let Some(key) = &self.usage_key {
            response["usageIdentifierKey"] = key.as_str().into();
        }
        response
    }

    /// The simple response of an HTTP API.
    pub(super) fn simple(&self, request: &AuthorizerRequest) -> Value {
        let called = request.arn.splitn(3, '/').nth(2).unwrap_or_default();
        let (method, path) = called.split_once('/').unwrap_or((called, ""));
        let covers = self.routes.is_empty()
            || self.routes.iter().any(|(of, pattern)| of == method && is_like(pattern, path));
        let allows = self.allows && covers;
        json!({"isAuthorized": allows, "context": self.context})
    }
}

/// Whether a text is like a pattern in which `*` stands for anything.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// A value of the context of an authorizer: API Gateway takes no lists and no objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ContextValue {
    /// A text.
    Text(String),
    /// Whether something is so.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number. One that is not finite becomes null.
    Number(f64),
}

macro_rules! value {
    ($($type:ty => $variant:ident),+) => {
        $(
            impl From<$type> for ContextValue {
                fn from(value: $type) -> Self {
                    Self::$variant(value.into())
                }
            }
        )+
    };
}

value!(String => Text, &str => Text, bool => Bool, i64 => Integer, i32 => Integer, u32 => Integer, f64 => Number);
