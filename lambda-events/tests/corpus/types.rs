//! The one list of which folder holds what: reviewed by hand.

use std::fmt::Debug;

use bytes::Bytes;
use lambda_events::{
    BatchResponse, Event, Json, Trigger,
    alb::{AlbRequest, AlbResponse},
    alexa::{AlexaSkillRequest, AlexaSmartHomeRequest},
    api_gateway::*,
    appsync::*,
    bedrock::BedrockAgentEvent,
    client_vpn::ClientVpnRequest,
    cloudformation::{CustomResourceRequest, CustomResourceResponse, ProviderResponse},
    cloudfront::CloudFrontEvent,
    cloudwatch_alarm::{CloudWatchAlarmEvent, CloudWatchAlarmMessage},
    cloudwatch_dashboard::WidgetRequest,
    cloudwatch_logs::CloudWatchLogsEvent,
    codebuild::CodeBuildChange,
    codecommit::CodeCommitEvent,
    codedeploy::{CodeDeployChange, CodeDeployHook},
    codepipeline::CodePipelineStateChange,
    cognito::*,
    config::ConfigEvent,
    connect::{ConnectCampaignEvent, ConnectEvent},
    destinations::DestinationEvent,
    documentdb::DocumentDbEvent,
    dynamodb::{DynamoDbEvent, DynamoDbRecord, DynamoDbWindowEvent},
    ec2::Ec2StateChange,
    ecr::{EcrImageAction, EcrImageScan},
    eventbridge::{CloudTrailDetail, EventBridgeEvent, S3ObjectDetail},
    firehose::{FirehoseEvent, FirehoseResponse},
    function_url::{FunctionUrlRequest, FunctionUrlResponse},
    iot::*,
    kafka::KafkaEvent,
    kinesis::{KinesisEvent, KinesisWindowEvent},
    kinesis_analytics::*,
    lex::*,
    mq::{ActiveMqEvent, RabbitMqEvent},
    s3::S3Event,
    s3_batch::{S3BatchEvent, S3BatchResponse},
    s3_object_lambda::S3ObjectLambdaEvent,
    sagemaker::ConsolidationRequest,
    secrets_manager::SecretsManagerRotation,
    ses::{SesEvent, SesResponse},
    sns::SnsEvent,
    sqs::{SqsEvent, SqsReceived},
    step_functions::StepFunctionsContext,
    transfer::TransferIdentityRequest,
    vpc_lattice::{VpcLatticeRequest, VpcLatticeV1Request},
    window::WindowResponse,
    workmail::WorkMailEvent,
};
use lambda_runtime::FromEvent;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A way to read a payload and write it back.
pub(crate) type Way = fn(&str) -> Result<String, String>;

/// The ways in. The direct ones keep numbers as they are written; serde's buffers hold them as
/// `f64`.
pub(crate) struct Ways {
    pub(crate) direct: [(&'static str, Way); 3],
    pub(crate) buffered: [(&'static str, Way); 4],
}

/// The type of what is in a folder, and the trigger as which an event in it is detected.
pub(crate) fn of(folder: &str, file: &str) -> Option<(Ways, Option<Trigger>)> {
    Some(match (folder, file.starts_with("response-")) {
        ("alb", false) => event::<AlbRequest>(),
        ("alb", true) => part::<AlbResponse>(),
        ("apigw-authorizer", true) => part::<AuthorizerResponse>(),
        ("apigw-authorizer-http-v1", false) => event::<HttpAuthorizerV1Request>(),
        ("apigw-authorizer-http-v2", false) => event::<HttpAuthorizerRequest>(),
        ("apigw-authorizer-http-v2-iam", true) => part::<AuthorizerResponse>(),
        ("apigw-authorizer-http-v2-simple", true) => part::<SimpleAuthorizerResponse>(),
        ("apigw-authorizer-request", false) => event::<RequestAuthorizerRequest>(),
        ("apigw-authorizer-token", false) => event::<TokenAuthorizerRequest>(),
        ("apigw-http-v2", false) => event::<ApiGatewayHttpRequest>(),
        ("apigw-http-v2", true) => part::<ApiGatewayHttpResponse>(),
        ("apigw-rest", false) => event::<ApiGatewayRestRequest>(),
        ("apigw-rest", true) => part::<ApiGatewayRestResponse>(),
        ("apigw-websocket", false) => event::<ApiGatewayWebSocketRequest>(),
        ("apigw-websocket", true) => part::<ApiGatewayWebSocketResponse>(),
        ("clientvpn", false) => event::<ClientVpnRequest>(),
        ("cloudformation-custom-resource", false) => event::<CustomResourceRequest>(),
        ("cloudformation-custom-resource", true) => part::<CustomResourceResponse>(),
        ("cloudformation-provider-framework", false) => event::<CustomResourceRequest>(),
        ("cloudformation-provider-framework", true) => part::<ProviderResponse>(),
        ("s3-batch", false) => event::<S3BatchEvent>(),
        ("s3-batch", true) => part::<S3BatchResponse>(),
        ("transfer-family", false) => event::<TransferIdentityRequest>(),
        ("cloudwatch-alarm", false) => event::<CloudWatchAlarmEvent>(),
        ("cloudwatch-logs", false) => event::<CloudWatchLogsEvent>(),
        ("codecommit", false) => event::<CodeCommitEvent>(),
        ("codedeploy-hook", false) => event::<CodeDeployHook>(),
        ("config", false) => event::<ConfigEvent>(),
        ("secretsmanager", false) => event::<SecretsManagerRotation>(),
        ("dynamodb", false) => event::<DynamoDbEvent>(),
        ("dynamodb", true) => part::<BatchResponse>(),
        ("dynamodb-record", false) => part::<DynamoDbRecord>(),
        ("dynamodb-window", false) => event::<DynamoDbWindowEvent>(),
        ("dynamodb-window", true) => part::<WindowResponse>(),
        ("eventbridge", false) => eventbridge(file),
        ("eventbridge-detail-cloudtrail", false) => part::<CloudTrailDetail>(),
        ("firehose", false) => event::<FirehoseEvent>(),
        ("firehose", true) => part::<FirehoseResponse>(),
        ("kinesis", false) => event::<KinesisEvent>(),
        ("kinesis-window", false) => event::<KinesisWindowEvent>(),
        ("kinesis-window", true) => part::<WindowResponse>(),
        ("s3", false) => event::<S3Event>(),
        ("ses", false) => event::<SesEvent>(),
        ("ses", true) => part::<SesResponse>(),
        ("sns", false) => event::<SnsEvent>(),
        ("sns-body-alarm", false) => part::<SnsEvent<Json<CloudWatchAlarmMessage>>>(),
        ("sqs", false) => event::<SqsEvent>(),
        ("sqs", true) => part::<BatchResponse>(),
        ("sqs-api", false) => part::<SqsReceived>(),
        ("function-url", false) => event::<FunctionUrlRequest>(),
        ("function-url", true) => part::<FunctionUrlResponse>(),
        ("vpc-lattice", false) => event::<VpcLatticeV1Request>(),
        ("vpc-lattice-v2", false) => event::<VpcLatticeRequest>(),
        ("kafka", false) => event::<KafkaEvent>(),
        ("activemq", false) => event::<ActiveMqEvent>(),
        ("rabbitmq", false) => event::<RabbitMqEvent>(),
        ("documentdb", false) => event::<DocumentDbEvent>(),
        ("lambda-destination", false) => event::<DestinationEvent>(),
        ("kinesis-analytics-preprocess", false) => event::<KinesisAnalyticsInput>(),
        ("kinesis-analytics-preprocess", true) => part::<KinesisAnalyticsInputResponse>(),
        ("kinesis-analytics-output", false) => event::<KinesisAnalyticsOutput>(),
        ("kinesis-analytics-output", true) => part::<KinesisAnalyticsOutputResponse>(),
        ("s3-object-lambda", false) => event::<S3ObjectLambdaEvent>(),
        ("cloudfront", false) => event::<CloudFrontEvent>(),
        ("cognito-createauthchallenge", false) => event::<CognitoCreateAuthChallengeEvent>(),
        ("cognito-customemailsender", false) => event::<CognitoCustomEmailSenderEvent>(),
        ("cognito-custommessage", false) => event::<CognitoCustomMessageEvent>(),
        ("cognito-customsmssender", false) => event::<CognitoCustomSmsSenderEvent>(),
        ("cognito-defineauthchallenge", false) => event::<CognitoDefineAuthChallengeEvent>(),
        ("cognito-inboundfederation", false) => event::<CognitoInboundFederationEvent>(),
        ("cognito-postauthentication", false) => event::<CognitoPostAuthenticationEvent>(),
        ("cognito-postconfirmation", false) => event::<CognitoPostConfirmationEvent>(),
        ("cognito-preauthentication", false) => event::<CognitoPreAuthenticationEvent>(),
        ("cognito-presignup", false) => event::<CognitoPreSignUpEvent>(),
        ("cognito-sync", false) => event::<CognitoSyncEvent>(),
        ("cognito-tokengeneration-v1", false) => event::<CognitoTokenGenerationEvent>(),
        ("cognito-tokengeneration-v2", false) => event::<CognitoTokenGenerationV2Event>(),
        ("cognito-usermigration", false) => event::<CognitoUserMigrationEvent>(),
        ("cognito-verifyauthchallengeresponse", false) => {
            event::<CognitoVerifyAuthChallengeEvent>()
        }
        ("appsync-resolver", false) => event::<AppSyncResolverEvent>(),
        ("appsync-authorizer", false) => event::<AppSyncAuthorizerRequest>(),
        ("appsync-authorizer", true) => part::<AppSyncAuthorizerResponse>(),
        ("appsync-events", false) => event::<AppSyncEventsRequest>(),
        ("appsync-events", true) => part::<AppSyncEventsResponse>(),
        ("appsync-amplify", false) => event::<AmplifyResolverEvent>(),
        ("appsync-identity-cognito", false) => part::<AppSyncIdentity>(),
        ("appsync-identity-iam", false) => part::<AppSyncIdentity>(),
        ("appsync-template", false) => part::<AppSyncTemplate>(),
        ("iot-authorizer", false) => event::<IotAuthorizerRequest>(),
        ("iot-authorizer", true) => part::<IotAuthorizerResponse>(),
        ("iot-preprovision", false) => event::<IotProvisioningRequest>(),
        ("iot-preprovision", true) => part::<IotProvisioningResponse>(),
        ("iot-button", false) => event::<IotButtonEvent>(),
        ("iot-1-click", false) => event::<IotOneClickEvent>(),
        ("lex-v2", false) => event::<LexEvent>(),
        ("lex-v2", true) => part::<LexResponse>(),
        ("lex-v1", false) => event::<LexV1Event>(),
        ("lex-v1", true) => part::<LexV1Response>(),
        ("connect", false) => event::<ConnectEvent>(),
        ("connect-outbound", false) => event::<ConnectCampaignEvent>(),
        ("alexa-skill", false) => event::<AlexaSkillRequest>(),
        ("alexa-smart-home", false) => event::<AlexaSmartHomeRequest>(),
        ("bedrock-agent", false) => event::<BedrockAgentEvent>(),
        ("workmail", false) => event::<WorkMailEvent>(),
        ("sagemaker-gt", false) => event::<ConsolidationRequest>(),
        ("cloudwatch-dashboard", false) => event::<WidgetRequest>(),
        // Free-form, and detected as nothing: what it holds is beside the fields of a context.
        ("stepfunctions", false) => part::<StepFunctionsContext>(),
        _ => return None,
    })
}

/// Some details have a type of their own.
fn eventbridge(file: &str) -> (Ways, Option<Trigger>) {
    let has = |part: &str| file.contains(part);
    match () {
        () if has("-ec2-") || has("event-mocks-cloud-watch") => {
            event::<EventBridgeEvent<Ec2StateChange>>()
        }
        () if has("codedeploy") => event::<EventBridgeEvent<CodeDeployChange>>(),
        () if has("codebuild") => event::<EventBridgeEvent<CodeBuildChange>>(),
        () if has("codepipeline") => event::<EventBridgeEvent<CodePipelineStateChange>>(),
        () if has("ecr-image-scan") => event::<EventBridgeEvent<EcrImageScan>>(),
        () if has("ecr-") => event::<EventBridgeEvent<EcrImageAction>>(),
        () if has("s3object") || has("s3event") => event::<EventBridgeEvent<S3ObjectDetail>>(),
        () => event::<EventBridgeEvent>(),
    }
}

fn event<T: Model + Event>() -> (Ways, Option<Trigger>) {
    (ways::<T>(), Some(T::TRIGGER))
}

fn part<T: Model>() -> (Ways, Option<Trigger>) {
    (ways::<T>(), None)
}

/// A model.
pub(crate) trait Model: DeserializeOwned + Serialize + PartialEq + Debug + 'static {}

impl<T: DeserializeOwned + Serialize + PartialEq + Debug + 'static> Model for T {}

fn write<T: Serialize>(model: &T) -> Result<String, String> {
    serde_json::to_string(model).map_err(|error| error.to_string())
}

fn ways<T: Model>() -> Ways {
    Ways {
        direct: [
            ("from a slice", |json| {
                let model: T =
                    serde_json::from_slice(json.as_bytes()).map_err(|e| e.to_string())?;
                write(&model)
            }),
            ("as a function", |json| {
                let payload = Bytes::copy_from_slice(json.as_bytes());
                let model = T::from_event(payload).map_err(|error| error.error_message)?;
                write(&model)
            }),
            ("from a reader", |json| {
                let model: T =
                    serde_json::from_reader(json.as_bytes()).map_err(|e| e.to_string())?;
                write(&model)
            }),
        ],
        buffered: [
            ("from a value", |json| {
                let value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
                let model: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
                serde_json::to_value(&model)
                    .map(|value| value.to_string())
                    .map_err(|e| e.to_string())
            }),
            ("untagged", |json| {
                #[derive(Deserialize, Serialize)]
                #[serde(untagged)]
                enum Any<T> {
                    Model(T),
                    Other(Value),
                }
                match serde_json::from_str::<Any<T>>(json).map_err(|error| error.to_string())? {
                    Any::Model(model) => write(&Any::Model(model)),
                    Any::Other(_) => Err("it was another".to_owned()),
                }
            }),
            ("flattened", |json| {
                #[derive(Deserialize, Serialize)]
                struct Outer<T> {
                    #[serde(flatten)]
                    model: T,
                }
                let outer: Outer<T> = serde_json::from_str(json).map_err(|e| e.to_string())?;
                write(&outer)
            }),
            ("tagged", |json| {
                #[derive(Deserialize, Serialize)]
                #[serde(tag = "the tag")]
                enum Tagged<T> {
                    Model(T),
                }
                let mut value: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
                value["the tag"] = "Model".into();
                let tagged: Tagged<T> =
                    serde_json::from_str(&value.to_string()).map_err(|error| error.to_string())?;
                let mut written: Value =
                    serde_json::from_str(&write(&tagged)?).map_err(|error| error.to_string())?;
                written.as_object_mut().map(|object| object.remove("the tag"));
                Ok(written.to_string())
            }),
        ],
    }
}
