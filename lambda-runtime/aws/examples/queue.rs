//! A function that puts parcels into a queue of SQS, and its tests: parcels that the queue did not take are an error that
//! names them. No request leaves the test.
//!
//!     cargo test --manifest-path lambda-runtime/aws/Cargo.toml --example queue

use std::process::ExitCode;

use aws_sdk_sqs::{
    Client,
    config::Builder,
    error::{DisplayErrorContext, ProvideErrorMetadata as _},
    types::SendMessageBatchRequestEntry,
};
use lambda_runtime::{Bootstrap, Environment, Error, FunctionError, Runtime};

/// Sends each parcel as a message. The client is made of this configuration.
async fn parcels(environment: Environment, config: Builder) -> Result<impl Bootstrap, Error> {
    let queue = environment.variables().get("QUEUE_URL").ok_or("QUEUE_URL is missing")?.to_owned();
    let client = Client::from_conf(config.build());
    Ok(Runtime::new(async move |parcels: Vec<String>| {
        let entries = parcels.iter().enumerate().map(|(number, parcel)| {
            let entry = SendMessageBatchRequestEntry::builder().id(number.to_string());
            entry.message_body(parcel).build()
        });
        let entries = entries.collect::<Result<Vec<_>, _>>();
        let entries = entries.map_err(|error| failed("Queue.Refused", error))?;
        let sending = client.send_message_batch().queue_url(&queue).set_entries(Some(entries));
        let sent = sending.send().await.map_err(|error| {
            let code = error.code().unwrap_or("Queue.Unavailable").to_owned();
            failed(&code, DisplayErrorContext(&error))
        })?;
        let not_taken: Vec<&str> = sent.failed().iter().map(|failed| failed.id()).collect();
        match not_taken.is_empty() {
            true => Ok(sent.successful().len()),
            false => Err(failed("Queue.NotTaken", not_taken.join(", "))),
        }
    }))
}

fn failed(kind: &str, message: impl std::fmt::Display) -> FunctionError {
    FunctionError::new(kind, message.to_string())
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let config = lambda_aws::config(&environment).await?;
    parcels(environment, Builder::from(&config)).await
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_smithy_http_client::test_util::{NeverClient, infallible_client_fn};
    use aws_smithy_runtime_api::client::http::SharedHttpClient;
    use aws_smithy_types::body::SdkBody;
    use lambda_runtime::DeadlineLayer;
    use lambda_test::{Lambda, Outcome};

    use super::*;

    const QUEUE_URL: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/parcels";

    /// What a function with this client of HTTP makes of two parcels.
    async fn outcome(client: SharedHttpClient) -> (Lambda, Outcome) {
        let app = async move |environment: Environment| {
            let config = lambda_aws::config(&environment).await?;
            parcels(environment, Builder::from(&config).http_client(client.clone())).await
        };
        let lambda = Lambda::new();
        let function = lambda.function("parcels", app).env("QUEUE_URL", QUEUE_URL).create();
        let outcome = function.invoke(["one", "two"]).await;
        (lambda, outcome)
    }

    fn respond(
        respond: impl Fn() -> (u16, &'static str) + Send + Sync + 'static,
    ) -> SharedHttpClient {
        infallible_client_fn(move |_| {
            let (status, body) = respond();
            http::Response::builder().status(status).body(SdkBody::from(body)).expect("a response")
        })
    }

    const SENT: &str =
        r#"{"Id":"0","MessageId":"a","MD5OfMessageBody":"f97c5d29941bfb1b2fdab0874906ab82"}"#;

    #[lambda_test::test]
    async fn parcels_are_sent() {
        let body = r#"{"Successful":[{"Id":"0","MessageId":"a","MD5OfMessageBody":"f97c5d29941bfb1b2fdab0874906ab82"},{"Id":"1","MessageId":"b","MD5OfMessageBody":"b8a9f715dbb64fd5c56e7783c6820a61"}],"Failed":[]}"#;
        let (_, outcome) = outcome(respond(move || (200, body))).await;
        assert_eq!(outcome.assert_ok().payload(), "2");
        assert!(body.contains(SENT));
    }

    #[lambda_test::test]
    async fn a_parcel_that_is_not_taken_is_named() {
        let body =
            r#"{"Successful":[],"Failed":[{"Id":"1","SenderFault":false,"Code":"InternalError"}]}"#;
        let (_, outcome) = outcome(respond(move || (200, body))).await;
        assert_eq!(outcome.assert_error("Queue.NotTaken").error_message, "1");
    }

    /// Three attempts, with virtual back-off.
    #[lambda_test::test]
    async fn a_queue_that_is_away_is_asked_three_times() {
        let body = r#"{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow down"}"#;
        let (lambda, outcome) = outcome(respond(move || (400, body))).await;
        outcome.assert_error("RequestThrottled");
        assert!(Duration::ZERO < lambda.elapsed());
    }

    /// The layer reports it while there is time, and the environment stays.
    #[lambda_test::test]
    async fn a_silent_queue_is_given_up_before_the_function_times_out() {
        let app = async |environment: Environment| {
            let config = lambda_aws::config(&environment).await?;
            let config = Builder::from(&config).http_client(NeverClient::new());
            let client = Client::from_conf(config.build());
            let handler = async move |parcel: String| {
                client.send_message().queue_url(QUEUE_URL).message_body(parcel).send().await?;
                Ok::<_, Error>(())
            };
            Ok::<_, Error>(
                Runtime::new(handler).layer(DeadlineLayer::new(Duration::from_millis(200))),
            )
        };
        let lambda = Lambda::new();
        let function = lambda.function("parcels", app).create();
        function.invoke("one").await.assert_error("Function.SoftTimeout");
        assert_eq!(lambda.elapsed(), Duration::from_millis(2800));
    }
}
