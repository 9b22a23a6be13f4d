//! Payloads as services send them: fixtures of lambda-events, batches with ten records.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    macro_rules! fixture {
        ($path:literal) => {
            include_str!(concat!("../../../lambda-events/fixtures/", $path))
        };
    }
    vec![
        ("http", without_white_space(fixture!("apigw-http-v2/java-apigw-http-event.json"))),
        ("sqs", batch(fixture!("sqs/powertools-java-sqs-fifo-event.json"), 10)),
        ("kinesis", batch(fixture!("kinesis/java-kinesis-event.json"), 10)),
        ("s3", without_white_space(fixture!("s3/go-s3-event.json"))),
        ("dynamodb", without_white_space(fixture!("dynamodb/dotnet-dynamodb-event.json"))),
    ]
}

/// A batch of so many records, those of the fixture over and over.
fn batch(json: &str, records: usize) -> Vec<u8> {
    let event: BTreeMap<String, Vec<&RawValue>> = serde_json::from_str(json).expect("a batch");
    let all = event["Records"].iter().cycle().take(records);
    let all: Vec<&str> = all.map(|record| record.get()).collect();
    without_white_space(&format!("{{\"Records\":[{}]}}", all.join(",")))
}

/// As services send it.
fn without_white_space(json: &str) -> Vec<u8> {
    let (mut text, mut in_string, mut escaped) = (Vec::new(), false, false);
    for byte in json.bytes() {
        if in_string || !byte.is_ascii_whitespace() {
            text.push(byte);
        }
        match byte {
            b'"' if !escaped => in_string = !in_string,
            _ => {}
        }
        escaped = in_string && byte == b'\\' && !escaped;
    }
    text
}
