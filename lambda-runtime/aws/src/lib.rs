//! Configures the AWS SDK in a Lambda function by its environment.
//!
//! ```no_run
//! use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
//!
//! async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
//!     let config = lambda_aws::config(&environment).await?;
//!     let table = environment.variables().get("TABLE").ok_or("TABLE is missing")?.to_owned();
//!     let client = aws_sdk_dynamodb::Client::new(&config);
//!     Ok(Runtime::new(async move |id: String| {
//!         let item = client.get_item().table_name(&table);
//!         let item = item.key("id", aws_sdk_dynamodb::types::AttributeValue::S(id)).send().await?;
//!         Ok::<_, Error>(item.item().is_some())
//!     }))
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     lambda_runtime::start(app)
//! }
//! ```
//!
//! `aws_config::load_from_env` reads the machine: its variables, `~/.aws`, and where nothing is found, a metadata service over
//! the network. A test of a simulated function then depends on who runs it, and waits. [`config`] reads the variables of
//! the [`Environment`] and nothing else, takes the time from it, and waits in its time: the back-off of retries is virtual in
//! a test. A function has nothing else on Lambda, so there it is the same, with fewer crates in the binary.
//!
//! | variable | sets | without it |
//! |---|---|---|
//! | `AWS_REGION`, else `AWS_DEFAULT_REGION` | the region | an error |
//! | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` | the credentials | an error |
//! | `AWS_SESSION_TOKEN` | the token of the credentials | none, as of a user |
//! | `AWS_ENDPOINT_URL_SERVICE`, as `AWS_ENDPOINT_URL_DYNAMODB`, else `AWS_ENDPOINT_URL` | where requests go | the service itself |
//! | `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` | `true`: the two before do not count | they count |
//! | `AWS_MAX_ATTEMPTS` | how often a request is sent at most | 3 |
//! | `AWS_RETRY_MODE` | `standard` or `adaptive` | `standard` |
//! | `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` | `true` or `false` | `false` |
//! | `AWS_SDK_UA_APP_ID` | the name of the application in the user agent | none |
//!
//! In a simulated environment the jitter of back-off is drawn from the seed of the test, so that a timeline is the same every
//! time.
//!
//! For anything else there is [`SdkConfig::to_builder`]. For a client of HTTP, in a test above all, each service has a builder:
//! `aws_sdk_dynamodb::config::Builder::from(&config).http_client(client).build()`.
//!
//! Not here yet: the credentials of functions with SnapStart (`AWS_CONTAINER_CREDENTIALS_FULL_URI`), and profiles: the file
//! of `AWS_PROFILE` is not read.
//!
//! Source: AWS SDKs and tools reference guide, "Settings reference".

use std::{fmt, str::FromStr, time::SystemTime};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::{
    rt::sleep::{AsyncSleep, Sleep},
    time::TimeSource,
};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::{RetryConfig, RetryMode};
use aws_types::{
    app_name::AppName,
    region::Region,
    service_config::{LoadServiceConfig, ServiceConfigKey},
};
use lambda_runtime::{Environment, Variables};

pub use aws_types::SdkConfig;

/// Makes the configuration of the AWS SDK from the variables of an environment, with its time.
///
/// It reads nothing else, and does not wait. The behaviour is the latest that the SDK knows;
/// `config.to_builder().behavior_version(…)` chooses another one.
///
/// # Errors
///
/// A variable is missing, or has a value that is not valid: the error names it.
pub async fn config(environment: &Environment) -> Result<SdkConfig, ConfigError> {
    let variables = environment.variables();
    let region =
        present(variables, "AWS_REGION").or_else(|_| present(variables, "AWS_DEFAULT_REGION"));
    let region = region.map_err(|_| ConfigError::missing("AWS_REGION"))?;
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials(variables)?))
        .retry_config(retries(environment)?)
        .time_source(EnvironmentTime(environment.clone()))
        .sleep_impl(EnvironmentTime(environment.clone()))
        .service_config(Services(variables.clone()));
    builder.set_use_fips(parsed(variables, "AWS_USE_FIPS_ENDPOINT", "true or false")?);
    builder.set_use_dual_stack(parsed(variables, "AWS_USE_DUALSTACK_ENDPOINT", "true or false")?);
    // `SdkConfig` has one for all services; that of one service is read where its client is made.
    builder.set_endpoint_url(Services(variables.clone()).endpoint().map(str::to_owned));
    if let Ok(name) = present(variables, "AWS_SDK_UA_APP_ID") {
        let name = AppName::new(name.to_owned());
        let expected = "letters, digits and some marks, as in a user agent";
        builder.set_app_name(Some(
            name.map_err(|_| ConfigError::invalid(variables, "AWS_SDK_UA_APP_ID", expected))?,
        ));
    }
    Ok(builder.build())
}

fn credentials(variables: &Variables) -> Result<Credentials, ConfigError> {
    let key = present(variables, "AWS_ACCESS_KEY_ID")?;
    let secret = present(variables, "AWS_SECRET_ACCESS_KEY")?;
    let token = present(variables, "AWS_SESSION_TOKEN").ok();
    Ok(Credentials::new(key, secret, token.map(str::to_owned), None, "lambda-aws"))
}

fn retries(environment: &Environment) -> Result<RetryConfig, ConfigError> {
    let variables = environment.variables();
    let mode = parsed(variables, "AWS_RETRY_MODE", "standard or adaptive")?;
    let attempts: Option<u32> = parsed(variables, "AWS_MAX_ATTEMPTS", "a number from 1 on")?;
    if attempts == Some(0) {
        return Err(ConfigError::invalid(variables, "AWS_MAX_ATTEMPTS", "a number from 1 on"));
    }
    let retries = RetryConfig::standard().with_retry_mode(mode.unwrap_or(RetryMode::Standard));
    let retries = attempts.map_or(retries.clone(), |attempts| retries.with_max_attempts(attempts));
    // The jitter of back-off is drawn from the generator of this thread.
    if !environment.is_process() {
        fastrand::seed(environment.random());
    }
    Ok(retries)
}

/// The value of a variable that is there and not empty.
fn present<'a>(variables: &'a Variables, name: &'static str) -> Result<&'a str, ConfigError> {
    variables.get(name).filter(|value| !value.is_empty()).ok_or(ConfigError::missing(name))
}

/// The value of a variable, if it is there.
fn parsed<T: FromStr>(
    variables: &Variables,
    name: &'static str,
    expected: &'static str,
) -> Result<Option<T>, ConfigError> {
    let Ok(value) = present(variables, name) else { return Ok(None) };
    let value = value.trim().to_ascii_lowercase().parse();
    value.map(Some).map_err(|_| ConfigError::invalid(variables, name, expected))
}

/// The clock of an environment, and its timers: those of tokio, which are virtual in a test.
#[derive(Debug)]
struct EnvironmentTime(Environment);

impl TimeSource for EnvironmentTime {
    fn now(&self) -> SystemTime {
        self.0.now()
    }
}

impl AsyncSleep for EnvironmentTime {
    fn sleep(&self, duration: std::time::Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration))
    }
}

/// What is configured of one service.
#[derive(Debug)]
struct Services(Variables);

impl Services {
    /// The endpoint of all services.
    fn endpoint(&self) -> Option<&str> {
        let ignored = self.0.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        if ignored.is_some_and(|ignored| ignored.eq_ignore_ascii_case("true")) {
            return None;
        }
        present(&self.0, "AWS_ENDPOINT_URL").ok()
    }
}

impl LoadServiceConfig for Services {
    /// "The service id in upper case, blanks replaced."
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let ignored = self.0.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        if key.env() == "AWS_ENDPOINT_URL"
            && ignored.is_some_and(|ignored| ignored.eq_ignore_ascii_case("true"))
        {
            return None;
        }
        let service = key.service_id().to_uppercase().replace(' ', "_");
        let of_service = self.0.get(&format!("{}_{service}", key.env()));
        of_service
            .or_else(|| self.0.get(key.env()))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }
}

/// The configuration cannot be made: which variable is wrong, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    name: &'static str,
    /// Absent where the variable is.
    found: Option<String>,
    expected: &'static str,
}

impl ConfigError {
    fn missing(name: &'static str) -> Self {
        let expected = match name {
            "AWS_REGION" => "Lambda sets it; a test sets it by `.env(\"AWS_REGION\", …)`",
            _ => "Lambda sets it, and so does lambda-test unless others of the credentials are set",
        };
        Self { name, found: None, expected }
    }

    fn invalid(variables: &Variables, name: &'static str, expected: &'static str) -> Self {
        Self { name, found: Some(variables.get(name).unwrap_or_default().to_owned()), expected }
    }

    /// Returns the name of the variable.
    pub fn variable(&self) -> &'static str {
        self.name
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, found, expected } = self;
        match found {
            None => write!(f, "the variable {name} is missing: {expected}"),
            Some(found) => write!(f, "the variable {name} is `{found}`: expected {expected}"),
        }
    }
}

impl std::error::Error for ConfigError {}
