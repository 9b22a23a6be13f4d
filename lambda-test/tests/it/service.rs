//! One readable test per word of the service.

use std::time::{Duration, SystemTime};

use expect_test::expect;
use lambda_runtime::{Bootstrap, CognitoIdentity, Context, Environment, Error, Runtime};
use lambda_test::Lambda;
use serde_json::{Value, json};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

async fn echo_context(_: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async |_: Value, context: Context| Ok::<_, Error>(context)))
}

/// "The same environment never gets two at once": a second invocation makes a second environment.
#[lambda_test::test]
async fn an_environment_has_one_invocation_at_a_time() {
    async fn slow(_: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async |event: Value| {
            sleep(SECOND).await;
            Ok::<_, Error>(event)
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", slow).create();
    let (first, second) =
        tokio::join!(function.invoke(1).into_future(), function.invoke(2).into_future());
    assert!(first.report().cold_start() && second.report().cold_start());
    assert_eq!((function.environments(), lambda.elapsed()), (2, SECOND));
    // "Request to a free environment if any."
    assert!(!function.invoke(3).await.report().cold_start());
    assert_eq!(function.environments(), 2);
}

#[lambda_test::test]
async fn the_context_has_what_the_caller_and_the_service_sent() {
    let lambda = Lambda::new().seed(7);
    let function = lambda.function("orders", echo_context).memory_mb(256);
    let function = function.tenant_isolation().create();
    let identity = CognitoIdentity { identity_id: "ada".to_owned(), ..Default::default() };
    let outcome = function
        .invoke(json!({}))
        .client_context(json!({"custom": {"a": 1}}))
        .cognito_identity(&identity)
        .tenant("blue")
        .trace("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
        .await;
    let context: Value = outcome.json()?;
    assert_eq!(context["request_id"], outcome.report().request_id.as_str());
    assert_eq!(context["invoked_function_arn"], function.arn().as_str());
    // The service counts how often the chain has come to the function.
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=982a753f:1";
    assert_eq!(context["xray_trace_id"], trace);
    assert_eq!(context["client_context"]["custom"]["a"], "1");
    assert_eq!(context["identity"]["identityId"], "ada");
    assert_eq!(context["tenant_id"], "blue");
    assert_eq!(context["env_config"]["function_name"], "orders");
    assert_eq!(context["env_config"]["memory"], 256);
    // 2026-01-01T00:00:03Z: the deadline of a function with 3 s.
    assert_eq!(context["deadline"], 1_767_225_603_000u64);
}

#[lambda_test::test]
async fn the_remaining_time_follows_the_virtual_clock() {
    async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async |_: Value, context: Context| {
            let before = context.remaining_time();
            sleep(SECOND).await;
            Ok::<_, Error>((before, context.remaining_time(), context.is_cold_start()))
        }))
    }
    let lambda = Lambda::new();
    lambda.advance(1000 * SECOND).await;
    let function = lambda.function("f", app).create();
    type Told = (Duration, Duration, bool);
    assert_eq!(function.invoke(0).await.json::<Told>()?, (3 * SECOND, 2 * SECOND, true));
    assert_eq!(function.invoke(0).await.json::<Told>()?, (3 * SECOND, 2 * SECOND, false));
}

#[lambda_test::test]
async fn a_function_sees_its_variables_and_the_services_clock_and_no_others() {
    async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
        let names: Vec<String> =
            environment.variables().iter().map(|(name, _)| name.to_owned()).collect();
        let now = environment.now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let table = environment.variables().get("TABLE").unwrap_or_default().to_owned();
        Ok(Runtime::new(async move |_: Value| Ok::<_, Error>((table.clone(), now, names.clone()))))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", app).env("TABLE", "orders").create();
    let (table, now, mut names): (String, u64, Vec<String>) = function.invoke(0).await.json()?;
    assert_eq!((table.as_str(), now), ("orders", 1_767_225_600));
    names.sort();
    expect![[r#"
        AWS_ACCESS_KEY_ID
        AWS_DEFAULT_REGION
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE
        AWS_LAMBDA_FUNCTION_NAME
        AWS_LAMBDA_FUNCTION_VERSION
        AWS_LAMBDA_INITIALIZATION_TYPE
        AWS_LAMBDA_LOG_GROUP_NAME
        AWS_LAMBDA_LOG_STREAM_NAME
        AWS_LAMBDA_RUNTIME_API
        AWS_REGION
        AWS_SECRET_ACCESS_KEY
        AWS_SESSION_TOKEN
        AWS_XRAY_CONTEXT_MISSING
        AWS_XRAY_DAEMON_ADDRESS
        LAMBDA_RUNTIME_DIR
        LAMBDA_TASK_ROOT
        LANG
        PATH
        TABLE
        TZ
        _AWS_XRAY_DAEMON_ADDRESS
        _AWS_XRAY_DAEMON_PORT
        _HANDLER
    "#]]
    .assert_eq(&(names.join("\n") + "\n"));
}

#[lambda_test::test]
async fn an_answer_over_six_megabytes_is_refused_and_the_environment_lives_on() {
    async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async |length: usize| {
            Ok::<_, Error>(lambda_runtime::Response::bytes(vec![b'x'; length]))
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", app).create();
    let most = 6 * 1024 * 1024 + 100;
    assert_eq!(function.invoke(most).await.assert_ok().payload().len(), most);
    let refused = function.invoke(most + 1).await;
    let error = refused.function_error().expect("it is too large");
    assert_eq!(error.error_type, "Function.ResponseSizeTooLarge");
    assert!(refused.report().status.is_none(), "the environment is kept");
    assert!(!function.invoke(1).await.report().cold_start());
}

#[lambda_test::test]
async fn what_the_function_logs_comes_with_the_outcome() {
    async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
        environment.log("init");
        Ok(Runtime::new(async move |event: Value| {
            environment.log(&format!("event {event}"));
            Ok::<_, Error>(event)
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", app).create();
    assert_eq!(function.invoke(1).await.logs(), ["init", "event 1"]);
    assert_eq!(function.invoke(2).await.logs(), ["event 2"]);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_plain_tokio_test_does_as_well() {
    let lambda = Lambda::new();
    let function = lambda.function("f", echo_context).create();
    function.invoke(1).await.assert_ok();
}

#[tokio::test(flavor = "local")]
#[should_panic(expected = "`Lambda::new` needs a paused clock")]
async fn a_running_clock_is_refused() {
    let _ = Lambda::new();
}

#[tokio::test(flavor = "local", start_paused = true)]
#[should_panic(expected = "`Lambda::in_real_time` needs a running clock")]
async fn a_paused_clock_is_refused_for_sockets() {
    let _ = Lambda::in_real_time();
}

/// "An outcome holds a range of the records, never a copy."
#[lambda_test::test]
async fn an_outcome_has_its_own_part_of_the_timeline() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", echo_context).create();
    let cold = function.invoke(json!({})).await;
    let warm = function.invoke(json!({})).await;
    let (cold, warm) = (cold.timeline().to_string(), warm.timeline().to_string());
    assert!(cold.contains("init") && !warm.contains("init"), "{cold}\n{warm}");
    let lines = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!([lines(&cold), lines(&warm)].concat(), lines(&lambda.timeline().to_string()));
}

/// What was shut down, in the middle of an invocation too, is not used again.
#[lambda_test::test]
async fn a_shut_down_takes_every_environment_away() {
    async fn slow(_: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async |event: Value| {
            sleep(SECOND).await;
            Ok::<_, Error>(event)
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("orders", slow).create();
    let cut_short = tokio::task::spawn_local(function.invoke(0));
    lambda.advance(SECOND / 2).await;
    function.shut_down().await;
    assert!(cut_short.await?.function_error().is_some());
    for event in 1..4 {
        let (one, two) = tokio::join!(function.invoke(event), function.invoke(event));
        assert_eq!((one.json::<u8>()?, two.json::<u8>()?), (event, event));
        assert!(one.report().cold_start() && two.report().cold_start());
        assert_eq!(function.environments(), 2);
        function.shut_down().await;
        assert_eq!(function.environments(), 0);
    }
}

/// "A runtime that is `Clone` is cloned for every environment", and so is what its handler owns.
#[lambda_test::test]
async fn a_runtime_is_cloned_for_every_environment() {
    let lambda = Lambda::new();
    let mut count = 0;
    let counter = async move |_: Value| {
        count += 1;
        sleep(SECOND).await;
        Ok::<_, Error>(count)
    };
    let function = lambda.function("f", Runtime::new(counter)).create();
    let (one, two) = tokio::join!(function.invoke(0), function.invoke(0));
    let three = function.invoke(0).await;
    assert_eq!((one.json::<u8>()?, two.json::<u8>()?, three.json::<u8>()?), (1, 1, 2));
}

/// `join_all([f.invoke(1), f.invoke(2)])` and `spawn_local(f.invoke(3))` did not compile: "`Invoke` is
/// not a future".
#[lambda_test::test]
async fn an_invocation_is_a_future() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", echo_context).create();
    let (one, two) = tokio::join!(function.invoke(1), function.invoke(2).content_type("text/json"));
    let three = tokio::task::spawn_local(function.invoke(3)).await?;
    let within = tokio::time::timeout(SECOND, function.invoke(4)).await?;
    for outcome in [one, two, three, within] {
        outcome.assert_ok();
    }
}

/// A line break in a tenant, a trace or a content type left the header out in silence.
#[lambda_test::test]
async fn a_line_break_in_a_header_is_refused() {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    let lambda = Lambda::new();
    let function = lambda.function("orders", echo_context).create();
    let message = |ask: &dyn Fn() -> lambda_test::Invoke| {
        let panic = catch_unwind(AssertUnwindSafe(|| drop(ask()))).expect_err("it is refused");
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    };
    assert_eq!(
        message(&|| function.invoke(1).tenant("a\r\nb")),
        "the tenant is \"a\\r\\nb\": a header has no control characters"
    );
    assert!(message(&|| function.invoke(1).trace("Root=1\n")).starts_with("the trace header"));
    assert!(message(&|| function.invoke(1).content_type("\0")).starts_with("the content type"));
    function.invoke(1).content_type("a\tb").await.assert_ok();
}

/// A letter beyond ASCII left the header out in silence.
#[lambda_test::test]
async fn a_client_context_outside_of_ascii_is_read() {
    let lambda = Lambda::new();
    let function = lambda.function("orders", echo_context).create();
    let context = json!({"custom": {"city": "Köln\u{7f}"}});
    let outcome = function.invoke(1).client_context(context).await;
    let seen: Value = outcome.json()?;
    assert_eq!(seen["client_context"]["custom"]["city"], "Köln\u{7f}");
}

/// Two environments of a function had one log stream, and its date was always the first of 2026.
#[lambda_test::test]
async fn two_environments_have_two_log_streams() {
    async fn stream(environment: Environment) -> Result<impl Bootstrap, Error> {
        let stream = environment.variables().get("AWS_LAMBDA_LOG_STREAM_NAME").map(str::to_owned);
        Ok(Runtime::new(async move |_: Value| {
            sleep(SECOND).await;
            Ok::<_, Error>(stream.clone())
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", stream).create();
    let (one, two) = tokio::join!(function.invoke(1), function.invoke(2));
    lambda.advance(36 * 3600 * SECOND).await;
    function.shut_down().await;
    let three = function.invoke(3).await;
    let [one, two, three]: [String; 3] = [one.json()?, two.json()?, three.json()?];
    assert!(one != two && one.starts_with("2026/01/01/[$LATEST]"), "{one} {two}");
    assert!(three.starts_with("2026/01/02/[$LATEST]") && three.len() == one.len(), "{three}");
}

#[lambda_test::test]
async fn an_environment_is_one_tenants_for_its_life() {
    let lambda = Lambda::new();
    let count = async |_: Environment| {
        let calls = std::cell::Cell::new(0);
        Ok::<_, Error>(Runtime::new(async move |_: Value| {
            calls.set(calls.get() + 1);
            Ok::<_, Error>(calls.get())
        }))
    };
    let function = lambda.function("f", count).tenant_isolation().create();
    let mut seen = Vec::new();
    for tenant in ["blue", "red", "blue", "red", "blue"] {
        let count: u32 = function.invoke(0).tenant(tenant).await.json()?;
        seen.push((tenant, count));
    }
    assert_eq!(seen, [("blue", 1), ("red", 1), ("blue", 2), ("red", 2), ("blue", 3)]);
    assert_eq!(function.environments(), 2);
}

#[lambda_test::test]
async fn a_tenant_is_refused_where_it_is_missing_or_not_expected_or_no_name() {
    let lambda = Lambda::new();
    let isolated = lambda.function("isolated", echo_context).tenant_isolation().create();
    let shared = lambda.function("shared", echo_context).create();
    let error = isolated.invoke(0).await;
    assert_eq!(
        error.assert_service_error(400).to_string(),
        "400 InvalidParameterValueException: The invoked function is enabled with tenancy configuration. \
         Add a valid tenant ID in your request and try again.",
    );
    let error = shared.invoke(0).tenant("blue").await;
    assert_eq!(
        error.assert_service_error(400).to_string(),
        "400 InvalidParameterValueException: The invoked function is not enabled with tenancy \
         configuration. Remove the tenant ID from your request and try again.",
    );
    for tenant in ["", "a\tb", &"x".repeat(257)] {
        let error = isolated.invoke(0).tenant(tenant).await;
        assert_eq!(error.assert_service_error(400).error_type, "ValidationException", "{tenant}");
    }
    isolated.invoke(0).tenant("x".repeat(256)).await.assert_ok();
}

/// The timer of an invocation is set anew for the next one.
#[lambda_test::test]
async fn each_invocation_has_the_whole_timeout_for_itself() {
    let sleeps = async |_: Environment| {
        Ok::<_, Error>(Runtime::new(async |seconds: u64| {
            sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Error>(())
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("f", sleeps).create();
    for _ in 0..3 {
        function.invoke(2).await.assert_ok();
    }
    function.invoke(4).await.assert_timeout();
    assert_eq!(lambda.elapsed(), Duration::from_secs(9));
    function.invoke(2).await.assert_ok();
    assert_eq!(function.environments(), 1);
}

/// The processes of an environment share its network.
#[lambda_test::test]
async fn processes_of_an_environment_listen_at_ports_of_their_own() {
    use std::{cell::RefCell, rc::Rc};

    let ports = Rc::new(RefCell::new(Vec::new()));
    let listening = |ports: &Rc<RefCell<Vec<String>>>| {
        let ports = ports.clone();
        async move |environment: Environment| {
            for _ in 0..3 {
                let listener = environment.listen().await?;
                ports.borrow_mut().push(listener.address().to_owned());
            }
            // None of them is ever ready.
            std::future::pending::<()>().await;
            Ok::<_, Error>(Runtime::new(async |_: Value| Ok::<_, Error>(())))
        }
    };
    let function = Lambda::new().function("f", listening(&ports));
    let function =
        function.extension("e", listening(&ports)).extension("g", listening(&ports)).create();
    function.invoke(0).await.assert_timeout();
    let ports = ports.borrow();
    let distinct: std::collections::BTreeSet<_> = ports.iter().collect();
    assert!(6 <= ports.len(), "{ports:?}");
    assert_eq!(distinct.len(), ports.len(), "{ports:?}");
}
