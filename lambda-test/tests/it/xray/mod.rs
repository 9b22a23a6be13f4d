//! What X-Ray makes of segments: filter expressions, summaries, the service map and pictures.

mod filters;
mod maps;
mod peers;
mod pictures;
mod senders;
mod structures;
mod ways;

use lambda_test::{Lambda, Traces};
use serde_json::{Value, json};

const ROOT: &str = "1-5759e988-bd862e3fe1be46a994272793";

/// Traces with these documents, each with the trace's id unless it has one.
fn traces(documents: &[Value]) -> Traces {
    let traces = Lambda::new().traces();
    let whole = |document: &Value| {
        let mut document = document.clone();
        if document.get("trace_id").is_none() {
            document["trace_id"] = json!(ROOT);
        }
        document.to_string()
    };
    assert_eq!(traces.put(documents.iter().map(whole)), []);
    traces
}

/// An API whose function calls a table and a service that sends a segment, and fails.
fn shop() -> Vec<Value> {
    vec![
        json!({
            "id": "0000000000000001", "name": "shop.example.com", "origin": "AWS::ApiGateway::Stage", "start_time": 100.0,
            "end_time": 106.0, "fault": true, "user": "ada",
            "http": {"request": {"url": "https://shop.example.com/v2/orders", "method": "POST", "user_agent": "curl/8",
                                 "client_ip": "192.0.2.7"},
                     "response": {"status": 502}},
        }),
        json!({
            "id": "0000000000000002", "parent_id": "0000000000000001", "name": "orders", "origin": "AWS::Lambda::Function",
            "start_time": 100.5, "end_time": 105.5, "fault": true,
            "aws": {"account_id": "123456789012"},
            "resource_arn": "arn:aws:lambda:us-east-1:123456789012:function:orders",
            "annotations": {"account": "12345", "items": 3, "express": true},
            "subsegments": [
                {"id": "0000000000000003", "name": "DynamoDB", "namespace": "aws", "start_time": 101.0, "end_time": 101.5,
                 "aws": {"table_name": "stock", "operation": "GetItem"}},
                {"id": "0000000000000004", "name": "pay.example.com", "namespace": "remote", "start_time": 101.5,
                 "end_time": 105.0, "fault": true},
            ],
        }),
        json!({
            "id": "0000000000000005", "parent_id": "0000000000000004", "name": "pay", "start_time": 102.0,
            "end_time": 105.0, "fault": true,
            "cause": {"exceptions": [{"id": "0000000000000006", "type": "Declined", "message": "Access Denied for 7"}]},
        }),
    ]
}
