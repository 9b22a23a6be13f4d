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
//! the [`Environment`], and no more than the files that they name, takes the time from it, and waits in its time: the back-off of retries is virtual in
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
//! Where `AWS_CONFIG_FILE` or `AWS_SHARED_CREDENTIALS_FILE` names a file, as one that a function brings along, the profile
//! `AWS_PROFILE` of it (else `default`) has what no variable sets. Files that no variable names, as those of `~/.aws`, are not
//! read.
//!
//! Not here yet: the credentials of functions with SnapStart (`AWS_CONTAINER_CREDENTIALS_FULL_URI`), and profiles that take
//! their credentials from another one, a program or a login.
//!
//! Source: AWS SDKs and tools reference guide, "Settings reference".

mod settings;

use std::{fmt, time::SystemTime};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::{
    rt::sleep::{AsyncSleep, Sleep},
    time::TimeSource,
};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::{RetryConfig, RetryMode};
use aws_types::{app_name::AppName, region::Region};
use lambda_runtime::{Environment, Variables};

pub use aws_types::SdkConfig;

use self::settings::Settings;

/// Makes the configuration of the AWS SDK from the variables of an environment, with its time.
///
/// It reads nothing but those and the files that they name, and does not wait. The behaviour is the latest that the SDK knows;
/// `config.to_builder().behavior_version(…)` chooses another one.
///
/// # Errors
///
/// A variable is missing, or has a value that is not valid: the error names it.
pub async fn config(environment: &Environment) -> Result<SdkConfig, ConfigError> {
    let settings = Settings::read(environment.variables()).await?;
    let region = settings.get(("AWS_REGION", "region"));
    let region = region.or_else(|| settings.get(("AWS_DEFAULT_REGION", "region")));
    let region = region.ok_or_else(|| ConfigError::missing("AWS_REGION"))?;
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials(&settings)?))
        .retry_config(retries(environment, &settings)?)
        .time_source(EnvironmentTime(environment.clone()))
        .sleep_impl(EnvironmentTime(environment.clone()))
        .service_config(settings.clone());
    let switch = |name| settings.parsed(name, "true or false");
    builder.set_use_fips(switch(("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))?);
    builder.set_use_dual_stack(switch(("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"))?);
    // That of one service is read where its client is made.
    builder.set_endpoint_url(settings.endpoint().map(str::to_owned));
    if let Some(name) = settings.get(("AWS_SDK_UA_APP_ID", "sdk_ua_app_id")) {
        let expected = "letters, digits and some marks, as in a user agent";
        let refused = |_| ConfigError::found("AWS_SDK_UA_APP_ID", name, expected);
        builder.set_app_name(Some(AppName::new(name.to_owned()).map_err(refused)?));
    }
    Ok(builder.build())
}

fn credentials(settings: &Settings) -> Result<Credentials, ConfigError> {
    let key = settings.required(("AWS_ACCESS_KEY_ID", "aws_access_key_id"))?;
    let secret = settings.required(("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key"))?;
    let token = settings.get(("AWS_SESSION_TOKEN", "aws_session_token"));
    Ok(Credentials::new(key, secret, token.map(str::to_owned), None, "lambda-aws"))
}

fn retries(environment: &Environment, settings: &Settings) -> Result<RetryConfig, ConfigError> {
    const ATTEMPTS: (&str, &str) = ("a number from 1 on", "AWS_MAX_ATTEMPTS");
    let mode = settings.parsed(("AWS_RETRY_MODE", "retry_mode"), "standard or adaptive")?;
    let attempts: Option<u32> = settings.parsed((ATTEMPTS.1, "max_attempts"), ATTEMPTS.0)?;
    if attempts == Some(0) {
        return Err(ConfigError::found(ATTEMPTS.1, "0", ATTEMPTS.0));
    }
    let retries = RetryConfig::standard().with_retry_mode(mode.unwrap_or(RetryMode::Standard));
    let retries = attempts.map_or(retries.clone(), |attempts| retries.with_max_attempts(attempts));
    // The jitter of back-off is drawn from the generator of this thread.
    if !environment.is_process() {
        fastrand::seed(environment.random());
    }
    Ok(retries)
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
        Self::found(name, variables.get(name).unwrap_or_default(), expected)
    }

    fn found(name: &'static str, found: &str, expected: &'static str) -> Self {
        Self { name, found: Some(found.to_owned()), expected }
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
