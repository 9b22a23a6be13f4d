//! Lambda authorizers: whether a client may call an API.

use std::{collections::BTreeMap, fmt};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lambda_runtime::{
    Bootstrap, Environment, Error, FunctionError, Handler, Invocation, Response, Runtime,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{response::reported, service::markers::ByHttp};

/// What API Gateway asks: may this client call that route?
///
/// It is one type for REST APIs (`TOKEN` and `REQUEST`), WebSocket APIs and HTTP APIs (format 1.0 and 2.0); the event itself
/// is in reach.
///
/// Source: API Gateway developer guide, "Use API Gateway Lambda authorizers".
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizerRequest {
    event: Value,
    arn: String,
    headers: HeaderMap,
}

impl AuthorizerRequest {
    fn read(payload: &[u8]) -> Result<Self, Error> {
        let event: Value = serde_json::from_slice(payload)?;
        let arn = event["methodArn"].as_str().or_else(|| event["routeArn"].as_str());
        let Some(arn) = arn.map(str::to_owned) else {
            return Err("the event has neither `methodArn` nor `routeArn`: expected one of a Lambda authorizer".into());
        };
        let mut headers = HeaderMap::new();
        for (name, value) in event["headers"].as_object().into_iter().flatten() {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_bytes(value.as_str().unwrap_or_default().as_bytes());
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.append(name, value);
            }
        }
        Ok(Self { event, arn, headers })
    }

    /// Returns the token: `authorizationToken`, or else the first identity source. Absent where there is none.
    pub fn token(&self) -> Option<&str> {
        let sources = &self.event["identitySource"];
        let first = sources.as_str().or_else(|| sources[0].as_str());
        self.event["authorizationToken"].as_str().or(first)
    }

    /// Returns the token without `Bearer`. Absent where there is none, or it is of another scheme.
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.token()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
    }

    /// Returns the headers of the request; empty for an authorizer of the type `TOKEN`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the ARN of the route that the client calls.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Returns the event as it is.
    pub fn event(&self) -> &Value {
        &self.event
    }

    /// The format 2.0 of HTTP APIs, which may have simple responses.
    fn is_second(&self) -> bool {
        self.event["version"] == "2.0"
    }

    /// The ARN up to its stage: `arn:aws:execute-api:region:account:api/stage`.
    fn stage(&self) -> String {
        self.arn.split('/').take(2).collect::<Vec<_>>().join("/")
    }
}

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
    fn policy(&self, request: &AuthorizerRequest) -> Value {
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
    fn simple(&self, request: &AuthorizerRequest) -> Value {
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

/// A Lambda authorizer: what [`authorizer`] makes. It is a handler for `Runtime::new`, and an application of its own.
#[derive(Clone)]
pub struct AuthorizerHandler<F> {
    decide: F,
    simple: bool,
}

/// Makes a Lambda authorizer of an async function from an [`AuthorizerRequest`] to a [`Decision`].
///
/// An error is 401 for the client if its text is `Unauthorized`, and 500 otherwise.
///
/// ```
/// use lambda_http::{AuthorizerRequest, Decision, Error, authorizer};
///
/// async fn decide(request: AuthorizerRequest) -> Result<Decision, Error> {
///     match request.bearer() {
///         Some("secret") => Ok(Decision::allow("me")),
///         Some(_) => Ok(Decision::deny("nobody")),
///         None => Err("Unauthorized".into()),
///     }
/// }
///
/// fn main() -> std::process::ExitCode {
/// #   return std::process::ExitCode::SUCCESS;
///     lambda_runtime::start(authorizer(decide))
/// }
/// ```
pub fn authorizer<F, E>(decide: F) -> AuthorizerHandler<F>
where
    F: AsyncFnMut(AuthorizerRequest) -> Result<Decision, E>,
    E: Into<Error>,
{
    AuthorizerHandler { decide, simple: true }
}

impl<F> AuthorizerHandler<F> {
    /// Responds with a policy to HTTP APIs too, whose authorizer has simple responses turned off. Other APIs always get one.
    pub fn iam_policy(mut self) -> Self {
        self.simple = false;
        self
    }
}

impl<F> fmt::Debug for AuthorizerHandler<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("AuthorizerHandler");
        shown.field("simple", &self.simple).finish_non_exhaustive()
    }
}

impl<F, E> Handler<ByHttp> for AuthorizerHandler<F>
where
    F: AsyncFnMut(AuthorizerRequest) -> Result<Decision, E>,
    E: Into<Error>,
{
    type Out = Result<Response, FunctionError>;

    async fn handle(&mut self, invocation: Invocation) -> Result<Self::Out, FunctionError> {
        let request = AuthorizerRequest::read(&invocation.payload)
            .map_err(|error| FunctionError::new("Runtime.UnmarshalError", error.to_string()))?;
        let decided = (self.decide)(request.clone()).await;
        Ok(decided.map_err(|error| reported(error.into())).map(|decision| {
            let simple = self.simple && request.is_second();
            let response =
                if simple { decision.simple(&request) } else { decision.policy(&request) };
            Response::json(response.to_string())
        }))
    }
}

impl<F, E> Bootstrap for AuthorizerHandler<F>
where
    F: AsyncFnMut(AuthorizerRequest) -> Result<Decision, E> + 'static,
    E: Into<Error> + 'static,
{
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        Runtime::new(self).start(environment).await
    }
}
