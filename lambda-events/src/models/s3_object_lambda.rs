//! Amazon S3 Object Lambda: objects that a function makes or changes while they are read.
//!
//! Source: Amazon S3 user guide, "Writing Lambda functions for S3 Object Lambda Access Points", "Event
//! context format and usage", read 2026-11-26. Shown by the fixtures in `fixtures/s3-object-lambda`.

use lambda_events_macros::model;

use crate::{Headers, RawJson, ResponseFor};

/// A request to an access point of S3 Object Lambda.
///
/// A `GET` is answered by a call of `WriteGetObjectResponse` with the route and token of
/// `get_object_context`, so the function answers `()`; others are answered by the function, in
/// JSON.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model(S3ObjectLambda)]
pub struct S3ObjectLambdaEvent {
    /// The id of the request.
    #[key = "xAmzRequestId"]
    #[required]
    pub x_amz_request_id: String,
    /// A `GET`: where the object is, and how it is answered; absent for others.
    #[key = "getObjectContext"]
    pub get_object_context: Option<S3GetObjectContext>,
    /// A `HEAD`: where the object is; absent for others.
    #[key = "headObjectContext"]
    pub head_object_context: Option<S3InputContext>,
    /// `ListObjects`: where the list is; absent for others.
    #[key = "listObjectsContext"]
    pub list_objects_context: Option<S3InputContext>,
    /// `ListObjectsV2`: where the list is; absent for others.
    #[key = "listObjectsV2Context"]
    pub list_objects_v2_context: Option<S3InputContext>,
    /// The access point.
    #[key = "configuration"]
    pub configuration: S3ObjectLambdaConfiguration,
    /// The request of the caller.
    #[key = "userRequest"]
    #[required]
    pub user_request: S3UserRequest,
    /// The caller.
    #[key = "userIdentity"]
    pub user_identity: S3ObjectLambdaIdentity,
    /// `1.00`.
    #[key = "protocolVersion"]
    pub protocol_version: Option<String>,
}

impl ResponseFor<S3ObjectLambdaEvent> for () {}
impl ResponseFor<S3ObjectLambdaEvent> for RawJson {}
impl ResponseFor<S3ObjectLambdaEvent> for serde_json::Value {}

/// Where an object is, and how it is answered.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model]
pub struct S3GetObjectContext {
    /// A presigned URL of the object.
    #[key = "inputS3Url"]
    pub input_s3_url: String,
    /// `RequestRoute` of `WriteGetObjectResponse`.
    #[key = "outputRoute"]
    pub output_route: String,
    /// `RequestToken` of `WriteGetObjectResponse`.
    #[key = "outputToken"]
    pub output_token: String,
}

/// Where what is asked for is.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model]
pub struct S3InputContext {
    /// A presigned URL of it.
    #[key = "inputS3Url"]
    pub input_s3_url: String,
}

/// An access point.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model]
pub struct S3ObjectLambdaConfiguration {
    /// The ARN of the access point of S3 Object Lambda.
    #[key = "accessPointArn"]
    pub access_point_arn: String,
    /// The ARN of the access point of S3 behind it.
    #[key = "supportingAccessPointArn"]
    pub supporting_access_point_arn: String,
    /// What its configuration says for the function.
    #[key = "payload"]
    pub payload: String,
}

/// The request of a caller.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model]
pub struct S3UserRequest {
    /// The URL, decoded, without those of its parameters that only authorize.
    #[key = "url"]
    pub url: String,
    /// Its headers, without those that only authorize; of one that came several times, the values
    /// joined by commas.
    #[key = "headers"]
    pub headers: Headers,
}

/// A caller.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model]
pub struct S3ObjectLambdaIdentity {
    /// `IAMUser`, `AssumedRole`, `FederatedUser`, `Root`, `AWSAccount`, `AWSService`.
    #[key = "type"]
    pub kind: Option<String>,
    /// Its id.
    #[key = "principalId"]
    pub principal_id: Option<String>,
    /// Its ARN.
    #[key = "arn"]
    pub arn: Option<String>,
    /// Its account.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The key that signed.
    #[key = "accessKeyId"]
    pub access_key_id: Option<String>,
    /// The name of the user; absent for roles.
    #[key = "userName"]
    pub user_name: Option<String>,
    /// Its session; absent for users.
    #[key = "sessionContext"]
    pub session_context: Option<Box<S3SessionContext>>,
    /// The service that called; absent for others.
    #[key = "invokedBy"]
    pub invoked_by: Option<String>,
}

/// A session.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model]
pub struct S3SessionContext {
    /// When and how it began.
    #[key = "attributes"]
    pub attributes: Option<S3SessionAttributes>,
    /// Whose it is.
    #[key = "sessionIssuer"]
    pub session_issuer: Option<S3SessionIssuer>,
}

/// When and how a session began.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model]
pub struct S3SessionAttributes {
    /// Whether by a second factor: `true` or `false`, as text.
    #[key = "mfaAuthenticated"]
    pub mfa_authenticated: Option<String>,
    /// When it began.
    #[key = "creationDate"]
    pub creation_date: Option<String>,
}

/// Whose a session is.
///
/// Source: Amazon S3 user guide, "Event context format and usage".
#[model]
pub struct S3SessionIssuer {
    /// `Role`.
    #[key = "type"]
    pub kind: Option<String>,
    /// Its id.
    #[key = "principalId"]
    pub principal_id: Option<String>,
    /// Its ARN.
    #[key = "arn"]
    pub arn: Option<String>,
    /// Its account.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// Its name.
    #[key = "userName"]
    pub user_name: Option<String>,
}
