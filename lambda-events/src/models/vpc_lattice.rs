//! Amazon VPC Lattice: functions as targets of a service.
//!
//! Source: Amazon VPC Lattice user guide, "Use a Lambda function as a target", read 2026-11-26. Shown by
//! the fixtures in `fixtures/vpc-lattice` and `fixtures/vpc-lattice-v2`.

use lambda_events_macros::model;

use crate::{Headers, Map, MultiHeaders, ResponseFor, StringMap, http};

/// A request of a service, event structure 2.0. The answer is a [`VpcLatticeResponse`].
///
/// Source: Amazon VPC Lattice user guide, "Event structure version 2".
#[model(VpcLattice)]
pub struct VpcLatticeRequest {
    /// `2.0`.
    #[key = "version"]
    pub version: Option<String>,
    /// The path.
    #[key = "path"]
    pub path: String,
    /// The method, in capitals.
    #[key = "method"]
    pub method: String,
    /// The headers with all their values.
    #[key = "headers"]
    pub headers: MultiHeaders,
    /// The query with all its values; absent when there is none.
    #[key = "queryStringParameters"]
    pub query_string_parameters: Option<Map<Vec<String>>>,
    /// The body, in base64 if `is_base64_encoded`. See [`bytes`](Self::bytes).
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64; absent when it is not.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
    /// Where it comes from.
    #[key = "requestContext"]
    #[required]
    pub request_context: VpcLatticeContext,
}

impl ResponseFor<VpcLatticeRequest> for VpcLatticeResponse {}
http::body!(VpcLatticeRequest);

/// Where a request comes from.
///
/// Source: Amazon VPC Lattice user guide, "Event structure version 2".
#[model]
pub struct VpcLatticeContext {
    /// The ARN of the service network.
    #[key = "serviceNetworkArn"]
    pub service_network_arn: String,
    /// The ARN of the service.
    #[key = "serviceArn"]
    pub service_arn: String,
    /// The ARN of the target group.
    #[key = "targetGroupArn"]
    pub target_group_arn: String,
    /// Who sent it.
    #[key = "identity"]
    pub identity: Option<VpcLatticeIdentity>,
    /// The region.
    #[key = "region"]
    pub region: Option<String>,
    /// When it came: microseconds since the Unix epoch, as text.
    #[key = "timeEpoch"]
    pub time_epoch: Option<String>,
}

impl VpcLatticeContext {
    /// When it came, in microseconds since the Unix epoch; none if it is no number.
    pub fn unix_micros(&self) -> Option<i64> {
        self.time_epoch.as_deref()?.parse().ok()
    }
}

/// Who sent a request.
///
/// Source: Amazon VPC Lattice user guide, "Event structure version 2".
#[model]
pub struct VpcLatticeIdentity {
    /// The VPC it came from.
    #[key = "sourceVpcArn"]
    pub source_vpc_arn: Option<String>,
    /// `AWS_IAM`; absent where the service has no authentication.
    #[key = "type"]
    pub kind: Option<String>,
    /// The principal that signed it.
    #[key = "principal"]
    pub principal: Option<String>,
    /// The organization of the principal.
    #[key = "principalOrgID"]
    pub principal_org_id: Option<String>,
    /// The name of the session.
    #[key = "sessionName"]
    pub session_name: Option<String>,
    /// The issuer of the certificate, with IAM Roles Anywhere; so the others of `x509`.
    #[key = "x509IssuerOu"]
    pub x509_issuer_ou: Option<String>,
    /// A name of the certificate.
    #[key = "x509SanDns"]
    pub x509_san_dns: Option<String>,
    /// A name of the certificate.
    #[key = "x509SanNameCn"]
    pub x509_san_name_cn: Option<String>,
    /// A name of the certificate.
    #[key = "x509SanUri"]
    pub x509_san_uri: Option<String>,
    /// The subject of the certificate.
    #[key = "x509SubjectCn"]
    pub x509_subject_cn: Option<String>,
}

/// A request of a service, event structure 1.0. The answer is a [`VpcLatticeResponse`].
///
/// Source: Amazon VPC Lattice user guide, "Event structure version 1".
#[model(VpcLatticeV1)]
pub struct VpcLatticeV1Request {
    /// The path and the query, as they were sent.
    #[key = "raw_path"]
    #[required]
    pub raw_path: String,
    /// The method, in capitals.
    #[key = "method"]
    #[required]
    pub method: String,
    /// The headers; several values of one are joined by commas.
    #[key = "headers"]
    pub headers: Headers,
    /// The query; absent when there is none.
    #[key = "query_string_parameters"]
    pub query_string_parameters: StringMap,
    /// The body, in base64 if `is_base64_encoded`. See [`bytes`](Self::bytes).
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[key = "is_base64_encoded"]
    pub is_base64_encoded: bool,
}

impl ResponseFor<VpcLatticeV1Request> for VpcLatticeResponse {}
http::body!(VpcLatticeV1Request);

/// The answer to a request of a service.
///
/// Source: Amazon VPC Lattice user guide, "Respond to the VPC Lattice service".
#[model]
pub struct VpcLatticeResponse {
    /// The status.
    #[key = "statusCode"]
    pub status_code: u16,
    /// The status with its words: `200 OK`.
    #[key = "statusDescription"]
    pub status_description: Option<String>,
    /// The headers; left out when there are none.
    #[key = "headers"]
    pub headers: Headers,
    /// The body, in base64 if `is_base64_encoded`; left out when there is none.
    #[key = "body"]
    pub body: Option<String>,
    /// Whether the body is in base64.
    #[key = "isBase64Encoded"]
    pub is_base64_encoded: bool,
}

http::response!(VpcLatticeResponse);
