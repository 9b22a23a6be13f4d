//! Draws a badge behind a load balancer, whose rule sends it what is below `/badges`. Failures count in the metrics of Lambda.
//!
//! Run it here by `cargo run -p examples-http --example target` and a browser at `http://127.0.0.1:3000/badges/stable`, or as
//! Lambda does:
//!
//!     lambda-test invoke --example target --payload '{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/badges/stable","headers":{}}'

use std::process::ExitCode;

use lambda_http::{Error, HttpHandler, HttpService, Request, Response, handler, http::StatusCode};

async fn badge(request: Request) -> Result<Response<String>, Error> {
    let path = request.uri().path();
    let text = path.strip_prefix("/badges").unwrap_or(path).trim_matches('/');
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let mut response = Response::new("expected letters and digits".to_owned());
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(response);
    }
    let svg =
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg"><text y="12">{text}</text></svg>"#);
    Ok(Response::builder().header("content-type", "image/svg+xml").body(svg)?)
}

fn target() -> HttpHandler<impl HttpService<Marker> + Clone + 'static, Marker> {
    handler(badge).base_path("/badges").fail_on(500..=599)
}

/// The marker of async functions.
type Marker = fn(Request) -> Result<Response<String>, Error>;

fn main() -> ExitCode {
    lambda_http::serve(target())
}

#[cfg(test)]
mod tests {
    use lambda_test::Lambda;

    use super::*;

    #[lambda_test::test]
    async fn an_svg_is_text_and_needs_no_list_of_types() {
        let function = Lambda::new().function("badges", target()).create();
        for balancer in [function.load_balancer(), function.load_balancer().multi_value_headers()] {
            for (path, status, begins) in [
                ("/badges/stable", 200, "<svg"),
                ("/badges/a%20b", 400, "expected"),
                ("/badges", 400, "expected"),
            ] {
                let request = http::Request::get(path).body(String::new())?;
                let response = balancer.send(request).await;
                assert_eq!(response.status(), status);
                let text = response.into_body().text().await?;
                assert!(text.starts_with(begins), "{text}");
            }
        }
    }
}
