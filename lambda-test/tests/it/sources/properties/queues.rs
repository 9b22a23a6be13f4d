//! Queues: each message is handled or dead, and a group keeps its order.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Failures, Worker, check, check_order, failures, faults, function, inject, of_body};

/// Each message of a standard queue is handled, and never seen again, or received as often as it may be and then dead.
#[test]
fn a_message_is_handled_once_or_dead() {
    let cases = (failures(12), faults(), 1..5_u32, any::<bool>(), 1..4_u32);
    check(cases, |(failures, faults, batch, reports, receives)| {
        lambda_test::block_on(async {
            let lambda = Lambda::new();
            let worker = Worker::new(&failures, reports);
            let function = function(&lambda, &worker, of_body, |it| it["messageId"].clone());
            inject(&lambda, &faults);
            let dead = lambda.queue("dead");
            let queue = lambda.queue("q").redrive(&dead, receives);
            let mapping = function.on(&queue).batch_size(batch);
            let mapping = if reports { mapping.report_batch_item_failures() } else { mapping };
            mapping.create();
            (0..failures.len()).for_each(|n| drop(queue.send(n.to_string())));
            lambda.until_idle().await;

            let dead: BTreeSet<usize> =
                dead.messages().iter().map(|it| it.json().expect("a number")).collect();
            assert_eq!(queue.messages(), []);
            // A response that does not arrive is one that failed: what was in its batch is seen again.
            let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
            for (records, _) in &*worker.log.borrow() {
                records.iter().for_each(|it| *seen.entry(*it).or_default() += 1);
            }
            for (record, failures) in failures.iter().enumerate() {
                let times = seen.get(&record).copied().unwrap_or_default();
                assert!(times <= receives, "{record} was seen {times} times");
                if *failures == 9 {
                    assert!(dead.contains(&record), "{record} never succeeds");
                }
            }
            assert_eq!(queue.deleted() as usize + dead.len(), failures.len());
            if faults.iter().all(Option::is_none) {
                let expected = plain_queue(&failures, reports, batch as usize, receives);
                assert_eq!(dead, expected);
            }
        });
    });
}

/// A queue without faults, as plain as can be: rounds of batches, one for each visibility timeout.
fn plain_queue(failures: &Failures, reports: bool, batch: usize, receives: u32) -> BTreeSet<usize> {
    let mut seen = vec![0_u8; failures.len()];
    let mut waiting: Vec<usize> = (0..failures.len()).collect();
    for _ in 0..receives {
        let mut again = Vec::new();
        for records in waiting.chunks(batch) {
            let mut failed = Vec::new();
            for record in records {
                if failures[*record] == 9 || seen[*record] < failures[*record] {
                    failed.push(*record);
                }
                seen[*record] += 1;
            }
            match (failed.is_empty(), reports) {
                (true, _) => {}
                (false, true) => again.extend(failed),
                (false, false) => again.extend(records),
            }
        }
        waiting = again;
    }
    waiting.into_iter().collect()
}

/// A group of a FIFO queue has its messages handled in their order, whatever happens between.
#[test]
fn a_group_keeps_its_order() {
    let cases = (failures(12), faults(), 1..5_u32, any::<bool>(), 1..4_usize, 1..4_u32);
    check(cases, |(failures, faults, batch, reports, groups, receives)| {
        lambda_test::block_on(async {
            let lambda = Lambda::new();
            let worker = Worker::new(&failures, reports);
            let order: Rc<RefCell<Vec<usize>>> = Rc::default();
            let kept = (worker.clone(), order.clone());
            // It stops at the first failure of a group, and returns that and all after it.
            let app = move || {
                let (worker, order) = kept.clone();
                Runtime::new(async move |event: Value| {
                    let records = event["Records"].as_array().expect("records");
                    let batch: Vec<usize> = records.iter().map(of_body).collect();
                    let failed = worker.work(&batch);
                    let group = |n: &usize| n % groups;
                    let mut stopped = BTreeSet::new();
                    let mut items = Vec::new();
                    for (record, n) in records.iter().zip(&batch) {
                        if stopped.contains(&group(n)) || failed.contains(n) {
                            stopped.insert(group(n));
                            items.push(json!({"itemIdentifier": record["messageId"]}));
                        } else if worker.reports || failed.is_empty() {
                            order.borrow_mut().push(*n);
                        }
                    }
                    match (items.is_empty(), worker.reports) {
                        (false, false) => Err(Error::from("a message failed")),
                        _ => Ok(json!({"batchItemFailures": items})),
                    }
                })
            };
            let function = lambda.function("worker", app).create();
            inject(&lambda, &faults);
            let dead = lambda.queue("dead.fifo");
            let queue =
                lambda.queue("q.fifo").content_based_deduplication().redrive(&dead, receives);
            for n in 0..failures.len() {
                queue.message(n.to_string()).group((n % groups).to_string()).send();
            }
            let mapping = function.on(&queue).batch_size(batch);
            let mapping = if reports { mapping.report_batch_item_failures() } else { mapping };
            mapping.create();
            lambda.until_idle().await;

            let dead: BTreeSet<usize> =
                dead.messages().iter().map(|it| it.json().expect("a number")).collect();
            assert_eq!(
                (queue.messages().len(), queue.deleted() as usize),
                (0, failures.len() - dead.len())
            );
            check_order(&worker, |n| n % groups);
            for group in 0..groups {
                let of_group: Vec<usize> =
                    order.borrow().iter().copied().filter(|n| n % groups == group).collect();
                let mut last: Vec<usize> = Vec::new();
                // What was handled twice, since its response did not arrive, counts where it was handled last.
                for (place, n) in of_group.iter().enumerate() {
                    if !of_group[place + 1..].contains(n) {
                        last.push(*n);
                    }
                }
                assert!(last.is_sorted(), "group {group}: {of_group:?}");
            }
        });
    });
}
