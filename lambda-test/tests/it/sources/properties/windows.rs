//! Tumbling windows: the state of each has its records.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};

use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, RecordKind, SourceEvent, StartingPosition};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Worker, check, failures, faults, handled, inject, of_data};

/// The end of a window, as the function has seen it.
#[derive(Clone)]
struct Final {
    /// The last batch.
    batch: Vec<usize>,
    state: Vec<usize>,
}

/// The state of a window has each of its records once, but for those that were discarded, whatever failed between; and each
/// window comes to its end, unless its last batch was discarded.
#[test]
fn a_window_counts_each_of_its_records_once() {
    let cases =
        (failures(14), faults(), 1..6_u32, any::<bool>(), 0..3_u32, any::<bool>(), 1..3_u64);
    check(cases, |(failures, faults, batch, reports, retries, bisects, pause)| {
        lambda_test::block_on(async {
            let lambda = Lambda::new();
            let worker = Worker::new(&failures, reports);
            // By when the window began. One whose response does not arrive is made again: the last one counts.
            let finals: Rc<RefCell<BTreeMap<String, Final>>> = Rc::default();
            let kept = (worker.clone(), finals.clone());
            let app = move || {
                let (worker, finals) = kept.clone();
                Runtime::new(async move |event: Value| {
                    let records = event["Records"].as_array().expect("records");
                    let batch: Vec<usize> = records.iter().map(of_data).collect();
                    let failed = worker.work(&batch);
                    if !failed.is_empty() && !worker.reports {
                        return Err(Error::from("a record failed"));
                    }
                    let handled = handled(&batch, &failed, worker.reports);
                    let before: Vec<usize> =
                        serde_json::from_value(event["state"]["records"].clone())
                            .unwrap_or_default();
                    let state = [&before, handled].concat();
                    let item = records.get(handled.len());
                    let item =
                        item.map(|it| json!({"itemIdentifier": it["kinesis"]["sequenceNumber"]}));
                    let response = json!({
                        "state": {"records": state},
                        "batchItemFailures": item.into_iter().collect::<Vec<_>>(),
                    });
                    if event["isFinalInvokeForWindow"] == true && handled.len() == batch.len() {
                        let start = event["window"]["start"].as_str().expect("a time").to_owned();
                        finals.borrow_mut().insert(start, Final { batch, state });
                    }
                    Ok(response)
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
            let mut windows: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            let mut numbers = Vec::new();
            for n in 0..failures.len() {
                let start = lambda.elapsed().as_secs() / 10 * 10;
                let start = format!("2026-01-01T00:{:02}:{:02}Z", start / 60, start % 60);
                windows.entry(start).or_default().push(n);
                numbers.push(stream.put("key", n.to_string()));
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
            let finals = finals.borrow();
            for (start, Final { batch, state }) in &*finals {
                // One whose response did not arrive, and that was then discarded, has no state.
                if batch.iter().all(|record| !discarded.contains(record)) {
                    let records = windows[start].iter().copied();
                    let expected: Vec<usize> =
                        records.filter(|record| !discarded.contains(record)).collect();
                    assert_eq!(*state, expected, "the window of {start}");
                }
            }
            let is_discarded = |kind: &RecordKind| {
                matches!(kind, RecordKind::Source { event: SourceEvent::Discarded { .. }, .. })
            };
            let timeline = lambda.timeline();
            let discards = timeline.iter().filter(|record| is_discarded(&record.kind)).count();
            let missing = windows.keys().filter(|start| !finals.contains_key(*start)).count();
            assert!(
                missing <= discards,
                "{missing} windows have no end, {discards} batches neither"
            );
        });
    });
}
