//! Which trigger sends an event of this form. The order of the tests counts: authorizers have
//! nearly all keys of the requests that they authorize.

use super::{
    Trigger,
    fingerprint::{Fingerprint, Keys, bit},
};

macro_rules! has {
    ($keys:expr, $key:literal) => {
        $keys.has(const { bit($key) })
    };
}

impl Trigger {
    /// The trigger that sends an event of this form, or none that this crate knows.
    ///
    /// It goes over the JSON once and looks at a few keys, so it is a guess: a function's own event
    /// may look like one of these, and one that a rule's input transformer has rewritten may look
    /// like nothing.
    pub fn detect(event: &[u8]) -> Option<Self> {
        Self::detect_sign(event).map(|(trigger, _)| trigger)
    }

    /// Returns whether an event has a key at its top by which triggers differ, such as `Records` or
    /// `requestContext`.
    ///
    /// An event without one in which no trigger is [detected](Self::detect) is a function's own, as one of
    /// Step Functions or of a caller. With one it may be of a trigger that this crate does not know.
    ///
    /// ```
    /// use lambda_events::Trigger;
    ///
    /// assert!(Trigger::has_sign(br#"{"Records":[{"eventSource":"aws:new"}]}"#));
    /// assert!(!Trigger::has_sign(br#"{"orderId":7}"#));
    /// ```
    pub fn has_sign(event: &[u8]) -> bool {
        let top = fingerprint(event).map(|fingerprint| fingerprint.top);
        top.is_some_and(|top| SIGNS.iter().any(|sign| top.has(*sign)))
    }

    /// Detects it as [`detect`](Self::detect) does, with the strength of the sign by which it was found.
    pub(crate) fn detect_sign(event: &[u8]) -> Option<(Self, Sign)> {
        let fingerprint = fingerprint(event)?;
        let top = fingerprint.top;
        let strong = |trigger| (trigger, Sign::Strong);
        if fingerprint.is_list {
            return list(&fingerprint).map(strong);
        }
        if has!(top, "DurableExecutionArn") {
            return Some(strong(Trigger::Durable));
        }
        if let Some(trigger) = records(&fingerprint) {
            return Some(strong(trigger));
        }
        if has!(top, "Records") && !has!(top, "window") {
            return None;
        }
        let found = polled(&fingerprint)
            .or_else(|| user_pool(&fingerprint))
            .or_else(|| request(&fingerprint));
        let weak = || of_its_own(&fingerprint).map(|trigger| (trigger, Sign::Weak));
        found.map(strong).or_else(weak)
    }
}

fn fingerprint(event: &[u8]) -> Option<Fingerprint<'_>> {
    let text = std::str::from_utf8(event).ok()?;
    // A byte order mark occurs in events made by hand.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Fingerprint::of(text).ok()
}

/// The keys at the top that events of a program's own hardly have.
const SIGNS: &[u128] = &[
    bit("Records"),
    bit("records"),
    bit("eventSource"),
    bit("EventSource"),
    bit("detail-type"),
    bit("requestContext"),
    bit("triggerSource"),
    bit("awslogs"),
    bit("CodePipeline.job"),
    bit("RequestType"),
    bit("invokingEvent"),
    bit("methodArn"),
    bit("routeArn"),
    bit("httpMethod"),
    bit("rmqMessagesByQueue"),
    bit("userPoolId"),
    bit("deliveryStreamArn"),
    bit("DurableExecutionArn"),
    bit("alarmData"),
];

/// The strength of what an event was taken for one of a trigger by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It names its source, or has the form of a request: one that does not fit is a fault.
    Strong,
    /// It has a key or two that events of a program's own may have too.
    Weak,
}

/// A list as the whole event.
fn list(fingerprint: &Fingerprint<'_>) -> Option<Trigger> {
    if has!(fingerprint.info, "fieldName") {
        return Some(Trigger::AppSyncBatch);
    }
    (!fingerprint.record_source.is_empty()).then_some(Trigger::Pipes)
}

/// Batches that say at the top where they come from.
fn polled(fingerprint: &Fingerprint<'_>) -> Option<Trigger> {
    Some(match &*fingerprint.source {
        "aws:kafka" | "aws:SelfManagedKafka" | "SelfManagedKafka" => Trigger::Kafka,
        "aws:mq" | "aws:amq" => Trigger::ActiveMq,
        "aws:rmq" => Trigger::RabbitMq,
        "aws:docdb" => Trigger::DocumentDb,
        _ => return None,
    })
}

/// User pools of Cognito: what stands before the line in `triggerSource`.
fn user_pool(fingerprint: &Fingerprint<'_>) -> Option<Trigger> {
    if !has!(fingerprint.top, "userPoolId") {
        return None;
    }
    let (trigger, _) = fingerprint.trigger_source.split_once('_')?;
    Some(match trigger {
        "PreSignUp" => Trigger::CognitoPreSignUp,
        "PostConfirmation" => Trigger::CognitoPostConfirmation,
        "PreAuthentication" => Trigger::CognitoPreAuthentication,
        "PostAuthentication" => Trigger::CognitoPostAuthentication,
        "UserMigration" => Trigger::CognitoUserMigration,
        // Some events of version 2 call themselves version 1.
        "TokenGeneration" if has!(fingerprint.response, "claimsAndScopeOverrideDetails") => {
            Trigger::CognitoTokenGenerationV2
        }
        "TokenGeneration" if has!(fingerprint.request, "scopes") => {
            Trigger::CognitoTokenGenerationV2
        }
        "TokenGeneration" if matches!(&*fingerprint.version, "2" | "3") => {
            Trigger::CognitoTokenGenerationV2
        }
        "TokenGeneration" => Trigger::CognitoTokenGeneration,
        "DefineAuthChallenge" => Trigger::CognitoDefineAuthChallenge,
        "CreateAuthChallenge" => Trigger::CognitoCreateAuthChallenge,
        "VerifyAuthChallengeResponse" => Trigger::CognitoVerifyAuthChallenge,
        "CustomMessage" => Trigger::CognitoCustomMessage,
        "CustomEmailSender" => Trigger::CognitoCustomEmailSender,
        "CustomSMSSender" => Trigger::CognitoCustomSmsSender,
        "InboundFederation" => Trigger::CognitoInboundFederation,
        _ => return None,
    })
}

/// Batches and notifications: their records say where they come from.
fn records(fingerprint: &Fingerprint<'_>) -> Option<Trigger> {
    let windowed =
        has!(fingerprint.top, "window") || has!(fingerprint.top, "isFinalInvokeForWindow");
    let kinesis = if windowed { Trigger::KinesisWindow } else { Trigger::Kinesis };
    let dynamodb = if windowed { Trigger::DynamoDbWindow } else { Trigger::DynamoDb };
    let record = fingerprint.record;
    Some(match &*fingerprint.record_source {
        "aws:s3" => Trigger::S3,
        "aws:sqs" => Trigger::Sqs,
        "aws:sns" => Trigger::Sns,
        "aws:ses" => Trigger::Ses,
        "aws:codecommit" => Trigger::CodeCommit,
        "aws:kinesis" => kinesis,
        "aws:dynamodb" => dynamodb,
        "" => return by_content(record, kinesis, dynamodb).or_else(|| last_window(fingerprint)),
        _ => return None,
    })
}

/// Records made by hand often lack their source.
fn by_content(record: Keys, kinesis: Trigger, dynamodb: Trigger) -> Option<Trigger> {
    Some(match () {
        () if has!(record, "cf") => Trigger::CloudFront,
        () if has!(record, "s3") => Trigger::S3,
        () if has!(record, "receiptHandle") => Trigger::Sqs,
        () if has!(record, "Sns") => Trigger::Sns,
        () if has!(record, "ses") => Trigger::Ses,
        () if has!(record, "codecommit") => Trigger::CodeCommit,
        () if has!(record, "kinesis") => kinesis,
        () if has!(record, "dynamodb") => dynamodb,
        () => return None,
    })
}

/// The last invocation for a window may have no records.
fn last_window(fingerprint: &Fingerprint<'_>) -> Option<Trigger> {
    if !has!(fingerprint.top, "window") {
        return None;
    }
    match fingerprint.event_source_arn.split(':').nth(2) {
        Some("kinesis") => Some(Trigger::KinesisWindow),
        Some("dynamodb") => Some(Trigger::DynamoDbWindow),
        _ => None,
    }
}

/// Requests of front ends, and of their authorizers.
fn request(fingerprint: &Fingerprint<'_>) -> Option<Trigger> {
    let (top, context) = (fingerprint.top, fingerprint.context);
    if has!(top, "methodArn") || has!(top, "routeArn") {
        return Some(match (&*fingerprint.kind, &*fingerprint.version) {
            ("TOKEN", _) => Trigger::ApiGatewayTokenAuthorizer,
            (_, "2.0") => Trigger::ApiGatewayHttpAuthorizer,
            (_, "1.0") => Trigger::ApiGatewayHttpAuthorizerV1,
            _ if has!(top, "routeArn") => Trigger::ApiGatewayHttpAuthorizer,
            ("REQUEST", _) => Trigger::ApiGatewayRequestAuthorizer,
            _ => return None,
        });
    }
    if has!(context, "elb") {
        return Some(Trigger::Alb);
    }
    if has!(context, "serviceNetworkArn") {
        return Some(Trigger::VpcLattice);
    }
    if has!(top, "raw_path") && has!(top, "method") {
        return Some(Trigger::VpcLatticeV1);
    }
    if has!(context, "connectionId") && has!(context, "eventType") {
        return Some(Trigger::ApiGatewayWebSocket);
    }
    if has!(context, "http") {
        // The same form, but of a function URL.
        let of_a_url = fingerprint.domain.contains(".lambda-url.");
        return Some(if of_a_url { Trigger::FunctionUrl } else { Trigger::ApiGatewayHttp });
    }
    if has!(top, "authorizationToken") && has!(context, "apiId") {
        return Some(Trigger::AppSyncAuthorizer);
    }
    if has!(fingerprint.info, "channel") {
        return Some(Trigger::AppSyncEvents);
    }
    if has!(fingerprint.info, "fieldName") && has!(fingerprint.info, "parentTypeName") {
        return Some(Trigger::AppSyncResolver);
    }
    if has!(top, "typeName") && has!(top, "fieldName") && has!(top, "arguments") {
        return Some(Trigger::AmplifyResolver);
    }
    // An agent of Bedrock sends a method and a path too, with a version of its own.
    let rest = has!(top, "httpMethod") && (has!(top, "path") || has!(top, "resource"));
    (rest && !has!(top, "messageVersion")).then_some(Trigger::ApiGatewayRest)
}

/// The types of requests of Alexa: `IntentRequest`, `AudioPlayer.PlaybackStarted`.
fn is_of_a_skill(request_type: &str) -> bool {
    request_type.ends_with("Request") || request_type.contains('.')
}

/// What one or two keys at the top tell.
fn of_its_own(fingerprint: &Fingerprint<'_>) -> Option<Trigger> {
    let top = fingerprint.top;
    Some(match () {
        () if has!(top, "awslogs") => Trigger::CloudWatchLogs,
        () if has!(top, "alarmData") => Trigger::CloudWatchAlarm,
        () if fingerprint.event == "s3:TestEvent" => Trigger::S3,
        () if has!(top, "requestPayload") && has!(fingerprint.context, "condition") => {
            Trigger::Destination
        }
        () if has!(top, "applicationArn") && has!(top, "streamArn") => {
            Trigger::KinesisAnalyticsInput
        }
        () if has!(top, "applicationArn") && has!(top, "records") => {
            Trigger::KinesisAnalyticsOutput
        }
        () if has!(top, "xAmzRequestId") && has!(top, "userRequest") => Trigger::S3ObjectLambda,
        () if has!(top, "datasetName") && has!(top, "identityPoolId") => Trigger::CognitoSync,
        () if has!(top, "signatureVerified") && has!(top, "protocols") => Trigger::IotAuthorizer,
        () if has!(top, "claimCertificateId") && has!(top, "templateArn") => {
            Trigger::IotProvisioning
        }
        () if has!(top, "serialNumber") && has!(top, "clickType") => Trigger::IotButton,
        () if has!(top, "deviceEvent") => Trigger::IotOneClick,
        () if has!(top, "CodePipeline.job") => Trigger::CodePipeline,
        () if has!(top, "fragment") && has!(top, "transformId") => Trigger::CloudFormationMacro,
        () if has!(top, "hookTypeName") && has!(top, "clientRequestToken") => {
            Trigger::CloudFormationHook
        }
        () if has!(top, "messageVersion") && has!(top, "agent") => Trigger::BedrockAgent,
        () if has!(top, "messageVersion") && has!(top, "node") => Trigger::BedrockFlow,
        () if has!(top, "inputFiles") && has!(top, "bucketName") => Trigger::BedrockChunking,
        () if has!(top, "bot") && has!(fingerprint.inner, "intent") => Trigger::Lex,
        () if has!(top, "bot") && has!(top, "currentIntent") => Trigger::LexV1,
        () if has!(top, "Name") && has!(fingerprint.inner, "ContactData") => Trigger::Connect,
        () if has!(top, "InvocationMetadata") && has!(top, "Items") => Trigger::ConnectCampaign,
        () if is_of_a_skill(&fingerprint.request_type)
            && (has!(top, "session") || has!(top, "context")) =>
        {
            Trigger::AlexaSkill
        }
        () if has!(top, "directive") && has!(fingerprint.inner, "header") => {
            Trigger::AlexaSmartHome
        }
        () if has!(fingerprint.inner, "namespace") && has!(top, "payload") => {
            Trigger::AlexaSmartHome
        }
        () if has!(top, "CallDetails") && has!(top, "InvocationEventType") => Trigger::ChimeSip,
        () if has!(top, "labelingJobArn") && has!(top, "dataObject") => {
            Trigger::GroundTruthPreAnnotation
        }
        () if has!(top, "labelingJobArn") && has!(top, "payload") => {
            Trigger::GroundTruthConsolidation
        }
        () if has!(top, "flowDirection") && has!(top, "envelope") => Trigger::WorkMail,
        () if has!(top, "Endpoints") && has!(top, "ApplicationId") => Trigger::Pinpoint,
        () if has!(top, "widgetContext") => Trigger::Dashboard,
        () if has!(top, "external_function") && has!(top, "arguments") => Trigger::Redshift,
        () if has!(top, "deliveryStreamArn") && !has!(top, "applicationArn") => Trigger::Firehose,
        () if has!(top, "detail-type") && has!(top, "source") => Trigger::EventBridge,
        () if has!(top, "invocationSchemaVersion") && has!(top, "tasks") => Trigger::S3Batch,
        () if has!(top, "RequestType") && has!(top, "LogicalResourceId") => Trigger::CustomResource,
        () if has!(top, "serverId") && has!(top, "username") && has!(top, "protocol") => {
            Trigger::Transfer
        }
        () if has!(top, "configRuleName") && has!(top, "invokingEvent") => Trigger::Config,
        () if has!(top, "connection-id") && has!(top, "endpoint-id") => Trigger::ClientVpn,
        () if has!(top, "DeploymentId") && has!(top, "LifecycleEventHookExecutionId") => {
            Trigger::CodeDeploy
        }
        () if has!(top, "SecretId") && has!(top, "Step") => Trigger::SecretsManager,
        () => return None,
    })
}
