//! Amazon CloudFront: Lambda@Edge. CloudFront runs functions in Node.js and Python only; these types are
//! for replicas, tests and tools.
//!
//! Source: Amazon CloudFront developer guide, "Lambda@Edge event structure", read 2026-11-26. Shown by
//! the fixtures in `fixtures/cloudfront`.

use lambda_events_macros::model;

use crate::{Map, ResponseFor, codec::kinds::words};

/// A request or an answer on its way. The answer is the [`CloudFrontRequest`] or the
/// [`CloudFrontResponse`], changed or not; for a request also a response of one's own.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model(CloudFront)]
pub struct CloudFrontEvent {
    /// One.
    #[key = "Records"]
    #[required]
    pub records: Vec<CloudFrontRecord>,
}

impl ResponseFor<CloudFrontEvent> for CloudFrontRequest {}
impl ResponseFor<CloudFrontEvent> for CloudFrontResponse {}

/// The one record of an event.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model]
pub struct CloudFrontRecord {
    /// What is on its way.
    #[key = "cf"]
    #[required]
    pub cf: CloudFront,
}

/// What is on its way.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model]
pub struct CloudFront {
    /// The distribution.
    #[key = "config"]
    pub config: CloudFrontConfig,
    /// The request.
    #[key = "request"]
    pub request: Option<CloudFrontRequest>,
    /// The answer; with the two events of responses only.
    #[key = "response"]
    pub response: Option<CloudFrontResponse>,
}

/// A distribution.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model]
pub struct CloudFrontConfig {
    /// Its domain.
    #[key = "distributionDomainName"]
    pub distribution_domain_name: Option<String>,
    /// Its id.
    #[key = "distributionId"]
    pub distribution_id: Option<String>,
    /// Where on its way the request or answer is.
    #[key = "eventType"]
    pub event_type: Option<CloudFrontEventType>,
    /// The id of the request; with the two events of viewers only.
    #[key = "requestId"]
    pub request_id: Option<String>,
}

words! {
    /// Where on its way a request or an answer is.
    ///
    /// Source: Amazon CloudFront developer guide, "CloudFront events that can trigger a Lambda@Edge
    /// function".
    pub enum CloudFrontEventType {
        /// A request came.
        #[word = "viewer-request"]
        ViewerRequest,
        /// It is not in the cache and goes to the origin.
        #[word = "origin-request"]
        OriginRequest,
        /// The origin has answered.
        #[word = "origin-response"]
        OriginResponse,
        /// The answer goes out.
        #[word = "viewer-response"]
        ViewerResponse,
    }
}

/// A request.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure", "Example requests".
#[model]
pub struct CloudFrontRequest {
    /// The address of the client.
    #[key = "clientIp"]
    pub client_ip: Option<String>,
    /// The headers, by their names in lower case.
    #[key = "headers"]
    pub headers: Map<Vec<CloudFrontHeader>>,
    /// The method, in capitals.
    #[key = "method"]
    pub method: String,
    /// Where it goes; with `origin-request` only.
    #[key = "origin"]
    pub origin: Option<Box<CloudFrontOrigin>>,
    /// The query, without the question mark; empty when there is none.
    #[key = "querystring"]
    pub querystring: String,
    /// The path.
    #[key = "uri"]
    pub uri: String,
    /// The body, where the trigger includes it.
    #[key = "body"]
    pub body: Option<CloudFrontBody>,
}

/// A value of a header.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model]
pub struct CloudFrontHeader {
    /// The name as it was written; may be left out in an answer.
    #[key = "key"]
    pub key: Option<String>,
    /// The value.
    #[key = "value"]
    pub value: String,
}

/// A body.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model]
pub struct CloudFrontBody {
    /// `read-only`; `replace` in an answer that has another body.
    #[key = "action"]
    pub action: Option<String>,
    /// The body, in the encoding that stands beside it.
    #[key = "data"]
    pub data: String,
    /// `base64`, or `text` in an answer.
    #[key = "encoding"]
    pub encoding: Option<String>,
    /// Whether it was cut, at 40 KB for viewers and 1 MB for origins.
    #[key = "inputTruncated"]
    pub input_truncated: Option<bool>,
}

/// Where a request goes: one of the two.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model]
pub struct CloudFrontOrigin {
    /// A server.
    #[key = "custom"]
    pub custom: Option<CloudFrontCustomOrigin>,
    /// A bucket.
    #[key = "s3"]
    pub s3: Option<CloudFrontS3Origin>,
}

/// A server.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model]
pub struct CloudFrontCustomOrigin {
    /// Headers that it gets besides.
    #[key = "customHeaders"]
    pub custom_headers: Map<Vec<CloudFrontHeader>>,
    /// Its domain.
    #[key = "domainName"]
    pub domain_name: String,
    /// For how many seconds connections are kept, from 1 to 120.
    #[key = "keepaliveTimeout"]
    pub keepalive_timeout: Option<i64>,
    /// The folder on it; empty, or with a slash before it.
    #[key = "path"]
    pub path: String,
    /// Its port.
    #[key = "port"]
    pub port: Option<u16>,
    /// `http` or `https`.
    #[key = "protocol"]
    pub protocol: Option<String>,
    /// For how many seconds an answer is waited for, from 1 to 120.
    #[key = "readTimeout"]
    pub read_timeout: Option<i64>,
    /// For how many seconds a whole answer is waited for.
    #[key = "responseCompletionTimeout"]
    pub response_completion_timeout: Option<i64>,
    /// The versions of TLS.
    #[key = "sslProtocols"]
    pub ssl_protocols: Option<Vec<String>>,
}

/// A bucket.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure".
#[model]
pub struct CloudFrontS3Origin {
    /// `origin-access-identity` or `none`.
    #[key = "authMethod"]
    pub auth_method: Option<String>,
    /// Headers that it gets besides.
    #[key = "customHeaders"]
    pub custom_headers: Map<Vec<CloudFrontHeader>>,
    /// Its domain.
    #[key = "domainName"]
    pub domain_name: String,
    /// The folder in it; empty, or with a slash before it.
    #[key = "path"]
    pub path: String,
    /// For how many seconds an answer is waited for.
    #[key = "readTimeout"]
    pub read_timeout: Option<i64>,
    /// For how many seconds a whole answer is waited for.
    #[key = "responseCompletionTimeout"]
    pub response_completion_timeout: Option<i64>,
    /// Its region.
    #[key = "region"]
    pub region: Option<String>,
}

/// An answer.
///
/// Source: Amazon CloudFront developer guide, "Lambda@Edge event structure", "Example responses",
/// and "Generating HTTP responses in request triggers".
#[model]
pub struct CloudFrontResponse {
    /// The status, as text.
    #[key = "status"]
    #[json_string]
    pub status: u16,
    /// The words of the status.
    #[key = "statusDescription"]
    pub status_description: Option<String>,
    /// The headers, by their names in lower case.
    #[key = "headers"]
    pub headers: Map<Vec<CloudFrontHeader>>,
    /// The body; of answers that the function makes only.
    #[key = "body"]
    pub body: Option<String>,
    /// `text`, which holds when absent, or `base64`.
    #[key = "bodyEncoding"]
    pub body_encoding: Option<String>,
}
