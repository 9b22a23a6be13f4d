//! Filter expressions, by the examples of AWS's page and beyond them.

use lambda_test::FilterExpression;
use serde_json::json;

use super::{shop, traces};

#[lambda_test::test]
async fn keywords_select_traces() {
    let traces = traces(&shop());
    let check = |expression: &str, expected: bool| {
        let found = traces.filter(expression).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(!found.is_empty(), expected, "{expression}");
    };
    for (expression, expected) in [
        // True or false.
        ("fault", true),
        ("ok", false),
        ("!ok", true),
        ("ok = false", true),
        ("fault != false", true),
        ("error OR throttle", false),
        ("partial", false),
        // Numbers.
        ("responsetime > 5", true),
        ("duration >= 5 AND duration <= 8", true),
        ("duration<3", false),
        ("http.status != 200", true),
        ("http.status = 502", true),
        // Without an operator between them.
        ("!ok !partial duration <8", true),
        ("ok !partial duration <8", false),
        // Text.
        (r#"http.url CONTAINS "/v2/""#, true),
        (r#"http.url BEGINSWITH "http://""#, false),
        (r#"http.url endswith "orders""#, true),
        (r#"http.method = "POST" and http.useragent contains "curl""#, true),
        (r#"http.clientip = "192.0.2.7""#, true),
        (r#"user = "ada""#, true),
        (r#"user CONTAINS """#, true),
        (r#"user != "ada""#, false),
        (r#"availabilityzone CONTAINS """#, false),
        (r#"resource.arn ENDSWITH ":orders""#, true),
        (r#"message BEGINSWITH "Access""#, true),
        // Annotations, by their type.
        (r#"annotation.account = "12345""#, true),
        (r#"annotation[account] = "12345""#, true),
        (r#"annotation["account"] CONTAINS "23""#, true),
        ("annotation.items = 3", true),
        ("annotation[items] > 3", false),
        ("annotation[items] >= 2 AND annotation[items] <= 4", true),
        (r#"annotation.items = "3""#, false),
        ("annotation.express = true", true),
        ("annotation[express] != true", false),
        ("annotation.express", true),
        ("annotation.nothing", false),
        // Services and calls.
        (r#"service("orders")"#, true),
        (r#"!service("orders")"#, false),
        (r#"service("api.example.com")"#, false),
        (
            r#"service("orders") { fault = true OR responsetime > 60 } AND annotation.account = "12345""#,
            true,
        ),
        (r#"service("orders") { responsetime > 60 }"#, false),
        ("service() { error }", false),
        ("service() { fault }", true),
        (r#"service(id(type: "AWS::Lambda::Function"))"#, true),
        (
            r#"service(id(name: "orders", type: "AWS::Lambda::Function", account.id: "123456789012")) { fault }"#,
            true,
        ),
        (r#"service(id(account.id: "210987654321"))"#, false),
        (r#"service(id(type: "AWS::DynamoDB::Table")) { inferred }"#, true),
        (r#"service("shop.example.com") {root = true and fault = true}"#, true),
        (r#"service("orders") {root}"#, false),
        (r#"service("orders") { annotation.items = 3 }"#, true),
        (r#"service("pay") { annotation.items = 3 }"#, false),
        (r#"service("pay") { message = "Access Denied for 7" }"#, true),
        (r#"edge("orders", "pay") { fault = true }"#, true),
        (r#"edge("orders", "stock") { ok }"#, true),
        (r#"edge("shop.example.com", "pay")"#, false),
        (r#"edge(id(type: "AWS::ApiGateway::Stage"), id(type: "AWS::Lambda::Function"))"#, true),
        // Root causes.
        (r#"rootcause.fault.service { last and name = pay }"#, true),
        (r#"rootcause.fault.service { first and name = "pay" }"#, false),
        (r#"rootcause.fault.service { index = 1 and type = "AWS::Lambda::Function" }"#, true),
        (r#"rootcause.fault.service { index > 5 }"#, false),
        (r#"rootcause.fault.entity { name = "pay.example.com" and remote }"#, true),
        (r#"rootcause.fault.exception { last and message = "Access Denied for 7" }"#, true),
        ("rootcause.error.service", false),
        ("rootcause.responsetime.entity { coverage > 0.8 }", true),
        (r#"rootcause.responsetime.entity { coverage < 0.6 and name = "pay" }"#, true),
        (
            r##"rootcause.json = #[{"Services": [
                {"Name": "shop.example.com", "EntityPath": [{"Name": "shop.example.com"}]},
                {"Name": "orders", "EntityPath": [{"Name": "orders"}, {"Name": "pay.example.com"}]},
                {"Name": "pay", "EntityPath": [{"Name": "pay"}]}]}]"##,
            true,
        ),
        (r##"rootcause.json = #[{"Services": [{"Name": "pay"}]}]"##, false),
        // `AND` is done before `OR`.
        ("ok OR fault AND error", false),
        ("(ok OR fault) AND !error", true),
        ("!(ok OR error)", true),
    ] {
        check(expression, expected);
    }
}

#[lambda_test::test]
async fn a_group_selects_what_its_expression_does() {
    let traces = traces(&shop());
    traces.group("slow", "responsetime > 5").expect("a filter expression");
    let arn = "arn:aws:xray:us-east-1:123456789012:group/slow/ABC";
    for (expression, expected) in [
        (r#"group.name = "slow""#.to_owned(), 1),
        (r#"group.name != "slow""#.to_owned(), 0),
        (format!("group.arn = \"{arn}\" AND fault"), 1),
    ] {
        assert_eq!(traces.filter(&expression).map(|it| it.len()), Ok(expected), "{expression}");
    }
    let error = traces.filter(r#"group.name = "fast""#).expect_err("there is none");
    assert!(error.to_string().contains("there is no group `fast`"), "{error}");
    traces.group("again", r#"group.name = "slow""#).expect_err("a group within a group");
}

#[test]
fn what_is_not_a_filter_expression_is_refused_with_its_place() {
    let deep = "!".repeat(40) + "ok";
    let long = "ok ".repeat(700);
    for (expression, expected) in [
        ("", "at 0: it ends: expected a keyword"),
        ("responsetime", "at 12: it ends: expected `=`, `!=`, `<`, `<=`, `>` or `>=`"),
        ("responsetime > five", "at 15: `five`: expected a number"),
        ("http.url > 7", "at 9: `>`: expected `=`, `!=`, `CONTAINS`, `BEGINSWITH` or `ENDSWITH`"),
        ("http.url = 7", "at 11: `7`: expected text in quotes"),
        ("fault = 7", "at 8: `7`: expected `true` or `false`"),
        ("nothing", "at 0: `nothing`: expected a keyword"),
        ("ok AND", "at 6: it ends: expected a keyword"),
        ("(ok", "at 3: it ends: expected `)`"),
        ("ok)", "at 2: `)`: expected an operator or the end"),
        (r#"service("a"#, "at 8: `\"`: expected a second quote"),
        (r#"service("a") { }"#, "at 15: `}`: expected a keyword"),
        (r#"edge("a")"#, "at 8: `)`: expected `,` and the service that is called"),
        ("service(id(host: a))", "at 11: `host`: expected `name`, `type` or `account.id`"),
        ("annotation = 7", "at 11: `=`: expected `[` and a key"),
        ("annotation[a > 7", "at 13: `>`: expected `]`"),
        ("rootcause.json = 7", "at 17: `7`: expected `#` and JSON"),
        ("rootcause.json = #[", "at 17: `#`: expected JSON behind it"),
        ("group.name CONTAINS \"a\"", "at 11: `CONTAINS`: expected `=` or `!=`"),
        ("ok ; fault", "at 3: `;`: expected a keyword, a value or an operator"),
        (&deep, "at 33: `!`: expected at most 32 levels"),
        (&long, "at 0: 2100 characters: expected at most 2,000 characters"),
    ] {
        let error = expression.parse::<FilterExpression>().expect_err(expression);
        assert_eq!(error.to_string(), format!("the filter expression is wrong {expected}"));
    }
}

/// Documents come from anywhere.
#[lambda_test::test]
async fn documents_in_a_circle_are_asked_like_others() {
    let segment = |id: u64, parent: u64| {
        json!({"id": format!("{id:016x}"), "parent_id": format!("{parent:016x}"), "name": format!("n{id}"),
               "start_time": 1.0, "end_time": 2.0})
    };
    let circle = traces(&[segment(1, 2), segment(2, 1), segment(3, 3)]);
    assert_eq!(
        circle.filter(r#"service("n1") service("n2") service("n3")"#).map(|it| it.len()),
        Ok(1)
    );
    // A chain of ten thousand is not a matter of the stack.
    let chain: Vec<_> = (1..10_000).map(|id| segment(id, id - 1)).collect();
    assert_eq!(
        traces(&chain).filter("ok AND rootcause.responsetime.service").map(|it| it.len()),
        Ok(1)
    );
}
