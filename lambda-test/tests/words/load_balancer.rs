use http::Request;
use lambda_events::alb::{AlbRequest, AlbResponse};
use lambda_runtime::{Error, Runtime};
use lambda_test::Lambda;

/// A load balancer (ELB) has a function as its target: headers and query stay as the client sent them.
#[lambda_test::test]
async fn load_balancer() {
    let lambda = Lambda::new();
    let search = Runtime::new(async |request: AlbRequest| {
        let query = request.query_string_parameters.get("q").unwrap_or_default().to_owned();
        Ok::<_, Error>(AlbResponse { status_code: 200, body: Some(query), ..Default::default() })
    });
    let function = lambda.function("search", search).create();

    let request = Request::get("/search?q=a%20lamp").body(String::new())?;
    let response = function.load_balancer().send(request).await;

    assert_eq!(response.status(), 200);
    // Not decoded: that is what a load balancer sends.
    assert_eq!(response.into_body().text().await?, "a%20lamp");
}
