//! The configuration of the AWS SDK, as the variables of a function have it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use aws_credential_types::provider::ProvideCredentials as _;
use aws_smithy_types::retry::RetryMode;
use aws_types::service_config::ServiceConfigKey;
use lambda_aws::SdkConfig;
use lambda_runtime::{Environment, Error, Runtime};
use lambda_test::{FunctionBuilder, Lambda};

/// What the init phase of a function makes: its configuration, or the message of its error.
async fn made(change: impl Fn(FunctionBuilder) -> FunctionBuilder) -> Result<SdkConfig, String> {
    let made = Rc::new(RefCell::new(None));
    let keep = made.clone();
    let app = async move |environment: Environment| {
        keep.replace(Some(lambda_aws::config(&environment).await?));
        Ok::<_, Error>(Runtime::new(async |_: ()| Ok::<_, Error>(())))
    };
    let lambda = Lambda::new();
    let outcome = change(lambda.function("orders", app)).create().invoke(()).await;
    assert_eq!(lambda.elapsed(), Duration::ZERO, "nothing is waited for");
    match outcome.function_error() {
        None => Ok(made.take().expect("it was made")),
        Some(error) => Err(format!("{}: {}", error.error_type, error.error_message)),
    }
}

async fn with<const N: usize>(variables: [(&str, &str); N]) -> Result<SdkConfig, String> {
    made(|function| function.envs(variables)).await
}

#[lambda_test::test]
async fn a_function_has_the_region_and_the_credentials_of_its_environment() {
    let config = with([]).await?;
    assert_eq!(config.region().map(|region| region.as_ref()), Some("us-east-1"));
    let credentials =
        config.credentials_provider().expect("credentials").provide_credentials().await?;
    assert!(credentials.access_key_id().starts_with("ASIA"), "{credentials:?}");
    assert!(credentials.session_token().is_some());
    let config = with([
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "A"),
        ("AWS_SECRET_ACCESS_KEY", "S"),
    ]);
    let config = config.await?;
    assert_eq!(config.region().map(|region| region.as_ref()), Some("eu-central-1"));
    let credentials =
        config.credentials_provider().expect("credentials").provide_credentials().await?;
    assert_eq!((credentials.access_key_id(), credentials.session_token()), ("A", None));
}

/// It fails the init phase at once: nothing of this machine is asked.
#[lambda_test::test]
async fn a_missing_variable_fails_the_init_phase_by_its_name() {
    async fn check<const N: usize>(variables: [(&str, &str); N], message: &str) {
        let error = with(variables).await.expect_err("it is missing");
        assert!(error.contains(message), "{error}");
    }
    check(
        [("AWS_ACCESS_KEY_ID", "A")],
        "ConfigError: the variable AWS_SECRET_ACCESS_KEY is missing",
    )
    .await;
    check([("AWS_SECRET_ACCESS_KEY", "S")], "the variable AWS_ACCESS_KEY_ID is missing").await;
    check(
        [("AWS_MAX_ATTEMPTS", "0")],
        "the variable AWS_MAX_ATTEMPTS is `0`: expected a number from 1 on",
    )
    .await;
    check([("AWS_MAX_ATTEMPTS", "-1")], "AWS_MAX_ATTEMPTS is `-1`").await;
    check(
        [("AWS_RETRY_MODE", "legacy")],
        "AWS_RETRY_MODE is `legacy`: expected standard or adaptive",
    )
    .await;
    check(
        [("AWS_USE_FIPS_ENDPOINT", "yes")],
        "AWS_USE_FIPS_ENDPOINT is `yes`: expected true or false",
    )
    .await;
    check([("AWS_SDK_UA_APP_ID", "ä")], "AWS_SDK_UA_APP_ID is `ä`").await;
}

#[lambda_test::test]
async fn retries_and_endpoints_are_those_of_the_variables() {
    let retries = with([]).await?.retry_config().cloned().expect("retries");
    assert_eq!((retries.max_attempts(), retries.mode()), (3, RetryMode::Standard));
    let config = with([
        ("AWS_MAX_ATTEMPTS", "5"),
        ("AWS_RETRY_MODE", "Adaptive"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE"),
        ("AWS_SDK_UA_APP_ID", "shop"),
    ]);
    let config = config.await?;
    let retries = config.retry_config().cloned().expect("retries");
    assert_eq!((retries.max_attempts(), retries.mode()), (5, RetryMode::Adaptive));
    assert_eq!((config.use_dual_stack(), config.use_fips()), (Some(true), None));
    assert_eq!(config.app_name().map(|name| name.as_ref()), Some("shop"));
}

#[lambda_test::test]
async fn a_service_has_its_own_endpoint_or_that_of_all() {
    let endpoint = async |variables: &[(&str, &str)], service: &str| {
        let config = made(|function| function.envs(variables.iter().copied())).await?;
        let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL");
        let key = key.profile("endpoint_url").build().expect("a key");
        let services = config.service_config().expect("what is configured of services");
        Ok::<_, String>(services.load_config(key))
    };
    let all = ("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let table = ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2");
    let streams = ("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "http://127.0.0.1:3");
    let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    let check = async |variables: &[(&str, &str)], service: &str, expected: Option<&str>| {
        assert_eq!(endpoint(variables, service).await.expect("it is made").as_deref(), expected);
    };
    check(&[], "DynamoDB", None).await;
    check(&[all], "DynamoDB", Some(all.1)).await;
    check(&[all, table, streams], "DynamoDB", Some(table.1)).await;
    check(&[all, table, streams], "DynamoDB Streams", Some(streams.1)).await;
    check(&[all, table, ignore], "DynamoDB", None).await;
    assert_eq!(with([all]).await?.endpoint_url(), Some(all.1));
    assert_eq!(with([all, ignore]).await?.endpoint_url(), None);
}

/// As a client of the service sees it.
#[lambda_test::test]
async fn requests_go_to_the_endpoint_of_their_service() {
    use aws_smithy_http_client::test_util::infallible_client_fn;
    use aws_smithy_types::body::SdkBody;

    let sent_to = async |variables: &[(&str, &str)]| {
        let config = made(|function| function.envs(variables.iter().copied())).await?;
        let (sender, receiver) = std::sync::mpsc::channel();
        let client = infallible_client_fn(move |request| {
            sender.send(request.uri().to_string()).expect("the test receives");
            http::Response::builder().status(200).body(SdkBody::from("{}")).expect("a response")
        });
        let config = aws_sdk_dynamodb::config::Builder::from(&config).http_client(client).build();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        client.list_tables().send().await.map_err(|error| error.to_string())?;
        receiver.try_recv().map_err(|error| error.to_string())
    };
    let all = ("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let table = ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2");
    let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    for (variables, expected) in [
        (&[][..], "https://dynamodb.us-east-1.amazonaws.com/"),
        (&[all], "http://127.0.0.1:1/"),
        (&[all, table], "http://127.0.0.1:2/"),
        (&[all, table, ignore], "https://dynamodb.us-east-1.amazonaws.com/"),
    ] {
        assert_eq!(sent_to(variables).await?, expected);
    }
}

/// A file that the function names; those of this machine's user are not read.
#[lambda_test::test]
async fn a_profile_has_what_no_variable_sets() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("a_profile");
    let file = "[default]\nmax_attempts = 7\n[profile shop]\nmax_attempts = 5\nretry_mode = adaptive\nendpoint_url = http://127.0.0.1:4\n";
    std::fs::write(&path, file)?;
    let path = path.to_string_lossy().into_owned();
    let file = ("AWS_CONFIG_FILE", path.as_str());
    let retries = async |variables: &[(&str, &str)]| {
        let config = made(|function| function.envs(variables.iter().copied())).await?;
        let retries = config.retry_config().cloned().expect("retries");
        Ok::<_, String>((retries.max_attempts(), retries.mode()))
    };
    let shop = ("AWS_PROFILE", "shop");
    assert_eq!(retries(&[file]).await?, (7, RetryMode::Standard));
    assert_eq!(retries(&[file, shop]).await?, (5, RetryMode::Adaptive));
    assert_eq!(retries(&[file, shop, ("AWS_MAX_ATTEMPTS", "2")]).await?, (2, RetryMode::Adaptive));
    assert_eq!(retries(&[shop]).await?, (3, RetryMode::Standard));
    assert_eq!(with([file, shop]).await?.endpoint_url(), Some("http://127.0.0.1:4"));
    let error = with([file, ("AWS_PROFILE", "other")]).await.expect_err("there is no such profile");
    assert!(error.contains("AWS_PROFILE is `other`: expected a profile of the file"), "{error}");
}
