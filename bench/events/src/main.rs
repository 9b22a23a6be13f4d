//! Time and allocations of reading and writing events: lambda-events, `aws_lambda_events` and
//! `serde_json::Value`, interleaved on one thread. Prints one line of JSON for each figure; `run`
//! makes the table.

mod counting;
mod payloads;

use std::{hint::black_box, time::Instant};

use bytes::Bytes;
use lambda_runtime::FromEvent;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Something to measure: a name, and what is done once.
type Subject<'a> = (&'static str, Box<dyn FnMut() + 'a>);

fn main() {
    let rounds: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(9);
    for (payload, json) in payloads::all() {
        match payload {
            "http" => measure::<
                aws_lambda_events::apigw::ApiGatewayV2httpRequest,
                lambda_events::api_gateway::ApiGatewayHttpRequest,
            >(payload, &json, rounds),
            "sqs" => measure::<aws_lambda_events::sqs::SqsEvent, lambda_events::sqs::SqsEvent>(
                payload, &json, rounds,
            ),
            "kinesis" => measure::<
                aws_lambda_events::kinesis::KinesisEvent,
                lambda_events::kinesis::KinesisEvent,
            >(payload, &json, rounds),
            "s3" => measure::<aws_lambda_events::s3::S3Event, lambda_events::s3::S3Event>(
                payload, &json, rounds,
            ),
            "dynamodb" => measure::<
                aws_lambda_events::dynamodb::Event,
                lambda_events::dynamodb::DynamoDbEvent,
            >(payload, &json, rounds),
            other => unreachable!("{other}"),
        }
    }
}

fn measure<Theirs, Ours>(payload: &str, json: &[u8], rounds: u32)
where
    Theirs: DeserializeOwned + Serialize,
    Ours: DeserializeOwned + Serialize + FromEvent,
{
    let bytes = Bytes::copy_from_slice(json);
    let read = |json: &[u8]| serde_json::from_slice::<Value>(json).expect("it is JSON");
    let theirs: Theirs = serde_json::from_slice(json).expect("it fits theirs");
    let ours: Ours = serde_json::from_slice(json).expect("it fits ours");
    let value = read(json);
    let subjects: Vec<Subject<'_>> = vec![
        ("read theirs", Box::new(|| drop(black_box(serde_json::from_slice::<Theirs>(json))))),
        ("read runtime", Box::new(|| drop(black_box(Ours::from_event(bytes.clone()))))),
        ("read slice", Box::new(|| drop(black_box(serde_json::from_slice::<Ours>(json))))),
        ("read value", Box::new(|| drop(black_box(read(json))))),
        ("detect", Box::new(|| {
            black_box(lambda_events::Trigger::detect(json));
        })),
        ("write theirs", Box::new(|| drop(black_box(serde_json::to_vec(&theirs))))),
        ("write ours", Box::new(|| drop(black_box(serde_json::to_vec(&ours))))),
        ("write value", Box::new(|| drop(black_box(serde_json::to_vec(&value))))),
    ];
    let mut subjects: Vec<(Subject<'_>, Vec<f64>)> =
        subjects.into_iter().map(|subject| (subject, Vec::new())).collect();
    let times = (4_000_000 / json.len()).clamp(200, 4_000) as u32;
    for round in 0..=rounds {
        for ((_, run), figures) in &mut subjects {
            let begin = Instant::now();
            (0..times).for_each(|_| run());
            let nanos = begin.elapsed().as_nanos() as f64 / f64::from(times);
            // The first round warms up.
            figures.extend((round > 0).then_some(nanos));
        }
    }
    for ((name, run), mut figures) in subjects {
        let mut run = run;
        // Nothing makes a round faster than it is; much makes one slower.
        figures.sort_by(f64::total_cmp);
        let (allocations, size) = counting::count(&mut run);
        println!(
            r#"{{"payload":"{payload}","what":"{name}","ns":{:.0},"allocations":{allocations},"allocated":{size},"bytes":{}}}"#,
            figures[0],
            json.len(),
        );
    }
}
