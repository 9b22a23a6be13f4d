use http::Request;
use lambda_events::api_gateway::{ApiGatewayHttpRequest, ApiGatewayHttpResponse};
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// API Gateway makes an event of an HTTP request, and an HTTP response of what the function returns. It waits for the function.
#[lambda_test::test]
async fn api_gateway() {
    let lambda = Lambda::new();
    let greet = Runtime::new(async |request: ApiGatewayHttpRequest| {
        let name = request.raw_path.trim_start_matches('/').to_owned();
        if name.is_empty() {
            return Err(Error::from("nobody to greet"));
        }
        Ok(ApiGatewayHttpResponse {
            status_code: 200,
            body: Some(format!("hello {name}")),
            ..Default::default()
        })
    });
    let function = lambda.function("greet", greet).create();
    let api = function.http_api();

    let request = Request::get("/ada").body(String::new())?;
    let response = api.send(request).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.into_body().text().await?, "hello ada");

    // A function that fails is the gateway's error, which states nothing of it.
    let response = api.send(Request::get("/").body(String::new())?).await;
    assert_eq!(response.status(), 502);
    assert_eq!(response.into_body().text().await?, r#"{"message":"Internal server error"}"#);
}
