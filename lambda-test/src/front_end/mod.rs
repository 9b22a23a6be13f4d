//! What stands between a client and a function: HTTP requests become events, and responses of functions HTTP responses.
//!
//! Source: the pages that each front end names.

mod body;
mod exchange;
mod function_url;
mod http_api;
#[cfg(feature = "push")]
mod https_subscription;
mod lattice;
mod load_balancer;
mod proxied;
mod rest_api;
mod sent;
mod streamed;

pub use body::{BodyError, ResponseBody};
pub use function_url::FunctionUrl;
pub use http_api::HttpApi;
#[cfg(feature = "push")]
pub use https_subscription::HttpsSubscription;
pub use lattice::Lattice;
pub use load_balancer::LoadBalancer;
pub use rest_api::RestApi;

use crate::Function;

/// Front ends of a function, each a tower service of `http::Request`s (feature `front-ends`).
///
/// ```
/// use lambda_runtime::{Error, Runtime};
/// use serde_json::{Value, json};
///
/// async fn handler(event: Value) -> Result<Value, Error> {
///     Ok(json!({"statusCode": 201, "body": event["rawPath"]}))
/// }
///
/// # lambda_test::block_on(async {
/// let function = lambda_test::Lambda::new().function("orders", Runtime::new(handler)).create();
/// let request = http::Request::post("/orders").body(String::new()).expect("a request");
///
/// let response = function.url().send(request).await;
///
/// assert_eq!(response.status(), 201);
/// assert_eq!(response.into_body().text().await.expect("it is whole"), "/orders");
/// # });
/// ```
impl Function {
    /// Returns a function URL with the invoke mode `BUFFERED` and without authorization.
    pub fn url(&self) -> FunctionUrl {
        FunctionUrl::new(self.clone())
    }

    /// Returns a REST API of API Gateway: the resource `/{proxy+}` with a Lambda proxy integration, in the stage `prod`.
    pub fn rest_api(&self) -> RestApi {
        RestApi::new(self.clone())
    }

    /// Returns an HTTP API of API Gateway: the route `$default` with payload format 2.0, in the stage `$default`.
    pub fn http_api(&self) -> HttpApi {
        HttpApi::new(self.clone())
    }

    /// Returns an Application Load Balancer with this function as its target, without multi-value headers.
    pub fn load_balancer(&self) -> LoadBalancer {
        LoadBalancer::new(self.clone())
    }

    /// Returns a service of VPC Lattice with this function as its target, event structure 2.0.
    pub fn lattice(&self) -> Lattice {
        Lattice::new(self.clone())
    }
}
