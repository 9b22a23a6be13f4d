//! What a request on Lambda has beyond HTTP.

use lambda_runtime::Context;

use crate::Event;

/// What a request on Lambda has beyond HTTP, for `http::Request`, its parts and its extensions.
///
/// ```
/// use lambda_http::{Error, Request, RequestExt};
///
/// async fn handler(request: Request) -> Result<String, Error> {
///     Ok(request.lambda_context().map_or_else(String::new, |context| context.request_id.clone()))
/// }
/// # lambda_http::handler(handler);
/// ```
pub trait RequestExt {
    /// Returns the event that the request came in. Absent outside of Lambda.
    fn lambda_event(&self) -> Option<&Event>;

    /// Returns what is known of the invocation. Absent outside of Lambda.
    fn lambda_context(&self) -> Option<&Context> {
        self.lambda_event().map(Event::context)
    }
}

impl RequestExt for http::Extensions {
    fn lambda_event(&self) -> Option<&Event> {
        self.get()
    }
}

impl RequestExt for http::request::Parts {
    fn lambda_event(&self) -> Option<&Event> {
        self.extensions.get()
    }
}

impl<B> RequestExt for http::Request<B> {
    fn lambda_event(&self) -> Option<&Event> {
        self.extensions().get()
    }
}
