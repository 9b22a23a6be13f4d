//! What an authorizer decides, and the documents that become of it.

use http::Method;
use lambda_events::{
    Map, RawJson,
    api_gateway::{AuthorizerResponse, SimpleAuthorizerResponse},
};
use lambda_runtime::{FunctionError, IntoResponse, Response};
use serde::Serialize;

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
    context: Map<RawJson>,
    usage_key: Option<String>,
}

impl Decision {
    fn new(allows: bool, principal: String) -> Self {
        Self { allows, principal, routes: Vec::new(), context: Map::default(), usage_key: None }
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
        self.context.insert(name, value.into().0);
        self
    }

    /// Sets the API key of a usage plan whose keys come from authorizers.
    pub fn usage_key(mut self, key: impl Into<String>) -> Self {
        self.usage_key = Some(key.into());
        self
    }

    /// The response for a policy.
    pub(super) fn policy(self, request: &AuthorizerRequest) -> Result<Response, FunctionError> {
        let stage = request.stage();
        let resources = match &*self.routes {
            [] => vec![format!("{stage}/*")],
            routes => {
                routes.iter().map(|(method, path)| format!("{stage}/{method}/{path}")).collect()
            }
        };
        let make = if self.allows { AuthorizerResponse::allow } else { AuthorizerResponse::deny };
        let mut response = make(self.principal, stage);
        for statement in &mut response.policy_document.statement {
            statement.resource = Some(resources.clone());
        }
        response.context = Some(self.context);
        response.usage_identifier_key = self.usage_key;
        response.into_response()
    }

    /// The simple response of an HTTP API.
    pub(super) fn simple(self, request: &AuthorizerRequest) -> Result<Response, FunctionError> {
        let called = request.arn.splitn(3, '/').nth(2).unwrap_or_default();
        let (method, path) = called.split_once('/').unwrap_or((called, ""));
        let covers = self.routes.is_empty()
            || self.routes.iter().any(|(of, pattern)| of == method && is_like(pattern, path));
        let mut response = SimpleAuthorizerResponse::from(self.allows && covers);
        response.context = Some(self.context);
        response.into_response()
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

/// A value of the context of an authorizer: a text, a number or a `bool`, since API Gateway takes no lists and no objects.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextValue(RawJson);

/// A number. One that is not finite becomes a text, since JSON has none.
impl From<f64> for ContextValue {
    fn from(number: f64) -> Self {
        if number.is_finite() { Self::new(&number) } else { Self::new(&number.to_string()) }
    }
}

impl ContextValue {
    fn new<T: Serialize + ?Sized>(value: &T) -> Self {
        // Texts, finite numbers and `bool`s have a form in JSON.
        Self(RawJson::new(value).unwrap_or_default())
    }
}

macro_rules! value {
    ($($type:ty),+) => {
        $(
            impl From<$type> for ContextValue {
                fn from(value: $type) -> Self {
                    Self::new(&value)
                }
            }
        )+
    };
}

value!(String, &str, bool, i64, i32, u64, u32);
