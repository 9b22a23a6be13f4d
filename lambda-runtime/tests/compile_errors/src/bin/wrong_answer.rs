//! `ApiGatewayHttpResponse` is no answer to `SqsEvent`

use lambda_events::{Router, api_gateway::ApiGatewayHttpResponse, sqs::SqsEvent};
use lambda_runtime::Error;

async fn handler(_: SqsEvent) -> Result<ApiGatewayHttpResponse, Error> {
    Ok(ApiGatewayHttpResponse::default())
}

fn main() {
    let _ = Router::new().on(handler);
}
