//! Handlers that fail with the errors of `anyhow`, `eyre` and `miette`: none of them compiled.

use lambda_runtime::{Context, FunctionError, Handler, IntoOutcome, Invocation};

async fn error<H, M, N>(mut handler: H) -> FunctionError
where
    H: Handler<M>,
    H::Out: IntoOutcome<N>,
{
    let invocation = Invocation::new("null", Context::default());
    let outcome = handler.handle(invocation).await.and_then(H::Out::into_outcome);
    outcome.expect_err("it fails")
}

fn check(error: FunctionError, error_type: &str) {
    assert_eq!((&*error.error_type, &*error.error_message), (error_type, "reading the table"));
    assert_eq!(error.stack_trace.len(), 1, "{:?}", error.stack_trace);
}

#[tokio::test]
async fn an_error_of_anyhow() {
    use anyhow::{Context as _, Result, anyhow};
    async fn io(_: ()) -> Result<String> {
        std::fs::read_to_string("/no/such/table").context("reading the table")
    }
    check(error(io).await, "io::Error");
    async fn text(_: ()) -> Result<()> {
        Err(anyhow!("no table").context("reading the table"))
    }
    check(error(text).await, "Function.Error");
    async fn own(_: ()) -> Result<()> {
        Err(anyhow!(FunctionError::new("SoldOut", "none left")).context("reading the table"))
    }
    check(error(own).await, "SoldOut");
}

#[tokio::test]
async fn an_error_of_eyre() {
    use eyre::{Result, WrapErr as _};
    async fn io(_: ()) -> Result<String> {
        std::fs::read_to_string("/no/such/table").wrap_err("reading the table")
    }
    check(error(io).await, "io::Error");
}

#[tokio::test]
async fn an_error_of_miette() {
    use miette::{IntoDiagnostic as _, Result, WrapErr as _, miette};
    #[derive(Debug)]
    struct SoldOut;
    impl std::fmt::Display for SoldOut {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("none left")
        }
    }
    impl std::error::Error for SoldOut {}
    impl miette::Diagnostic for SoldOut {}
    async fn own(_: ()) -> Result<()> {
        Err(SoldOut).wrap_err("reading the table")
    }
    check(error(own).await, "SoldOut");
    // `into_diagnostic` hides the type of what it holds.
    async fn io(_: ()) -> Result<String> {
        std::fs::read_to_string("/no/such/table").into_diagnostic().wrap_err("reading the table")
    }
    check(error(io).await, "Function.Error");
    async fn text(_: ()) -> Result<()> {
        Err(miette!("no table")).wrap_err("reading the table")
    }
    check(error(text).await, "Function.Error");
}
