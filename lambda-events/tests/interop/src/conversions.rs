//! Conversions from and into types of other crates.

use std::{collections::HashMap, fmt::Debug};

use lambda_events::{
    Attribute, Base64, BatchResponse, Map, RawJson, Trigger,
    interop::{
        AttributeValue, NoCounterpart, UnknownAttribute, aws_lambda_events::event as theirs,
    },
    samples,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Ours becomes what theirs reads of the same event, and theirs becomes what it writes.
#[track_caller]
fn check<O, T>(trigger: Trigger)
where
    O: DeserializeOwned + Serialize + TryFrom<T, Error = NoCounterpart>,
    T: DeserializeOwned + Serialize + TryFrom<O, Error = NoCounterpart> + Debug,
{
    let mut converted = 0;
    for sample in samples::all().into_iter().filter(|sample| sample.trigger == trigger) {
        let (name, bytes) = (sample.name, sample.bytes());
        let ours: O = serde_json::from_slice(&bytes).expect(name);
        let into = T::try_from(ours);
        let Ok(direct) = serde_json::from_slice::<T>(&bytes) else {
            assert!(into.is_err(), "{name} does not fit theirs");
            continue;
        };
        let written = serde_json::to_value(&direct).expect(name);
        let into = into.unwrap_or_else(|error| panic!("{name}: {error}: {}", error.reason()));
        assert_eq!(serde_json::to_value(&into).expect(name), written, "{name}");
        let back = O::try_from(direct);
        let back = back.unwrap_or_else(|error| panic!("{name}: {error}: {}", error.reason()));
        assert_eq!(serde_json::to_value(&back).expect(name), written, "{name}");
        converted += 1;
    }
    assert!(converted > 0, "{trigger} has a sample that fits both");
}

#[test]
fn events_convert_both_ways() {
    use lambda_events::{alb, api_gateway, appsync, cloudformation, cloudwatch_alarm, cognito};
    check::<alb::AlbRequest, theirs::alb::AlbTargetGroupRequest>(Trigger::Alb);
    check::<api_gateway::ApiGatewayHttpRequest, theirs::apigw::ApiGatewayV2httpRequest>(
        Trigger::ApiGatewayHttp,
    );
    check::<api_gateway::ApiGatewayRestRequest, theirs::apigw::ApiGatewayProxyRequest>(
        Trigger::ApiGatewayRest,
    );
    check::<appsync::AppSyncAuthorizerRequest, theirs::appsync::AppSyncLambdaAuthorizerRequest>(
        Trigger::AppSyncAuthorizer,
    );
    check::<
        cloudformation::CustomResourceRequest,
        theirs::cloudformation::CloudFormationCustomResourceRequest,
    >(Trigger::CustomResource);
    check::<cloudwatch_alarm::CloudWatchAlarmEvent, theirs::cloudwatch_alarms::CloudWatchAlarm>(
        Trigger::CloudWatchAlarm,
    );
    check::<cognito::CognitoPreSignUpEvent, theirs::cognito::CognitoEventUserPoolsPreSignup>(
        Trigger::CognitoPreSignUp,
    );

    use lambda_events::{cloudwatch_logs, codecommit, config, dynamodb, firehose, function_url};
    check::<cloudwatch_logs::CloudWatchLogsEvent, theirs::cloudwatch_logs::LogsEvent>(
        Trigger::CloudWatchLogs,
    );
    check::<codecommit::CodeCommitEvent, theirs::code_commit::CodeCommitEvent>(Trigger::CodeCommit);
    check::<config::ConfigEvent, theirs::config::ConfigEvent>(Trigger::Config);
    check::<dynamodb::DynamoDbEvent, theirs::dynamodb::Event>(Trigger::DynamoDb);
    check::<firehose::FirehoseEvent, theirs::firehose::KinesisFirehoseEvent>(Trigger::Firehose);
    check::<function_url::FunctionUrlRequest, theirs::lambda_function_urls::LambdaFunctionUrlRequest>(
        Trigger::FunctionUrl,
    );

    use lambda_events::{kafka, kinesis, mq, s3, s3_batch, ses, sns, sqs, vpc_lattice};
    check::<kafka::KafkaEvent, theirs::kafka::KafkaEvent>(Trigger::Kafka);
    check::<kinesis::KinesisEvent, theirs::kinesis::KinesisEvent>(Trigger::Kinesis);
    check::<mq::RabbitMqEvent, theirs::rabbitmq::RabbitMqEvent>(Trigger::RabbitMq);
    check::<s3::S3Event, theirs::s3::S3Event>(Trigger::S3);
    check::<s3_batch::S3BatchEvent, theirs::s3::batch_job::S3BatchJobEvent>(Trigger::S3Batch);
    check::<ses::SesEvent, theirs::ses::SimpleEmailEvent>(Trigger::Ses);
    check::<sns::SnsEvent, theirs::sns::SnsEvent>(Trigger::Sns);
    check::<sqs::SqsEvent, theirs::sqs::SqsEvent>(Trigger::Sqs);
    check::<vpc_lattice::VpcLatticeRequest, theirs::vpc_lattice::VpcLatticeRequestV2>(
        Trigger::VpcLattice,
    );
}

#[test]
fn answers_convert_both_ways() -> Result<(), NoCounterpart> {
    let ours: BatchResponse = ["1", "2"].into_iter().collect();
    let theirs: theirs::sqs::SqsBatchResponse = ours.clone().try_into()?;
    assert_eq!(theirs.batch_item_failures[1].item_identifier, "2");
    assert_eq!(BatchResponse::try_from(theirs)?, ours);
    Ok(())
}

#[test]
fn what_theirs_refuses_is_named_and_its_content_is_not() {
    let event: lambda_events::s3::S3Event =
        serde_json::from_str(r#"{"Records":[{"s3":{"object":{"key":7}}}]}"#).expect("an event");
    let error = theirs::s3::S3Event::try_from(event).expect_err("the key is a number");
    assert_eq!(
        error.to_string(),
        "a value of s3::S3Event is none of aws_lambda_events::s3::S3Event: \
         the JSON does not fit its type at line 1 column 36",
    );
}

#[test]
fn values_of_dynamodb_convert_both_ways() {
    let item: Map<Attribute> = serde_json::from_value(serde_json::json!({
        "b": {"B": "AQI="}, "bool": {"BOOL": true}, "bs": {"BS": ["AQ==", "Ag=="]},
        "l": {"L": [{"S": "a"}, {"N": "1.50"}]}, "m": {"M": {"x": {"NULL": true}}},
        "n": {"N": "12345678901234567890123456789012345678"}, "ns": {"NS": ["1", "2"]},
        "s": {"S": "text"}, "ss": {"SS": ["a", "b"]},
    }))
    .expect("an item");
    let sdk: HashMap<String, AttributeValue> = item.clone().try_into().expect("known types");
    assert_eq!(sdk["l"].as_l().map(|list| list[1].as_n().cloned()), Ok(Ok("1.50".to_owned())));
    assert_eq!(Map::try_from(sdk), Ok(item));
    let bytes = AttributeValue::try_from(Attribute::B(Base64(vec![1, 2])));
    assert!(bytes.is_ok_and(|bytes| bytes.is_b()));

    let new = Attribute::Other(RawJson::new(&Value::from(7)).expect("JSON"));
    assert_eq!(AttributeValue::try_from(new), Err(UnknownAttribute));
}
