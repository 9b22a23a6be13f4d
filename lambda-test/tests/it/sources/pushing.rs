//! Topics, buckets, delivery streams and groups of EC2 Auto Scaling, where the recordings have nothing.

use std::time::Duration;

use lambda_events::firehose::{FirehoseEvent, FirehoseResponse};
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

use super::{fails, keeping, nothing};

/// SNS gives an id to what a destination sends as to what a client publishes.
#[lambda_test::test]
async fn what_a_destination_publishes_is_in_the_log_of_deliveries() {
    let lambda = Lambda::new();
    let (topic, queue) = (lambda.topic("failed"), lambda.queue("failed"));
    let subscription = topic.subscribe(&queue).create();
    let (seen, _) = keeping(&lambda, "seen", nothing);
    let fails = Runtime::new(async |_: u32| Err::<(), Error>("out of stock".into()));
    let orders = lambda.function("orders", fails).on_failure(&topic).create();
    topic.subscribe(&seen).create();
    orders.invoke(7).event().await.assert_ok();
    lambda.until_idle().await;
    let id = topic.published()[0].id.clone().expect("an id");
    let log = subscription.delivery_status_log();
    assert_eq!((log.len(), &log[0]["notification"]["messageId"]), (1, &id.into()));
}

#[lambda_test::test]
async fn an_object_expires_with_a_delete_marker_where_the_bucket_keeps_versions() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", nothing);
    for bucket in [lambda.bucket("plain"), lambda.bucket("versions").versioned()] {
        bucket.notify("s3:LifecycleExpiration:*", &function).create();
        bucket.put("k", "object");
        bucket.expire("k");
    }
    lambda.until_idle().await;
    let names: Vec<_> =
        events.borrow().iter().map(|event| event["Records"][0]["eventName"].clone()).collect();
    assert_eq!(names, ["LifecycleExpiration:Delete", "LifecycleExpiration:DeleteMarkerCreated"]);
}

/// "The buffer size or the buffer interval, whichever is satisfied first."
#[lambda_test::test]
async fn each_batch_of_a_delivery_stream_waits_for_its_size_or_its_interval() {
    let lambda = Lambda::new();
    let same = Runtime::new(async |event: FirehoseEvent| {
        let records = event.records.into_iter().map(|record| {
            let data = record.data.clone().unwrap_or_default().0;
            record.ok(data)
        });
        Ok::<_, Error>(records.collect::<FirehoseResponse>())
    });
    let function = lambda.function("same", same).create();
    let (bytes, interval) = (200 * 1024, Duration::from_secs(60));
    let stream = lambda.delivery_stream("s").transform(&function).buffer(bytes, interval);
    // The second one fills the buffer; the third comes before the batch is on its way.
    for _ in 0..3 {
        stream.put(vec![b'x'; 150 * 1024]);
    }
    lambda.until_idle().await;
    assert_eq!((stream.batches(), stream.delivered().len()), (1, 3));
    assert!(lambda.elapsed() < interval);

    let begin = lambda.elapsed();
    stream.put("small");
    lambda.until_idle().await;
    assert_eq!((stream.batches(), lambda.elapsed() - begin), (2, interval));
}

#[lambda_test::test]
async fn a_lifecycle_action_is_completed_with_one_of_two_results() {
    let lambda = Lambda::new();
    let group = lambda.auto_scaling_group("web").lifecycle_hook("hook", Duration::from_secs(300));
    let instance = group.launch();
    let complete = |result: &str| group.complete_lifecycle_action(&instance, None, result);
    let error = complete("continue").expect_err("it is neither of the two");
    assert_eq!(error.error_type, "ValidationError");
    complete("ABANDON").expect("it is taken");
    lambda.until_idle().await;
    assert_eq!(group.state_of(&instance), None);
    complete("ABANDON").expect_err("it is over");
}

/// A function that fails has received its event: it is not delivered again.
#[lambda_test::test]
async fn a_function_that_fails_is_tried_again_by_lambda_and_not_by_the_source() {
    let lambda = Lambda::new();
    let (function, events) = keeping(&lambda, "f", fails);
    let topic = lambda.topic("t");
    let subscription = topic.subscribe(&function).create();
    topic.publish("m");
    lambda.until_idle().await;
    assert_eq!((events.borrow().len(), subscription.deliveries()[0].attempts), (3, 1));
}
