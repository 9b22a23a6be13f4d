//! Keeps a second view of a table up to date: orders by their state, from the table's stream. Each
//! change becomes what the view is told, in the order in which the item changed.
//!
//! Run it here:
//!
//!     lambda-test sample dynamodb/insert | lambda-test invoke --example dynamodb_projection --payload-file -

use std::process::ExitCode;

use lambda_events::{
    batch,
    dynamodb::{Change, DynamoDbEvent, DynamoDbRecord},
};
use lambda_runtime::{Bootstrap, Context, Environment, Error, Runtime};
use serde::Deserialize;

#[derive(Deserialize)]
struct Order {
    id: String,
    state: String,
}

/// What the view is told of a change; nothing where the change is none to it.
fn projected(record: &DynamoDbRecord) -> Result<Vec<String>, Error> {
    let add = |order: &Order| format!("add {} to {}", order.id, order.state);
    let take = |order: &Order| format!("take {} from {}", order.id, order.state);
    Ok(match record.change::<Order>()? {
        Change::Insert(new) => vec![add(&new)],
        Change::Modify { old, new } if old.state == new.state => vec![],
        Change::Modify { old, new } => vec![take(&old), add(&new)],
        Change::Remove(old) | Change::Expired(old) => vec![take(&old)],
    })
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async move |event: DynamoDbEvent, context: Context| {
        // The first change that fails is the checkpoint: it and all after it come again.
        let project = async |record: DynamoDbRecord| -> Result<(), Error> {
            for line in projected(&record)? {
                environment.log(&line);
            }
            Ok(())
        };
        Ok::<_, Error>(batch(event, &context).each(project).await)
    }))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_events::{Attribute, BatchResponse, samples::dynamodb};
    use lambda_test::{Lambda, StartingPosition};
    use serde_json::json;

    use super::*;

    fn order(id: &str, state: &str) -> [(&'static str, Attribute); 2] {
        [("id", Attribute::S(id.to_owned())), ("state", Attribute::S(state.to_owned()))]
    }

    #[lambda_test::test]
    async fn each_change_moves_an_order_in_the_view() {
        let view = Lambda::new().function("view", app).create();
        for (event, told) in [
            (dynamodb::insert(order("7", "new")), vec!["add 7 to new"]),
            (
                dynamodb::modify(order("7", "new"), order("7", "paid")),
                vec!["take 7 from new", "add 7 to paid"],
            ),
            (dynamodb::modify(order("7", "paid"), order("7", "paid")), vec![]),
            (dynamodb::expired(order("7", "paid")), vec!["take 7 from paid"]),
        ] {
            assert_eq!(view.invoke(&*event).await.assert_ok().logs(), told);
        }
    }

    #[lambda_test::test]
    async fn the_view_follows_the_table() {
        let lambda = Lambda::new();
        let view = lambda.function("view", app).create();
        let orders = lambda.table("orders");
        let mapping = view.on(&orders).starting_position(StartingPosition::TrimHorizon);
        mapping.report_batch_item_failures().create();

        let order = |state: &str| json!({"id": {"S": "7"}, "state": {"S": state}});
        orders.put(&order("new"));
        orders.put(&order("paid"));
        orders.put(&order("paid"));
        orders.delete(&json!({"id": {"S": "7"}}));
        lambda.until_idle().await;

        let log = view.log_events();
        let of_view = log.iter().map(|event| &*event.message);
        let of_view: Vec<_> =
            of_view.filter(|it| it.starts_with("add") || it.starts_with("take")).collect();
        assert_eq!(
            of_view,
            ["add 7 to new", "take 7 from new", "add 7 to paid", "take 7 from paid"]
        );
    }

    #[lambda_test::test]
    async fn an_item_that_is_no_order_is_the_checkpoint() {
        let broken = dynamodb::insert([("id", Attribute::S("7".to_owned()))]);
        let number = broken.records[0].dynamodb.sequence_number.clone();

        let outcome = Lambda::new().function("view", app).create().invoke(&*broken).await;

        assert_eq!(outcome.json::<BatchResponse>()?, BatchResponse::from_iter([number]));
    }
}
