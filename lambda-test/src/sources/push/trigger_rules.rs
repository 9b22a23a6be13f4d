//! How each service invokes a function: asynchronously or not, how often it tries, how long it waits, and which responses it
//! takes. Pure.
//!
//! Source: the pages on triggers of the AWS Lambda developer guide, and those of each service.

use std::time::Duration;

use lambda_events::Trigger;
use serde_json::Value;

/// How a service invokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Asynchronously: nobody waits for the response.
    Event,
    /// Synchronously, so often at most, and waiting so long each time.
    Request { attempts: u32, patience: Duration },
    /// By an event source mapping, which reads a source.
    Mapping,
}

const fn request(attempts: u32, seconds: u64) -> Call {
    Call::Request { attempts, patience: Duration::from_secs(seconds) }
}

pub(super) fn call(trigger: Option<Trigger>) -> Call {
    use Trigger as T;
    match trigger {
        Some(
            T::S3
            | T::Sns
            | T::EventBridge
            | T::CloudWatchLogs
            | T::CloudWatchAlarm
            | T::CodeCommit
            | T::Config
            | T::Ses
            | T::CustomResource
            | T::CodePipeline
            | T::IotButton
            | T::IotOneClick
            | T::Destination
            | T::CognitoCustomEmailSender
            | T::CognitoCustomSmsSender,
        ) => Call::Event,
        Some(
            T::Sqs
            | T::DynamoDb
            | T::DynamoDbWindow
            | T::Kinesis
            | T::KinesisWindow
            | T::Kafka
            | T::ActiveMq
            | T::RabbitMq
            | T::DocumentDb,
        ) => Call::Mapping,
        // "The function must respond within 5 seconds; it is tried three times."
        Some(trigger) if is_cognito(trigger) => request(3, 5),
        Some(T::CognitoSync | T::IotProvisioning | T::IotAuthorizer) => request(1, 5),
        Some(T::Connect | T::ConnectCampaign | T::AlexaSkill | T::AlexaSmartHome) => request(1, 8),
        Some(T::Lex | T::LexV1 | T::CloudFormationHook) => request(1, 30),
        // "Firehose tries an invocation three times more"; a batch operation tries a task again.
        Some(T::Firehose | T::KinesisAnalyticsInput | T::KinesisAnalyticsOutput) => request(4, 300),
        _ => request(1, 900),
    }
}

pub(super) fn is_cognito(trigger: Trigger) -> bool {
    let name = trigger.as_str();
    name.starts_with("cognito-") && trigger != Trigger::CognitoSync
}

/// Returns why a service does not take a response.
pub(super) fn refusal(trigger: Trigger, event: &Value, response: &Value) -> Option<String> {
    use Trigger as T;
    let wants = |holds: bool, what: &str| (!holds).then(|| format!("expected {what}: {response}"));
    let has = |key: &str| response.get(key).is_some();
    let is_policy = response["principalId"].is_string() && response["policyDocument"].is_object();
    match trigger {
        T::ApiGatewayTokenAuthorizer
        | T::ApiGatewayRequestAuthorizer
        | T::ApiGatewayHttpAuthorizerV1 => wants(is_policy, "`principalId` and `policyDocument`"),
        T::ApiGatewayHttpAuthorizer => {
            wants(is_policy || response["isAuthorized"].is_boolean(), "`isAuthorized`, or a policy")
        }
        T::AppSyncAuthorizer => wants(response["isAuthorized"].is_boolean(), "`isAuthorized`"),
        T::IotAuthorizer => wants(response["isAuthenticated"].is_boolean(), "`isAuthenticated`"),
        T::IotProvisioning => {
            wants(response["allowProvisioning"].is_boolean(), "`allowProvisioning`")
        }
        T::AppSyncBatch => {
            let count = event.as_array().map_or(0, Vec::len);
            wants(
                response.as_array().is_some_and(|it| it.len() == count),
                "a list of as many items",
            )
        }
        T::S3Batch => {
            let results = response["results"].as_array();
            let tasks = event["tasks"].as_array().map_or(0, Vec::len);
            let is_whole =
                has("invocationSchemaVersion") && response["invocationId"] == event["invocationId"];
            let count = results.is_some_and(|it| it.len() == tasks);
            wants(
                is_whole && count,
                "`invocationSchemaVersion`, `invocationId`, and a result of each task",
            )
        }
        T::Transfer | T::ClientVpn | T::CloudFormationMacro => {
            wants(response.is_object(), "an object")
        }
        T::CloudFormationHook => wants(has("hookStatus"), "`hookStatus`"),
        T::Lex => wants(response["sessionState"].is_object(), "`sessionState`"),
        T::LexV1 => wants(response["dialogAction"].is_object(), "`dialogAction`"),
        T::AlexaSkill => wants(has("response") && has("version"), "`version` and `response`"),
        T::BedrockAgent => {
            wants(has("response") && has("messageVersion"), "`messageVersion` and `response`")
        }
        T::Durable => wants(response["Status"].is_string(), "`Status`"),
        trigger if is_cognito(trigger) => {
            wants(response["response"].is_object(), "the event with its `response` filled in")
        }
        _ => None,
    }
}
