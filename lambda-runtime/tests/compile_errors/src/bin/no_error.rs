//! `Whatever` is no error that can be reported
struct Whatever;

async fn handler(event: u32) -> Result<u32, Whatever> {
    Ok(event)
}

fn main() -> std::process::ExitCode {
    lambda_runtime::start(handler)
}
