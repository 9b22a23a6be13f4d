//! Prepares records on their way into a data lake: lines of JSON, without what only helps to debug, and
//! without addresses of people. What is no JSON is kept apart by Firehose.
//!
//! Run it here:
//!
//!     lambda-test sample firehose/records | lambda-test invoke --example firehose_transform --payload-file -

use std::process::ExitCode;

use lambda_events::firehose::{
    FirehoseEvent, FirehoseRecord, FirehoseResponse, FirehoseResponseRecord,
};
use lambda_runtime::Error;
use serde_json::Value;

fn transform(record: &FirehoseRecord) -> FirehoseResponseRecord {
    let Ok(Value::Object(mut line)) = serde_json::from_slice(record.payload()) else {
        return record.failed();
    };
    if line.get("level").is_some_and(|level| level == "debug") {
        return record.dropped();
    }
    if let Some(address) = line.get_mut("email") {
        *address = "…".into();
    }
    // Firehose joins records as they are.
    record.ok(format!("{}\n", Value::Object(line)))
}

/// Every record is answered, once, by its id.
async fn handler(event: FirehoseEvent) -> Result<FirehoseResponse, Error> {
    let records = event.records.iter().map(transform).collect();
    Ok(FirehoseResponse { records, ..Default::default() })
}

fn main() -> ExitCode {
    lambda_runtime::start(handler)
}

#[cfg(test)]
mod tests {
    use lambda_events::{firehose::FirehoseResult, samples::firehose};
    use lambda_runtime::Runtime;
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn records_are_lines_without_addresses_and_without_debugging() {
        let event = firehose::records([
            r#"{"level":"info","email":"jane@example.com","order":7}"#,
            r#"{"level":"debug"}"#,
            "no JSON",
        ]);
        let function = Lambda::new().function("transform", Runtime::new(handler)).create();

        let answer: FirehoseResponse = function.invoke(&*event).await.json()?;

        let results: Vec<_> = answer.records.iter().map(|record| &record.result).collect();
        let expected =
            [FirehoseResult::Ok, FirehoseResult::Dropped, FirehoseResult::ProcessingFailed];
        assert_eq!(results, expected.iter().collect::<Vec<_>>());
        let line = answer.records[0].data.as_ref().ok_or("no data")?;
        assert_eq!(
            String::from_utf8_lossy(line),
            "{\"email\":\"…\",\"level\":\"info\",\"order\":7}\n",
        );
        assert_eq!(answer.records[2].record_id, event.records[2].record_id);
    }

    #[lambda_test::test]
    async fn records_of_a_topic_are_answered_in_their_own_field() {
        let event = firehose::msk([r#"{"order":7}"#]);
        let function = Lambda::new().function("transform", Runtime::new(handler)).create();
        let answer: FirehoseResponse = function.invoke(&*event).await.json()?;
        let value = answer.records[0].kafka_record_value.as_ref().ok_or("no value")?;
        assert_eq!(String::from_utf8_lossy(value), "{\"order\":7}\n");
    }
}
