//! `Whatever` cannot be the answer to an invocation
struct Whatever;

async fn handler(_: u32) -> Result<Whatever, lambda_runtime::Error> {
    Ok(Whatever)
}

fn main() -> std::process::ExitCode {
    lambda_runtime::start(handler)
}
