//! where `Event` is `serde::Deserialize` or `lambda_runtime::RawEvent`
struct Whatever;

async fn handler(_: Whatever) -> Result<u32, lambda_runtime::Error> {
    Ok(7)
}

fn main() -> std::process::ExitCode {
    lambda_runtime::start(handler)
}
