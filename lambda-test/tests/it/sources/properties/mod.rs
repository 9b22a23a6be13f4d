//! Sources under crashes, throttles, failures of single records and bisection, against second implementations that are as
//! plain as can be.

mod patterns;
mod queues;
mod streams;
mod topics;
mod windows;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use lambda_runtime::{Error, Runtime};
use lambda_test::{Fault, Lambda};
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

/// A record is seen for the first time where those of its kind before it are done with, or in its batch.
fn check_order(worker: &Worker, kind: impl Fn(usize) -> usize) {
    let log = worker.log.borrow();
    for (at, (records, _)) in log.iter().enumerate() {
        let later = log[at + 1..].iter().flat_map(|(later, _)| later);
        for record in records {
            let before = |it: &&usize| kind(**it) == kind(*record) && **it < *record;
            let before = later.clone().find(before);
            let is_here = before.is_none_or(|before| records.contains(before));
            assert!(is_here, "{before:?} is seen after {record}");
        }
    }
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
    number_in(&record["kinesis"]["data"])
}

/// A number as text, in base64.
fn number_in(base64: &Value) -> usize {
    let bytes: lambda_events::Base64 = serde_json::from_value(base64.clone()).expect("base64");
    String::from_utf8(bytes.0).expect("text").parse().expect("a number")
}

/// The records of a batch that count as handled, where these failed: all before the first one, or none.
fn handled<'a>(batch: &'a [usize], failed: &[usize], reports: bool) -> &'a [usize] {
    let first = batch.iter().position(|it| failed.contains(it));
    match first {
        None => batch,
        Some(first) if reports => &batch[..first],
        Some(_) => &[],
    }
}
