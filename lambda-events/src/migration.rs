//! For those who come from `aws_lambda_events`: its types and ours.
//!
//! The names of fields are the same where AWS's are: `event.records[0].message_id`. What is different:
//!
//! * Types are built with `..Default::default()`: they are not `non_exhaustive`.
//! * Nothing is lost on the way back: what a type does not name is in its `extra`, always, without the
//!   feature `catch-all-fields`.
//! * StringMap that AWS always sends are `String`, others `Option<String>`; a value that does not fit its
//!   field leaves it empty and is found in `extra`, where `aws_lambda_events` refuses the event.
//! * Instants are [`Seconds`](crate::Seconds) and [`Millis`](crate::Millis), exact, without a crate for
//!   clocks; features turn them into those of `jiff`, `time` or `chrono`. Instants that AWS sends as
//!   text are text; [`parse_rfc3339`](crate::time::parse_rfc3339) reads them.
//! * Headers are [`Headers`](crate::Headers) and [`MultiHeaders`](crate::MultiHeaders), with names as
//!   they were sent; `get` ignores case.
//! * Bodies are parameters: `SqsEventObj<T>` is `SqsEvent<Json<T>>`.
//! * Enums know every word that AWS documents and keep any other in `Other`.
//!
//! | `aws_lambda_events::event::…` | here |
//! |---|---|
//! | `alb::AlbTargetGroupRequest`, `AlbTargetGroupResponse` | `alb::AlbRequest`, `AlbResponse` |
//! | `apigw::ApiGatewayProxyRequest`, `ApiGatewayProxyResponse` | `api_gateway::ApiGatewayRestRequest`, `ApiGatewayRestResponse` |
//! | `apigw::ApiGatewayProxyRequestContext`, `ApiGatewayRequestIdentity` | `api_gateway::ApiGatewayRestContext`, `ApiGatewayIdentity` |
//! | `apigw::ApiGatewayV2httpRequest`, `ApiGatewayV2httpResponse` | `api_gateway::ApiGatewayHttpRequest`, `ApiGatewayHttpResponse`; the method is `request_context.http.method` |
//! | `apigw::ApiGatewayV2httpRequestContext`, `…HttpDescription` | `api_gateway::ApiGatewayHttpContext`, `ApiGatewayHttpDescription` |
//! | `apigw::ApiGatewayWebsocketProxyRequest`, `…Context` | `api_gateway::ApiGatewayWebSocketRequest`, `ApiGatewayWebSocketContext` |
//! | `apigw::ApiGatewayCustomAuthorizerRequest` | `api_gateway::TokenAuthorizerRequest` |
//! | `apigw::ApiGatewayCustomAuthorizerRequestTypeRequest` | `api_gateway::RequestAuthorizerRequest` |
//! | `apigw::ApiGatewayV2CustomAuthorizerV1Request` | `api_gateway::HttpAuthorizerV1Request` |
//! | `apigw::ApiGatewayV2CustomAuthorizerV2Request` | `api_gateway::HttpAuthorizerRequest` |
//! | `apigw::ApiGatewayCustomAuthorizerResponse`, `ApiGatewayV2CustomAuthorizerIamPolicyResponse` | `api_gateway::AuthorizerResponse` |
//! | `apigw::ApiGatewayV2CustomAuthorizerSimpleResponse` | `api_gateway::SimpleAuthorizerResponse` |
//! | `autoscaling::AutoScalingEvent` | `eventbridge::EventBridgeEvent<autoscaling::AutoScalingLifecycleAction>`, `<AutoScalingInstanceChange>` |
//! | `cloudwatch_alarms::CloudWatchAlarm`, `CloudWatchMetricAlarm`, `CloudWatchCompositeAlarm` | `cloudwatch_alarm::CloudWatchAlarmEvent` |
//! | `sns::CloudWatchAlarmPayload` | `cloudwatch_alarm::CloudWatchAlarmMessage` |
//! | `cloudwatch_events::CloudWatchEvent<T>`, `eventbridge::EventBridgeEvent<T>` | `eventbridge::EventBridgeEvent<Json<T>>` |
//! | `cloudwatch_events::cloudtrail::*` | `eventbridge::CloudTrailDetail` |
//! | `cloudwatch_logs::LogsEvent`, `LogData` | `cloudwatch_logs::CloudWatchLogsEvent` and its `logs()`, `CloudWatchLogs` |
//! | `code_commit::CodeCommitEvent`, `CodeCommitRecord` | `codecommit::CodeCommitEvent`, `CodeCommitRecord` |
//! | `codedeploy::CodeDeployLifecycleEvent` | `codedeploy::CodeDeployHook` |
//! | `config::ConfigEvent` | `config::ConfigEvent` |
//! | `clientvpn::ClientVpnConnectionHandlerRequest`, `…Response` | `client_vpn::ClientVpnRequest`, `ClientVpnResponse` |
//! | `secretsmanager::SecretsManagerSecretRotationEvent` | `secrets_manager::SecretsManagerRotation` |
//! | `s3::batch_job::S3BatchJobEvent`, `S3BatchJobResponse` | `s3_batch::S3BatchEvent`, `S3BatchResponse` |
//! | `cloudformation::CloudFormationCustomResourceRequest<P1, P2>`, `…Response` | `cloudformation::CustomResourceRequest<P>`, `CustomResourceResponse` |
//! | `cloudformation::provider::*` | `cloudformation::CustomResourceRequest<P>`, `ProviderResponse` |
//! | `dynamodb::Event`, `EventRecord`, `StreamRecord` | `dynamodb::DynamoDbEvent`, `DynamoDbRecord`, `DynamoDbStreamRecord`; items by `record.change::<T>()` or `from_item` |
//! | `dynamodb::TimeWindowEvent`, `TimeWindowEventResponse` | `dynamodb::DynamoDbWindowEvent`, `window::WindowResponse` |
//! | `firehose::KinesisFirehoseEvent`, `KinesisFirehoseResponse` | `firehose::FirehoseEvent`, `FirehoseResponse` |
//! | `kinesis::KinesisEvent`, `KinesisEventRecord`, `KinesisRecord` | `kinesis::KinesisEvent`, `KinesisRecord`, `KinesisData` |
//! | `kinesis::KinesisTimeWindowEvent`, `KinesisTimeWindowEventResponse` | `kinesis::KinesisWindowEvent`, `window::WindowResponse` |
//! | `s3::S3Event`, `S3EventRecord`, `S3Entity`, `S3Object` | `s3::S3Event`, `S3Record`, `S3Entity`, `S3Object`; the key by `record.key()` |
//! | `ses::SimpleEmailEvent`, `SimpleEmailRecord`, `SimpleEmailDisposition` | `ses::SesEvent`, `SesRecord`, `SesResponse` |
//! | `sns::SnsEvent`, `SnsRecord`, `SnsMessage` | `sns::SnsEvent`, `SnsRecord`, `SnsMessage` |
//! | `sns::SnsEventObj<T>`, `SnsMessageObj<T>` | `sns::SnsEvent<Json<T>>`, `SnsMessage<Json<T>>` |
//! | `sqs::SqsEvent`, `SqsMessage`, `SqsMessageAttribute` | `sqs::SqsEvent`, `SqsMessage`, `SqsMessageAttribute` |
//! | `sqs::SqsEventObj<T>`, `SqsMessageObj<T>` | `sqs::SqsEvent<Json<T>>`, `SqsMessage<Json<T>>` |
//! | `sqs::SqsApiEvent<T>` | `sqs::SqsReceived` |
//! | `sqs::SqsBatchResponse`, `streams::SqsEventResponse`, `KinesisEventResponse`, `DynamoDbEventResponse` | [`BatchResponse`](crate::BatchResponse) |
//! | `sqs::BatchItemFailure`, `streams::SqsBatchItemFailure`, … | [`BatchItemFailure`](crate::BatchItemFailure) |
//! | `iam::IamPolicyDocument`, `IamPolicyStatement`, `IamPolicyEffect` | `api_gateway::PolicyDocument`, `PolicyStatement`, `PolicyEffect` |
//! | `encodings::Base64Data` | [`Base64`](crate::Base64) |
//! | `encodings::MillisecondTimestamp`, `SecondTimestamp` | [`Millis`](crate::Millis), [`Seconds`](crate::Seconds) |
//! | `lambda_function_urls::LambdaFunctionUrlRequest`, `LambdaFunctionUrlResponse` | `function_url::FunctionUrlRequest`, `FunctionUrlResponse` |
//! | `vpc_lattice::VpcLatticeRequestV1`, `VpcLatticeRequestV2`, `VpcLatticeResponse` | `vpc_lattice::VpcLatticeV1Request`, `VpcLatticeRequest`, `VpcLatticeResponse` |
//! | `kafka::KafkaEvent`, `KafkaRecord` | `kafka::KafkaEvent`, `KafkaRecord` |
//! | `activemq::ActiveMqEvent`, `ActiveMqMessage` | `mq::ActiveMqEvent`, `ActiveMqMessage` |
//! | `rabbitmq::RabbitMqEvent`, `RabbitMqMessage`, `RabbitMqBasicProperties` | `mq::RabbitMqEvent`, `RabbitMqMessage`, `RabbitMqProperties` |
//! | `documentdb::DocumentDbEvent`, `ChangeEvent` | `documentdb::DocumentDbEvent<D>`, `DocumentDbChange<D>`: one type, with its `operation_type` |
//! | `kinesis::analytics::KinesisAnalyticsOutputDeliveryEvent`, `…Response` | `kinesis_analytics::KinesisAnalyticsOutput`, `KinesisAnalyticsOutputResponse` |
//! | `s3::object_lambda::S3ObjectLambdaEvent` | `s3_object_lambda::S3ObjectLambdaEvent` |
//! | `cognito::CognitoEventUserPoolsPreSignup`, … | `cognito::CognitoPreSignUpEvent`, …: `CognitoEvent<Q, R>` with request and response; the source is `trigger_source`, a text |
//! | `cognito::CognitoEvent` | `cognito::CognitoSyncEvent` |
//! | `appsync::AppSyncDirectResolverEvent`, `AppSyncIdentity` | `appsync::AppSyncResolverEvent<A, S>`, `AppSyncIdentity` with its `kind()` |
//! | `appsync::AppSyncLambdaAuthorizerRequest`, `…Response` | `appsync::AppSyncAuthorizerRequest`, `AppSyncAuthorizerResponse` |
//! | `iot::IoTCoreCustomAuthorizerRequest`, `…Response` | `iot::IotAuthorizerRequest`, `IotAuthorizerResponse` |
//! | `iot_button::IoTButtonEvent`, `iot_1_click::IoTOneClickEvent` | `iot::IotButtonEvent`, `IotOneClickEvent` |
//! | `codepipeline_job::CodePipelineJobEvent`, `CodePipelineJob` | `codepipeline::CodePipelineEvent`, `CodePipelineJob` |
//! | `codepipeline_cloudwatch::CodePipelineCloudWatchEvent` | `eventbridge::EventBridgeEvent<codepipeline::CodePipelineStateChange>` |
//! | `codebuild::CodeBuildEvent`, `CodeBuildEventDetail` | `eventbridge::EventBridgeEvent<codebuild::CodeBuildChange>` |
//! | `ecr_scan::EcrScanEvent` | `eventbridge::EventBridgeEvent<ecr::EcrImageScan>` |
//! | `codedeploy::CodeDeployEvent`, `CodeDeployEventDetail` | `eventbridge::EventBridgeEvent<codedeploy::CodeDeployChange>` |
//! | `lex::LexEvent`, `LexResponse` | `lex::LexV1Event`, `LexV1Response`; those of V2 are `LexEvent`, `LexResponse` |
//! | `connect::ConnectEvent`, `ConnectContactData` | `connect::ConnectEvent`, `ConnectContact` |
//! | `bedrock_agent_runtime::AgentEvent` | `bedrock::BedrockAgentEvent` |
//!
//! With the feature `aws-lambda-events` those that stand in one row convert into each other by
//! `try_into()`, where both are whole events, records or answers: see the module `interop`.
//!
//! Its modules `chime_bot`, `controltower` and `iot_deprecated` have no counterpart here, nor have those
//! of `cloudwatch_events` other than `cloudtrail`, `codedeploy`, `codepipeline` and `ec2`. They can be used
//! beside this crate: a function is free in the type of its event.
