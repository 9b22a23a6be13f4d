//! Exact typed models of what the triggers of AWS Lambda send and accept back.
//!
//! ```
//! use lambda_events::{BatchResponse, sqs::SqsEvent};
//!
//! fn failures(event: &SqsEvent) -> BatchResponse {
//!     let poisoned = event.records.iter().filter(|message| message.body.as_deref() != Some("ok"));
//!     poisoned.map(|message| &*message.message_id).collect()
//! }
//! #
//! # let event = serde_json::from_str(r#"{"Records":[{"messageId":"1","body":"ok"},{"messageId":"2"}]}"#)?;
//! # assert_eq!(serde_json::to_string(&failures(&event))?, r#"{"batchItemFailures":[{"itemIdentifier":"2"}]}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! An event is read and written back with nothing lost, altered or refused: fields that a type does
//! not name are in its [`extra`](Extra), words that an enum does not know are kept, null stays null,
//! numbers keep their digits, and only what AWS promises is asked for. A value that does not fit its
//! field leaves it empty and is found in `extra`. Types are built with `..Default::default()`.
//!
//! Where an event is of another trigger, the error says so: ``this looks like an S3 event, expected
//! SqsEvent: missing field `messageId` at `Records[0]` ``. It never shows what is in the event.
//!
//! # Triggers
//!
//! | trigger | event | answer | feature | samples |
//! |---|---|---|---|---|
//! | Amazon S3 | `s3::S3Event` | `()` | `s3` (default) | `s3::object_created`, … |
//! | Amazon SQS | `sqs::SqsEvent<B>` | `()`, [`BatchResponse`] | `sqs` (default) | `sqs::batch` |
//! | Amazon SNS | `sns::SnsEvent<M>` | `()` | `sns` (default) | `sns::message` |
//! | API Gateway, HTTP API 2.0 | `api_gateway::ApiGatewayHttpRequest` | `ApiGatewayHttpResponse`, any JSON | `api-gateway` (default) | `api_gateway::post`, … |
//! | API Gateway, REST API, HTTP API 1.0 | `api_gateway::ApiGatewayRestRequest` | `ApiGatewayRestResponse` | `api-gateway` | `api_gateway::rest::post`, … |
//! | API Gateway, WebSocket API | `api_gateway::ApiGatewayWebSocketRequest` | `ApiGatewayWebSocketResponse`, `()` | `api-gateway` | `api_gateway::websocket::message`, … |
//! | Lambda authorizer, `TOKEN` | `api_gateway::TokenAuthorizerRequest` | `AuthorizerResponse` | `api-gateway` | `api_gateway::authorizer::token` |
//! | Lambda authorizer, `REQUEST` | `api_gateway::RequestAuthorizerRequest` | `AuthorizerResponse` | `api-gateway` | `api_gateway::authorizer::request` |
//! | Lambda authorizer, HTTP API 1.0 | `api_gateway::HttpAuthorizerV1Request` | `AuthorizerResponse` | `api-gateway` | `api_gateway::authorizer::http_v1` |
//! | Lambda authorizer, HTTP API 2.0 | `api_gateway::HttpAuthorizerRequest` | `SimpleAuthorizerResponse`, `AuthorizerResponse` | `api-gateway` | `api_gateway::authorizer::http` |
//! | Application Load Balancer | `alb::AlbRequest` | `AlbResponse` | `alb` | `alb::get`, … |
//! | EventBridge, Scheduler, CloudWatch Events | `eventbridge::EventBridgeEvent<D>` | `()` | `eventbridge` (default) | `eventbridge::event`, … |
//! | EC2, through EventBridge | `EventBridgeEvent<ec2::Ec2StateChange>`, … | `()` | `ec2` | `ec2::state_change`, … |
//! | Auto Scaling, through EventBridge | `EventBridgeEvent<autoscaling::AutoScalingLifecycleAction>`, … | `()` | `autoscaling` | `autoscaling::launching`, … |
//! | CloudWatch Logs | `cloudwatch_logs::CloudWatchLogsEvent` | `()` | `cloudwatch-logs` | `cloudwatch_logs::lines`, … |
//! | CloudWatch alarms | `cloudwatch_alarm::CloudWatchAlarmEvent` | `()` | `cloudwatch-alarm` | `cloudwatch_alarm::alarm` |
//! | CodeCommit | `codecommit::CodeCommitEvent` | `()` | `codecommit` | `codecommit::push` |
//! | CodeDeploy, lifecycle hooks | `codedeploy::CodeDeployHook` | `()` | `codedeploy` | `codedeploy::hook` |
//! | AWS Config rules | `config::ConfigEvent<I, P>` | `()` | `config` | `config::change`, … |
//! | Client VPN, connection handler | `client_vpn::ClientVpnRequest` | `ClientVpnResponse` | `client-vpn` | `client_vpn::connection` |
//! | Secrets Manager, rotation | `secrets_manager::SecretsManagerRotation` | `()` | `secrets-manager` | `secrets_manager::rotation` |
//! | S3 Batch Operations | `s3_batch::S3BatchEvent` | `S3BatchResponse` | `s3-batch` | `s3_batch::task` |
//! | CloudFormation, custom resources | `cloudformation::CustomResourceRequest<P>` | `()`; `ProviderResponse` to the provider framework | `cloudformation` | `cloudformation::create`, … |
//! | Transfer Family, identity provider | `transfer::TransferIdentityRequest` | `TransferIdentityResponse` | `transfer` | `transfer::login` |
//! | DynamoDB streams | `dynamodb::DynamoDbEvent` | `()`, [`BatchResponse`] | `dynamodb` | `dynamodb::insert`, … |
//! | DynamoDB streams, windows | `dynamodb::DynamoDbWindowEvent` | `window::WindowResponse` | `dynamodb` | `dynamodb::window` |
//! | Kinesis Data Streams | `kinesis::KinesisEvent` | `()`, [`BatchResponse`] | `kinesis` | `kinesis::records`, … |
//! | Kinesis Data Streams, windows | `kinesis::KinesisWindowEvent` | `window::WindowResponse` | `kinesis` | `kinesis::window` |
//! | Amazon Data Firehose | `firehose::FirehoseEvent` | `FirehoseResponse` | `firehose` | `firehose::records`, `firehose::msk` |
//! | Amazon SES | `ses::SesEvent` | `SesResponse`, `()` | `ses` | `ses::email` |
//! | Lambda function URLs | `function_url::FunctionUrlRequest` | `FunctionUrlResponse`, any JSON | `function-url` | `function_url::get`, … |
//! | VPC Lattice, 2.0 | `vpc_lattice::VpcLatticeRequest` | `VpcLatticeResponse` | `vpc-lattice` | `vpc_lattice::request` |
//! | VPC Lattice, 1.0 | `vpc_lattice::VpcLatticeV1Request` | `VpcLatticeResponse` | `vpc-lattice` | `vpc_lattice::v1` |
//! | Apache Kafka, Amazon MSK | `kafka::KafkaEvent` | `()`, `KafkaBatchResponse` | `kafka` | `kafka::records` |
//! | Amazon MQ, ActiveMQ | `mq::ActiveMqEvent` | `()` | `mq` | `mq::active` |
//! | Amazon MQ, RabbitMQ | `mq::RabbitMqEvent` | `()` | `mq` | `mq::rabbit` |
//! | Amazon DocumentDB, change streams | `documentdb::DocumentDbEvent<D>` | `()` | `documentdb` | `documentdb::insert`, … |
//! | EventBridge Pipes | `pipes::PipesEvent<R>` | `()`, [`BatchResponse`], the list that goes on | `pipes` | `pipes::kinesis` |
//! | Lambda destinations | `destinations::DestinationEvent<Q, R>` | `()` | `destinations` | `destinations::failure`, … |
//! | Kinesis Data Analytics, pre-processing | `kinesis_analytics::KinesisAnalyticsInput` | `KinesisAnalyticsInputResponse` | `kinesis-analytics` | `kinesis_analytics::input` |
//! | Kinesis Data Analytics, output | `kinesis_analytics::KinesisAnalyticsOutput` | `KinesisAnalyticsOutputResponse` | `kinesis-analytics` | `kinesis_analytics::output` |
//! | S3 Object Lambda | `s3_object_lambda::S3ObjectLambdaEvent` | `()`, any JSON for others than `GET` | `s3-object-lambda` | `s3_object_lambda::get`, … |
//! | CloudFront, Lambda@Edge | `cloudfront::CloudFrontEvent` | `CloudFrontRequest`, `CloudFrontResponse` | `cloudfront` | `cloudfront::viewer_request`, … |
//! | Cognito user pools: sign-up and sign-in | `cognito::CognitoPreSignUpEvent`, `CognitoPostConfirmationEvent`, `CognitoPreAuthenticationEvent`, `CognitoPostAuthenticationEvent`, `CognitoUserMigrationEvent` | the event | `cognito` | `cognito::pre_sign_up`, … |
//! | Cognito user pools: tokens | `cognito::CognitoTokenGenerationEvent`, `CognitoTokenGenerationV2Event` (2 and 3) | the event | `cognito` | `cognito::token_generation`, … |
//! | Cognito user pools: challenges | `cognito::CognitoDefineAuthChallengeEvent`, `CognitoCreateAuthChallengeEvent`, `CognitoVerifyAuthChallengeEvent` | the event | `cognito` | `cognito::define_auth_challenge`, … |
//! | Cognito user pools: messages | `cognito::CognitoCustomMessageEvent`, `CognitoCustomEmailSenderEvent`, `CognitoCustomSmsSenderEvent` | the event; `()` of senders | `cognito` | `cognito::custom_message`, … |
//! | Cognito user pools: other providers | `cognito::CognitoInboundFederationEvent` | the event | `cognito` | `cognito::inbound_federation` |
//! | Cognito Sync | `cognito::CognitoSyncEvent` | the event | `cognito` | `cognito::sync` |
//! | AppSync, direct resolvers | `appsync::AppSyncResolverEvent<A, S>` | any JSON | `appsync` | `appsync::resolver` |
//! | AppSync, direct resolvers with a batch size | `appsync::AppSyncBatchEvent<A, S>` | a list | `appsync` | `appsync::batch` |
//! | AppSync, Lambda authorizers | `appsync::AppSyncAuthorizerRequest` | `AppSyncAuthorizerResponse` | `appsync` | `appsync::authorizer` |
//! | AppSync Events | `appsync::AppSyncEventsRequest<P>` | `AppSyncEventsResponse<P>`, `()` | `appsync` | `appsync::publish`, … |
//! | Amplify, `@function` | `appsync::AmplifyResolverEvent<A, S>` | any JSON | `appsync` | `appsync::amplify` |
//! | IoT, custom authorizers | `iot::IotAuthorizerRequest` | `IotAuthorizerResponse` | `iot` | `iot::authorizer` |
//! | IoT, fleet provisioning | `iot::IotProvisioningRequest` | `IotProvisioningResponse` | `iot` | `iot::provisioning` |
//! | IoT Button, IoT 1-Click | `iot::IotButtonEvent`, `IotOneClickEvent` | `()` | `iot` | `iot::button`, `iot::one_click` |
//! | CodePipeline, jobs | `codepipeline::CodePipelineEvent` | `()` | `codepipeline` | `codepipeline::job` |
//! | CodePipeline, through EventBridge | `EventBridgeEvent<codepipeline::CodePipelineStateChange>` | `()` | `codepipeline` | `eventbridge::event` |
//! | CodeBuild, through EventBridge | `EventBridgeEvent<codebuild::CodeBuildChange>` | `()` | `codebuild` | `eventbridge::event` |
//! | ECR, through EventBridge | `EventBridgeEvent<ecr::EcrImageScan>`, `<ecr::EcrImageAction>` | `()` | `ecr` | `eventbridge::event` |
//! | Step Functions | yours, with `step_functions::StepFunctionsContext` | any JSON | `step-functions` | – |
//! | Step Functions, through EventBridge | `EventBridgeEvent<step_functions::StepFunctionsStatusChange>` | `()` | `step-functions` | `eventbridge::event` |
//! | CloudFormation, macros | `cloudformation::CloudFormationMacroRequest<P>` | `CloudFormationMacroResponse` | `cloudformation` | `cloudformation::transform` |
//! | CloudFormation, Lambda Hooks | `cloudformation::CloudFormationHookRequest` | `CloudFormationHookResponse` | `cloudformation` | `cloudformation::hook` |
//! | CodeDeploy, through EventBridge | `EventBridgeEvent<codedeploy::CodeDeployChange>` | `()` | `codedeploy` | `eventbridge::event` |
//! | S3, through EventBridge | `EventBridgeEvent<eventbridge::S3ObjectDetail>` | `()` | `eventbridge` | `eventbridge::event` |
//! | Lex V2 | `lex::LexEvent` | `LexResponse` | `lex` | `lex::dialog`, … |
//! | Lex V1 | `lex::LexV1Event` | `LexV1Response` | `lex` | `lex::v1` |
//! | Connect, contact flows | `connect::ConnectEvent` | [`StringMap`], any JSON | `connect` | `connect::call` |
//! | Connect, outbound campaigns | `connect::ConnectCampaignEvent<D>` | `ConnectCampaignResponse` | `connect` | `connect::campaign` |
//! | Alexa skills | `alexa::AlexaSkillRequest` | `AlexaSkillResponse` | `alexa` | `alexa::intent`, … |
//! | Alexa Smart Home | `alexa::AlexaSmartHomeRequest` | `AlexaSmartHomeResponse` | `alexa` | `alexa::directive` |
//! | Bedrock, agents | `bedrock::BedrockAgentEvent` | `BedrockAgentResponse` | `bedrock` | `bedrock::function`, … |
//! | Bedrock, flows | `bedrock::BedrockFlowEvent` | any JSON | `bedrock` | `bedrock::flow` |
//! | Bedrock, knowledge bases | `bedrock::BedrockChunkingEvent` | `BedrockChunkingResponse` | `bedrock` | `bedrock::chunking` |
//! | Durable executions | `durable::DurableEvent` | `DurableResponse` | `durable` | `durable::begin` |
//! | WorkMail, rules | `workmail::WorkMailEvent` | `WorkMailResponse`, `()` | `workmail` | `workmail::email` |
//! | SageMaker Ground Truth, pre-annotation | `sagemaker::PreAnnotationRequest` | `PreAnnotationResponse` | `sagemaker` | `sagemaker::pre_annotation` |
//! | SageMaker Ground Truth, consolidation | `sagemaker::ConsolidationRequest` | `Vec<Consolidation>` | `sagemaker` | `sagemaker::consolidation` |
//! | CloudWatch dashboards, widgets | `cloudwatch_dashboard::WidgetRequest` | text, `WidgetMarkdown`, any JSON | `cloudwatch-dashboard` | `cloudwatch_dashboard::widget` |
//! | Redshift, scalar functions | `redshift::RedshiftEvent` | text of a `RedshiftResponse` | `redshift` | `redshift::rows` |
//! | Chime SDK, SIP media applications | `chime::ChimeSipEvent` | `ChimeSipResponse` | `chime` | `chime::inbound` |
//! | Pinpoint | `pinpoint::PinpointEvent` | `PinpointSegment`, `()` | `pinpoint` | `pinpoint::hook` |
//!
//! The feature `all` switches every trigger on. With the feature `samples` each has events for tests
//! in one line, in the module `samples`; `jiff`, `time` and `chrono` turn instants into those of the
//! clock that you use; `catalog` lists the types for programs that learn only when they run what they
//! are given, and has `AnyEvent`, which is the event of any trigger.
//!
//! # Bodies
//!
//! What a message carries is a parameter: `SqsEvent<Json<Order>>` has an order in every message, and
//! `SqsEvent<Json<SnsNotification<Json<S3Event>>>>` an S3 event in a notification in a message. A body
//! that does not fit is that message's failure, not the batch's: see [`Json`].
//!
//! # Batches
//!
//! With the feature `runtime`, `batch` handles the records of an event one by one, or some at
//! once, and answers which of them failed: by message for SQS, by checkpoint for streams, by offset for
//! Kafka. Order is kept where the source has one, a panic is the failure of one record, and what is not
//! finished shortly before the deadline comes again.
//!
//! # Several triggers
//!
//! With the feature `runtime`, a `Router` is a handler made of handlers:
//! `Router::new().on(uploaded).on(ordered).fallback(rest)`. Each event goes to the handler of its
//! trigger, and a handler whose answer belongs to another trigger does not compile.
//!
//! # Coming from `aws_lambda_events`
//!
//! [`migration`] has its types and ours side by side. With the feature `aws-lambda-events` they convert
//! into each other, so that a program can come over type by type; with `aws-sdk-dynamodb` values of
//! DynamoDB convert from and into those of the AWS SDK. See the module `interop`.
//!
//! # Not here yet
//!
//! Of EventBridge, the details of services other than those above; federated queries of Athena, which
//! are blocks of Arrow. What comes by a rule of IoT, from a gateway of Bedrock AgentCore, from Step
//! Functions, Systems Manager or a program that invokes the function is of the sender's own making. For
//! those, take the event as `serde_json::Value` or as a type of your own.

// Before all that has errors.
#[macro_use]
mod errors;

mod batch;
#[cfg(feature = "catalog")]
pub mod catalog;
mod codec;
#[cfg(feature = "cloudwatch-logs")]
pub mod gzip;
#[cfg(any(feature = "api-gateway", feature = "alb", feature = "vpc-lattice"))]
mod http;
#[cfg(any(feature = "aws-lambda-events", feature = "aws-sdk-dynamodb"))]
pub mod interop;
pub mod migration;
mod models;
#[cfg(feature = "runtime")]
mod router;
#[cfg(feature = "samples")]
pub mod samples;
pub mod time;
mod trigger;
mod url;

#[cfg(all(feature = "runtime", any(feature = "dynamodb", feature = "kinesis")))]
pub use batch::WindowBatch;
#[cfg(feature = "runtime")]
pub use batch::{Batch, BatchEvent, BatchOrder, BatchOutcome, JsonRecord, RecordFailure, batch};
pub use batch::{BatchItemFailure, BatchResponse};
pub use codec::{
    Attribute, Base64, ByteList, EventList, Extra, Field, Headers, Json, Map, Millis, MultiHeaders,
    NotANumber, NotJson, Number, RawJson, Seconds, StringMap,
};
#[cfg(any(feature = "api-gateway", feature = "alb", feature = "vpc-lattice"))]
pub use http::BodyError;
#[doc(inline)]
#[allow(unused_imports, unreachable_pub, reason = "no trigger may be switched on")]
pub use models::*;
#[cfg(feature = "runtime")]
pub use router::Router;
pub use trigger::{Event, ResponseFor, Trigger, UnknownTrigger};

#[cfg(feature = "runtime")]
#[doc(hidden)]
pub mod markers {
    //! Types and traits that only stand in type parameters, and are never named by a program.
    pub use crate::router::{ByRouter, EventOf, ResponseOf};
}

/// Names that the crates of this workspace and the signatures of [`Field`] share; not for use.
#[doc(hidden)]
pub mod private {
    pub use crate::codec::{
        Fidelity, Reader, WhenEmpty, Writer, error::Error, serde_bridge::WHOLE,
    };
    pub use crate::url::decode_form;
}
