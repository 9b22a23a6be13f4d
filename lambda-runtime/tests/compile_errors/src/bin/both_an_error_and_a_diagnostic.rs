//! wrap the handler in `service_fn`
use lambda_runtime::Diagnostic;

#[derive(Debug)]
struct SoldOut;

impl std::fmt::Display for SoldOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sold out")
    }
}

impl std::error::Error for SoldOut {}

impl From<SoldOut> for Diagnostic {
    fn from(_: SoldOut) -> Self {
        Self { error_type: "SoldOut".to_owned(), error_message: "sold out".to_owned() }
    }
}

async fn handler(event: u32) -> Result<u32, SoldOut> {
    Ok(event)
}

fn main() -> std::process::ExitCode {
    lambda_runtime::start(handler)
}
