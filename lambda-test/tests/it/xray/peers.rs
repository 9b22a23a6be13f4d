//! Other implementations, which `lambda-test/tests/xray/run` installs: moto's API of X-Ray, and an SDK of OpenTelemetry.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use lambda_runtime::{Context, Error, Runtime};
use lambda_test::{Lambda, Segment};
use serde_json::{Value, json};

/// A program of Python, with its arguments and what it reads. Returns what it writes.
fn python(script: &str, arguments: &[&str], input: &str) -> Vec<u8> {
    let python = std::env::var("XRAY_PEERS").expect("lambda-test/tests/xray/run sets XRAY_PEERS");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/xray").join(script);
    let mut command = Command::new(python);
    command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("Python is installed");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", output.status);
    output.stdout
}

/// Functions that succeed, fail, are throttled and call each other, in both structures.
async fn documents() -> Vec<Segment> {
    let mut documents = super::traces(&super::shop()).all()[0].segments.clone();
    for lambda in [Lambda::new(), Lambda::new().newer_segments()] {
        let lambda = lambda.seed(documents.len() as u64).sample_every_trace();
        let pay =
            Runtime::new(
                async |cents: u64| {
                    if cents == 0 { Err(Error::from("nothing to pay")) } else { Ok(cents) }
                },
            );
        let pay = lambda.function("pay", pay).active_tracing().create();
        let service = lambda.clone();
        let order = move || {
            let lambda = service.clone();
            Runtime::new(async move |cents: u64, context: Context| {
                let header = context.xray_trace_id.clone().unwrap_or_default();
                lambda.invoke("pay", cents).trace(header).await;
                Ok::<_, Error>(())
            })
        };
        let order = lambda.function("order", order).active_tracing().create();
        order
            .rest_api()
            .active_tracing()
            .send(http::Request::post("/").body("7".to_owned()).expect("a request"))
            .await;
        order.invoke(7).await;
        order.invoke(0).await;
        pay.invoke(0).event().await;
        pay.fail_next(1, lambda_test::Fault::Throttle);
        pay.invoke(7).await;
        lambda.until_idle().await;
        documents.extend(lambda.traces().all().into_iter().flat_map(|trace| trace.segments));
    }
    documents
}

#[lambda_test::test]
#[ignore = "needs moto: lambda-test/tests/xray/run"]
async fn documents_come_back_from_motos_xray() {
    let documents = documents().await;
    let sent: Vec<Value> = documents.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    let output = python("put_segments.py", &[], &serde_json::to_string(&sent)?);
    let output: Value = serde_json::from_slice(&output)?;
    assert_eq!(output["unprocessed"], json!([]));
    let mut returned: Vec<Segment> = serde_json::from_value(output["documents"].clone())?;
    let mut documents = documents;
    let key = |it: &Segment| (it.trace_id.clone(), it.id.clone());
    returned.sort_by_key(key);
    documents.sort_by_key(key);
    assert_eq!(returned, documents);
    let traces: std::collections::BTreeSet<_> = documents.iter().map(|it| &it.trace_id).collect();
    assert_eq!(output["summaries"].as_array().map(Vec::len), Some(traces.len()));
    println!("{} documents of {} traces came back", documents.len(), traces.len());
}

#[lambda_test::test(external_io = "3s")]
#[ignore = "needs the SDK of OpenTelemetry: lambda-test/tests/xray/run"]
async fn spans_of_another_sdk_are_a_part_of_the_trace() {
    let traces = super::traces(&super::shop());
    let endpoint = traces.otlp_endpoint();
    let header = format!("Root={};Parent=0000000000000002;Sampled=1", super::ROOT);
    let arguments = [endpoint, header];
    let sending = tokio::task::spawn_blocking(move || {
        python("send_spans.py", &[&arguments[0], &arguments[1]], "");
    });
    sending.await?;
    assert_eq!(traces.unprocessed(), []);
    let found = traces
        .filter(r#"edge("orders", id(name: "pay.example.com", type: "remote")) { fault }"#)?;
    assert_eq!(found.len(), 1);
    let message = traces.filter(r#"message = "declined""#)?;
    assert_eq!(message.len(), 1);
}
