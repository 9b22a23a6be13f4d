//! Real events of each front end, as requests.

use std::{fmt::Write as _, fs, path::Path};

use expect_test::expect_file;
use lambda_http::{Request, RequestExt, handler};
use lambda_test::Lambda;

const FRONT_ENDS: [&str; 7] = [
    "alb",
    "apigw-http-v2",
    "apigw-rest",
    "apigw-websocket",
    "function-url",
    "vpc-lattice",
    "vpc-lattice-v2",
];

async fn line(request: Request) -> String {
    let event = request.lambda_event().expect("it is on Lambda");
    let (headers, body) = (request.headers().len(), request.body().len());
    let mut cookies = request.headers().get_all("cookie").iter();
    let cookie = cookies.next().map_or("-", |cookie| cookie.to_str().unwrap_or("?"));
    format!(
        "{:?} {} {} | {headers} headers, cookie {cookie}, {body} bytes from {:?}",
        event.front_end(),
        request.method(),
        request.uri(),
        event.client_ip()
    )
}

#[lambda_test::test]
async fn each_real_event_is_a_request() {
    let function = Lambda::new().function("api", handler(line)).create();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lambda-events/fixtures");
    let mut lines = String::new();
    for front_end in FRONT_ENDS {
        let mut files: Vec<_> = fs::read_dir(fixtures.join(front_end))
            .expect("fixtures")
            .map(|entry| entry.expect("a file").path())
            .collect();
        files.sort();
        for file in files {
            let name = file.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            if name.starts_with("response-") || !name.ends_with(".json") {
                continue;
            }
            let event = fs::read(&file).expect("a fixture");
            let outcome = function.invoke_raw(event).await;
            let seen = match outcome.json::<serde_json::Value>() {
                Ok(response) => response["body"].as_str().unwrap_or("?").to_owned(),
                Err(error) => error.to_string(),
            };
            writeln!(lines, "{front_end}/{name}\n  {seen}").expect("text grows");
        }
    }
    expect_file!["fixtures.txt"].assert_eq(&lines);
}
