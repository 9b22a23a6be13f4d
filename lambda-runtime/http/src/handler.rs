//! The builder: a service as a handler of invocations.

use std::{
    borrow::Cow,
    fmt,
    marker::PhantomData,
    ops::{RangeBounds, RangeInclusive},
    sync::Arc,
};

use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use lambda_runtime::{
    Bootstrap, Context, Environment, Error, FunctionError, Handler, Invocation, Response, Runtime,
    log_part,
};

use crate::{
    Body, HttpService,
    collect::collect,
    path::PathRule,
    request::{Asked, request},
    response::{self, Rules},
    service::markers::ByHttp,
};

/// A service as a handler of invocations, with its options: what [`handler`] makes.
///
/// It is a handler for [`Runtime::new`], where layers of invocations and hooks can stand around it; an application of its
/// own, for `lambda.function("api", ..)` of `lambda-test`; and what [`serve`](crate::serve) takes.
///
/// ```
/// use axum::{Router, routing::get};
/// use lambda_runtime::Runtime;
///
/// let app: Router = Router::new().route("/orders", get(async || "none"));
/// let handler = lambda_http::handler(app).base_path("/v1").binary("image/*");
/// let runtime = Runtime::new(handler).after_each(async || eprintln!("flushed"));
/// # let _ = runtime;
/// ```
pub struct HttpHandler<S, M> {
    pub(crate) service: S,
    path: PathRule,
    rules: Rules,
    failing: Vec<RangeInclusive<u16>>,
    marker: PhantomData<fn(M)>,
}

/// Makes a handler of a service; see [`HttpHandler`] for its options.
///
/// ```
/// let handler = lambda_http::handler(async |_: lambda_http::Request| "hello");
/// # let _ = handler;
/// ```
pub fn handler<S: HttpService<M>, M>(service: S) -> HttpHandler<S, M> {
    HttpHandler {
        service,
        path: PathRule::default(),
        rules: Rules::default(),
        failing: Vec::new(),
        marker: PhantomData,
    }
}

impl<S, M> HttpHandler<S, M> {
    /// Leaves the stage out of the path, which is the default: `/orders` for a request of
    /// `https://id.execute-api.eu-central-1.amazonaws.com/prod/orders`.
    pub fn strip_stage(mut self) -> Self {
        self.path.keep_stage = false;
        self
    }

    /// Keeps the stage of API Gateway in the path: `/prod/orders`. The stage `$default` has no path.
    pub fn keep_stage(mut self) -> Self {
        self.path.keep_stage = true;
        self
    }

    /// Leaves this out of the path where the path begins with it, as the base path of a custom domain or the path rule of
    /// a load balancer.
    ///
    /// # Panics
    ///
    /// Panics if it does not begin with a slash.
    pub fn base_path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        let path = path.into();
        assert!(
            path.starts_with('/'),
            "the base path is {path:?}: expected a path such as \"/v1\""
        );
        self.path.base_path = path.trim_end_matches('/').to_owned().into();
        self
    }

    /// Sends bodies of this content type in base64, whatever is in them: `image/png`, `image/*` or `*/*`.
    ///
    /// Without it a body is text where it is valid UTF-8 and has no content encoding, and in base64 otherwise. So an image
    /// is sent as bytes and an SVG as text, and neither needs a list. It is for REST APIs with binary media types whose
    /// clients compare bytes.
    pub fn binary(mut self, content_type: impl Into<Cow<'static, str>>) -> Self {
        self.rules.binary.push(content_type.into());
        self
    }

    /// Streams responses where the front end can: a function URL with the invoke mode `RESPONSE_STREAM`, and a REST API
    /// with the response transfer mode `STREAM`.
    ///
    /// What a body is decides how: one that is there as a whole is sent at once, another one as it comes. Events do not
    /// state the mode of their front end, so it is stated here; with the other mode the client receives JSON in place of
    /// the response. Front ends that cannot stream get the whole response at its end, as without this option.
    pub fn response_stream(mut self) -> Self {
        self.rules.stream = true;
        self
    }

    /// Fails the invocation in place of a response with one of these statuses: it counts as an error in metrics and traces,
    /// a load balancer fails over, and API Gateway answers 502.
    ///
    /// The error is `HttpStatus500` and the like, with the beginning of the body as its message.
    ///
    /// ```
    /// # let service = async |_: lambda_http::Request| "hello";
    /// let handler = lambda_http::handler(service).fail_on(500..=599);
    /// # let _ = handler;
    /// ```
    pub fn fail_on(mut self, statuses: impl RangeBounds<u16>) -> Self {
        let mut failing = (100..=999).filter(|status| statuses.contains(status));
        if let Some(first) = failing.next() {
            self.failing.push(first..=failing.last().unwrap_or(first));
        }
        self
    }

    fn fails(&self, status: StatusCode) -> bool {
        self.failing.iter().any(|range| range.contains(&status.as_u16()))
    }
}

impl<S: HttpService<M>, M> HttpHandler<S, M> {
    async fn invoke(&mut self, invocation: Invocation) -> Result<Response, FunctionError> {
        let Invocation { payload, context, .. } = invocation;
        let context = Arc::new(context);
        let read = request(payload, context.clone(), &self.path);
        let (request, asked) = read.map_err(|error| unreadable(&error))?;
        match self.service.serve(request).await {
            Ok(response) if self.fails(response.status()) => Err(failed(response).await),
            Ok(response) => response::write(response, asked, &self.rules).await,
            Err(error) => self.refused(error, &context, asked).await,
        }
    }

    /// A service that fails is a response with status 500, and a line in the log.
    #[cold]
    async fn refused(
        &self,
        error: Error,
        context: &Context,
        asked: Asked,
    ) -> Result<Response, FunctionError> {
        let error = response::reported(error);
        if self.fails(StatusCode::INTERNAL_SERVER_ERROR) {
            return Err(error);
        }
        log_part(context, "the service", &error);
        response::write(internal_error(), asked, &self.rules).await
    }
}

/// The response of API Gateway where a function fails.
pub(crate) fn internal_error() -> http::Response<Body> {
    let mut response = http::Response::new(Body::from(r#"{"message":"Internal server error"}"#));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cold]
fn unreadable(error: &Error) -> FunctionError {
    FunctionError::new("Runtime.UnmarshalError", error.to_string())
}

#[cold]
async fn failed<B>(response: http::Response<B>) -> FunctionError
where
    B: http_body::Body<Error: Into<Error>> + 'static,
{
    const MOST: usize = 1024;
    let status = response.status();
    let body = match collect(response.into_body()).await {
        Ok(body) => String::from_utf8_lossy(&body[..body.len().min(MOST)]).into_owned(),
        Err(error) => error.to_string(),
    };
    let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
    let status = status.as_u16();
    FunctionError::new(format!("HttpStatus{status}"), format!("{status}{reason}: {body}"))
}

impl<S: HttpService<M>, M> Handler<ByHttp> for HttpHandler<S, M> {
    type Out = Result<Response, FunctionError>;

    async fn handle(&mut self, invocation: Invocation) -> Result<Self::Out, FunctionError> {
        Ok(self.invoke(invocation).await)
    }
}

impl<S: HttpService<M> + 'static, M: 'static> Bootstrap for HttpHandler<S, M> {
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        Runtime::new(self).start(environment).await
    }
}

impl<S: Clone, M> Clone for HttpHandler<S, M> {
    fn clone(&self) -> Self {
        Self {
            service: self.service.clone(),
            path: self.path.clone(),
            rules: self.rules.clone(),
            failing: self.failing.clone(),
            marker: PhantomData,
        }
    }
}

impl<S, M> fmt::Debug for HttpHandler<S, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("HttpHandler");
        shown.field("path", &self.path).field("rules", &self.rules).finish_non_exhaustive()
    }
}
