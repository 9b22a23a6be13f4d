//! Amazon MQ and DocumentDB, rule by rule.
//!
//! Source: AWS Lambda developer guide, "Using Lambda with Amazon MQ" and "Using AWS Lambda with Amazon DocumentDB".

use std::{cell::Cell, time::Duration};

use lambda_events::{
    Base64,
    documentdb::DocumentDbItem,
    mq::{ActiveMqMessage, RabbitMqMessage},
};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, MappingState, StartingPosition};
use serde_json::{Value, json};

use super::{fails, keeping, nothing};

fn message(id: &str, data: &str) -> ActiveMqMessage {
    ActiveMqMessage {
        message_id: id.to_owned(),
        message_type: "jms/text-message".to_owned(),
        data: Base64(data.as_bytes().to_vec()),
        ..ActiveMqMessage::default()
    }
}

/// A batch that fails is delivered again as a whole, and its messages state it.
#[lambda_test::test]
async fn a_batch_of_a_broker_is_tried_until_it_succeeds() {
    let lambda = Lambda::new();
    let left = Cell::new(2);
    let (function, events) = keeping(&lambda, "f", move |event| match left.get() {
        0 => nothing(event),
        more => {
            left.set(more - 1);
            fails(event)
        }
    });
    let broker = lambda.active_mq("b");
    function.on(&broker).create();
    broker.deliver(vec![message("1", "a"), message("2", "b")]);
    broker.deliver(vec![message("3", "c")]);
    lambda.until_idle().await;
    let events = events.borrow();
    let again: Vec<&Value> =
        events.iter().map(|event| &event["messages"][0]["redelivered"]).collect();
    assert_eq!(again, [false, true, true, false]);
    assert_eq!((events[0]["eventSource"].as_str(), broker.waiting()), (Some("aws:mq"), 0));
    let arn = "arn:aws:mq:us-east-1:123456789012:broker:b";
    assert_eq!((events[0]["eventSourceArn"].as_str(), lambda.elapsed().as_secs()), (Some(arn), 3));
}

/// Disabled, a mapping delivers nothing more, whatever waits; enabled again, it delivers the rest.
#[lambda_test::test]
async fn a_broker_waits_while_its_mapping_is_disabled() {
    let lambda = Lambda::new();
    let app = async |_: Value| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, Error>(())
    };
    let function = lambda.function("f", Runtime::new(app)).create();
    let broker = lambda.active_mq("b");
    let mapping = function.on(&broker).create();
    for id in ["1", "2", "3"] {
        broker.deliver(vec![message(id, "")]);
    }
    lambda.advance(Duration::from_millis(500)).await;
    mapping.disable();
    lambda.until_idle().await;
    assert_eq!((mapping.state(), broker.waiting()), (MappingState::Disabled, 2));
    mapping.enable();
    lambda.until_idle().await;
    assert_eq!((broker.waiting(), lambda.elapsed()), (0, Duration::from_secs(3)));
}

/// "MQ: filtered messages are acknowledged"; where data does not fit the pattern, the metadata filter alone is applied.
#[lambda_test::test]
async fn messages_of_a_broker_are_filtered() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let broker = lambda.rabbit_mq("b");
    function.on(&broker).filter(&json!({"data": {"n": [7]}})).create();
    let message = |data: &str| RabbitMqMessage {
        data: Base64(data.as_bytes().to_vec()),
        ..RabbitMqMessage::default()
    };
    broker.deliver("orders", vec![message(r#"{"n": 8}"#)]);
    broker
        .deliver("orders", vec![message(r#"{"n": 7}"#), message(r#"{"n": 8}"#), message("plain")]);
    lambda.until_idle().await;
    let events = events.borrow();
    assert_eq!((events.len(), broker.waiting()), (1, 0));
    assert_eq!(events[0]["eventSource"], "aws:rmq");
    let messages = events[0]["rmqMessagesByQueue"]["orders::/"].as_array().expect("messages");
    let data: Vec<&Value> = messages.iter().map(|it| &it["data"]).collect();
    assert_eq!(data, ["eyJuIjogN30=", "cGxhaW4="]);
}

#[lambda_test::test]
async fn changes_of_documents_are_delivered() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    let cluster = lambda.document_db("d");
    function.on(&cluster).starting_position(StartingPosition::Latest).create();
    let change = json!({"event": {"_id": {"_data": "0163eeb6e7"}, "operationType": "insert", "ns": {"db": "shop", "coll": "orders"}}});
    let change: DocumentDbItem = serde_json::from_value(change.clone())?;
    cluster.deliver(vec![change]);
    lambda.until_idle().await;
    let event = &events.borrow()[0];
    assert_eq!(event["eventSource"], "aws:docdb");
    assert_eq!(event["eventSourceArn"], "arn:aws:rds:us-east-1:123456789012:cluster:d");
    assert_eq!(event["events"][0]["event"]["operationType"], "insert");
    assert_eq!(cluster.waiting(), 0);
}
