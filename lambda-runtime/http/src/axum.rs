//! Extractors of axum.

use std::fmt;

use axum_core::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};
use lambda_runtime::Context;

use crate::{Authorizer, Event, RequestExt};

/// What is known of the invocation, as an extractor of axum.
///
/// ```
/// use axum::{Router, routing::get};
/// use lambda_http::{Authorizer, Event, LambdaContext};
///
/// async fn orders(LambdaContext(context): LambdaContext, authorizer: Option<Authorizer>) -> String {
///     let user = authorizer.and_then(|authorizer| authorizer.text("sub").map(str::to_owned));
///     format!("{} asks in {}", user.unwrap_or_default(), context.request_id)
/// }
///
/// async fn whole(event: Event) -> Vec<u8> {
///     event.payload().to_vec()
/// }
///
/// let app: Router = Router::new().route("/orders", get(orders)).route("/event", get(whole));
/// # lambda_http::handler(app);
/// ```
#[derive(Clone, Debug)]
pub struct LambdaContext(pub Context);

/// Why an extractor has nothing: the client receives 500, or 401 where it is the authorizer that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingExtension {
    /// The request did not come through Lambda, as in the server outside of it.
    Event,
    /// The route has no authorizer.
    Authorizer,
}

impl fmt::Display for MissingExtension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Event => "the request did not come through Lambda: extract an `Option`",
            Self::Authorizer => "the route has no authorizer",
        })
    }
}

impl std::error::Error for MissingExtension {}

impl IntoResponse for MissingExtension {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.to_string()));
        *response.status_mut() = match self {
            Self::Event => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Authorizer => StatusCode::UNAUTHORIZED,
        };
        response
    }
}

/// Implements both extractors of a part of the event.
macro_rules! extractor {
    ($type:ty, $missing:expr, $of:expr) => {
        impl<S: Sync> FromRequestParts<S> for $type {
            type Rejection = MissingExtension;

            async fn from_request_parts(
                parts: &mut Parts,
                _: &S,
            ) -> Result<Self, MissingExtension> {
                let of: fn(&Event) -> Option<Self> = $of;
                let event = parts.lambda_event().ok_or(MissingExtension::Event)?;
                of(event).ok_or($missing)
            }
        }

        impl<S: Sync> OptionalFromRequestParts<S> for $type {
            type Rejection = std::convert::Infallible;

            async fn from_request_parts(
                parts: &mut Parts,
                _: &S,
            ) -> Result<Option<Self>, Self::Rejection> {
                let of: fn(&Event) -> Option<Self> = $of;
                Ok(parts.lambda_event().and_then(of))
            }
        }
    };
}

extractor!(Event, MissingExtension::Event, |event| Some(event.clone()));
extractor!(Authorizer, MissingExtension::Authorizer, Event::authorizer);
extractor!(LambdaContext, MissingExtension::Event, |event| Some(LambdaContext(
    event.context().clone()
)));
