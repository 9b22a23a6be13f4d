//! One of the subscribers of a topic of orders: it sends a receipt for those that were paid. Others,
//! subscribed to the same topic, do other work; each gets every message that its filter lets through.
//!
//! Run it here:
//!
//!     lambda-test sample sns/message --set 'Records[0].Sns.Message="{\"order\":7,\"cents\":1250}"' | lambda-test invoke --example sns_fan_out --payload-file -

use std::process::ExitCode;

use lambda_events::{Json, sns::SnsEvent};
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct OrderPaid {
    order: u64,
    cents: u64,
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: SnsEvent<Json<OrderPaid>>| {
        // SNS sends one message at a time, again if this fails, and then to the dead-letter queue.
        for record in &event.records {
            let message = record.sns.message.as_ref().ok_or("the message is empty")?;
            let OrderPaid { order, cents } = message.get()?;
            let (euros, cents) = (cents / 100, cents % 100);
            environment.log(&format!("receipt for order {order}: {euros}.{cents:02} €"));
        }
        Ok::<_, Error>(())
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::samples::sns;
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn a_paid_order_gets_a_receipt() {
        let paid = serde_json::to_string(&OrderPaid { order: 7, cents: 1250 })?;
        let receipts = Lambda::new().function("receipts", app).create();

        let outcome = receipts.invoke(&*sns::message(paid).subject("order paid")).await;

        outcome.assert_ok();
        assert_eq!(outcome.logs(), ["receipt for order 7: 12.50 €"]);
    }

    #[lambda_test::test]
    async fn what_is_no_order_fails_so_that_it_ends_in_the_dead_letter_queue() {
        let receipts = Lambda::new().function("receipts", app).create();

        let outcome = receipts.invoke(&*sns::message("order seven")).await;

        let error = outcome.assert_error("NotJson");
        assert_eq!(error.error_message, "the JSON is not valid at line 1 column 1");
    }
}
