//! A timeline that depends on the seed alone.

use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::Lambda;
use serde_json::Value;
use tokio::time::{Duration, sleep};

async fn busy(environment: Environment) -> Result<impl Bootstrap, Error> {
    let own = environment.clone();
    Ok(Runtime::new(async move |event: u64| {
        let wait = own.random() % 2000 * event;
        sleep(Duration::from_millis(wait)).await;
        match wait % 3 {
            0 => Err(Error::from("unlucky")),
            _ => Ok(Value::from(wait)),
        }
    }))
}

/// What happens with this seed, and an id of its end.
pub(crate) async fn timeline(seed: u64, another_function: bool) -> String {
    let lambda = Lambda::new().seed(seed);
    if another_function {
        let other = lambda.function("other", busy).create();
        tokio::join!(other.invoke(1), other.invoke(2), other.invoke(3));
        lambda.advance(Duration::from_secs(3600) - lambda.elapsed()).await;
    }
    let function = lambda.function("busy", busy).create();
    for event in 0..20 {
        let (_, _) =
            tokio::join!(function.invoke(event).into_future(), function.invoke(2).into_future());
    }
    let ids = function.invoke(0).await.report().request_id.clone();
    format!("{}{ids}\n", lambda.timeline())
}
