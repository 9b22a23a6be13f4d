//! Elastic Load Balancing: target groups of an Application Load Balancer.
//!
//! Source: Elastic Load Balancing user guide for Application Load Balancers, "Use Lambda functions as
//! targets", read 2026-11-26. Shown by the fixtures in `fixtures/alb`.

use lambda_events_macros::model;

use crate::{Headers, Map, MultiHeaders, ResponseFor, StringMap, http};

/// A request of a load balancer, up to 1 MB. The answer is an [`AlbResponse`] of the same form: see
/// [`AlbRequest::is_multi_value`].
///
/// The target group says whether headers and query come with one value each or with all of them,
/// never both. A query is not decoded.
///
/// Source: Elastic Load Balancing user guide for Application Load Balancers, "Use Lambda functions
/// as targets".
#[model(Alb)]
pub struct AlbRequest {
    /// Where it comes from.
    #[key = "requestContext"]
    #[required]
    pub request_context: AlbContext,
    /// The method, in capitals.
    #[key = "httpMethod"]
    pub http_method: String,
    /// The path.
    #[key = "path"]
    pub path: String,
    /// The query, not decoded, of those that came twice the last; absent with multi-value headers.
    #[key = "queryStringParameters"]
    pub query_string_parameters: StringMap,
    /// The query, not decoded; absent without multi-value headers.
    #[key = "multiValueQueryStringParameters"]
    pub multi_value_query_string_parameters: Option<Map<Vec<String>>>,
    /// The headers, with names in lower case, of those that came twice the last; absent with
    /// multi-value headers.
    #[key = "headers"]
    pub headers: Headers,
    /// The headers with all their values; absent without multi-value headers.
    #[key = "multiValueHeaders"]
    pub multi_value_headers: MultiHeaders,
    /// The body, in base64 if `is_base64_encoded`; empty when there is none. See
    /// [`bytes`](Self::bytes).
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
}

impl ResponseFor<AlbRequest> for AlbResponse {}
http::body!(AlbRequest);

impl AlbRequest {
    /// Whether the target group has multi-value headers: the answer must then have its headers in
    /// `multi_value_headers`, and otherwise in `headers`.
    pub fn is_multi_value(&self) -> bool {
        // An empty map shows nothing.
        let query = self.multi_value_query_string_parameters.as_ref();
        !self.multi_value_headers.is_empty() || query.is_some_and(|query| !query.is_empty())
    }

    /// The value of a header, in either form; the last one of several.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).or_else(|| self.multi_value_headers.get(name))
    }
}

/// Where a request comes from.
///
/// Source: Elastic Load Balancing user guide for Application Load Balancers, "Use Lambda functions
/// as targets".
#[model]
pub struct AlbContext {
    /// The load balancer.
    #[key = "elb"]
    pub elb: AlbTargetGroup,
}

/// The load balancer of a request.
///
/// Source: Elastic Load Balancing user guide for Application Load Balancers, "Use Lambda functions
/// as targets".
#[model]
pub struct AlbTargetGroup {
    /// The ARN of the target group.
    #[key = "targetGroupArn"]
    pub target_group_arn: String,
}

/// The answer to a request of a load balancer, up to 1 MB.
///
/// Source: Elastic Load Balancing user guide for Application Load Balancers, "Use Lambda functions
/// as targets".
#[model]
pub struct AlbResponse {
    /// The status.
    #[key = "statusCode"]
    #[default = 200]
    pub status_code: u16,
    /// The status with its words: `200 OK`.
    #[key = "statusDescription"]
    pub status_description: Option<String>,
    /// The headers, where the target group has no multi-value headers; left out when there are
    /// none.
    #[key = "headers"]
    pub headers: Headers,
    /// The headers, where the target group has multi-value headers; left out when there are none.
    #[key = "multiValueHeaders"]
    pub multi_value_headers: MultiHeaders,
    /// The body, in base64 if `is_base64_encoded`; left out when there is none.
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
}

http::response!(AlbResponse);

impl AlbResponse {
    /// Returns the response with its headers in the form that the target group of this request has: the load balancer
    /// ignores the other one.
    ///
    /// # Errors
    ///
    /// The target group has no multi-value headers, and a header has several values, as two cookies do.
    pub fn for_request(mut self, request: &AlbRequest) -> Result<Self, AlbHeaderError> {
        if request.is_multi_value() {
            for (name, value) in self.headers.iter() {
                self.multi_value_headers.append(name, value);
            }
            self.headers = Headers::default();
            return Ok(self);
        }
        for (name, values) in self.multi_value_headers.iter() {
            match values {
                [] => {}
                [value] if self.headers.get(name).is_none() => self.headers.insert(name, value),
                _ => return Err(AlbHeaderError { name: name.to_owned() }),
            }
        }
        self.multi_value_headers = MultiHeaders::default();
        Ok(self)
    }
}

/// A header with several values, for a target group that takes one of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlbHeaderError {
    name: String,
}

impl_display!(AlbHeaderError, |Self { name }, f| write!(
    f,
    "the header `{name}` has several values, and the target group takes one of each: set its attribute \
     `lambda.multi_value_headers.enabled` to true"
));

impl std::error::Error for AlbHeaderError {}
