//! Reacts to events of a bus: orders that were placed, and the schedule of a daily reminder. One rule
//! sends both here; an archive that is replayed sends orders again, for which nobody wants an invoice.
//!
//! Run it here:
//!
//!     lambda-test sample eventbridge/scheduled | lambda-test invoke --example eventbridge_rule --payload-file -

use std::process::ExitCode;

use lambda_events::eventbridge::EventBridgeEvent;
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct OrderPlaced {
    order: u64,
    cents: u64,
}

/// What is to do; absent where nothing is.
fn todo(event: &EventBridgeEvent) -> Result<Option<String>, Error> {
    if event.replay_name.is_some() {
        return Ok(None);
    }
    match (event.source.as_deref(), event.detail_type.as_deref()) {
        (Some("shop"), Some("OrderPlaced")) => {
            let OrderPlaced { order, cents } = event.detail.to()?;
            Ok(Some(format!("invoice for order {order}: {cents} cents")))
        }
        (Some("aws.events"), Some("Scheduled Event")) => {
            let time = event.time.as_deref().ok_or("a schedule has a time")?;
            Ok(Some(format!("reminders of {time}")))
        }
        (source, kind) => Err(format!("the rule lets {kind:?} of {source:?} through").into()),
    }
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: EventBridgeEvent| {
        if let Some(work) = todo(&event)? {
            environment.log(&work);
        }
        Ok::<_, Error>(())
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::samples::eventbridge;
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn an_order_gets_an_invoice_once() {
        let invoices = Lambda::new().function("invoices", app).create();
        let placed =
            eventbridge::event("shop", "OrderPlaced", OrderPlaced { order: 7, cents: 99 })?;

        let outcome = invoices.invoke(&*placed).await;
        assert_eq!(outcome.assert_ok().logs(), ["invoice for order 7: 99 cents"]);

        let replayed = placed.with(|event| event.replay_name = Some("march".to_owned()));
        assert!(invoices.invoke(&*replayed).await.assert_ok().logs().is_empty());
    }

    #[lambda_test::test]
    async fn a_schedule_is_recognised_by_its_time() {
        let outcome = Lambda::new()
            .function("invoices", app)
            .create()
            .invoke(&*eventbridge::scheduled("daily"));
        assert_eq!(outcome.await.logs(), ["reminders of 2026-01-01T00:00:00Z"]);
    }

    #[lambda_test::test]
    async fn a_rule_that_is_too_wide_is_noticed() {
        let event = eventbridge::event("shop", "OrderLost", 7)?;
        let outcome = Lambda::new().function("invoices", app).create().invoke(&*event).await;
        outcome.assert_error("Function.Error");
    }
}
