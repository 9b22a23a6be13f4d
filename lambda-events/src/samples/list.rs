//! The samples by their names, for the command.

use crate::Trigger;

/// A sample with its name.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Family and name: `s3/object-created`.
    pub name: &'static str,
    /// What happened.
    pub about: &'static str,
    /// The trigger that sends it.
    pub trigger: Trigger,
    make: fn() -> Vec<u8>,
}

impl Named {
    /// The event as its trigger sends it.
    pub fn bytes(&self) -> Vec<u8> {
        (self.make)()
    }
}

/// The sample of a name.
pub fn named(name: &str) -> Option<Named> {
    all().into_iter().find(|sample| sample.name == name)
}

macro_rules! samples {
    ($($feature:literal { $($name:literal $trigger:ident $about:literal $make:expr;)* })*) => {
        /// Every sample of the triggers that are switched on.
        pub fn all() -> Vec<Named> {
            #[allow(unused_mut, reason = "no trigger may be switched on")]
            let mut all: Vec<Named> = Vec::new();
            $(
                #[cfg(feature = $feature)]
                all.extend([$(
                    Named {
                        name: concat!($feature, "/", $name),
                        about: $about,
                        trigger: Trigger::$trigger,
                        make: || $make.bytes(),
                    },
                )*]);
            )*
            all
        }
    };
}

#[cfg(feature = "dynamodb")]
fn item(state: &str) -> crate::Map<crate::Attribute> {
    let text = |text: &str| crate::Attribute::S(text.to_owned());
    crate::Map::from([("id", text("order-1")), ("state", text(state))])
}

samples! {
    "s3" {
        "object-created" S3 "an object was put" super::s3::object_created("a-bucket", "a b/ü.txt");
        "object-removed" S3 "an object was deleted" super::s3::object_removed("a-bucket", "a b/ü.txt");
        "object-restored" S3 "an archived object can be read" super::s3::object_restored("a-bucket", "a.txt");
        "reduced-redundancy-lost" S3 "an object was lost" super::s3::reduced_redundancy_lost("a-bucket", "a.txt");
        "replication-failed" S3 "an object could not be replicated" super::s3::replication_failed("a-bucket", "a.txt");
        "lifecycle-expired" S3 "a lifecycle rule deleted an object" super::s3::lifecycle_expired("a-bucket", "a.txt");
        "lifecycle-transitioned" S3 "a lifecycle rule moved an object" super::s3::lifecycle_transitioned("a-bucket", "a.txt");
        "intelligent-tiering" S3 "an object moved to an archive tier" super::s3::intelligent_tiering("a-bucket", "a.txt");
        "test" S3 "S3 checks that it may notify" super::s3::test_event("a-bucket");
    }
    "sqs" {
        "batch" Sqs "messages of a standard queue" super::sqs::batch(["m1", "m2"]);
        "fifo" Sqs "messages of a FIFO queue" super::sqs::batch(["m1", "m2"]).fifo("a-group");
        "dead-letter" Sqs "a message that failed before" super::sqs::batch(["m1"]).dead_letter("arn:aws:sqs:us-east-1:123456789012:a-queue");
    }
    "sns" {
        "message" Sns "a message of a topic" super::sns::message("a message").subject("A subject");
    }
    "api-gateway" {
        "http" ApiGatewayHttp "a request to an HTTP API, format 2.0" super::api_gateway::post("/orders").query("page", "2").header("content-type", "application/json").body("{\"amount\":2}");
        "rest" ApiGatewayRest "a request to a REST API" super::api_gateway::rest::post("/orders").query("page", "2").header("Content-Type", "application/json").body("{\"amount\":2}");
        "websocket-connect" ApiGatewayWebSocket "a connection begins" super::api_gateway::websocket::connect();
        "websocket-message" ApiGatewayWebSocket "a message came" super::api_gateway::websocket::message("hello");
        "websocket-disconnect" ApiGatewayWebSocket "a connection ended" super::api_gateway::websocket::disconnect();
        "token-authorizer" ApiGatewayTokenAuthorizer "an authorizer of type TOKEN is asked" super::api_gateway::authorizer::token("Bearer a-token");
        "request-authorizer" ApiGatewayRequestAuthorizer "an authorizer of type REQUEST is asked" super::api_gateway::authorizer::request("GET", "/orders", "Bearer a-token");
        "http-authorizer-v1" ApiGatewayHttpAuthorizerV1 "an authorizer of an HTTP API is asked, format 1.0" super::api_gateway::authorizer::http_v1("GET", "/orders", "Bearer a-token");
        "http-authorizer" ApiGatewayHttpAuthorizer "an authorizer of an HTTP API is asked, format 2.0" super::api_gateway::authorizer::http("GET", "/orders", "Bearer a-token");
    }
    "alb" {
        "request" Alb "a request of a load balancer" super::alb::get("/orders").query("page", "2");
        "multi-value" Alb "a request with multi-value headers" super::alb::get("/orders").multi_value().query("page", "2");
    }
    "eventbridge" {
        "scheduled" EventBridge "a rule with a schedule" super::eventbridge::scheduled("a-rule");
        "scheduler" EventBridge "a schedule without an input" super::eventbridge::scheduler("a-schedule");
    }
    "ec2" {
        "state-change" EventBridge "an instance changed its state" super::ec2::state_change("i-1234567890abcdef0", crate::ec2::Ec2State::Running);
        "spot-interruption" EventBridge "a Spot instance will be interrupted" super::ec2::spot_interruption("i-1234567890abcdef0");
    }
    "autoscaling" {
        "launching" EventBridge "an instance starts and waits" super::autoscaling::launching("a-group");
        "terminating" EventBridge "an instance ends and waits" super::autoscaling::terminating("a-group");
    }
    "cloudwatch-logs" {
        "lines" CloudWatchLogs "lines of a log" super::cloudwatch_logs::lines(["a line", "another line"]);
        "control-message" CloudWatchLogs "CloudWatch Logs checks that it may send" super::cloudwatch_logs::control_message();
    }
    "cloudwatch-alarm" {
        "alarm" CloudWatchAlarm "an alarm of a metric" super::cloudwatch_alarm::alarm("an-alarm");
    }
    "codecommit" {
        "push" CodeCommit "a commit was pushed" super::codecommit::push("a-repository", "main");
    }
    "codedeploy" {
        "hook" CodeDeploy "a deployment waits for a validation" super::codedeploy::hook();
    }
    "config" {
        "change" Config "a resource changed" super::config::change("a-rule", "AWS::S3::Bucket", "a-bucket");
        "scheduled" Config "a rule's schedule is due" super::config::scheduled("a-rule");
    }
    "client-vpn" {
        "connection" ClientVpn "somebody wants to connect" super::client_vpn::connection("somebody");
    }
    "secrets-manager" {
        "rotation" SecretsManager "a step of a secret's rotation" super::secrets_manager::rotation("a-secret", crate::secrets_manager::RotationStep::CreateSecret);
    }
    "s3-batch" {
        "task" S3Batch "an object of a job" super::s3_batch::task("a-bucket", "a b/ü.txt");
    }
    "cloudformation" {
        "create" CustomResource "a custom resource is to be made" super::cloudformation::request(crate::cloudformation::CustomResourceRequestType::Create, crate::RawJson::of("{\"Name\":\"a\"}"));
        "update" CustomResource "it is to be changed" super::cloudformation::request(crate::cloudformation::CustomResourceRequestType::Create, crate::RawJson::of("{\"Name\":\"a\"}")).update("an-id");
        "delete" CustomResource "it is to be deleted" super::cloudformation::request(crate::cloudformation::CustomResourceRequestType::Create, crate::RawJson::of("{\"Name\":\"a\"}")).delete("an-id");
        "macro" CloudFormationMacro "a template is processed" super::cloudformation::transform("AMacro", crate::RawJson::of("{\"Resources\":{}}"));
        "hook" CloudFormationHook "a resource is judged" super::cloudformation::hook("AWS::S3::Bucket", crate::RawJson::of("{\"BucketName\":\"a\"}"));
    }
    "transfer" {
        "login" Transfer "a user logs in" super::transfer::login("somebody", "a-password");
    }
    "dynamodb" {
        "insert" DynamoDb "an item is new" super::dynamodb::insert(item("new"));
        "modify" DynamoDb "an item changed" super::dynamodb::modify(item("new"), item("paid"));
        "remove" DynamoDb "an item was deleted" super::dynamodb::remove(item("paid"));
        "expired" DynamoDb "an item's time to live was over" super::dynamodb::expired(item("paid"));
        "window" DynamoDbWindow "items within a tumbling window" super::dynamodb::window([item("new")], crate::RawJson::of("{\"count\":1}"));
    }
    "kinesis" {
        "records" Kinesis "records of a stream" super::kinesis::records(["r1", "r2"]);
        "aggregated" Kinesis "a record of the Kinesis Producer Library" super::kinesis::aggregated(&[("a", b"r1"), ("b", b"r2")]);
        "window" KinesisWindow "records within a tumbling window" super::kinesis::window(["r1", "r2"], crate::RawJson::of("{\"count\":1}"));
    }
    "firehose" {
        "records" Firehose "records put straight into a stream" super::firehose::records(["r1", "r2"]);
        "msk" Firehose "records of MSK" super::firehose::msk(["r1", "r2"]);
    }
    "ses" {
        "email" Ses "an email came" super::ses::email("jane@example.com", "orders@example.com", "An order");
    }
    "function-url" {
        "request" FunctionUrl "a request to a function URL" super::function_url::post("/orders").body("{\"amount\":2}");
        "signed" FunctionUrl "a signed request to a function URL" super::function_url::get("/orders").signed_by("somebody");
    }
    "vpc-lattice" {
        "request" VpcLattice "a request of a service" super::vpc_lattice::request("POST", "/orders").body("{\"amount\":2}");
        "v1" VpcLatticeV1 "a request of a service, older form" super::vpc_lattice::v1("POST", "/orders").body("{\"amount\":2}");
    }
    "kafka" {
        "msk" Kafka "records of an MSK cluster" super::kafka::records(["r1", "r2"]).partition(1, ["r3"]);
        "self-managed" Kafka "records of a cluster of your own" super::kafka::records(["r1"]).self_managed();
    }
    "mq" {
        "active" ActiveMq "messages of ActiveMQ" super::mq::active(["m1", "m2"]);
        "rabbit" RabbitMq "messages of RabbitMQ" super::mq::rabbit(["m1", "m2"]);
    }
    "documentdb" {
        "update" DocumentDb "a document changed" super::documentdb::change(crate::documentdb::DocumentDbOperation::Update);
        "delete" DocumentDb "a document was deleted" super::documentdb::change(crate::documentdb::DocumentDbOperation::Delete);
    }
    "pipes" {
        "kinesis" Pipes "records of a Kinesis stream" super::pipes::kinesis(["r1", "r2"]);
    }
    "destinations" {
        "success" Destination "an invocation succeeded" super::destinations::success(crate::RawJson::of("{\"amount\":2}"), crate::RawJson::of("{\"total\":4}"));
        "failure" Destination "an invocation failed" super::destinations::failure(crate::RawJson::of("{\"amount\":2}"), crate::RawJson::of("{\"errorType\":\"SoldOut\",\"errorMessage\":\"no more\"}"));
    }
    "kinesis-analytics" {
        "input" KinesisAnalyticsInput "records to prepare" super::kinesis_analytics::input(["r1", "r2"]);
        "output" KinesisAnalyticsOutput "rows that were put out" super::kinesis_analytics::output(["{\"a\":1}"]);
    }
    "s3-object-lambda" {
        "get" S3ObjectLambda "an object is read" super::s3_object_lambda::get("a.txt");
        "head" S3ObjectLambda "an object's headers are read" super::s3_object_lambda::head("a.txt");
    }
    "cloudfront" {
        "viewer-request" CloudFront "a request came" super::cloudfront::viewer_request("/index.html");
        "viewer-response" CloudFront "an answer goes out" super::cloudfront::viewer_response("/index.html", 200);
    }
    "cognito" {
        "pre-sign-up" CognitoPreSignUp "somebody signs up" super::cognito::pre_sign_up("somebody@example.com");
        "post-confirmation" CognitoPostConfirmation "a user was confirmed" super::cognito::post_confirmation("somebody@example.com");
        "pre-authentication" CognitoPreAuthentication "a user signs in" super::cognito::pre_authentication("somebody@example.com");
        "post-authentication" CognitoPostAuthentication "a user has signed in" super::cognito::post_authentication("somebody@example.com");
        "user-migration" CognitoUserMigration "an unknown user signs in" super::cognito::user_migration("a-password");
        "token-generation" CognitoTokenGeneration "tokens are made" super::cognito::token_generation("somebody@example.com");
        "token-generation-v2" CognitoTokenGenerationV2 "tokens are made, version 2" super::cognito::token_generation_v2("somebody@example.com", &["openid"]);
        "client-credentials" CognitoTokenGenerationV2 "a machine asks for a token" super::cognito::client_credentials(&["orders/read"]);
        "define-auth-challenge" CognitoDefineAuthChallenge "which challenge comes first" super::cognito::define_auth_challenge(Vec::new());
        "create-auth-challenge" CognitoCreateAuthChallenge "a challenge is made" super::cognito::create_auth_challenge();
        "verify-auth-challenge" CognitoVerifyAuthChallenge "an answer is judged" super::cognito::verify_auth_challenge("5", "5");
        "custom-message" CognitoCustomMessage "a message is sent" super::cognito::custom_message("somebody@example.com");
        "custom-email" CognitoCustomEmailSender "an email is to be sent" super::cognito::custom_email("Q09ERQ==");
        "custom-sms" CognitoCustomSmsSender "a text message is to be sent" super::cognito::custom_sms("Q09ERQ==");
        "inbound-federation" CognitoInboundFederation "a user of another provider signs in" super::cognito::inbound_federation("somebody@example.com");
        "sync" CognitoSync "a dataset is synchronized" super::cognito::sync("a-record", "a value");
    }
    "appsync" {
        "resolver" AppSyncResolver "a field is resolved" super::appsync::named(super::appsync::field_of("Query", "order", crate::RawJson::of("{\"id\":\"1\"}")));
        "batch" AppSyncBatch "fields are resolved together" super::appsync::batch([super::appsync::named(super::appsync::field_of("Order", "total", crate::RawJson::of("{}")))]);
        "authorizer" AppSyncAuthorizer "somebody asks with a token" super::appsync::authorizer("a-token", "query { orders { id } }");
        "publish" AppSyncEvents "an event is published" super::appsync::publish("/default/orders", [crate::RawJson::of("{\"id\":1}")]);
        "subscribe" AppSyncEvents "somebody subscribes" super::appsync::subscribe("/default/orders");
        "amplify" AmplifyResolver "a field is resolved by Amplify" super::appsync::amplify_field("Query", "order", crate::RawJson::of("{\"id\":\"1\"}"));
    }
    "iot" {
        "authorizer" IotAuthorizer "a device connects" super::iot::authorizer("somebody", "a-password");
        "provisioning" IotProvisioning "a device is provisioned" super::iot::provisioning("A1");
        "button" IotButton "a button was clicked" super::iot::button("G030PM0123456789");
        "one-click" IotOneClick "a device was clicked" super::iot::one_click("G030PM0123456789");
    }
    "codepipeline" {
        "job" CodePipeline "an action invokes the function" super::codepipeline::job("some parameters");
    }
    "lex" {
        "dialog" Lex "what comes next" super::lex::dialog("BookHotel", "a hotel in Chicago").slot("Location", "Chicago");
        "fulfillment" Lex "an intent is fulfilled" super::lex::fulfillment("BookHotel").slot("Location", "Chicago");
        "v1" LexV1 "a turn with a bot of V1" super::lex::v1("BookHotel", &[("Location", "Chicago")]);
    }
    "connect" {
        "call" Connect "a flow invokes the function" super::connect::call(&[("key", "value")]);
        "campaign" ConnectCampaign "a campaign invokes the function" super::connect::campaign("customer-001");
    }
    "alexa" {
        "launch" AlexaSkill "a user opens a skill" super::alexa::launch();
        "intent" AlexaSkill "a user says something" super::alexa::intent("OrderIntent", &[("Item", "milk")]);
        "directive" AlexaSmartHome "a device is switched on" super::alexa::directive("Alexa.PowerController", "TurnOn");
    }
    "bedrock" {
        "function" BedrockAgent "an agent calls a function" super::bedrock::function("getOrder", &[("id", "1")]);
        "api" BedrockAgent "an agent calls an API" super::bedrock::api("GET", "/orders/{id}", &[("id", "1")]);
        "flow" BedrockFlow "a node of a flow" super::bedrock::flow(crate::RawJson::of("{\"id\":1}"));
        "chunking" BedrockChunking "a file to cut into pieces" super::bedrock::chunking("a-bucket", "a-file.json");
    }
    "durable" {
        "begin" Durable "an execution begins" super::durable::begin_with("{\"amount\":2}");
    }
    "workmail" {
        "email" WorkMail "an email goes in" super::workmail::email("jane@example.com", "orders@example.com", "An order");
    }
    "sagemaker" {
        "pre-annotation" GroundTruthPreAnnotation "a data object is to be labelled" super::sagemaker::pre_annotation("s3://a-bucket/a.png");
        "consolidation" GroundTruthConsolidation "annotations are to be made one" super::sagemaker::consolidation("s3://a-bucket/annotations.json");
    }
    "cloudwatch-dashboard" {
        "widget" Dashboard "a widget is drawn" super::cloudwatch_dashboard::widget("A widget", crate::RawJson::of("{\"a\":1}"));
    }
    "redshift" {
        "rows" Redshift "rows of a query" super::redshift::rows("public.f(integer)", [vec![crate::RawJson::of("1")], vec![crate::RawJson::of("null")]]);
    }
    "chime" {
        "inbound" ChimeSip "a call comes in" super::chime::inbound("+12065550100");
    }
    "pinpoint" {
        "hook" Pinpoint "endpoints of a campaign" super::pinpoint::hook("an-endpoint", crate::RawJson::of("{\"ChannelType\":\"EMAIL\"}"));
    }
}
