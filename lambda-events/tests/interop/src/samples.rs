//! Every sample fits the type of `aws_lambda_events` where that has a correct one.

use aws_lambda_events::event as theirs;
use lambda_events::{Trigger, samples};
use serde::de::DeserializeOwned;

#[track_caller]
fn fits<T: DeserializeOwned>(name: &str, bytes: &[u8]) {
    if let Err(error) = serde_json::from_slice::<T>(bytes) {
        panic!("{name} does not fit theirs: {error}");
    }
}

/// Left out: `firehose/msk`, which it has no type for, the windows, whose state may only be texts
/// there, and the test event of S3, which it refuses.
#[test]
fn each_fits_the_type_of_aws_lambda_events_where_that_is_correct() {
    for sample in samples::all() {
        let (name, bytes) = (sample.name, sample.bytes());
        match sample.trigger {
            _ if matches!(name, "firehose/msk" | "s3/test") => {}
            Trigger::DynamoDbWindow | Trigger::KinesisWindow => {}
            Trigger::S3 => fits::<theirs::s3::S3Event>(name, &bytes),
            Trigger::Sqs => fits::<theirs::sqs::SqsEvent>(name, &bytes),
            Trigger::Sns => fits::<theirs::sns::SnsEvent>(name, &bytes),
            Trigger::Ses => fits::<theirs::ses::SimpleEmailEvent>(name, &bytes),
            Trigger::ApiGatewayHttp => fits::<theirs::apigw::ApiGatewayV2httpRequest>(name, &bytes),
            Trigger::ApiGatewayRest => fits::<theirs::apigw::ApiGatewayProxyRequest>(name, &bytes),
            Trigger::ApiGatewayWebSocket => {
                fits::<theirs::apigw::ApiGatewayWebsocketProxyRequest>(name, &bytes);
            }
            Trigger::ApiGatewayTokenAuthorizer => {
                fits::<theirs::apigw::ApiGatewayCustomAuthorizerRequest>(name, &bytes);
            }
            Trigger::ApiGatewayRequestAuthorizer => {
                fits::<theirs::apigw::ApiGatewayCustomAuthorizerRequestTypeRequest>(name, &bytes);
            }
            Trigger::ApiGatewayHttpAuthorizerV1 => {
                fits::<theirs::apigw::ApiGatewayV2CustomAuthorizerV1Request>(name, &bytes);
            }
            Trigger::ApiGatewayHttpAuthorizer => {
                fits::<theirs::apigw::ApiGatewayV2CustomAuthorizerV2Request>(name, &bytes);
            }
            Trigger::Alb => fits::<theirs::alb::AlbTargetGroupRequest>(name, &bytes),
            Trigger::EventBridge => fits::<theirs::eventbridge::EventBridgeEvent>(name, &bytes),
            Trigger::CloudWatchLogs => fits::<theirs::cloudwatch_logs::LogsEvent>(name, &bytes),
            Trigger::CloudWatchAlarm => {
                fits::<theirs::cloudwatch_alarms::CloudWatchAlarm>(name, &bytes);
            }
            Trigger::CodeCommit => fits::<theirs::code_commit::CodeCommitEvent>(name, &bytes),
            Trigger::DynamoDb => fits::<theirs::dynamodb::Event>(name, &bytes),
            Trigger::Kinesis => fits::<theirs::kinesis::KinesisEvent>(name, &bytes),
            Trigger::Firehose => fits::<theirs::firehose::KinesisFirehoseEvent>(name, &bytes),
            Trigger::CodeDeploy => {
                fits::<theirs::codedeploy::CodeDeployLifecycleEvent>(name, &bytes);
            }
            Trigger::Config => fits::<theirs::config::ConfigEvent>(name, &bytes),
            Trigger::ClientVpn => {
                fits::<theirs::clientvpn::ClientVpnConnectionHandlerRequest>(name, &bytes);
            }
            Trigger::SecretsManager => {
                fits::<theirs::secretsmanager::SecretsManagerSecretRotationEvent>(name, &bytes);
            }
            // It has no type for identity providers.
            Trigger::Transfer => {}
            Trigger::S3Batch => fits::<theirs::s3::batch_job::S3BatchJobEvent>(name, &bytes),
            Trigger::CustomResource => {
                fits::<theirs::cloudformation::CloudFormationCustomResourceRequest>(name, &bytes);
            }
            Trigger::FunctionUrl => {
                fits::<theirs::lambda_function_urls::LambdaFunctionUrlRequest>(name, &bytes)
            }
            Trigger::VpcLattice => fits::<theirs::vpc_lattice::VpcLatticeRequestV2>(name, &bytes),
            Trigger::VpcLatticeV1 => fits::<theirs::vpc_lattice::VpcLatticeRequestV1>(name, &bytes),
            Trigger::Kafka => fits::<theirs::kafka::KafkaEvent>(name, &bytes),
            Trigger::ActiveMq => fits::<theirs::activemq::ActiveMqEvent>(name, &bytes),
            Trigger::RabbitMq => fits::<theirs::rabbitmq::RabbitMqEvent>(name, &bytes),
            Trigger::DocumentDb => {}
            Trigger::Pipes => {}
            Trigger::Destination => {}
            Trigger::KinesisAnalyticsInput => {}
            Trigger::KinesisAnalyticsOutput => fits::<
                theirs::kinesis::analytics::KinesisAnalyticsOutputDeliveryEvent,
            >(name, &bytes),
            Trigger::S3ObjectLambda => {
                fits::<theirs::s3::object_lambda::S3ObjectLambdaEvent>(name, &bytes)
            }
            Trigger::CloudFront => {}
            Trigger::CognitoPreSignUp => {
                fits::<theirs::cognito::CognitoEventUserPoolsPreSignup>(name, &bytes)
            }
            Trigger::CognitoPostConfirmation => {
                fits::<theirs::cognito::CognitoEventUserPoolsPostConfirmation>(name, &bytes)
            }
            Trigger::CognitoPreAuthentication => {
                fits::<theirs::cognito::CognitoEventUserPoolsPreAuthentication>(name, &bytes)
            }
            Trigger::CognitoPostAuthentication => {
                fits::<theirs::cognito::CognitoEventUserPoolsPostAuthentication>(name, &bytes)
            }
            Trigger::CognitoUserMigration => {}
            Trigger::CognitoTokenGeneration => {
                fits::<theirs::cognito::CognitoEventUserPoolsPreTokenGen>(name, &bytes)
            }
            Trigger::CognitoTokenGenerationV2 => {}
            Trigger::CognitoDefineAuthChallenge => {
                fits::<theirs::cognito::CognitoEventUserPoolsDefineAuthChallenge>(name, &bytes)
            }
            Trigger::CognitoCreateAuthChallenge => {
                fits::<theirs::cognito::CognitoEventUserPoolsCreateAuthChallenge>(name, &bytes)
            }
            Trigger::CognitoVerifyAuthChallenge => {
                fits::<theirs::cognito::CognitoEventUserPoolsVerifyAuthChallenge>(name, &bytes)
            }
            Trigger::CognitoCustomMessage => {
                fits::<theirs::cognito::CognitoEventUserPoolsCustomMessage>(name, &bytes)
            }
            Trigger::CognitoCustomEmailSender => {}
            Trigger::CognitoCustomSmsSender => {}
            Trigger::CognitoInboundFederation => {}
            Trigger::CognitoSync => fits::<theirs::cognito::CognitoEvent>(name, &bytes),
            Trigger::AppSyncResolver => {}
            Trigger::AppSyncBatch => {}
            Trigger::AppSyncAuthorizer => {
                fits::<theirs::appsync::AppSyncLambdaAuthorizerRequest>(name, &bytes)
            }
            Trigger::AppSyncEvents => {}
            Trigger::AmplifyResolver => {}
            Trigger::IotAuthorizer => {
                fits::<theirs::iot::IoTCoreCustomAuthorizerRequest>(name, &bytes)
            }
            Trigger::IotProvisioning => {}
            Trigger::IotButton => fits::<theirs::iot_button::IoTButtonEvent>(name, &bytes),
            Trigger::IotOneClick => fits::<theirs::iot_1_click::IoTOneClickEvent>(name, &bytes),
            Trigger::CodePipeline => {
                fits::<theirs::codepipeline_job::CodePipelineJobEvent>(name, &bytes)
            }
            Trigger::CloudFormationMacro => {}
            Trigger::CloudFormationHook => {}
            Trigger::Lex => {}
            Trigger::LexV1 => {}
            Trigger::Connect => fits::<theirs::connect::ConnectEvent>(name, &bytes),
            Trigger::ConnectCampaign => {}
            Trigger::AlexaSkill => {}
            Trigger::AlexaSmartHome => {}
            Trigger::BedrockAgent => {}
            Trigger::BedrockFlow => {}
            Trigger::BedrockChunking => {}
            Trigger::Durable => {}
            Trigger::WorkMail => {}
            Trigger::GroundTruthPreAnnotation => {}
            Trigger::GroundTruthConsolidation => {}
            Trigger::Dashboard => {}
            Trigger::Redshift => {}
            Trigger::ChimeSip => {}
            Trigger::Pinpoint => {}
            other => panic!("{name}: no type for {other}"),
        }
    }
}
