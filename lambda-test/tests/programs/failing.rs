//! A test that fails, run as `#[lambda_test::test]` runs it.

use std::process::ExitCode;

use lambda_runtime::{Error, Runtime};
use lambda_test::{Harness, Lambda};

/// Waits for ever while a function is invoked.
pub(crate) fn hang() -> ExitCode {
    lambda_test::run("hanging", Harness::new(), || async {
        let lambda = Lambda::new();
        let echo = Runtime::new(async |event: u64| Ok::<_, Error>(event));
        lambda.function("f", echo).create().invoke(1).await.assert_ok();
        std::future::pending::<Result<(), Error>>().await
    });
    ExitCode::SUCCESS
}

/// A function that yields again and again before it responds.
pub(crate) fn yielding() -> ExitCode {
    lambda_test::run("yielding", Harness::new(), || async {
        let lambda = Lambda::new();
        let yields = Runtime::new(async |times: u32| {
            for _ in 0..times {
                tokio::task::yield_now().await;
            }
            Ok::<_, Error>(())
        });
        lambda.function("busy", yields).create().invoke(1_000_000).await.assert_ok();
        Ok::<_, Error>(())
    });
    ExitCode::SUCCESS
}

/// Creates services with the seed of the attribute, or by the call where `SEED_BY_CALL` is set, and fails.
pub(crate) fn run() -> ExitCode {
    lambda_test::run("failing", Harness::new().seed(5), || async {
        let lambda = match std::env::var("SEED_BY_CALL") {
            Ok(seed) => Lambda::new().seed(seed.parse()?),
            Err(_) => Lambda::new(),
        };
        let echo = Runtime::new(async |event: u64| Ok::<_, Error>(event));
        lambda.function("f", echo).create().invoke(1).await.assert_ok();
        assert_eq!(1, 2);
        Ok::<_, Error>(())
    });
    ExitCode::SUCCESS
}
