//! Lambda authorizers: whether a client may call an API.

mod decision;

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use lambda_runtime::{
    Bootstrap, Environment, Error, FunctionError, Handler, Invocation, Response, Runtime,
};
use serde_json::Value;

pub use decision::{ContextValue, Decision};

use crate::{headers::headers, response::reported, service::markers::ByHttp};

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
    fn read(payload: &Bytes) -> Result<Self, Error> {
        let event: Value = serde_json::from_slice(payload)?;
        let arn = event["methodArn"].as_str().or_else(|| event["routeArn"].as_str());
        let Some(arn) = arn.map(str::to_owned) else {
            return Err("the event has neither `methodArn` nor `routeArn`: expected one of a Lambda authorizer".into());
        };
        let headers = headers(&serde_json::from_slice(payload)?, payload)?;
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
        Ok(decided.map_err(|error| reported(error.into())).and_then(|decision| {
            let simple = self.simple && request.is_second();
            if simple { decision.simple(&request) } else { decision.policy(&request) }
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
