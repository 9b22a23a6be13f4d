//! Every sample is what its trigger sends: detected as such, read, and written back the same. That it fits the
//! type of `aws_lambda_events` too is tested in `interop`.

use expect_test::{expect, expect_file};
use lambda_events::{
    Trigger, autoscaling::AutoScalingLifecycleAction, catalog, ec2::Ec2StateChange,
    eventbridge::EventBridgeEvent, samples,
};
use serde::{Serialize, de::DeserializeOwned};

#[track_caller]
fn round_trip<T: DeserializeOwned + Serialize>(name: &str, bytes: &[u8]) {
    let event: T = serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let written = serde_json::to_vec(&event).expect("a model has a form");
    assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(bytes), "{name}");
}

#[test]
fn each_is_detected_read_and_written_back_the_same() {
    let all = samples::all();
    assert!(all.len() > 40);
    for sample in all {
        let (name, bytes) = (sample.name, sample.bytes());
        assert_eq!(Trigger::detect(&bytes), Some(sample.trigger), "{name}");
        assert_eq!(bytes, sample.bytes(), "{name} is the same every time");
        assert_eq!(samples::named(name).map(|found| found.bytes()), Some(bytes.clone()));
        match sample.trigger {
            Trigger::EventBridge if name == "ec2/state-change" => {
                round_trip::<EventBridgeEvent<Ec2StateChange>>(name, &bytes);
            }
            Trigger::EventBridge if name.starts_with("autoscaling/") => {
                round_trip::<EventBridgeEvent<AutoScalingLifecycleAction>>(name, &bytes);
            }
            trigger => {
                let model = catalog::event(trigger).expect("every trigger has an event");
                let written = model.round_trip(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!(written, String::from_utf8_lossy(&bytes), "{name}");
            }
        }
    }
}

#[test]
fn every_trigger_has_a_sample_and_an_event() {
    for trigger in Trigger::ALL {
        assert!(samples::all().iter().any(|sample| sample.trigger == *trigger), "{trigger}");
        assert!(catalog::event(*trigger).is_some(), "{trigger}");
        assert_eq!(trigger.as_str().parse(), Ok(*trigger));
    }
}

/// All of them, a line each: what changes in one is seen.
#[test]
fn each_is_as_it_was() {
    let lines = samples::all().into_iter().map(|sample| {
        let bytes = sample.bytes();
        format!("{} {}\n", sample.name, String::from_utf8_lossy(&bytes))
    });
    expect_file!["./samples.txt"].assert_eq(&lines.collect::<String>());
}

/// An event of a program's own may share one key with that of a trigger: one alone is a sign for these.
#[test]
fn few_keys_alone_are_a_sign_of_a_trigger() {
    let mut signs = std::collections::BTreeSet::new();
    for sample in samples::all() {
        let event: serde_json::Value = serde_json::from_slice(&sample.bytes()).expect("JSON");
        for (key, value) in event.as_object().into_iter().flatten() {
            let alone = serde_json::json!({ key: value }).to_string();
            if let Some(trigger) = Trigger::detect(alone.as_bytes()) {
                signs.insert(format!("{key}: {trigger}\n"));
            }
        }
    }
    expect![[r#"
        CodePipeline.job: codepipeline
        DurableExecutionArn: durable
        Event: s3
        Records: cloudfront
        Records: codecommit
        Records: dynamodb
        Records: kinesis
        Records: s3
        Records: ses
        Records: sns
        Records: sqs
        alarmData: cloudwatch-alarm
        awslogs: cloudwatch-logs
        deliveryStreamArn: firehose
        deviceEvent: iot-one-click
        directive: alexa-smart-home
        eventSource: activemq
        eventSource: documentdb
        eventSource: kafka
        eventSource: rabbitmq
        info: appsync-events
        info: appsync-resolver
        requestContext: alb
        requestContext: api-gateway-http
        requestContext: api-gateway-websocket
        requestContext: function-url
        requestContext: vpc-lattice
        routeArn: api-gateway-http-authorizer
        widgetContext: cloudwatch-dashboard
    "#]]
    .assert_eq(&signs.into_iter().collect::<String>());
}
