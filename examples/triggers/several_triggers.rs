//! One function with several triggers: uploads come from S3, or again from a queue when they failed
//! before, and a schedule asks for what is missing. `Router::on` takes only handlers whose answers belong
//! to their events.
//!
//! Run it here:
//!
//!     lambda-test sample s3/object-created --set Records[0].s3.object.key=may.csv | lambda-test invoke --example several_triggers --payload-file -

use std::process::ExitCode;

use lambda_events::{
    BatchOutcome, BatchResponse, Router, batch, eventbridge::EventBridgeEvent, s3::S3Event,
    sqs::SqsEvent,
};
use lambda_runtime::{Context, Error, RawEvent};

fn import(event: &S3Event) -> Result<usize, Error> {
    for record in &event.records {
        if !record.key().ends_with(".csv") {
            return Err(format!("`{}` is no CSV", record.key()).into());
        }
    }
    Ok(event.records.len())
}

async fn uploaded(event: S3Event) -> Result<(), Error> {
    import(&event).map(drop)
}

/// The messages are events of S3; one that fails again comes again alone.
async fn failed_before(
    event: SqsEvent,
    context: Context,
) -> Result<BatchOutcome<BatchResponse>, Error> {
    let again = async |event: S3Event| import(&event).map(drop);
    Ok(batch(event, &context).each_json(again).await)
}

async fn scheduled(event: EventBridgeEvent) -> Result<(), Error> {
    event.time.as_deref().map(drop).ok_or_else(|| "a schedule has a time".into())
}

fn router() -> Router {
    let other = async |event: RawEvent| {
        Err::<(), Error>(format!("{} bytes of no known trigger", event.0.len()).into())
    };
    Router::new().on(uploaded).on(failed_before).on(scheduled).fallback(other)
}

fn main() -> ExitCode {
    lambda_runtime::start(router())
}

#[cfg(test)]
mod tests {
    use lambda_events::samples::{eventbridge, s3, sqs};
    use lambda_runtime::Runtime;
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn each_trigger_has_its_handler() {
        let imports = Lambda::new().function("imports", Runtime::new(router())).create();
        let csv = s3::object_created("a-bucket", "orders of may.csv");
        let pdf = s3::object_created("a-bucket", "a.pdf");

        assert_eq!(imports.invoke(&*csv).await.payload(), "null");
        let refused = imports.invoke(&*pdf).await;
        assert_eq!(refused.assert_error("Function.Error").error_message, "`a.pdf` is no CSV");

        let messages = [&csv, &pdf].map(|event| String::from_utf8(event.bytes()));
        let again = sqs::batch(messages.into_iter().collect::<Result<Vec<_>, _>>()?);
        let response: BatchResponse = imports.invoke(&*again).await.json()?;
        let pdf = again.records[1].message_id.clone();
        assert_eq!(response, BatchResponse::from_iter([pdf]));

        imports.invoke(&*eventbridge::scheduled("daily")).await.assert_ok();
        let other = imports.invoke("hello").await;
        assert_eq!(
            other.assert_error("Function.Error").error_message,
            "7 bytes of no known trigger",
        );
    }
}
