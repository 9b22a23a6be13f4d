//! Sources under crashes, throttles, failures of single records and bisection, against second implementations that are as
//! plain as can be.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};

use lambda_runtime::{Error, Runtime};
use lambda_test::{Fault, Lambda, Lint, StartingPosition};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

/// The cases of each property: in other builds than a release a part of them.
const CASES: u32 = if cfg!(debug_assertions) { 300 } else { 3_000 };

/// How often each record fails before it is handled; 9 is always.
type Failures = Vec<u8>;

/// What goes wrong with each invocation, in their order.
type Faults = Vec<Option<Fault>>;

fn faults() -> impl Strategy<Value = Faults> {
    let fault = prop_oneof![
        6 => Just(None),
        1 => Just(Some(Fault::Crash)),
        1 => Just(Some(Fault::CrashBeforeResponse)),
        1 => Just(Some(Fault::Throttle)),
    ];
    prop::collection::vec(fault, 0..12)
}

fn failures(most: usize) -> impl Strategy<Value = Failures> {
    let failures = prop_oneof![5 => Just(0_u8), 2 => 1..4_u8, 1 => Just(9_u8)];
    prop::collection::vec(failures, 1..most)
}

/// Runs a property with its cases, the same every time.
fn check<S: Strategy>(strategy: S, property: impl Fn(S::Value)) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let done = runner.run(&strategy, |case| {
        property(case);
        Ok(())
    });
    done.unwrap_or_else(|error| panic!("{error}"));
}

/// What a function does with a batch of numbered records: it fails by those whose failures are not used up.
struct Worker {
    /// How often each record was seen.
    seen: RefCell<Vec<u8>>,
    failures: Failures,
    /// The batches, in their order, each with whether it was handled and the records of it that failed.
    log: RefCell<Vec<(Vec<usize>, Vec<usize>)>>,
    reports: bool,
}

impl Worker {
    fn new(failures: &Failures, reports: bool) -> Rc<Self> {
        let seen = RefCell::new(vec![0; failures.len()]);
        Rc::new(Self { seen, failures: failures.clone(), log: RefCell::default(), reports })
    }

    /// Returns the records of a batch that fail this time.
    fn work(&self, batch: &[usize]) -> Vec<usize> {
        let mut seen = self.seen.borrow_mut();
        let mut fails = |record: &usize| {
            let fails = self.failures[*record] == 9 || seen[*record] < self.failures[*record];
            seen[*record] = seen[*record].saturating_add(1);
            fails
        };
        let failed: Vec<usize> = batch.iter().copied().filter(|it| fails(it)).collect();
        self.log.borrow_mut().push((batch.to_vec(), failed.clone()));
        failed
    }
}

/// Injects faults into the invocations, in their order; those that are used up are none.
fn inject(lambda: &Lambda, faults: &Faults) -> Rc<Cell<usize>> {
    let (faults, next) = (faults.clone(), Rc::new(Cell::new(0)));
    let count = next.clone();
    lambda.fault_rule(move |occasion, _| {
        if occasion.is_accepted {
            return None;
        }
        let at = count.replace(count.get() + 1);
        faults.get(at).copied().flatten()
    });
    next
}

/// A function with this worker. `number` is the record's, `identifier` what names it in a failure.
fn function(
    lambda: &Lambda,
    worker: &Rc<Worker>,
    number: fn(&Value) -> usize,
    identifier: fn(&Value) -> Value,
) -> lambda_test::Function {
    let worker = worker.clone();
    let app = move || {
        let worker = worker.clone();
        Runtime::new(async move |event: Value| {
            let records: Vec<&Value> = match &event["Records"] {
                Value::Array(records) => records.iter().collect(),
                _ => {
                    let partitions = event["records"].as_object().expect("records").values();
                    partitions.flat_map(|it| it.as_array().expect("records")).collect()
                }
            };
            let batch: Vec<usize> = records.iter().map(|record| number(record)).collect();
            let failed = worker.work(&batch);
            if failed.is_empty() {
                return Ok(json!(null));
            }
            if !worker.reports {
                return Err(Error::from("a record failed"));
            }
            let failed = records.iter().zip(&batch).filter(|(_, number)| failed.contains(number));
            let items = failed.map(|(record, _)| json!({"itemIdentifier": identifier(record)}));
            Ok(json!({"batchItemFailures": items.collect::<Vec<_>>()}))
        })
    };
    lambda.function("worker", app).create()
}

fn of_body(record: &Value) -> usize {
    record["body"].as_str().expect("a body").parse().expect("a number")
}

fn of_data(record: &Value) -> usize {
    record["kinesis"]["partitionKey"]
        .as_str()
        .expect("a key")
        .rsplit('-')
        .next()
        .expect("a number")
        .parse()
        .expect("a number")
}

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
            // Where a message is seen for the first time, those of its group before it were done with or are in the batch.
            let mut done: BTreeSet<usize> = BTreeSet::new();
            let log = worker.log.borrow();
            for (at, (records, _)) in log.iter().enumerate() {
                for record in records {
                    let before = (0..*record).filter(|it| it % groups == record % groups);
                    for earlier in before {
                        let later: Vec<&(Vec<usize>, Vec<usize>)> = log[at..].iter().collect();
                        let is_seen_later = later.iter().any(|(later, _)| later.contains(&earlier));
                        let is_here = records.contains(&earlier);
                        assert!(!is_seen_later || is_here, "{earlier} is seen after {record}");
                    }
                    done.insert(*record);
                }
            }
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
            (0..failures.len()).for_each(|n| numbers.push(stream.put(&format!("key-{n}"), "")));
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

/// Several shards, lanes and windows: nothing is lost, nothing is seen again behind its checkpoint, keys keep their order.
#[test]
fn records_of_several_shards_are_handled_in_the_order_of_their_keys() {
    let cases = (
        (failures(16), faults(), 1..6_u32, any::<bool>(), 0..3_u32, any::<bool>()),
        (1..4_usize, 1..4_u32, 0..3_u64, 1..4_usize),
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
                let (stream, failed) = (lambda.stream("s").shards(shards), lambda.queue("failed"));
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
                    // A part of the key is the number, so each record has a key of its own, but `keys` of them share one.
                    stream.put(&format!("{}-{n}", n % keys), "");
                    lambda.advance(Duration::from_millis(300)).await;
                }
                lambda.until_idle().await;
                assert_eq!(mapping.lag(), 0);
                let discarded: usize = failed
                    .messages()
                    .iter()
                    .map(|message| {
                        let record: Value = message.json().expect("JSON");
                        record["KinesisBatchInfo"]["batchSize"].as_u64().expect("a number") as usize
                    })
                    .sum();
                let log = worker.log.borrow();
                let mut handled: BTreeSet<usize> = BTreeSet::new();
                for (records, _) in &*log {
                    let mut sorted = records.clone();
                    sorted.sort_unstable();
                    assert_eq!(*records, sorted, "a batch is in the order of its shard");
                    handled.extend(records);
                }
                let crashed = faults.iter().flatten().count();
                assert!(
                    failures.len() <= handled.len() + crashed * batch as usize,
                    "records are lost"
                );
                let never = failures.iter().filter(|it| **it == 9).count();
                assert!(never <= discarded, "{never} never succeed, {discarded} are discarded");
                assert!(discarded <= failures.len());
            });
        },
    );
}

/// A topic of several partitions, with failures of single records: each is handled or discarded, partitions keep their order.
#[test]
fn partitions_of_a_topic_keep_their_order() {
    let cases = (failures(14), faults(), 1..6_u32, any::<bool>(), 0..3_u32, (1..4_usize, 2..4_u32));
    check(cases, |(failures, faults, batch, reports, retries, (partitions, pollers))| {
        lambda_test::block_on(async {
            let lambda = Lambda::new();
            let worker = Worker::new(&failures, reports);
            let number = |it: &Value| {
                let value = it["value"].as_str().expect("a value");
                // The number is base64 of two digits, of which the tests have few.
                let bytes: lambda_events::Base64 =
                    serde_json::from_value(json!(value)).expect("bytes");
                String::from_utf8(bytes.0).expect("text").parse().expect("a number")
            };
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
            // A record that is seen for the first time has those before it in its partition behind it, or in its batch.
            let log = worker.log.borrow();
            for (at, (records, _)) in log.iter().enumerate() {
                for record in records {
                    let later = log[at + 1..].iter().flat_map(|(later, _)| later);
                    let mut earlier =
                        later.filter(|it| *it % partitions == record % partitions && *it < record);
                    let before = earlier.next();
                    let is_here = before.is_none_or(|before| records.contains(before));
                    assert!(is_here, "{before:?} is seen after {record}");
                }
            }
        });
    });
}

/// When a window began, and the records in its final state.
type FinalState = (String, Vec<usize>);

/// A window's state has each of its records once, but for those that were discarded, whatever failed between.
#[test]
fn a_window_counts_each_of_its_records_once() {
    let cases =
        (failures(14), faults(), 1..6_u32, any::<bool>(), 0..3_u32, any::<bool>(), 1..3_u64);
    check(cases, |(failures, faults, batch, reports, retries, bisects, pause)| {
        lambda_test::block_on(async {
            let lambda = Lambda::new();
            let worker = Worker::new(&failures, reports);
            let finals: Rc<RefCell<Vec<FinalState>>> = Rc::default();
            let kept = (worker.clone(), finals.clone());
            let app = move || {
                let (worker, finals) = kept.clone();
                Runtime::new(async move |event: Value| {
                    let records = event["Records"].as_array().expect("records");
                    let batch: Vec<usize> = records.iter().map(of_data).collect();
                    let failed = worker.work(&batch);
                    let from = batch.iter().position(|it| failed.contains(it));
                    if from.is_some() && !worker.reports {
                        return Err(Error::from("a record failed"));
                    }
                    let handled = &batch[..from.unwrap_or(batch.len())];
                    let before = event["state"]["records"].as_array().cloned().unwrap_or_default();
                    let state: Vec<Value> =
                        before.into_iter().chain(handled.iter().map(|it| json!(it))).collect();
                    if event["isFinalInvokeForWindow"] == true && from.is_none() {
                        let numbers = state.iter().filter_map(Value::as_u64).map(|it| it as usize);
                        let start = event["window"]["start"].as_str().expect("a time").to_owned();
                        finals.borrow_mut().push((start, numbers.collect()));
                    }
                    let item = |at: usize| json!({"itemIdentifier": records[at]["kinesis"]["sequenceNumber"]});
                    let items: Vec<Value> = from.map(item).into_iter().collect();
                    Ok(json!({"state": {"records": state}, "batchItemFailures": items}))
                })
            };
            let function = lambda.function("worker", app).create();
            inject(&lambda, &faults);
            let (stream, failed) = (lambda.stream("s"), lambda.queue("failed"));
            let mapping = function.on(&stream).starting_position(StartingPosition::TrimHorizon);
            let mapping =
                mapping.batch_size(batch).maximum_retry_attempts(retries).on_failure(&failed);
            let mapping = mapping.tumbling_window(Duration::from_secs(10));
            let mapping = if reports { mapping.report_batch_item_failures() } else { mapping };
            let mapping = if bisects { mapping.bisect_batch_on_function_error() } else { mapping };
            let mapping = mapping.create();
            let mut windows: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
            let mut numbers = Vec::new();
            for n in 0..failures.len() {
                windows.entry(lambda.elapsed().as_secs() / 10).or_default().push(n);
                numbers.push(stream.put(&format!("key-{n}"), ""));
                lambda.advance(Duration::from_secs(pause)).await;
            }
            lambda.until_idle().await;
            assert_eq!(mapping.lag(), 0);
            let place =
                |number: &Value| numbers.iter().position(|it| number == it).expect("a record");
            let discarded: BTreeSet<usize> = failed
                .messages()
                .iter()
                .flat_map(|message| {
                    let record: Value = message.json().expect("JSON");
                    let info = &record["KinesisBatchInfo"];
                    place(&info["startSequenceNumber"])..=place(&info["endSequenceNumber"])
                })
                .collect();
            // A final invocation whose response does not arrive is made again: the last one of a window counts.
            let mut last: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            finals
                .borrow()
                .iter()
                .for_each(|(start, records)| drop(last.insert(start.clone(), records.clone())));
            let last: Vec<Vec<usize>> = last.into_values().collect();
            let expected = windows.values().map(|records| {
                records.iter().copied().filter(|it| !discarded.contains(it)).collect::<Vec<usize>>()
            });
            // Where the final batch of a window was discarded, nobody saw its state.
            for expected in expected.filter(|records| !records.is_empty()) {
                let is_seen = last.contains(&expected);
                let is_lost = !discarded.is_empty() || !faults.iter().all(Option::is_none);
                assert!(is_seen || is_lost, "{expected:?} of {last:?}");
            }
            for records in &last {
                let once: BTreeSet<usize> = records.iter().copied().collect();
                assert_eq!(once.len(), records.len(), "{records:?}");
            }
        });
    });
}
