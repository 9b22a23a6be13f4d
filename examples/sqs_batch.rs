//! Handles a batch of messages and reports those that failed, so that only they are sent again.
//!
//! The event source mapping needs `ReportBatchItemFailures`. Run it here: `cargo run --bin
//! lambda-test -- invoke --example sqs_batch --payload-file examples/events/sqs.json`

use std::process::ExitCode;

use lambda_events::{
    BatchResponse,
    sqs::{SqsEvent, SqsMessage},
};
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use serde::Deserialize;

#[derive(Deserialize)]
struct Parcel {
    weight_grams: u32,
}

/// One message: a poisoned one fails and takes no other with it.
fn book(message: &SqsMessage) -> Result<u32, Error> {
    let body = message.body.as_deref().ok_or("the message has no body")?;
    let parcel: Parcel = serde_json::from_str(body)?;
    Ok(parcel.weight_grams)
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: SqsEvent| {
        let mut failed = Vec::new();
        for message in &event.records {
            match book(message) {
                Ok(grams) => environment.log(&format!("booked {grams} g")),
                Err(error) => {
                    environment.log(&format!("message {} failed: {error}", message.message_id));
                    failed.push(&*message.message_id);
                }
            }
        }
        Ok::<_, Error>(failed.into_iter().collect::<BatchResponse>())
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_test::Lambda;
    use serde_json::Value;

    use super::*;

    #[lambda_test::test]
    async fn only_the_poisoned_message_is_sent_again() {
        let lambda = Lambda::new();
        let parcels = lambda.function("parcels", app).create();

        let event: Value = serde_json::from_str(include_str!("events/sqs.json"))?;
        let outcome = parcels.invoke(event).await;

        let response: BatchResponse = outcome.json()?;
        let failed: Vec<&str> =
            response.batch_item_failures.iter().map(|failure| &*failure.item_identifier).collect();
        assert_eq!(failed, ["2e1424d4-f796-459a-8184-9c92662be6da"]);
        assert_eq!(outcome.logs()[0], "booked 1200 g");
    }
}
