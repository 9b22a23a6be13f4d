//! Books parcels from a queue, four at once, and reports those that failed, so that only they are sent
//! again. The event source mapping needs `ReportBatchItemFailures`.
//!
//! Run it here:
//!
//!     lambda-test invoke --example sqs_batch --payload-file examples/events/sqs.json

use std::process::ExitCode;

use lambda_events::{batch, sqs::SqsEvent};
use lambda_runtime::{Bootstrap, Context, Environment, Error, Runtime};
use serde::Deserialize;

#[derive(Deserialize)]
struct Parcel {
    weight_grams: u32,
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: SqsEvent, context: Context| {
        // One message: a poisoned one fails and takes no other with it.
        let book = async |parcel: Parcel| -> Result<(), Error> {
            if parcel.weight_grams > 31_500 {
                return Err(format!("{} g are too heavy", parcel.weight_grams).into());
            }
            environment.log(&format!("booked {} g", parcel.weight_grams));
            Ok(())
        };
        Ok::<_, Error>(batch(event, &context).concurrency(4).each_json(book).await)
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::{BatchResponse, samples::sqs};
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn only_the_poisoned_messages_are_sent_again() {
        let lambda = Lambda::new();
        let parcels = lambda.function("parcels", app).create();
        let event = sqs::batch([
            r#"{"weight_grams":1200}"#,
            "a parcel, heavy",
            r#"{"weight_grams":40000}"#,
            r#"{"weight_grams":800}"#,
        ]);

        let outcome = parcels.invoke(&*event).await;

        let poisoned = [1, 2].map(|place| event.records[place].message_id.clone());
        assert_eq!(outcome.json::<BatchResponse>()?, BatchResponse::from_iter(poisoned));
        let log = outcome.logs();
        assert_eq!((log[0], log[3]), ("booked 1200 g", "booked 800 g"));
        assert!(log[2].ends_with("Function.Error: 40000 g are too heavy"), "{}", log[2]);
    }

    #[lambda_test::test]
    async fn what_cannot_be_booked_ends_in_the_dead_letter_queue() {
        let lambda = Lambda::new();
        let parcels = lambda.function("parcels", app).create();
        let queue = lambda.queue("parcels").redrive(&lambda.queue("dead"), 3);
        parcels.on(&queue).report_batch_item_failures().create();

        let bodies = [r#"{"weight_grams":1200}"#, "a parcel, heavy", r#"{"weight_grams":40000}"#];
        for body in bodies {
            queue.send(body);
        }
        lambda.until_idle().await;

        // Each was received three times, 30 s apart.
        let dead: Vec<_> = queue.dead().into_iter().map(|message| message.body).collect();
        assert_eq!(dead, bodies[1..]);
        assert_eq!((queue.deleted(), lambda.elapsed().as_secs()), (1, 90));
    }

    #[lambda_test::test]
    async fn the_group_of_a_fifo_queue_waits_for_its_first_failure() {
        let parcels = Lambda::new().function("parcels", app).create();
        let event = sqs::batch(["poison", r#"{"weight_grams":1}"#]).fifo("customer-7");

        let outcome = parcels.invoke(&*event).await;

        let response: BatchResponse = outcome.json()?;
        assert_eq!(response.batch_item_failures.len(), 2);
    }
}
