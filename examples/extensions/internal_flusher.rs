//! Counts orders and writes the counts after the answer: the caller does not wait for it, since an internal
//! extension holds the invocation open until it has come back.
//!
//! Run it here:
//!
//!     lambda-test invoke --example internal_flusher --payload 3 --payload 4

use std::{cell::RefCell, process::ExitCode, rc::Rc};

use lambda_extension::{InvokeEvent, Registration};
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use tokio::sync::Notify;

/// What was counted and not written yet.
#[derive(Default)]
struct Counts {
    orders: RefCell<Vec<u64>>,
    answered: Notify,
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let counts = Rc::new(Counts::default());

    let counted = counts.clone();
    let runtime = Runtime::new(async move |orders: u64| {
        counted.orders.borrow_mut().push(orders);
        counted.answered.notify_one();
        Ok::<_, Error>(orders)
    });

    // It registers in the init phase; once the runtime has asked for an event it would be too late.
    let flusher = Registration::new().name("flusher").register(&environment).await?;
    let flusher = flusher.on_invoke(async move |_: InvokeEvent| {
        counts.answered.notified().await;
        for orders in counts.orders.take() {
            environment.log(&format!("{orders} orders"));
        }
        Ok::<_, Error>(())
    });
    Ok((runtime, flusher))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn counts_are_written_within_the_invocation_that_they_are_of() {
        let lambda = Lambda::new();
        let orders = lambda.function("orders", app).create();
        for count in [3, 4] {
            let outcome = orders.invoke(count).await;
            assert_eq!(outcome.assert_ok().logs(), [format!("{count} orders")]);
        }
    }
}
