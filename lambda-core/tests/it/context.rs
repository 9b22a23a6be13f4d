//! The context of an invocation: what every header of `next` becomes, in every state it may be in.

use std::{
    future::pending,
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use expect_test::{Expect, expect};
use lambda_core::{
    ApiAddress, BoxFuture, Config, Context, Environment, Host, Sampled, Transport, Variables,
    WireError,
    wire::{Headers, ResponseHead},
};
use tokio::time::Instant;

/// Far from today, so that a wrong clock shows.
const START: u64 = 1_000_000_000_000;

/// A host whose wall clock moves with the timers of the test.
struct Virtual(Instant);

impl Host for Virtual {
    fn connect(&self, _: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        Box::pin(pending())
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(START) + self.0.elapsed()
    }

    fn log(&self, _: &str) {}

    fn random(&self) -> u64 {
        0
    }

    fn spawn(&self, _: BoxFuture<()>) {}
}

fn headers(lines: &[u8]) -> Headers {
    let head = [b"HTTP/1.1 200 OK\r\n", lines, b"\r\n"].concat();
    let parsed = ResponseHead::parse(&head).expect("a head").expect("a whole one");
    parsed.headers(Bytes::from(head))
}

fn context(lines: &[u8]) -> Result<Context, WireError> {
    let environment = Environment::new(Variables::default(), Virtual(Instant::now()));
    let config = Arc::new(Config::new(environment.variables()));
    Context::new("id".to_owned(), &headers(lines), config, &environment)
}

/// Shows what became of a header with each of these values, and without the header.
#[track_caller]
fn check<T: std::fmt::Debug>(
    name: &str,
    values: &[&[u8]],
    read: impl Fn(&Context) -> T,
    shown: Expect,
) {
    let show = |case: String, lines: Vec<u8>| match context(&lines) {
        Ok(context) => format!("{case} -> {:?}\n", read(&context)),
        Err(error) => format!("{case} -> {error}\n"),
    };
    let line = |value: &[u8]| [name.as_bytes(), b": ", value, b"\r\n"].concat();
    let mut all = show("missing".to_owned(), Vec::new());
    for value in values {
        all += &show(format!("`{}`", value.escape_ascii()), line(value));
    }
    let upper = [name.to_ascii_uppercase().as_bytes(), b":", values[0], b"\r\n"].concat();
    all += &show("upper case".to_owned(), upper);
    let repeated = [line(b""), line(values[0]), line(b"2")].concat();
    all += &show("empty, the first, `2`".to_owned(), repeated);
    shown.assert_eq(&all);
}

#[test]
fn the_deadline() {
    check(
        "Lambda-Runtime-Deadline-Ms",
        &[
            b"1542409706888",
            b"",
            b" \t",
            b"0",
            b"soon",
            b"-1",
            b"1.5",
            b"1542409706888 ms",
            b"\xff",
            b"18446744073709551615",
            b"18446744073709551616",
        ],
        |context| (context.deadline, context.deadline().duration_since(SystemTime::UNIX_EPOCH)),
        expect![[r#"
            missing -> (0, Ok(0ns))
            `1542409706888` -> (1542409706888, Ok(1542409706.888s))
            `` -> (0, Ok(0ns))
            ` \t` -> (0, Ok(0ns))
            `0` -> (0, Ok(0ns))
            `soon` -> (0, Ok(0ns))
            `-1` -> (0, Ok(0ns))
            `1.5` -> (0, Ok(0ns))
            `1542409706888 ms` -> (0, Ok(0ns))
            `\xff` -> (0, Ok(0ns))
            `18446744073709551615` -> (18446744073709551615, Ok(18446744073709551.615s))
            `18446744073709551616` -> (0, Ok(0ns))
            upper case -> (1542409706888, Ok(1542409706.888s))
            empty, the first, `2` -> (1542409706888, Ok(1542409706.888s))
        "#]],
    );
}

#[test]
fn the_arn() {
    check(
        "Lambda-Runtime-Invoked-Function-Arn",
        &[
            b"arn:aws:lambda:us-east-2:123456789012:function:f:prod",
            b"",
            b"test-function",
            b"arn:aws:lambda:us-east-2:123456789012:function:\xc3\xbc\xff",
        ],
        |context| {
            let arn = context.arn().map(|arn| arn.to_string()).map_err(|error| error.to_string());
            (context.invoked_function_arn.clone(), arn.is_ok())
        },
        expect![[r#"
            missing -> ("", false)
            `arn:aws:lambda:us-east-2:123456789012:function:f:prod` -> ("arn:aws:lambda:us-east-2:123456789012:function:f:prod", true)
            `` -> ("", false)
            `test-function` -> ("test-function", false)
            `arn:aws:lambda:us-east-2:123456789012:function:\xc3\xbc\xff` -> ("arn:aws:lambda:us-east-2:123456789012:function:ü�", false)
            upper case -> ("arn:aws:lambda:us-east-2:123456789012:function:f:prod", true)
            empty, the first, `2` -> ("arn:aws:lambda:us-east-2:123456789012:function:f:prod", true)
        "#]],
    );
}

#[test]
fn the_trace() {
    check(
        "Lambda-Runtime-Trace-Id",
        &[
            b"Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
            b"",
            b"garbled",
            b"Sampled=0;\xff",
        ],
        |context| {
            let sampled = context.trace().map(|trace| trace.sampled());
            (context.xray_trace_id.clone(), sampled)
        },
        expect![[r#"
            missing -> (None, None)
            `Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1` -> (Some("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"), Some(Yes))
            `` -> (None, None)
            `garbled` -> (Some("garbled"), Some(Undecided))
            `Sampled=0;\xff` -> (Some("Sampled=0;�"), Some(No))
            upper case -> (Some("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"), Some(Yes))
            empty, the first, `2` -> (Some("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"), Some(Yes))
        "#]],
    );
}

#[test]
fn the_client_context() {
    check(
        "Lambda-Runtime-Client-Context",
        &[
            br#"{"client":{"app_title":"t"},"custom":{"a":1},"env":{"locale":"de"}}"#,
            b"",
            b"null",
            b"{}",
            b"[]",
            b"7",
            b"{",
            br#"{"custom":{"a":"\xc3\xbc"}}"#,
            b"{\"custom\":{\"a\":\"\xc3\xbc\xff\"}}",
            br#"{"client":7}"#,
        ],
        |context| {
            let client_context = context.client_context.as_ref();
            client_context.map(|client_context| {
                let custom = client_context.custom.get("a").cloned();
                (client_context.client.app_title.clone(), custom)
            })
        },
        expect![[r#"
            missing -> None
            `{\"client\":{\"app_title\":\"t\"},\"custom\":{\"a\":1},\"env\":{\"locale\":\"de\"}}` -> Some(("t", Some("1")))
            `` -> None
            `null` -> None
            `{}` -> Some(("", None))
            `[]` -> header `lambda-runtime-client-context` is `2 bytes`: expected a JSON object
            `7` -> header `lambda-runtime-client-context` is `1 bytes`: expected a JSON object
            `{` -> header `lambda-runtime-client-context` is `1 bytes`: expected a JSON object
            `{\"custom\":{\"a\":\"\\xc3\\xbc\"}}` -> header `lambda-runtime-client-context` is `27 bytes`: expected a JSON object
            `{\"custom\":{\"a\":\"\xc3\xbc\xff\"}}` -> Some(("", Some("ü�")))
            `{\"client\":7}` -> Some(("", None))
            upper case -> Some(("t", Some("1")))
            empty, the first, `2` -> Some(("t", Some("1")))
        "#]],
    );
}

#[test]
fn the_cognito_identity() {
    check(
        "Lambda-Runtime-Cognito-Identity",
        &[
            br#"{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}"#,
            b"",
            b"null",
            b"{}",
            b"{]",
            br#"{"cognitoIdentityId":null,"cognitoIdentityPoolId":7}"#,
            b"i",
        ],
        |context| {
            let identity = context.identity.as_ref();
            identity
                .map(|identity| (identity.identity_id.clone(), identity.identity_pool_id.clone()))
        },
        expect![[r#"
            missing -> None
            `{\"cognitoIdentityId\":\"i\",\"cognitoIdentityPoolId\":\"p\"}` -> Some(("i", "p"))
            `` -> None
            `null` -> None
            `{}` -> Some(("", ""))
            `{]` -> header `lambda-runtime-cognito-identity` is `2 bytes`: expected a JSON object
            `{\"cognitoIdentityId\":null,\"cognitoIdentityPoolId\":7}` -> Some(("", "7"))
            `i` -> header `lambda-runtime-cognito-identity` is `1 bytes`: expected a JSON object
            upper case -> Some(("i", "p"))
            empty, the first, `2` -> Some(("i", "p"))
        "#]],
    );
}

#[test]
fn the_tenant() {
    check(
        "Lambda-Runtime-Aws-Tenant-Id",
        &[b"blue", b"", b"blue green", b"bl\xc3\xbce", b"\xff"],
        |context| context.tenant_id.clone(),
        expect![[r#"
            missing -> None
            `blue` -> Some("blue")
            `` -> None
            `blue green` -> Some("blue green")
            `bl\xc3\xbce` -> Some("blüe")
            `\xff` -> Some("�")
            upper case -> Some("blue")
            empty, the first, `2` -> Some("blue")
        "#]],
    );
}

#[tokio::test(start_paused = true)]
async fn the_remaining_time_is_that_of_the_environment() {
    let deadline = START + 3000;
    let context = context(format!("lambda-runtime-deadline-ms: {deadline}\r\n").as_bytes())
        .expect("a deadline");
    for (advance, remaining) in [(0, 3000), (1, 2999), (2998, 1), (1, 0), (1, 0), (100_000, 0)] {
        tokio::time::advance(Duration::from_millis(advance)).await;
        assert_eq!(context.remaining_time(), Duration::from_millis(remaining));
    }
    let clone = context.clone();
    assert_eq!(clone.remaining_time(), Duration::ZERO);
}

/// `Instant::now() + context.remaining_time()` panicked with an overflow.
#[tokio::test(start_paused = true)]
async fn a_remaining_time_without_a_deadline_can_be_added() {
    let most = Duration::from_secs(900);
    for value in ["", "0", "-1", "1.5e12"] {
        let line = format!("lambda-runtime-deadline-ms: {value}\r\n");
        let context = context(line.as_bytes()).expect("it fails no invocation");
        assert_eq!((context.deadline, context.remaining_time()), (0, most), "{value}");
    }
    assert_eq!(Context::default().remaining_time(), most);
    let _ = std::time::Instant::now() + Context::default().remaining_time();
    let far = format!("lambda-runtime-deadline-ms: {}\r\n", u64::MAX);
    let context = context(far.as_bytes()).expect("a deadline");
    let _ = std::time::Instant::now() + context.remaining_time();
    assert!(most < context.remaining_time());
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_is_over_leaves_no_time() {
    let context = context(b"lambda-runtime-deadline-ms: 1\r\n").expect("a deadline");
    assert_eq!(context.remaining_time(), Duration::ZERO);
}

#[test]
fn a_context_can_be_made_by_hand() {
    let mut context = Context::default();
    context.deadline = 1;
    context.xray_trace_id = Some("Sampled=0".to_owned());
    assert_eq!(context.remaining_time(), Duration::ZERO);
    assert_eq!(context.trace().map(|trace| trace.sampled()), Some(Sampled::No));
    assert!(!context.is_cold_start());
    assert!(context.clone().with_cold_start(true).is_cold_start());
    assert_eq!(context.clone().with_cold_start(true), context, "it is no part of equality");
    let json = serde_json::to_string(&context).expect("text");
    assert_eq!(serde_json::from_str::<Context>(&json).expect("the same text"), context);
}

#[test]
fn the_configuration_is_that_of_the_variables() {
    let variables = Variables::from_iter([
        ("AWS_LAMBDA_FUNCTION_NAME", "orders"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "group"),
    ]);
    expect![[r#"
        Config {
            function_name: "orders",
            memory: 128,
            version: "$LATEST",
            log_stream: "stream",
            log_group: "group",
        }
    "#]]
    .assert_debug_eq(&Config::new(&variables));
    assert_eq!(Config::new(&Variables::default()), Config::default());
    for memory in ["", "lots", "-1", "2147483648", "99999999999"] {
        let variables = Variables::from_iter([("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory)]);
        assert_eq!(Config::new(&variables).memory, 0, "{memory}");
    }
}

/// A path of this process, which has no variables of Lambda.
#[test]
fn the_configuration_of_this_process_is_that_of_its_variables() {
    let config = lambda_core::Config::from_env();
    assert_eq!(config, lambda_core::Config::new(&lambda_core::Variables::from_process()));
}

#[test]
fn a_wire_error_names_the_thing_and_a_trace_has_its_lineage() {
    let error = "x".parse::<lambda_core::FunctionArn>().expect_err("not an ARN");
    assert_eq!(error.thing(), "function ARN");
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a87bd80c:1|68fd508a:5";
    let trace: lambda_core::TraceHeader = header.parse().expect("a header");
    assert_eq!(trace.lineage(), Some("a87bd80c:1|68fd508a:5"));
}
