//! Which trigger an event comes from, and which answers belong to it.

mod detect;
mod fingerprint;

#[cfg(feature = "catalog")]
pub(crate) use detect::Sign;

use std::{fmt, str::FromStr};

macro_rules! triggers {
    ($( $(#[doc = $doc:literal])* $variant:ident $name:literal $described:literal; )*) => {
        /// What makes Lambda run a function.
        ///
        /// ```
        /// use lambda_events::Trigger;
        ///
        /// let event = br#"{"Records":[{"eventSource":"aws:sqs","messageId":"1"}]}"#;
        /// assert_eq!(Trigger::detect(event), Some(Trigger::Sqs));
        /// assert_eq!("sqs".parse(), Ok(Trigger::Sqs));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Trigger {
            $( $(#[doc = $doc])* $variant, )*
        }

        impl Trigger {
            /// Every trigger, in the order of the docs.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// Its name, in lower case with hyphens: `api-gateway-http`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )*
                }
            }

            /// What an event of it is called in a sentence.
            #[allow(dead_code, reason = "there may be no model")]
            pub(crate) const fn described(self) -> &'static str {
                match self {
                    $( Self::$variant => $described, )*
                }
            }
        }
    };
}

triggers! {
    /// Amazon S3, notifications of a bucket.
    S3 "s3" "an S3 event";
    /// Amazon SQS, standard and FIFO queues, dead-letter queues.
    Sqs "sqs" "an SQS event";
    /// Amazon SNS.
    Sns "sns" "an SNS event";
    /// API Gateway, REST APIs, and HTTP APIs with payload format 1.0.
    ApiGatewayRest "api-gateway-rest" "an API Gateway REST request";
    /// API Gateway, HTTP APIs with payload format 2.0.
    ApiGatewayHttp "api-gateway-http" "an API Gateway HTTP request";
    /// API Gateway, WebSocket APIs.
    ApiGatewayWebSocket "api-gateway-websocket" "an API Gateway WebSocket request";
    /// API Gateway, Lambda authorizers of REST APIs, type `TOKEN`.
    ApiGatewayTokenAuthorizer "api-gateway-token-authorizer" "an API Gateway TOKEN authorizer request";
    /// API Gateway, Lambda authorizers of REST and WebSocket APIs, type `REQUEST`.
    ApiGatewayRequestAuthorizer "api-gateway-request-authorizer" "an API Gateway REQUEST authorizer request";
    /// API Gateway, Lambda authorizers of HTTP APIs with format 1.0.
    ApiGatewayHttpAuthorizerV1 "api-gateway-http-authorizer-v1" "an API Gateway HTTP authorizer request (1.0)";
    /// API Gateway, Lambda authorizers of HTTP APIs with format 2.0.
    ApiGatewayHttpAuthorizer "api-gateway-http-authorizer" "an API Gateway HTTP authorizer request";
    /// Elastic Load Balancing, target groups of an Application Load Balancer.
    Alb "alb" "a request of a load balancer";
    /// Amazon EventBridge, rules and the scheduler; CloudWatch Events.
    EventBridge "eventbridge" "an EventBridge event";
    /// CloudWatch Logs, subscription filters.
    CloudWatchLogs "cloudwatch-logs" "a CloudWatch Logs event";
    /// CloudWatch alarms, Lambda actions.
    CloudWatchAlarm "cloudwatch-alarm" "a CloudWatch alarm";
    /// AWS CodeCommit, triggers of a repository.
    CodeCommit "codecommit" "a CodeCommit event";
    /// AWS CodeDeploy, hooks of a deployment's lifecycle.
    CodeDeploy "codedeploy" "a CodeDeploy hook";
    /// AWS Config, custom rules.
    Config "config" "an AWS Config event";
    /// AWS Client VPN, the handler that decides about connections.
    ClientVpn "client-vpn" "a Client VPN request";
    /// AWS Secrets Manager, rotation of a secret.
    SecretsManager "secrets-manager" "a Secrets Manager rotation";
    /// Amazon S3 Batch Operations.
    S3Batch "s3-batch" "an S3 batch task";
    /// AWS CloudFormation, custom resources.
    CustomResource "custom-resource" "a request for a custom resource";
    /// AWS Transfer Family, identity providers.
    Transfer "transfer" "a Transfer Family login";
    /// DynamoDB streams.
    DynamoDb "dynamodb" "a DynamoDB event";
    /// DynamoDB streams with a tumbling window.
    DynamoDbWindow "dynamodb-window" "a DynamoDB window";
    /// Kinesis Data Streams.
    Kinesis "kinesis" "a Kinesis event";
    /// Kinesis Data Streams with a tumbling window.
    KinesisWindow "kinesis-window" "a Kinesis window";
    /// Amazon Data Firehose, transformation of records.
    Firehose "firehose" "a Firehose event";
    /// Amazon SES, receipt rules.
    Ses "ses" "an SES event";
    /// AWS Lambda, function URLs.
    FunctionUrl "function-url" "a request of a function URL";
    /// Amazon VPC Lattice, event structure 2.0.
    VpcLattice "vpc-lattice" "a request of VPC Lattice";
    /// Amazon VPC Lattice, event structure 1.0.
    VpcLatticeV1 "vpc-lattice-v1" "a request of VPC Lattice (1.0)";
    /// Apache Kafka, Amazon MSK and clusters of your own.
    Kafka "kafka" "a Kafka event";
    /// Amazon MQ, brokers of ActiveMQ.
    ActiveMq "activemq" "an ActiveMQ event";
    /// Amazon MQ, brokers of RabbitMQ.
    RabbitMq "rabbitmq" "a RabbitMQ event";
    /// Amazon DocumentDB, change streams.
    DocumentDb "documentdb" "a DocumentDB event";
    /// Amazon EventBridge Pipes, targets and enrichments.
    Pipes "pipes" "records of EventBridge Pipes";
    /// AWS Lambda, destinations of asynchronous invocations.
    Destination "destination" "a record of a destination";
    /// Kinesis Data Analytics for SQL, pre-processing.
    KinesisAnalyticsInput "kinesis-analytics-input" "records of Kinesis Data Analytics to prepare";
    /// Kinesis Data Analytics for SQL, output.
    KinesisAnalyticsOutput "kinesis-analytics-output" "output of Kinesis Data Analytics";
    /// Amazon S3 Object Lambda.
    S3ObjectLambda "s3-object-lambda" "a request to S3 Object Lambda";
    /// Amazon CloudFront, Lambda@Edge.
    CloudFront "cloudfront" "a CloudFront event";
    /// Amazon Cognito, before a user fingerprint up.
    CognitoPreSignUp "cognito-pre-sign-up" "a Cognito sign-up";
    /// Amazon Cognito, after a user is confirmed.
    CognitoPostConfirmation "cognito-post-confirmation" "a Cognito confirmation";
    /// Amazon Cognito, before a user fingerprint in.
    CognitoPreAuthentication "cognito-pre-authentication" "a Cognito sign-in";
    /// Amazon Cognito, after a user has signed in.
    CognitoPostAuthentication "cognito-post-authentication" "a finished Cognito sign-in";
    /// Amazon Cognito, migration of users.
    CognitoUserMigration "cognito-user-migration" "a Cognito migration";
    /// Amazon Cognito, before tokens are made, version 1.
    CognitoTokenGeneration "cognito-token-generation" "a Cognito token";
    /// Amazon Cognito, before tokens are made, versions 2 and 3.
    CognitoTokenGenerationV2 "cognito-token-generation-v2" "a Cognito token (2 or 3)";
    /// Amazon Cognito, which challenge comes next.
    CognitoDefineAuthChallenge "cognito-define-auth-challenge" "a Cognito challenge to define";
    /// Amazon Cognito, a challenge is made.
    CognitoCreateAuthChallenge "cognito-create-auth-challenge" "a Cognito challenge to create";
    /// Amazon Cognito, an answer is judged.
    CognitoVerifyAuthChallenge "cognito-verify-auth-challenge" "an answer to a Cognito challenge";
    /// Amazon Cognito, messages to users.
    CognitoCustomMessage "cognito-custom-message" "a Cognito message";
    /// Amazon Cognito, emails that the function sends.
    CognitoCustomEmailSender "cognito-custom-email-sender" "a Cognito email to send";
    /// Amazon Cognito, text messages that the function sends.
    CognitoCustomSmsSender "cognito-custom-sms-sender" "a Cognito text message to send";
    /// Amazon Cognito, users of other providers.
    CognitoInboundFederation "cognito-inbound-federation" "a Cognito sign-in by another provider";
    /// Amazon Cognito Sync.
    CognitoSync "cognito-sync" "a Cognito Sync event";
    /// AWS AppSync, direct resolvers.
    AppSyncResolver "appsync-resolver" "a field of AppSync";
    /// AWS AppSync, direct resolvers with a batch size.
    AppSyncBatch "appsync-batch" "fields of AppSync";
    /// AWS AppSync, Lambda authorizers.
    AppSyncAuthorizer "appsync-authorizer" "an AppSync authorizer request";
    /// AWS AppSync, handlers of the Events API.
    AppSyncEvents "appsync-events" "a request of AppSync Events";
    /// AWS Amplify, `@function`.
    AmplifyResolver "amplify-resolver" "a field of Amplify";
    /// AWS IoT, custom authorizers.
    IotAuthorizer "iot-authorizer" "an IoT authorizer request";
    /// AWS IoT, hooks of fleet provisioning.
    IotProvisioning "iot-provisioning" "a device to provision";
    /// AWS IoT Button.
    IotButton "iot-button" "a click of an IoT button";
    /// AWS IoT 1-Click.
    IotOneClick "iot-one-click" "a click of IoT 1-Click";
    /// AWS CodePipeline, actions that invoke a function.
    CodePipeline "codepipeline" "a CodePipeline job";
    /// AWS CloudFormation, macros.
    CloudFormationMacro "cloudformation-macro" "a CloudFormation macro";
    /// AWS CloudFormation, Lambda Hooks.
    CloudFormationHook "cloudformation-hook" "a CloudFormation hook";
    /// Amazon Lex, V2.
    Lex "lex" "a Lex event";
    /// Amazon Lex, V1.
    LexV1 "lex-v1" "a Lex event (V1)";
    /// Amazon Connect, contact flows.
    Connect "connect" "a Connect event";
    /// Amazon Connect, outbound campaigns.
    ConnectCampaign "connect-campaign" "an event of a Connect campaign";
    /// Alexa, skills.
    AlexaSkill "alexa-skill" "a request to an Alexa skill";
    /// Alexa, Smart Home.
    AlexaSmartHome "alexa-smart-home" "a directive of Alexa Smart Home";
    /// Amazon Bedrock, action groups of agents.
    BedrockAgent "bedrock-agent" "a request of a Bedrock agent";
    /// Amazon Bedrock, nodes of flows.
    BedrockFlow "bedrock-flow" "a node of a Bedrock flow";
    /// Amazon Bedrock, chunking of knowledge bases.
    BedrockChunking "bedrock-chunking" "files of a Bedrock knowledge base";
    /// AWS Lambda, durable executions.
    Durable "durable" "an invocation of a durable execution";
    /// Amazon WorkMail, rules.
    WorkMail "workmail" "a WorkMail event";
    /// Amazon SageMaker Ground Truth, pre-annotation.
    GroundTruthPreAnnotation "ground-truth-pre-annotation" "a data object of Ground Truth";
    /// Amazon SageMaker Ground Truth, consolidation.
    GroundTruthConsolidation "ground-truth-consolidation" "annotations of Ground Truth";
    /// CloudWatch dashboards, widgets.
    Dashboard "cloudwatch-dashboard" "a widget of a dashboard";
    /// Amazon Redshift, scalar functions of SQL.
    Redshift "redshift" "rows of Redshift";
    /// Amazon Chime SDK, SIP media applications.
    ChimeSip "chime-sip" "a call of Chime";
    /// Amazon Pinpoint, custom channels and hooks of campaigns.
    Pinpoint "pinpoint" "endpoints of Pinpoint";
}

impl Trigger {
    /// What a text is, in words, where it is an event of another trigger.
    #[cold]
    #[allow(dead_code, reason = "there may be no model")]
    pub(crate) fn other(self, text: &str) -> Option<&'static str> {
        let seen = Self::detect(text.as_bytes())?;
        (seen != self).then_some(seen.described())
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTrigger(String);

impl_display!(UnknownTrigger, |Self(name), f| {
    write!(f, "no trigger is called `{name}`; known are: {}", known())
});

impl std::error::Error for UnknownTrigger {}

fn known() -> String {
    Trigger::ALL.iter().map(|trigger| trigger.as_str()).collect::<Vec<_>>().join(", ")
}

impl FromStr for Trigger {
    type Err = UnknownTrigger;

    fn from_str(name: &str) -> Result<Self, UnknownTrigger> {
        let found = Self::ALL.iter().find(|trigger| trigger.as_str() == name);
        found.copied().ok_or_else(|| UnknownTrigger(name.to_owned()))
    }
}

/// A type that holds a whole event of a trigger.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event of a trigger",
    note = "a handler of any other type is for `Router::otherwise`"
)]
pub trait Event {
    /// The trigger that sends it.
    const TRIGGER: Trigger;
}

/// What a function may answer to an event of type `E`.
///
/// It is asked for where types of this crate meet: a bound of your own, as here, makes a wrong
/// answer a compile error. A handler given to `lambda_runtime` may answer anything that serde
/// writes.
///
/// ```
/// use lambda_events::{ResponseFor, BatchResponse, sqs::SqsEvent};
///
/// fn is_an_answer<E, A: ResponseFor<E>>() {}
///
/// is_an_answer::<SqsEvent, ()>();
/// is_an_answer::<SqsEvent, BatchResponse>();
/// ```
///
/// ```compile_fail
/// use lambda_events::{ResponseFor, sqs::SqsEvent};
///
/// fn is_an_answer<E, A: ResponseFor<E>>() {}
///
/// // The service would take this for a malformed batch response and retry the whole batch.
/// is_an_answer::<SqsEvent, String>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no answer to `{E}`",
    note = "the docs of `{E}` say what its trigger accepts back"
)]
pub trait ResponseFor<E> {}
