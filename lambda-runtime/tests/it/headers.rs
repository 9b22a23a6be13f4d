//! Every header of `next`, missing, empty, garbled, and not ASCII.

use expect_test::expect;
use lambda_runtime::{Context, Error};
use serde_json::{Map, Value};

use crate::script::{converse, event, status};

const HEADERS: [(&str, &str); 9] = [
    ("Lambda-Runtime-Aws-Request-Id", "id-1"),
    ("Lambda-Runtime-Deadline-Ms", "3000"),
    ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:1:function:f"),
    ("Lambda-Runtime-Trace-Id", "Root=1"),
    ("Lambda-Runtime-Client-Context", r#"{"custom":{"a":1}}"#),
    ("Lambda-Runtime-Cognito-Identity", r#"{"cognitoIdentityId":"i"}"#),
    ("Lambda-Runtime-Aws-Tenant-Id", "blue"),
    ("Lambda-Runtime-Invocation-Id", "nonce"),
    ("Content-Type", "application/json"),
];

async fn handler(_: Value, context: Context) -> Result<Context, Error> {
    Ok(context)
}

/// What the loop does with an invocation whose headers are ordinary but for one: the fields of the
/// context that it changes, or the error.
async fn with(changed: &str, value: Option<&str>) -> String {
    let mut lines = String::new();
    for (name, ordinary) in HEADERS {
        let value = if name == changed { value } else { Some(ordinary) };
        if let Some(value) = value {
            lines.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    let seen = converse(handler, vec![vec![event(&lines, "null"), status(202)]]).await;
    let called = seen.lines().find(|line| line.starts_with("1 POST") || line.starts_with("failed"));
    let called = called.unwrap_or("nothing was posted");
    let called = called.strip_prefix("1 POST invocation/id-1/").unwrap_or(called);
    called.to_owned()
}

fn context(answer: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(answer.strip_prefix("response")?).ok()
}

#[tokio::test(start_paused = true)]
async fn every_header_missing_empty_garbled_and_not_ascii() {
    let ordinary = context(&with("", None).await).expect("an ordinary invocation is answered");
    let cases = [
        ("missing", None),
        ("empty", Some("")),
        ("garbled", Some("{\u{1}")),
        ("not ASCII", Some("ü/ß")),
    ];
    let mut table = String::new();
    for (changed, _) in HEADERS {
        for (how, value) in cases {
            let answer = with(changed, value).await;
            let told = match context(&answer) {
                None => answer,
                Some(context) => context
                    .iter()
                    .filter(|(field, value)| ordinary[*field] != **value)
                    .map(|(field, value)| format!("{field} = {value}"))
                    .collect(),
            };
            table.push_str(&format!("{changed} {how}: {told}\n"));
        }
    }
    expect![[r#"
        Lambda-Runtime-Aws-Request-Id missing: failed: next handed out what cannot be answered: request id is ``: expected 1 to 256 letters, digits and `-`, `_`, `.`, `~`
        Lambda-Runtime-Aws-Request-Id empty: failed: next handed out what cannot be answered: request id is ``: expected 1 to 256 letters, digits and `-`, `_`, `.`, `~`
        Lambda-Runtime-Aws-Request-Id garbled: failed: next handed out what cannot be answered: request id is `{\u{1}`: expected 1 to 256 letters, digits and `-`, `_`, `.`, `~`
        Lambda-Runtime-Aws-Request-Id not ASCII: failed: next handed out what cannot be answered: request id is `ü/ß`: expected 1 to 256 letters, digits and `-`, `_`, `.`, `~`
        Lambda-Runtime-Deadline-Ms missing: deadline = 0
        Lambda-Runtime-Deadline-Ms empty: deadline = 0
        Lambda-Runtime-Deadline-Ms garbled: deadline = 0
        Lambda-Runtime-Deadline-Ms not ASCII: deadline = 0
        Lambda-Runtime-Invoked-Function-Arn missing: invoked_function_arn = ""
        Lambda-Runtime-Invoked-Function-Arn empty: invoked_function_arn = ""
        Lambda-Runtime-Invoked-Function-Arn garbled: invoked_function_arn = "{\u0001"
        Lambda-Runtime-Invoked-Function-Arn not ASCII: invoked_function_arn = "ü/ß"
        Lambda-Runtime-Trace-Id missing: xray_trace_id = null
        Lambda-Runtime-Trace-Id empty: xray_trace_id = null
        Lambda-Runtime-Trace-Id garbled: xray_trace_id = "{\u0001"
        Lambda-Runtime-Trace-Id not ASCII: xray_trace_id = "ü/ß"
        Lambda-Runtime-Client-Context missing: client_context = null
        Lambda-Runtime-Client-Context empty: client_context = null
        Lambda-Runtime-Client-Context garbled: error Runtime.LambdaContextUnmarshalError {"errorType":"Runtime.LambdaContextUnmarshalError","errorMessage":"header `lambda-runtime-client-context` is `2 bytes`: expected a JSON object","stackTrace":[]}
        Lambda-Runtime-Client-Context not ASCII: error Runtime.LambdaContextUnmarshalError {"errorType":"Runtime.LambdaContextUnmarshalError","errorMessage":"header `lambda-runtime-client-context` is `5 bytes`: expected a JSON object","stackTrace":[]}
        Lambda-Runtime-Cognito-Identity missing: identity = null
        Lambda-Runtime-Cognito-Identity empty: identity = null
        Lambda-Runtime-Cognito-Identity garbled: error Runtime.LambdaContextUnmarshalError {"errorType":"Runtime.LambdaContextUnmarshalError","errorMessage":"header `lambda-runtime-cognito-identity` is `2 bytes`: expected a JSON object","stackTrace":[]}
        Lambda-Runtime-Cognito-Identity not ASCII: error Runtime.LambdaContextUnmarshalError {"errorType":"Runtime.LambdaContextUnmarshalError","errorMessage":"header `lambda-runtime-cognito-identity` is `5 bytes`: expected a JSON object","stackTrace":[]}
        Lambda-Runtime-Aws-Tenant-Id missing: tenant_id = null
        Lambda-Runtime-Aws-Tenant-Id empty: tenant_id = null
        Lambda-Runtime-Aws-Tenant-Id garbled: tenant_id = "{\u0001"
        Lambda-Runtime-Aws-Tenant-Id not ASCII: tenant_id = "ü/ß"
        Lambda-Runtime-Invocation-Id missing: 
        Lambda-Runtime-Invocation-Id empty: 
        Lambda-Runtime-Invocation-Id garbled: 
        Lambda-Runtime-Invocation-Id not ASCII: 
        Content-Type missing: 
        Content-Type empty: 
        Content-Type garbled: 
        Content-Type not ASCII: 
    "#]].assert_eq(&table);
}
