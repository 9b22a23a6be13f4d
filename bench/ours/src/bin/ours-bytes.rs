//! The body of the event, echoed unparsed.

use lambda_runtime::{Error, RawEvent, Response};

async fn handler(event: RawEvent) -> Result<Response, Error> {
    bench_support::tick();
    Ok(Response::json(event.0))
}

fn main() -> std::process::ExitCode {
    ours::serve(handler)
}
