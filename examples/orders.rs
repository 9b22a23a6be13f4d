//! Totals an order: plain JSON in, plain JSON out.
//!
//! Run it here:
//!
//!     lambda-test invoke --example orders --payload-file examples/events/order.json

use std::process::ExitCode;

use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    lines: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// In cents.
    price: u64,
    quantity: u64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Total {
    /// In cents, after the discount.
    total: u64,
}

#[derive(Debug, PartialEq)]
enum OrderError {
    Empty,
    TooLarge,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "the order has no lines",
            Self::TooLarge => "the order is too large to be totalled",
        })
    }
}

impl std::error::Error for OrderError {}

fn total(order: &Order, discount_percent: u64) -> Result<Total, OrderError> {
    if order.lines.is_empty() {
        return Err(OrderError::Empty);
    }
    let sum = order
        .lines
        .iter()
        .try_fold(0u64, |sum, line| sum.checked_add(line.price.checked_mul(line.quantity)?));
    let discounted = sum.and_then(|sum| Some(sum.checked_mul(100 - discount_percent)? / 100));
    Ok(Total { total: discounted.ok_or(OrderError::TooLarge)? })
}

/// The init phase: reads the discount once, and fails when it makes no sense.
async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let discount_percent = match environment.variables().get("DISCOUNT_PERCENT") {
        None => 0,
        Some(text) => text
            .parse::<u64>()
            .ok()
            .filter(|percent| *percent <= 100)
            .ok_or_else(|| format!("DISCOUNT_PERCENT is `{text}`: expected 0 to 100"))?,
    };
    Ok(Runtime::new(async move |order: Order| total(&order, discount_percent)))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lambda_test::Lambda;
    use serde_json::json;

    use super::*;

    #[lambda_test::test]
    async fn totals_an_order() {
        let lambda = Lambda::new();
        let orders =
            lambda.function("orders", app).memory_mb(256).timeout(Duration::from_secs(5)).create();

        let outcome = orders.invoke(json!({"lines": [{"price": 3, "quantity": 2}]})).await;

        assert_eq!(outcome.json::<Total>()?, Total { total: 6 });
        assert!(outcome.report().cold_start());
    }

    #[lambda_test::test]
    async fn a_refused_order_fails_that_invocation_and_no_other() {
        let lambda = Lambda::new();
        let orders = lambda.function("orders", app).env("DISCOUNT_PERCENT", "50").create();

        let refused = orders.invoke(json!({"lines": []})).await;
        let error = refused.function_error().expect("an empty order is refused");
        assert_eq!(error.error_type, "OrderError");

        let outcome = orders.invoke(json!({"lines": [{"price": 10, "quantity": 1}]})).await;
        assert_eq!(outcome.json::<Total>()?, Total { total: 5 });
        assert!(!outcome.report().cold_start());
    }

    #[lambda_test::test]
    async fn a_discount_that_makes_no_sense_fails_the_init_phase() {
        let lambda = Lambda::new();
        let orders = lambda.function("orders", app).env("DISCOUNT_PERCENT", "lots").create();

        let outcome = orders.invoke(json!({"lines": []})).await;

        let error = outcome.function_error().expect("the init phase fails");
        assert_eq!(error.error_message, "DISCOUNT_PERCENT is `lots`: expected 0 to 100");
    }
}
