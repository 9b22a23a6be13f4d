//! Streams: what is tried, in which order, and what is discarded.

use std::{collections::BTreeSet, rc::Rc, time::Duration};

use lambda_test::{Fault, Lambda, StartingPosition};
use proptest::prelude::*;
use serde_json::Value;

use super::{
    Faults, Worker, check, check_order, failures, faults, function, handled, inject, of_data,
};

/// What becomes of a stream: the batches that the function works on, and the records that are discarded.
#[derive(Debug, Default, PartialEq)]
struct Course {
    batches: Vec<Vec<usize>>,
    discarded: Vec<Vec<usize>>,
}

/// One shard of a stream, as plain as can be: batch by batch, each until it is done with.
struct PlainShard<'a> {
    worker: Rc<Worker>,
    faults: &'a Faults,
    next_fault: usize,
    retries: u32,
    bisects: bool,
    course: Course,
}

impl PlainShard<'_> {
    fn run(&mut self, records: Vec<usize>, mut failures: u32) {
        let mut records = records;
        loop {
            let fault = self.faults.get(self.next_fault).copied().flatten();
            self.next_fault += 1;
            let failed = match fault {
                Some(Fault::Throttle) => continue,
                Some(Fault::Crash) => None,
                Some(_) => {
                    self.course.batches.push(records.clone());
                    self.worker.work(&records);
                    None
                }
                None => {
                    self.course.batches.push(records.clone());
                    Some(self.worker.work(&records))
                        .filter(|it| it.is_empty() || self.worker.reports)
                }
            };
            // The place of the first record that is tried again.
            let from = match &failed {
                None => 0,
                Some(failed) if failed.is_empty() => return,
                Some(failed) => {
                    records.iter().position(|it| failed.contains(it)).expect("it is there")
                }
            };
            if from != 0 {
                (records, failures) = (records.split_off(from), 0);
                continue;
            }
            if self.bisects && 1 < records.len() {
                let second = records.split_off(records.len() / 2);
                self.run(records, failures);
                return self.run(second, failures);
            }
            failures += 1;
            if self.retries < failures {
                return self.course.discarded.push(records);
            }
        }
    }
}

/// One shard of a stream does to the letter what the plain one does.
#[test]
fn a_shard_is_tried_bisected_and_discarded_as_a_plain_one() {
    let cases = (failures(14), faults(), 1..7_u32, any::<bool>(), 0..4_u32, any::<bool>());
    check(cases, |(failures, faults, batch, reports, retries, bisects)| {
        let mut plain = PlainShard {
            worker: Worker::new(&failures, reports),
            faults: &faults,
            next_fault: 0,
            retries,
            bisects,
            course: Course::default(),
        };
        let all: Vec<usize> = (0..failures.len()).collect();
        all.chunks(batch as usize).for_each(|records| plain.run(records.to_vec(), 0));
        let course = lambda_test::block_on(async {
            let lambda = Lambda::new();
            let worker = Worker::new(&failures, reports);
            let number = |it: &Value| it["kinesis"]["sequenceNumber"].clone();
            let function = function(&lambda, &worker, of_data, number);
            inject(&lambda, &faults);
            let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
            let mut numbers = Vec::new();
            (0..failures.len()).for_each(|n| numbers.push(stream.put("key", n.to_string())));
            let mapping = function.on(&stream).starting_position(StartingPosition::TrimHorizon);
            let mapping =
                mapping.batch_size(batch).maximum_retry_attempts(retries).on_failure(&failed);
            let mapping = if reports { mapping.report_batch_item_failures() } else { mapping };
            let mapping = if bisects { mapping.bisect_batch_on_function_error() } else { mapping };
            let mapping = mapping.create();
            lambda.until_idle().await;
            assert_eq!(mapping.lag(), 0);
            let place =
                |number: &Value| numbers.iter().position(|it| number == it).expect("a record");
            let discarded = failed.messages().into_iter().map(|message| {
                let record: Value = message.json().expect("JSON");
                let info = &record["KinesisBatchInfo"];
                (place(&info["startSequenceNumber"])..=place(&info["endSequenceNumber"])).collect()
            });
            let discarded = discarded.collect();
            let batches = worker.log.borrow().iter().map(|(records, _)| records.clone()).collect();
            Course { batches, discarded }
        });
        assert_eq!(course, plain.course);
    });
}

/// Several shards, lanes and windows: each record is handled or discarded, and none is lost; keys keep their order. Where
/// nothing fails but the function, what is done with is not seen again.
#[test]
fn records_of_several_shards_are_handled_in_the_order_of_their_keys() {
    let cases = (
        (failures(16), faults(), 1..6_u32, any::<bool>(), 0..3_u32, any::<bool>()),
        (1..4_usize, 1..4_u32, 0..3_u64, 1..6_usize),
    );
    check(
        cases,
        |((failures, faults, batch, reports, retries, bisects), (shards, lanes, window, keys))| {
            lambda_test::block_on(async {
                let lambda = Lambda::new();
                let worker = Worker::new(&failures, reports);
                let number = |it: &Value| it["kinesis"]["sequenceNumber"].clone();
                let function = function(&lambda, &worker, of_data, number);
                inject(&lambda, &faults);
                let (stream, failed) = (lambda.stream("s").shards(shards), lambda.bucket("failed"));
                let mapping = function.on(&stream).starting_position(StartingPosition::TrimHorizon);
                let mapping =
                    mapping.batch_size(batch).maximum_retry_attempts(retries).on_failure(&failed);
                let mapping =
                    mapping.parallelization_factor(lanes).window(Duration::from_secs(window));
                let mapping = if reports { mapping.report_batch_item_failures() } else { mapping };
                let mapping =
                    if bisects { mapping.bisect_batch_on_function_error() } else { mapping };
                let mapping = mapping.create();
                for n in 0..failures.len() {
                    stream.put(&format!("key-{}", n % keys), n.to_string());
                    lambda.advance(Duration::from_millis(300)).await;
                }
                lambda.until_idle().await;
                assert_eq!(mapping.lag(), 0);
                check_order(&worker, |n| n % keys);

                let discarded: Vec<usize> = failed
                    .objects()
                    .iter()
                    .flat_map(|message| {
                        let record: Value = message.json().expect("JSON");
                        let payload = record["payload"].as_str().expect("an event").to_owned();
                        let event: Value = serde_json::from_str(&payload).expect("JSON");
                        let records = event["Records"].as_array().expect("records").clone();
                        records.iter().map(of_data).collect::<Vec<usize>>()
                    })
                    .collect();
                let once: BTreeSet<usize> = discarded.iter().copied().collect();
                assert_eq!(once.len(), discarded.len(), "a record is discarded once");
                let log = worker.log.borrow();
                let times = |record: usize| {
                    let is_handled = |(batch, failed): &&(Vec<usize>, Vec<usize>)| {
                        handled(batch, failed, reports).contains(&record)
                    };
                    log.iter().filter(is_handled).count()
                };
                let has_faults = faults.iter().any(Option::is_some);
                for (record, failures) in failures.iter().enumerate() {
                    let (times, is_discarded) = (times(record), once.contains(&record));
                    assert!(is_discarded || times != 0, "{record} is lost");
                    assert!(is_discarded || *failures != 9, "{record} never succeeds");
                    // A response that does not arrive lets a record be handled again, or be discarded all the same.
                    assert!(
                        has_faults || times + usize::from(is_discarded) == 1,
                        "{record}: {times}"
                    );
                }
            });
        },
    );
}
