//! Topics of Kafka: each record is handled or discarded, and a partition keeps its order.

use std::collections::BTreeSet;

use lambda_test::{Lambda, Lint, StartingPosition};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Worker, check, check_order, failures, faults, function, inject, number_in};

/// A topic of several partitions, with failures of single records: each is handled or discarded, partitions keep their order.
#[test]
fn partitions_of_a_topic_keep_their_order() {
    let cases = (failures(14), faults(), 1..6_u32, any::<bool>(), 0..3_u32, (1..4_usize, 2..4_u32));
    check(cases, |(failures, faults, batch, reports, retries, (partitions, pollers))| {
        lambda_test::block_on(async {
            let lambda = Lambda::new();
            let worker = Worker::new(&failures, reports);
            let number = |it: &Value| number_in(&it["value"]);
            let identifier = |it: &Value| {
                let partition =
                    format!("{}-{}", it["topic"].as_str().expect("a topic"), it["partition"]);
                json!({"partition": partition, "offset": it["offset"]})
            };
            let function = function(&lambda, &worker, number, identifier);
            inject(&lambda, &faults);
            let cluster = lambda.kafka("c");
            let (topic, dead) = (cluster.topic("t").partitions(partitions), cluster.topic("dead"));
            for n in 0..failures.len() {
                topic.record(n.to_string()).partition(n % partitions).send();
            }
            let mapping = function.on(&topic).starting_position(StartingPosition::TrimHorizon);
            let mapping = mapping.batch_size(batch).provisioned_pollers(pollers, 10);
            let mapping = mapping.maximum_retry_attempts(retries).on_failure(&dead);
            let mapping = if reports { mapping.report_batch_item_failures() } else { mapping };
            let mapping = mapping.allow(Lint::UnknownItemIdentifier).create();
            lambda.until_idle().await;
            assert_eq!(mapping.lag(), 0);
            let dead: Vec<usize> = dead
                .values()
                .iter()
                .map(|it| String::from_utf8(it.clone()).expect("text").parse().expect("a number"))
                .collect();
            let once: BTreeSet<usize> = dead.iter().copied().collect();
            assert_eq!(once.len(), dead.len(), "a record is discarded once");
            for (record, failures) in failures.iter().enumerate() {
                assert!(*failures != 9 || once.contains(&record), "{record} never succeeds");
            }
            check_order(&worker, |n| n % partitions);
        });
    });
}
