//! Watches the readings of sensors in a stream. Those of one sensor are read in order; the first that
//! cannot be read is the checkpoint: Lambda sends it and all after it again, and with
//! `BisectBatchOnFunctionError` and a destination it ends there. The mapping needs
//! `ReportBatchItemFailures`.
//!
//! Run it here:
//!
//!     lambda-test sample kinesis/records --set 'Records[0].kinesis.data=eyJjZWxzaXVzIjo5MX0=' | lambda-test invoke --example kinesis_checkpoint --payload-file -

use std::process::ExitCode;

use lambda_events::{
    JsonRecord, batch,
    kinesis::{KinesisEvent, KinesisRecord},
};
use lambda_runtime::{Bootstrap, Context, Environment, Error, Runtime};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reading {
    celsius: f64,
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: KinesisEvent, context: Context| {
        let watch = async |record: KinesisRecord| -> Result<(), Error> {
            let Reading { celsius } = record.json()?;
            if celsius > 90.0 {
                let sensor = &record.kinesis.partition_key;
                environment.log(&format!("{sensor} is too hot: {celsius} °C"));
            }
            Ok(())
        };
        Ok::<_, Error>(batch(event, &context).concurrency(8).each(watch).await)
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::{BatchResponse, samples::kinesis};
    use lambda_test::{Lambda, StartingPosition};
    use serde_json::Value;

    use super::*;

    #[lambda_test::test]
    async fn a_hot_sensor_is_reported() {
        let event = kinesis::records([r#"{"celsius":20.5}"#, r#"{"celsius":91.5}"#]);
        let outcome = Lambda::new().function("sensors", app).create().invoke(&*event).await;
        assert_eq!(outcome.json::<BatchResponse>()?, BatchResponse::default());
        assert_eq!(outcome.logs(), ["key-2 is too hot: 91.5 °C"]);
    }

    #[lambda_test::test]
    async fn a_reading_that_cannot_be_read_is_given_up_and_no_other() {
        let lambda = Lambda::new();
        let sensors = lambda.function("sensors", app).create();
        let (readings, failed) = (lambda.stream("readings"), lambda.queue("failed"));
        let mapping = sensors.on(&readings).starting_position(StartingPosition::TrimHorizon);
        let mapping = mapping.report_batch_item_failures().bisect_batch_on_function_error();
        let mapping = mapping.maximum_retry_attempts(2).on_failure(&failed).create();

        for reading in [r#"{"celsius":20.5}"#, "broken", r#"{"celsius":91.5}"#] {
            readings.put("sensor-7", reading);
        }
        lambda.until_idle().await;

        assert_eq!(mapping.lag(), 0);
        let [record] = &failed.messages()[..] else { panic!("one record") };
        let record: Value = record.json()?;
        assert_eq!(record["KinesisBatchInfo"]["batchSize"], 1);
        assert_eq!(record["requestContext"]["condition"], "RetryAttemptsExhausted");
        let log = sensors.log_events();
        let hot = |message: &str| message.ends_with("sensor-7 is too hot: 91.5 °C");
        assert!(log.iter().any(|event| hot(&event.message)));
    }

    #[lambda_test::test]
    async fn the_first_that_cannot_be_read_is_the_checkpoint() {
        let event = kinesis::records([r#"{"celsius":1}"#, "broken", "broken too"]);
        let checkpoint = event.records[1].kinesis.sequence_number.clone();

        let outcome = Lambda::new().function("sensors", app).create().invoke(&*event).await;

        assert_eq!(outcome.json::<BatchResponse>()?, BatchResponse::from_iter([checkpoint]));
    }
}
