//! Calls of the AWS API and sign-ins, as CloudTrail writes them into the detail of an event.

use lambda_events_macros::model;

use crate::RawJson;

/// The detail of an event `AWS API Call via CloudTrail`, `AWS Console Sign In via CloudTrail` or
/// `AWS Service Event via CloudTrail`.
///
/// Source: AWS CloudTrail user guide, "CloudTrail record contents".
#[model]
pub struct CloudTrailDetail {
    /// The version of the form.
    #[key = "eventVersion"]
    pub event_version: Option<String>,
    /// Who did it.
    #[key = "userIdentity"]
    pub user_identity: Option<CloudTrailIdentity>,
    /// When it was finished, in RFC 3339.
    #[key = "eventTime"]
    pub event_time: Option<String>,
    /// The service: `s3.amazonaws.com`.
    #[key = "eventSource"]
    pub event_source: Option<String>,
    /// The action: `PutObject`.
    #[key = "eventName"]
    pub event_name: Option<String>,
    /// The region.
    #[key = "awsRegion"]
    pub aws_region: Option<String>,
    /// From where: an address, or the name of a service.
    #[key = "sourceIPAddress"]
    pub source_ip_address: Option<String>,
    /// With which program.
    #[key = "userAgent"]
    pub user_agent: Option<String>,
    /// Why it failed; absent when it succeeded.
    #[key = "errorCode"]
    pub error_code: Option<String>,
    /// Why it failed, in words; absent when it succeeded.
    #[key = "errorMessage"]
    pub error_message: Option<String>,
    /// What was asked for; null for none.
    #[key = "requestParameters"]
    pub request_parameters: Option<RawJson>,
    /// What was answered, for actions that change something; null otherwise.
    #[key = "responseElements"]
    pub response_elements: Option<RawJson>,
    /// What else there is; absent for most.
    #[key = "additionalEventData"]
    pub additional_event_data: Option<RawJson>,
    /// The id of the request.
    #[key = "requestID"]
    pub request_id: Option<String>,
    /// The id of the record.
    #[key = "eventID"]
    pub event_id: Option<String>,
    /// Whether it only read.
    #[key = "readOnly"]
    pub read_only: Option<bool>,
    /// `AwsApiCall`, `AwsServiceEvent`, `AwsConsoleSignIn`, …
    #[key = "eventType"]
    pub event_type: Option<String>,
    /// Whether it is a management event.
    #[key = "managementEvent"]
    pub management_event: Option<bool>,
    /// What was touched; absent for most.
    #[key = "resources"]
    pub resources: Option<RawJson>,
    /// The account that got the record.
    #[key = "recipientAccountId"]
    pub recipient_account_id: Option<String>,
    /// What a service event is about; absent otherwise.
    #[key = "serviceEventDetails"]
    pub service_event_details: Option<RawJson>,
    /// What several records of one action share; absent for most.
    #[key = "sharedEventID"]
    pub shared_event_id: Option<String>,
    /// The endpoint that it went through; absent without one.
    #[key = "vpcEndpointId"]
    pub vpc_endpoint_id: Option<String>,
    /// `Management`, `Data`, `Insight`, …
    #[key = "eventCategory"]
    pub event_category: Option<String>,
    /// `true` when it came from a session of the console; absent otherwise.
    #[key = "sessionCredentialFromConsole"]
    pub session_credential_from_console: Option<String>,
    /// The connection; absent for calls of services.
    #[key = "tlsDetails"]
    pub tls_details: Option<RawJson>,
}

/// Who did it. Which fields there are depends on the type.
///
/// Source: AWS CloudTrail user guide, "CloudTrail userIdentity element".
#[model]
pub struct CloudTrailIdentity {
    /// `Root`, `IAMUser`, `AssumedRole`, `FederatedUser`, `AWSAccount`, `AWSService`, `Unknown`, …
    #[key = "type"]
    pub kind: Option<String>,
    /// The id of who did it.
    #[key = "principalId"]
    pub principal_id: Option<String>,
    /// The ARN of who did it.
    #[key = "arn"]
    pub arn: Option<String>,
    /// The account.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The key that signed the request.
    #[key = "accessKeyId"]
    pub access_key_id: Option<String>,
    /// The name of the user.
    #[key = "userName"]
    pub user_name: Option<String>,
    /// The session; temporary credentials only.
    #[key = "sessionContext"]
    pub session_context: Option<RawJson>,
    /// The service that did it for somebody; absent otherwise.
    #[key = "invokedBy"]
    pub invoked_by: Option<String>,
    /// Who vouched for the user; federated users only.
    #[key = "identityProvider"]
    pub identity_provider: Option<String>,
}
