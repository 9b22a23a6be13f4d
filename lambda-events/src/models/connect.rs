//! Amazon Connect: contact flows, and outbound campaigns.
//!
//! Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", and "Outbound campaigns",
//! read 2026-11-26. Shown by the fixtures in `fixtures/connect` and `fixtures/connect-outbound`.

use lambda_events_macros::model;

use crate::{RawJson, ResponseFor, StringMap};

/// A flow invokes the function. The answer, within 8 seconds, is a flat map of texts, [`StringMap`], or
/// any JSON where the flow takes that; at most 32 KB.
///
/// Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", "Example JSON
/// request".
#[model(Connect)]
pub struct ConnectEvent {
    /// The contact, and what the flow says.
    #[key = "Details"]
    #[required]
    pub details: ConnectDetails,
    /// `ContactFlowEvent`.
    #[key = "Name"]
    pub name: Option<String>,
}

impl ResponseFor<ConnectEvent> for StringMap {}
impl ResponseFor<ConnectEvent> for RawJson {}
impl ResponseFor<ConnectEvent> for serde_json::Value {}

/// A contact, and what a flow says.
///
/// Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", "Example JSON
/// request".
#[model]
pub struct ConnectDetails {
    /// The contact.
    #[key = "ContactData"]
    #[required]
    pub contact_data: ConnectContact,
    /// What the flow says.
    #[key = "Parameters"]
    pub parameters: StringMap,
}

/// A contact.
///
/// Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", "Example JSON
/// request".
#[model]
pub struct ConnectContact {
    /// Its attributes.
    #[key = "Attributes"]
    pub attributes: StringMap,
    /// `VOICE`, `CHAT`, `TASK`, `EMAIL`.
    #[key = "Channel"]
    pub channel: Option<String>,
    /// Its id.
    #[key = "ContactId"]
    pub contact_id: String,
    /// The customer; null where there is none.
    #[key = "CustomerEndpoint"]
    pub customer_endpoint: Option<ConnectEndpoint>,
    /// The customer's id, where a flow set it; null otherwise.
    #[key = "CustomerId"]
    pub customer_id: Option<String>,
    /// Its description; null otherwise.
    #[key = "Description"]
    pub description: Option<String>,
    /// The first of the contacts that it belongs to.
    #[key = "InitialContactId"]
    pub initial_contact_id: Option<String>,
    /// `INBOUND`, `OUTBOUND`, `TRANSFER`, `CALLBACK`, `API`, …
    #[key = "InitiationMethod"]
    pub initiation_method: Option<String>,
    /// The ARN of the instance.
    #[key = "InstanceARN"]
    pub instance_arn: Option<String>,
    /// Its language: `en-US`; null otherwise.
    #[key = "LanguageCode"]
    pub language_code: Option<String>,
    /// Where its sound goes.
    #[key = "MediaStreams"]
    pub media_streams: Option<ConnectMediaStreams>,
    /// Its name; null otherwise.
    #[key = "Name"]
    pub name: Option<String>,
    /// The contact before.
    #[key = "PreviousContactId"]
    pub previous_contact_id: Option<String>,
    /// Its queue; null where it has none.
    #[key = "Queue"]
    pub queue: Option<ConnectQueue>,
    /// What it refers to.
    #[key = "References"]
    pub references: Option<RawJson>,
    /// A contact beside it; null otherwise.
    #[key = "RelatedContactId"]
    pub related_contact_id: Option<String>,
    /// Attributes of its segment.
    #[key = "SegmentAttributes"]
    pub segment_attributes: Option<RawJson>,
    /// The number that the customer called; null where there is none.
    #[key = "SystemEndpoint"]
    pub system_endpoint: Option<ConnectEndpoint>,
    /// Its tags.
    #[key = "Tags"]
    pub tags: StringMap,
}

/// A customer, or a number of the instance.
///
/// Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", "Example JSON
/// request".
#[model]
pub struct ConnectEndpoint {
    /// The number, in E.164.
    #[key = "Address"]
    pub address: Option<String>,
    /// `TELEPHONE_NUMBER`.
    #[key = "Type"]
    pub kind: Option<String>,
}

/// A queue.
///
/// Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", "Example JSON
/// request".
#[model]
pub struct ConnectQueue {
    /// Its ARN.
    #[key = "ARN"]
    pub arn: Option<String>,
    /// Its name.
    #[key = "Name"]
    pub name: Option<String>,
    /// The number that it calls from.
    #[key = "OutboundCallerId"]
    pub outbound_caller_id: Option<ConnectEndpoint>,
}

/// Where the sound of a contact goes.
///
/// Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", "Example JSON
/// request".
#[model]
pub struct ConnectMediaStreams {
    /// That of the customer.
    #[key = "Customer"]
    pub customer: Option<ConnectMedia>,
}

/// Where a sound goes.
///
/// Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", "Example JSON
/// request".
#[model]
pub struct ConnectMedia {
    /// The stream; null where there is none.
    #[key = "Audio"]
    pub audio: Option<ConnectAudio>,
}

/// A part of a video stream of Kinesis.
///
/// Source: Amazon Connect administrator guide, "Invoke AWS Lambda functions", "Example JSON
/// request".
#[model]
pub struct ConnectAudio {
    /// Its first fragment.
    #[key = "StartFragmentNumber"]
    pub start_fragment_number: Option<String>,
    /// When it began, in milliseconds since the Unix epoch, as text.
    #[key = "StartTimestamp"]
    pub start_timestamp: Option<String>,
    /// Its last fragment.
    #[key = "StopFragmentNumber"]
    pub stop_fragment_number: Option<String>,
    /// When it ended, in milliseconds since the Unix epoch, as text.
    #[key = "StopTimestamp"]
    pub stop_timestamp: Option<String>,
    /// The ARN of the stream.
    #[key = "StreamARN"]
    pub stream_arn: Option<String>,
}

/// An outbound campaign invokes the function for some customers. The answer is a
/// [`ConnectCampaignResponse`].
///
/// Source: Amazon Connect administrator guide, "Outbound campaigns", "Invoke a Lambda function".
#[model(ConnectCampaign)]
pub struct ConnectCampaignEvent<D = RawJson> {
    /// The campaign.
    #[key = "InvocationMetadata"]
    #[required]
    pub invocation_metadata: ConnectInvocation,
    /// The customers.
    #[key = "Items"]
    #[required]
    pub items: ConnectItems<D>,
}

impl<D> ResponseFor<ConnectCampaignEvent<D>> for ConnectCampaignResponse {}

/// Why a function is invoked.
///
/// Source: Amazon Connect administrator guide, "Outbound campaigns", "Invoke a Lambda function".
#[model]
pub struct ConnectInvocation {
    /// The campaign.
    #[key = "CampaignContext"]
    pub campaign_context: Option<ConnectCampaignContext>,
}

/// A campaign.
///
/// Source: Amazon Connect administrator guide, "Outbound campaigns", "Invoke a Lambda function".
#[model]
pub struct ConnectCampaignContext {
    /// Its id.
    #[key = "CampaignId"]
    pub campaign_id: Option<String>,
    /// The id of its run.
    #[key = "RunId"]
    pub run_id: Option<String>,
    /// The id of its action.
    #[key = "ActionId"]
    pub action_id: Option<String>,
    /// Its name.
    #[key = "CampaignName"]
    pub campaign_name: Option<String>,
}

/// Customers of a campaign.
///
/// Source: Amazon Connect administrator guide, "Outbound campaigns", "Invoke a Lambda function".
#[model]
pub struct ConnectItems<D = RawJson> {
    /// The customers.
    #[key = "CustomerProfiles"]
    pub customer_profiles: Vec<ConnectProfile<D>>,
}

/// A customer.
///
/// Source: Amazon Connect administrator guide, "Outbound campaigns", "Invoke a Lambda function".
#[model]
pub struct ConnectProfile<D = RawJson> {
    /// The id of the profile.
    #[key = "ProfileId"]
    pub profile_id: String,
    /// What is known: JSON in a text; see [`Json`](crate::Json).
    #[key = "CustomerData"]
    pub customer_data: D,
    /// The same when it is tried again.
    #[key = "IdempotencyToken"]
    pub idempotency_token: Option<String>,
}

/// What became of each customer.
///
/// Source: Amazon Connect administrator guide, "Outbound campaigns", "Invoke a Lambda function".
#[model]
pub struct ConnectCampaignResponse<D = RawJson> {
    /// The customers.
    #[key = "Items"]
    pub items: ConnectResults<D>,
}

/// What became of customers.
///
/// Source: Amazon Connect administrator guide, "Outbound campaigns", "Invoke a Lambda function".
#[model]
pub struct ConnectResults<D = RawJson> {
    /// The customers.
    #[key = "CustomerProfiles"]
    pub customer_profiles: Vec<ConnectResult<D>>,
}

/// What became of a customer.
///
/// Source: Amazon Connect administrator guide, "Outbound campaigns", "Invoke a Lambda function".
#[model]
pub struct ConnectResult<D = RawJson> {
    /// The id of the profile.
    #[key = "Id"]
    pub id: String,
    /// What the flow gets.
    #[key = "ResultData"]
    pub result_data: Option<D>,
}
