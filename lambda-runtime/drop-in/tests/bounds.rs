//! Code that is generic over handlers compiles with the bounds of `lambda_runtime::run`, as frameworks are
//! written: no type needs to live for ever.

use std::fmt::Debug;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, Service, service_fn};
use serde::{Serialize, de::DeserializeOwned};

/// As `lambda_http::run` has it.
fn run<'a, A, R, S, E>(handler: S) -> impl Future<Output = Result<(), Error>>
where
    A: DeserializeOwned,
    S: Service<LambdaEvent<A>, Response = R, Error = E> + Send,
    S::Future: Send + 'a,
    R: Serialize,
    E: Debug + Into<Diagnostic>,
{
    lambda_runtime::run(handler)
}

/// An error that borrows.
#[derive(Debug)]
struct Refused<'a>(&'a str);

impl From<Refused<'_>> for Diagnostic {
    fn from(error: Refused<'_>) -> Self {
        Self { error_type: "Refused".to_owned(), error_message: error.0.to_owned() }
    }
}

async fn names(word: &str) -> Result<(), Error> {
    run(service_fn(async |event: LambdaEvent<String>| match event.payload.as_str() {
        "fail" => Err(Refused(word)),
        _ => Ok(event.payload),
    }))
    .await
}

#[tokio::test]
async fn a_handler_and_its_error_may_borrow() {
    let word = String::from("on demand");
    let error = names(&word).await.expect_err("this is not Lambda");
    assert!(error.to_string().contains("AWS_LAMBDA_RUNTIME_API is not set"), "{error}");
}

/// As the example of that crate for OpenTelemetry has it.
#[tokio::test]
async fn a_runtime_with_layers_may_borrow() {
    use lambda_runtime::{Runtime, layers::OpenTelemetryLayer};
    let (word, flushed) = (String::from("on demand"), std::cell::Cell::new(0));
    let handler = service_fn(async |event: LambdaEvent<String>| {
        Ok::<_, Error>(format!("{word} {}", event.payload))
    });
    let layer = OpenTelemetryLayer::new(|| flushed.set(flushed.get() + 1));
    let error = Runtime::new(handler).layer(layer).run().await.expect_err("this is not Lambda");
    assert!(error.to_string().contains("AWS_LAMBDA_RUNTIME_API is not set"), "{error}");
}

/// The conversions of that crate, by which services of other crates are handlers.
#[test]
fn errors_of_services_become_diagnostics() {
    fn is_error<E: Into<Diagnostic>>() {}
    is_error::<std::io::Error>();
    is_error::<std::convert::Infallible>();
    is_error::<Error>();
    is_error::<Box<dyn std::error::Error>>();
    is_error::<String>();
    is_error::<&'static str>();
    let diagnostic = Diagnostic::from(std::io::Error::from(std::io::ErrorKind::NotFound));
    assert_eq!(
        (&*diagnostic.error_type, &*diagnostic.error_message),
        ("io::Error", "entity not found")
    );
}
