//! Summaries and the service map, as the API of X-Ray returns them.

use serde_json::json;

use super::{shop, traces};

#[lambda_test::test]
async fn a_summary_is_that_of_the_api() {
    let traces = traces(&shop());
    let summary = serde_json::to_value(traces.all()[0].summary()).expect("JSON");
    let service = |name: &str, kind: Option<&str>| {
        let mut service = json!({"Name": name, "Names": [name], "AccountId": "123456789012"});
        if let Some(kind) = kind {
            service["Type"] = json!(kind);
        }
        service
    };
    let orders = service("orders", Some("AWS::Lambda::Function"));
    let shop = service("shop.example.com", Some("AWS::ApiGateway::Stage"));
    for (pointer, expected) in [
        ("/Id", json!(super::ROOT)),
        ("/Duration", json!(6.0)),
        ("/ResponseTime", json!(6.0)),
        ("/HasFault", json!(true)),
        ("/HasError", json!(false)),
        ("/HasThrottle", json!(false)),
        ("/IsPartial", json!(false)),
        (
            "/Http",
            json!({"HttpURL": "https://shop.example.com/v2/orders", "HttpStatus": 502, "HttpMethod": "POST",
                   "UserAgent": "curl/8", "ClientIp": "192.0.2.7"}),
        ),
        (
            "/Annotations/items",
            json!([{"AnnotationValue": {"NumberValue": 3.0}, "ServiceIds": [orders]}]),
        ),
        ("/Annotations/express/0/AnnotationValue", json!({"BooleanValue": true})),
        ("/Annotations/account/0/AnnotationValue", json!({"StringValue": "12345"})),
        ("/Users", json!([{"UserName": "ada", "ServiceIds": [shop]}])),
        ("/EntryPoint", shop.clone()),
        (
            "/ServiceIds",
            json!([
                orders,
                service("pay", None),
                shop,
                service("stock", Some("AWS::DynamoDB::Table"))
            ]),
        ),
        (
            "/ResourceARNs",
            json!([{"ARN": "arn:aws:lambda:us-east-1:123456789012:function:orders"}]),
        ),
        ("/FaultRootCauses/0/ClientImpacting", json!(true)),
        ("/FaultRootCauses/0/Services/2/EntityPath/0/Exceptions/0/Name", json!("Declined")),
        ("/ErrorRootCauses", json!([])),
        ("/ResponseTimeRootCauses/0/Services/2/EntityPath/0/Coverage", json!(0.5)),
    ] {
        assert_eq!(summary.pointer(pointer), Some(&expected), "{pointer}");
    }
}

#[lambda_test::test]
async fn the_map_has_services_calls_and_how_they_went() {
    let map = traces(&shop()).service_map();
    let names: Vec<(&str, &str)> = map
        .services
        .iter()
        .map(|it| (it.name.as_str(), it.kind.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        names,
        [
            ("shop.example.com", "client"),
            ("shop.example.com", "AWS::ApiGateway::Stage"),
            ("orders", "AWS::Lambda::Function"),
            ("stock", "AWS::DynamoDB::Table"),
            ("pay", ""),
        ]
    );
    let edges: Vec<Vec<usize>> = map
        .services
        .iter()
        .map(|it| it.edges.iter().map(|edge| edge.reference_id).collect())
        .collect();
    assert_eq!(edges, [vec![1], vec![2], vec![3, 4], vec![], vec![]]);
    let pay = map.service("pay", None).expect("it was called");
    assert_eq!(
        serde_json::to_value(&pay.summary_statistics).expect("JSON"),
        json!({
            "OkCount": 0, "ErrorStatistics": {"ThrottleCount": 0, "OtherCount": 0, "TotalCount": 0},
            "FaultStatistics": {"OtherCount": 1, "TotalCount": 1}, "TotalCount": 1, "TotalResponseTime": 3.0,
        })
    );
    assert_eq!(pay.response_time_histogram[0].value.to_string(), "3");
    assert!(map.service("shop.example.com", Some("AWS::ApiGateway::Stage")).expect("it is").root);
}
