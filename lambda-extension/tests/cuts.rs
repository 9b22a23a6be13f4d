//! The conversation of an extension, cut after every seventh byte in both directions while handlers run: by a reset and
//! by an orderly close. It is made anew, and the function's caller notices nothing of it.

#[path = "../../lambda-test/tests/it/cutting.rs"]
mod cutting;

use std::{cell::Cell, rc::Rc, time::Duration};

use expect_test::expect;
use lambda_extension::{
    Environment, Error, Extension, LifecycleEventKind, Registration, telemetry::Subscription,
};
use lambda_runtime::Runtime;
use lambda_test::{Lambda, Outcome};

use crate::cutting::{Cutting, Manner, table};

/// An extension whose handlers take their time.
async fn extension(environment: &Environment, starts: &Cell<u32>) -> Result<Extension, Error> {
    starts.set(starts.get() + 1);
    let subscription = Subscription::new().timeout(Duration::from_millis(25));
    let registration = Registration::new().name("x").telemetry(subscription);
    let registration = registration.events(&[LifecycleEventKind::Invoke]);
    let extension = registration.register(environment).await?;
    let extension = extension.on_telemetry(async |_| Ok::<_, Error>(()));
    Ok(extension.on_invoke(async |_| {
        tokio::time::sleep(Duration::from_millis(250)).await;
        Ok::<_, Error>(())
    }))
}

async fn function(event: u64) -> Result<u64, Error> {
    tokio::time::sleep(Duration::from_millis(50)).await;
    Ok(event)
}

fn words(outcome: &Outcome) -> String {
    match outcome.function_error() {
        Some(error) => format!("{}: {}", error.error_type, error.error_message),
        None => outcome.payload().to_string(),
    }
}

/// Two invocations, the first conversation of the extension cut.
async fn conversation(internal: bool, cutting: Cutting) -> (String, usize) {
    let lambda = Lambda::new();
    let cut = cutting.clone();
    let starts = Rc::new(Cell::new(0));
    let counted = starts.clone();
    let function = if internal {
        let app = async move |environment: Environment| {
            let extension = extension(&cut.environment(&environment), &counted).await?;
            Ok::<_, Error>((Runtime::new(function), extension))
        };
        lambda.function("f", app).create()
    } else {
        let app = async move |environment: Environment| {
            extension(&cut.environment(&environment), &counted).await
        };
        lambda.function("f", || Runtime::new(function)).extension("x", app).create()
    };
    let first = function.invoke(1).await;
    let passed = cutting.passed();
    let second = function.invoke(2).await;
    let (first, second) = (words(&first), words(&second));
    (format!("{first}, {second}; started {} times", starts.get()), passed)
}

/// It is started twice only where the response of `register` itself is lost.
async fn check(internal: bool) {
    let converse = async |cutting| conversation(internal, cutting).await;
    expect![[r#"
        ToService Reset after 0..=966: 1, 2; started 1 times
        ToService Close after 0..=966: 1, 2; started 1 times
        FromService Reset after 0..=203: 1, 2; started 2 times
        FromService Reset after 210..=693: 1, 2; started 1 times
        FromService Close after 0..=203: 1, 2; started 2 times
        FromService Close after 210..=693: 1, 2; started 1 times
    "#]]
    .assert_eq(&table(&[Manner::Reset, Manner::Close], 7, converse).await);
}

#[lambda_test::test]
async fn an_external_extension_cut_at_every_seventh_byte() {
    check(false).await;
}

#[lambda_test::test]
async fn an_internal_extension_cut_at_every_seventh_byte() {
    check(true).await;
}
