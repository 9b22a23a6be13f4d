//! A function that keeps orders in a table of DynamoDB, and its tests: what the table responds, that it is throttled, away for
//! six hours, or silent. No request leaves the test.
//!
//!     cargo test --manifest-path lambda-runtime/aws/Cargo.toml --example table

use std::process::ExitCode;

use aws_sdk_dynamodb::{Client, config::Builder, types::AttributeValue};
use lambda_aws::SdkConfig;
use lambda_runtime::{Bootstrap, Environment, Error, FunctionError, Runtime};

#[derive(serde::Deserialize)]
struct Order {
    id: String,
    total: u64,
}

/// Puts orders into the table. The client is made of this configuration.
async fn orders(environment: Environment, config: Builder) -> Result<impl Bootstrap, Error> {
    let table = environment.variables().get("TABLE").ok_or("TABLE is missing")?.to_owned();
    let client = Client::from_conf(config.build());
    Ok(Runtime::new(async move |order: Order| {
        let put = client
            .put_item()
            .table_name(&table)
            .item("id", AttributeValue::S(order.id))
            .item("total", AttributeValue::N(order.total.to_string()));
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(report(&error)),
        }
    }))
}

/// Names what the table refused; all else is one type.
fn report<E, R>(error: &aws_sdk_dynamodb::error::SdkError<E, R>) -> FunctionError
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    use aws_sdk_dynamodb::error::DisplayErrorContext;

    let kind = match error {
        aws_sdk_dynamodb::error::SdkError::ServiceError(error) => error.err().code(),
        _ => None,
    };
    FunctionError::new(kind.unwrap_or("Table.Unavailable"), DisplayErrorContext(error).to_string())
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let config: SdkConfig = lambda_aws::config(&environment).await?;
    orders(environment, Builder::from(&config)).await
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering::Relaxed},
        },
        time::Duration,
    };

    use aws_smithy_http_client::test_util::{
        NeverClient, ReplayEvent, StaticReplayClient, infallible_client_fn,
    };
    use aws_smithy_runtime_api::client::http::SharedHttpClient;
    use aws_smithy_types::{body::SdkBody, timeout::TimeoutConfig};
    use lambda_test::{FunctionBuilder, Lambda};
    use serde_json::json;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const SIX_HOURS: Duration = Duration::from_secs(6 * 3600);

    fn response(status: u16, body: &str) -> http::Response<SdkBody> {
        http::Response::builder().status(status).body(SdkBody::from(body)).expect("a response")
    }

    fn throttled() -> http::Response<SdkBody> {
        let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}"#;
        response(400, body)
    }

    /// A function whose client of HTTP is this one.
    fn function(
        lambda: &Lambda,
        client: impl Into<SharedHttpClient>,
        change: impl Fn(Builder) -> Builder + 'static,
    ) -> FunctionBuilder {
        let client = client.into();
        let app = async move |environment: Environment| {
            let config = lambda_aws::config(&environment).await?;
            let config = Builder::from(&config).http_client(client.clone());
            orders(environment, change(config)).await
        };
        lambda.function("orders", app).env("TABLE", "orders").timeout(Duration::from_secs(60))
    }

    fn order() -> serde_json::Value {
        json!({"id": "7", "total": 14})
    }

    /// Responds by a function of how often it was called before.
    fn by_count(
        respond: impl Fn(usize) -> http::Response<SdkBody> + Send + Sync + 'static,
    ) -> (SharedHttpClient, Arc<AtomicUsize>) {
        let calls = Arc::new(AtomicUsize::new(0));
        let count = calls.clone();
        (infallible_client_fn(move |_| respond(count.fetch_add(1, Relaxed))), calls)
    }

    #[lambda_test::test]
    async fn an_order_is_put() {
        let request = http::Request::builder().uri("https://dynamodb.us-east-1.amazonaws.com/");
        let body = r#"{"TableName":"orders","Item":{"id":{"S":"7"},"total":{"N":"14"}}}"#;
        let request = request.method("POST").body(SdkBody::from(body)).expect("a request");
        let replay = StaticReplayClient::new(vec![ReplayEvent::new(request, response(200, "{}"))]);
        let lambda = Lambda::new();
        let function =
            function(&lambda, SharedHttpClient::new(replay.clone()), |config| config).create();
        function.invoke(order()).await.assert_ok();
        replay.relaxed_requests_match();
        // Signed with the credentials and at the time of the simulated environment.
        let sent = replay.actual_requests().next().expect("a request");
        let signed = sent.headers().get("authorization").expect("it is signed");
        assert!(signed.contains("/20260101/us-east-1/dynamodb/"), "{signed}");
    }

    /// The back-off between them is virtual.
    #[lambda_test::test]
    async fn a_throttled_table_is_asked_three_times() {
        let (client, calls) =
            by_count(|call| if call < 2 { throttled() } else { response(200, "{}") });
        let lambda = Lambda::new();
        function(&lambda, client, |config| config).create().invoke(order()).await.assert_ok();
        assert_eq!(calls.load(Relaxed), 3);
        assert!(Duration::ZERO < lambda.elapsed() && lambda.elapsed() < Duration::from_secs(3));

        let (client, calls) = by_count(|_| throttled());
        let outcome =
            function(&Lambda::new(), client, |config| config).create().invoke(order()).await;
        outcome.assert_error("ProvisionedThroughputExceededException");
        assert_eq!(calls.load(Relaxed), 3);
    }

    /// Its jitter is drawn from the seed of the test.
    #[lambda_test::test]
    async fn back_off_takes_the_same_time_each_time() {
        let took = async || {
            let (client, _) = by_count(|_| throttled());
            let lambda = Lambda::new();
            function(&lambda, client, |config| config).create().invoke(order()).await;
            lambda.elapsed()
        };
        assert_eq!(took().await, took().await);
    }

    #[lambda_test::test]
    async fn after_an_outage_of_six_hours_orders_are_put_again() {
        let lambda = Lambda::new();
        let (client, calls) = by_count(|call| match call {
            0..6 => response(503, "away"),
            _ => response(200, "{}"),
        });
        let function = function(&lambda, client, |config| config).create();
        function.invoke(order()).await.assert_error("Table.Unavailable");
        lambda.advance(SIX_HOURS).await;
        function.invoke(order()).await.assert_error("Table.Unavailable");
        lambda.advance(SIX_HOURS).await;
        // The service has reclaimed the environment meanwhile.
        assert!(function.invoke(order()).await.assert_ok().report().cold_start());
        assert_eq!(calls.load(Relaxed), 7);
    }

    /// A table that does not respond. The SDK gives up on an attempt after some seconds, and tries three times: a function
    /// with the timeout of 3 s does not live to see it. With a limit for an attempt it does, and reports it.
    #[lambda_test::test]
    async fn a_silent_table_is_given_up_in_virtual_time() {
        let silent = || SharedHttpClient::new(NeverClient::new());
        let lambda = Lambda::new();
        let three_seconds = function(&lambda, silent(), |config| config).timeout(3 * SECOND);
        three_seconds.create().invoke(order()).await.assert_timeout();

        let lambda = Lambda::new();
        let outcome = function(&lambda, silent(), |config| config).create().invoke(order()).await;
        outcome.assert_error("Table.Unavailable");
        assert!(15 * SECOND <= outcome.report().duration, "{:?}", outcome.report());

        let limits = TimeoutConfig::builder().operation_attempt_timeout(SECOND / 2).build();
        let limited = move |config: Builder| config.timeout_config(limits.clone());
        let lambda = Lambda::new();
        let outcome = function(&lambda, silent(), limited).create().invoke(order()).await;
        outcome.assert_error("Table.Unavailable");
        assert!(outcome.report().duration < 5 * SECOND, "{:?}", outcome.report());
    }
}
