//! Types of `aws_lambda_events`.

use serde::{Serialize, de::DeserializeOwned};

#[allow(clippy::wildcard_imports, reason = "most of the crate")]
use crate::*;

/// A value that the other type does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCounterpart {
    from: &'static str,
    into: &'static str,
    reason: NotJson,
}

impl_display!(NoCounterpart, |Self { from, into, reason }, f| {
    write!(f, "a value of {from} is none of {into}: {reason}")
});

impl std::error::Error for NoCounterpart {}

impl NoCounterpart {
    /// Why, in serde's words. They may quote the value: mind where they are logged.
    pub fn reason(&self) -> &str {
        self.reason.reason()
    }
}

/// Both types are forms of the same JSON.
fn convert<A: Serialize, B: DeserializeOwned>(
    value: &A,
    [from, into]: [&'static str; 2],
) -> Result<B, NoCounterpart> {
    serde_json::to_string(value)
        .and_then(|json| serde_json::from_str(&json))
        .map_err(|error| NoCounterpart { from, into, reason: error.into() })
}

macro_rules! counterparts {
    ($($feature:literal { $($our:ty = $their:ident :: $($path:ident)::+;)* })*) => {$($(
        #[cfg(feature = $feature)]
        impl TryFrom<aws_lambda_events::event::$their::$($path)::+> for $our {
            type Error = NoCounterpart;

            fn try_from(
                value: aws_lambda_events::event::$their::$($path)::+,
            ) -> Result<Self, NoCounterpart> {
                let their = concat!("aws_lambda_events::", stringify!($their) $(, "::", stringify!($path))+);
                convert(&value, [their, stringify!($our)])
            }
        }

        #[cfg(feature = $feature)]
        impl TryFrom<$our> for aws_lambda_events::event::$their::$($path)::+ {
            type Error = NoCounterpart;

            fn try_from(value: $our) -> Result<Self, NoCounterpart> {
                let their = concat!("aws_lambda_events::", stringify!($their) $(, "::", stringify!($path))+);
                convert(&value, [stringify!($our), their])
            }
        }
    )*)*};
}

counterparts! {
    "aws-lambda-events" {
        BatchItemFailure = streams::SqsBatchItemFailure;
        BatchItemFailure = streams::KinesisBatchItemFailure;
        BatchItemFailure = streams::DynamoDbBatchItemFailure;
        BatchResponse = streams::SqsEventResponse;
        BatchResponse = streams::KinesisEventResponse;
        BatchResponse = streams::DynamoDbEventResponse;
    }
    "alb" {
        alb::AlbRequest = alb::AlbTargetGroupRequest;
        alb::AlbResponse = alb::AlbTargetGroupResponse;
    }
    "api-gateway" {
        api_gateway::ApiGatewayHttpRequest = apigw::ApiGatewayV2httpRequest;
        api_gateway::ApiGatewayHttpResponse = apigw::ApiGatewayV2httpResponse;
        api_gateway::ApiGatewayRestRequest = apigw::ApiGatewayProxyRequest;
        api_gateway::ApiGatewayRestResponse = apigw::ApiGatewayProxyResponse;
        api_gateway::ApiGatewayWebSocketRequest = apigw::ApiGatewayWebsocketProxyRequest;
        api_gateway::AuthorizerResponse = apigw::ApiGatewayCustomAuthorizerResponse;
        api_gateway::AuthorizerResponse = apigw::ApiGatewayV2CustomAuthorizerIamPolicyResponse;
        api_gateway::HttpAuthorizerRequest = apigw::ApiGatewayV2CustomAuthorizerV2Request;
        api_gateway::HttpAuthorizerV1Request = apigw::ApiGatewayV2CustomAuthorizerV1Request;
        api_gateway::RequestAuthorizerRequest = apigw::ApiGatewayCustomAuthorizerRequestTypeRequest;
        api_gateway::SimpleAuthorizerResponse = apigw::ApiGatewayV2CustomAuthorizerSimpleResponse;
        api_gateway::TokenAuthorizerRequest = apigw::ApiGatewayCustomAuthorizerRequest;
    }
    "appsync" {
        appsync::AppSyncAuthorizerRequest = appsync::AppSyncLambdaAuthorizerRequest;
        appsync::AppSyncAuthorizerResponse = appsync::AppSyncLambdaAuthorizerResponse;
        appsync::AppSyncResolverEvent = appsync::AppSyncDirectResolverEvent;
    }
    "autoscaling" {
        eventbridge::EventBridgeEvent<autoscaling::AutoScalingLifecycleAction> = autoscaling::AutoScalingEvent;
    }
    "bedrock" { bedrock::BedrockAgentEvent = bedrock_agent_runtime::AgentEvent; }
    "client-vpn" {
        client_vpn::ClientVpnRequest = clientvpn::ClientVpnConnectionHandlerRequest;
        client_vpn::ClientVpnResponse = clientvpn::ClientVpnConnectionHandlerResponse;
    }
    "cloudformation" {
        cloudformation::CustomResourceRequest = cloudformation::CloudFormationCustomResourceRequest;
        cloudformation::CustomResourceRequest = cloudformation::provider::CloudFormationCustomResourceRequest;
        cloudformation::CustomResourceResponse = cloudformation::CloudFormationCustomResourceResponse;
        cloudformation::ProviderResponse = cloudformation::provider::CloudFormationCustomResourceResponse;
    }
    "cloudwatch-alarm" { cloudwatch_alarm::CloudWatchAlarmEvent = cloudwatch_alarms::CloudWatchAlarm; }
    "cloudwatch-logs" {
        cloudwatch_logs::CloudWatchLogs = cloudwatch_logs::LogData;
        cloudwatch_logs::CloudWatchLogsEvent = cloudwatch_logs::LogsEvent;
    }
    "codebuild" {
        eventbridge::EventBridgeEvent<codebuild::CodeBuildChange> = codebuild::CodeBuildEvent;
    }
    "codecommit" { codecommit::CodeCommitEvent = code_commit::CodeCommitEvent; }
    "codedeploy" {
        codedeploy::CodeDeployHook = codedeploy::CodeDeployLifecycleEvent;
    }
    "codepipeline" {
        codepipeline::CodePipelineEvent = codepipeline_job::CodePipelineJobEvent;
    }
    "cognito" {
        cognito::CognitoCreateAuthChallengeEvent = cognito::CognitoEventUserPoolsCreateAuthChallenge;
        cognito::CognitoCustomMessageEvent = cognito::CognitoEventUserPoolsCustomMessage;
        cognito::CognitoDefineAuthChallengeEvent = cognito::CognitoEventUserPoolsDefineAuthChallenge;
        cognito::CognitoPostAuthenticationEvent = cognito::CognitoEventUserPoolsPostAuthentication;
        cognito::CognitoPostConfirmationEvent = cognito::CognitoEventUserPoolsPostConfirmation;
        cognito::CognitoPreAuthenticationEvent = cognito::CognitoEventUserPoolsPreAuthentication;
        cognito::CognitoPreSignUpEvent = cognito::CognitoEventUserPoolsPreSignup;
        cognito::CognitoSyncEvent = cognito::CognitoEvent;
        cognito::CognitoTokenGenerationEvent = cognito::CognitoEventUserPoolsPreTokenGen;
        cognito::CognitoTokenGenerationV2Event = cognito::CognitoEventUserPoolsPreTokenGenV2;
        cognito::CognitoUserMigrationEvent = cognito::CognitoEventUserPoolsMigrateUser;
        cognito::CognitoVerifyAuthChallengeEvent = cognito::CognitoEventUserPoolsVerifyAuthChallenge;
    }
    "config" { config::ConfigEvent = config::ConfigEvent; }
    "connect" { connect::ConnectEvent = connect::ConnectEvent; }
    "documentdb" { documentdb::DocumentDbEvent = documentdb::DocumentDbEvent; }
    "dynamodb" {
        dynamodb::DynamoDbEvent = dynamodb::Event;
        dynamodb::DynamoDbRecord = dynamodb::EventRecord;
        dynamodb::DynamoDbStreamRecord = dynamodb::StreamRecord;
        dynamodb::DynamoDbWindowEvent = dynamodb::TimeWindowEvent;
        window::WindowResponse = dynamodb::TimeWindowEventResponse;
    }
    "ecr" { eventbridge::EventBridgeEvent<ecr::EcrImageScan> = ecr_scan::EcrScanEvent; }
    "eventbridge" { eventbridge::EventBridgeEvent = eventbridge::EventBridgeEvent; }
    "firehose" {
        firehose::FirehoseEvent = firehose::KinesisFirehoseEvent;
        firehose::FirehoseResponse = firehose::KinesisFirehoseResponse;
    }
    "function-url" {
        function_url::FunctionUrlRequest = lambda_function_urls::LambdaFunctionUrlRequest;
        function_url::FunctionUrlResponse = lambda_function_urls::LambdaFunctionUrlResponse;
    }
    "iot" {
        iot::IotAuthorizerRequest = iot::IoTCoreCustomAuthorizerRequest;
        iot::IotAuthorizerResponse = iot::IoTCoreCustomAuthorizerResponse;
        iot::IotButtonEvent = iot_button::IoTButtonEvent;
        iot::IotOneClickEvent = iot_1_click::IoTOneClickEvent;
    }
    "kafka" {
        kafka::KafkaEvent = kafka::KafkaEvent;
        kafka::KafkaRecord = kafka::KafkaRecord;
    }
    "kinesis" {
        kinesis::KinesisData = kinesis::KinesisRecord;
        kinesis::KinesisEvent = kinesis::KinesisEvent;
        kinesis::KinesisRecord = kinesis::KinesisEventRecord;
        kinesis::KinesisWindowEvent = kinesis::KinesisTimeWindowEvent;
        window::WindowResponse = kinesis::KinesisTimeWindowEventResponse;
    }
    "kinesis-analytics" {
        kinesis_analytics::KinesisAnalyticsOutput = kinesis::analytics::KinesisAnalyticsOutputDeliveryEvent;
        kinesis_analytics::KinesisAnalyticsOutputResponse = kinesis::analytics::KinesisAnalyticsOutputDeliveryResponse;
    }
    "lex" {
        lex::LexV1Event = lex::LexEvent;
        lex::LexV1Response = lex::LexResponse;
    }
    "mq" {
        mq::ActiveMqEvent = activemq::ActiveMqEvent;
        mq::RabbitMqEvent = rabbitmq::RabbitMqEvent;
    }
    "s3" {
        s3::S3Event = s3::S3Event;
        s3::S3Record = s3::S3EventRecord;
    }
    "s3-batch" {
        s3_batch::S3BatchEvent = s3::batch_job::S3BatchJobEvent;
        s3_batch::S3BatchResponse = s3::batch_job::S3BatchJobResponse;
    }
    "s3-object-lambda" { s3_object_lambda::S3ObjectLambdaEvent = s3::object_lambda::S3ObjectLambdaEvent; }
    "secrets-manager" {
        secrets_manager::SecretsManagerRotation = secretsmanager::SecretsManagerSecretRotationEvent;
    }
    "ses" {
        ses::SesEvent = ses::SimpleEmailEvent;
        ses::SesResponse = ses::SimpleEmailDisposition;
    }
    "sns" {
        sns::SnsEvent = sns::SnsEvent;
        sns::SnsMessage = sns::SnsMessage;
        sns::SnsRecord = sns::SnsRecord;
    }
    "sqs" {
        BatchItemFailure = sqs::BatchItemFailure;
        BatchResponse = sqs::SqsBatchResponse;
        sqs::SqsEvent = sqs::SqsEvent;
        sqs::SqsMessage = sqs::SqsMessage;
        sqs::SqsReceived = sqs::SqsApiEvent;
    }
    "vpc-lattice" {
        vpc_lattice::VpcLatticeRequest = vpc_lattice::VpcLatticeRequestV2;
        vpc_lattice::VpcLatticeResponse = vpc_lattice::VpcLatticeResponse;
        vpc_lattice::VpcLatticeV1Request = vpc_lattice::VpcLatticeRequestV1;
    }
}
