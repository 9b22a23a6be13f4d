//! Counts down in server-sent events, behind a function URL with the invoke mode `RESPONSE_STREAM`.
//!
//! Run it here by `cargo run -p examples-http --example ticker` and `curl -N http://127.0.0.1:3000/3`, or as Lambda does:
//!
//!     lambda-test invoke --example ticker --stream --timeout 10 --payload '{"version":"2.0","rawPath":"/2","requestContext":{"http":{"method":"GET"},"domainName":"id.lambda-url.us-east-1.on.aws"}}'

use std::{process::ExitCode, time::Duration};

use futures_util::{Stream, stream};
use lambda_http::{Error, IntoResponse, Request, SseEvent, sse};

fn ticks(from: u32) -> impl Stream<Item = Result<SseEvent, Error>> {
    stream::unfold(Some(from), async |left| {
        let left = left?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let event = SseEvent::new(left.to_string()).event("tick").id(&left.to_string());
        Some((Ok(event), left.checked_sub(1)))
    })
}

async fn ticker(request: Request) -> Result<impl IntoResponse, Error> {
    let from = request.uri().path().trim_start_matches('/').parse()?;
    Ok(sse(ticks(from)).heartbeat(Duration::from_secs(15)))
}

fn main() -> ExitCode {
    lambda_http::serve(lambda_http::handler(ticker).response_stream())
}

#[cfg(test)]
mod tests {
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn it_counts_down() {
        let lambda = Lambda::new();
        let handler = lambda_http::handler(ticker).response_stream();
        let function = lambda.function("ticker", handler).timeout(Duration::from_secs(10)).create();
        let request = http::Request::get("/2").body(String::new())?;

        let response = function.url().response_stream().send(request).await;

        // The head is there before the first tick.
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(lambda.elapsed(), Duration::ZERO);
        let text = response.into_body().text().await?;
        assert_eq!(text.matches("event: tick\n").count(), 3);
        assert!(text.ends_with("event: tick\nid: 0\ndata: 0\n\n"), "{text}");
        assert_eq!(lambda.elapsed(), Duration::from_secs(3));
    }
}
