//! The models of each feature: trigger, event, answers.

/// Hands the list to a macro.
macro_rules! models {
    ($then:ident) => {
        $then! {
            "alb" alb { Alb AlbRequest [AlbResponse]; }
            "alexa" alexa {
                AlexaSkill AlexaSkillRequest [AlexaSkillResponse];
                AlexaSmartHome AlexaSmartHomeRequest [AlexaSmartHomeResponse];
            }
            "api-gateway" api_gateway {
                ApiGatewayRest ApiGatewayRestRequest [ApiGatewayRestResponse];
                ApiGatewayHttp ApiGatewayHttpRequest [ApiGatewayHttpResponse];
                ApiGatewayWebSocket ApiGatewayWebSocketRequest [ApiGatewayWebSocketResponse];
                ApiGatewayTokenAuthorizer TokenAuthorizerRequest [AuthorizerResponse];
                ApiGatewayRequestAuthorizer RequestAuthorizerRequest [AuthorizerResponse];
                ApiGatewayHttpAuthorizerV1 HttpAuthorizerV1Request [AuthorizerResponse];
                ApiGatewayHttpAuthorizer HttpAuthorizerRequest [SimpleAuthorizerResponse, AuthorizerResponse];
            }
            "appsync" appsync {
                AppSyncResolver AppSyncResolverEvent [];
                AppSyncBatch AppSyncBatchEvent [];
                AppSyncAuthorizer AppSyncAuthorizerRequest [AppSyncAuthorizerResponse];
                AppSyncEvents AppSyncEventsRequest [AppSyncEventsResponse];
                AmplifyResolver AmplifyResolverEvent [];
            }
            "bedrock" bedrock {
                BedrockAgent BedrockAgentEvent [BedrockAgentResponse];
                BedrockFlow BedrockFlowEvent [];
                BedrockChunking BedrockChunkingEvent [BedrockChunkingResponse];
            }
            "chime" chime { ChimeSip ChimeSipEvent [ChimeSipResponse]; }
            "client-vpn" client_vpn { ClientVpn ClientVpnRequest [ClientVpnResponse]; }
            "cloudformation" cloudformation {
                CustomResource CustomResourceRequest [CustomResourceResponse, ProviderResponse];
                CloudFormationMacro CloudFormationMacroRequest [CloudFormationMacroResponse];
                CloudFormationHook CloudFormationHookRequest [CloudFormationHookResponse];
            }
            "cloudfront" cloudfront { CloudFront CloudFrontEvent [CloudFrontRequest, CloudFrontResponse]; }
            "cloudwatch-alarm" cloudwatch_alarm { CloudWatchAlarm CloudWatchAlarmEvent []; }
            "cloudwatch-dashboard" cloudwatch_dashboard { Dashboard WidgetRequest [WidgetMarkdown]; }
            "cloudwatch-logs" cloudwatch_logs { CloudWatchLogs CloudWatchLogsEvent []; }
            "codecommit" codecommit { CodeCommit CodeCommitEvent []; }
            "codedeploy" codedeploy { CodeDeploy CodeDeployHook []; }
            "codepipeline" codepipeline { CodePipeline CodePipelineEvent []; }
            "cognito" cognito {
                CognitoPreSignUp CognitoPreSignUpEvent [CognitoPreSignUpEvent];
                CognitoPostConfirmation CognitoPostConfirmationEvent [CognitoPostConfirmationEvent];
                CognitoPreAuthentication CognitoPreAuthenticationEvent [CognitoPreAuthenticationEvent];
                CognitoPostAuthentication CognitoPostAuthenticationEvent [CognitoPostAuthenticationEvent];
                CognitoUserMigration CognitoUserMigrationEvent [CognitoUserMigrationEvent];
                CognitoTokenGeneration CognitoTokenGenerationEvent [CognitoTokenGenerationEvent];
                CognitoTokenGenerationV2 CognitoTokenGenerationV2Event [CognitoTokenGenerationV2Event];
                CognitoDefineAuthChallenge CognitoDefineAuthChallengeEvent [CognitoDefineAuthChallengeEvent];
                CognitoCreateAuthChallenge CognitoCreateAuthChallengeEvent [CognitoCreateAuthChallengeEvent];
                CognitoVerifyAuthChallenge CognitoVerifyAuthChallengeEvent [CognitoVerifyAuthChallengeEvent];
                CognitoCustomMessage CognitoCustomMessageEvent [CognitoCustomMessageEvent];
                CognitoCustomEmailSender CognitoCustomEmailSenderEvent [];
                CognitoCustomSmsSender CognitoCustomSmsSenderEvent [];
                CognitoInboundFederation CognitoInboundFederationEvent [CognitoInboundFederationEvent];
                CognitoSync CognitoSyncEvent [CognitoSyncEvent];
            }
            "config" config { Config ConfigEvent []; }
            "connect" connect {
                Connect ConnectEvent [];
                ConnectCampaign ConnectCampaignEvent [ConnectCampaignResponse];
            }
            "destinations" destinations { Destination DestinationEvent []; }
            "documentdb" documentdb { DocumentDb DocumentDbEvent []; }
            "durable" durable { Durable DurableEvent [DurableResponse]; }
            "dynamodb" dynamodb {
                DynamoDb DynamoDbEvent [BatchResponse];
                DynamoDbWindow DynamoDbWindowEvent [window::WindowResponse];
            }
            "eventbridge" eventbridge { EventBridge EventBridgeEvent []; }
            "firehose" firehose { Firehose FirehoseEvent [FirehoseResponse]; }
            "function-url" function_url { FunctionUrl FunctionUrlRequest [FunctionUrlResponse]; }
            "iot" iot {
                IotAuthorizer IotAuthorizerRequest [IotAuthorizerResponse];
                IotProvisioning IotProvisioningRequest [IotProvisioningResponse];
                IotButton IotButtonEvent [];
                IotOneClick IotOneClickEvent [];
            }
            "kafka" kafka { Kafka KafkaEvent [KafkaBatchResponse]; }
            "kinesis" kinesis {
                Kinesis KinesisEvent [BatchResponse];
                KinesisWindow KinesisWindowEvent [window::WindowResponse];
            }
            "kinesis-analytics" kinesis_analytics {
                KinesisAnalyticsInput KinesisAnalyticsInput [KinesisAnalyticsInputResponse];
                KinesisAnalyticsOutput KinesisAnalyticsOutput [KinesisAnalyticsOutputResponse];
            }
            "lex" lex {
                Lex LexEvent [LexResponse];
                LexV1 LexV1Event [LexV1Response];
            }
            "mq" mq {
                ActiveMq ActiveMqEvent [];
                RabbitMq RabbitMqEvent [];
            }
            "pinpoint" pinpoint { Pinpoint PinpointEvent []; }
            "pipes" pipes { Pipes PipesEvent [BatchResponse]; }
            "redshift" redshift { Redshift RedshiftEvent [RedshiftResponse]; }
            "s3" s3 { S3 S3Event []; }
            "s3-batch" s3_batch { S3Batch S3BatchEvent [S3BatchResponse]; }
            "s3-object-lambda" s3_object_lambda { S3ObjectLambda S3ObjectLambdaEvent []; }
            "sagemaker" sagemaker {
                GroundTruthPreAnnotation PreAnnotationRequest [PreAnnotationResponse];
                GroundTruthConsolidation ConsolidationRequest [];
            }
            "secrets-manager" secrets_manager { SecretsManager SecretsManagerRotation []; }
            "ses" ses { Ses SesEvent [SesResponse]; }
            "sns" sns { Sns SnsEvent []; }
            "sqs" sqs { Sqs SqsEvent [BatchResponse]; }
            "transfer" transfer { Transfer TransferIdentityRequest [TransferIdentityResponse]; }
            "vpc-lattice" vpc_lattice {
                VpcLattice VpcLatticeRequest [VpcLatticeResponse];
                VpcLatticeV1 VpcLatticeV1Request [VpcLatticeResponse];
            }
            "workmail" workmail { WorkMail WorkMailEvent [WorkMailResponse]; }
        }
    };
}

pub(super) use models;
