//! a handler returns a `Result`, and this one returns `u32`
async fn handler(event: u32) -> u32 {
    event
}

fn main() -> std::process::ExitCode {
    lambda_runtime::start(handler)
}
