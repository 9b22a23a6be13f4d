//! A function that is about to be created.

use std::{fmt, marker::PhantomData, rc::Rc, sync::Arc, time::Duration};

use lambda_core::{FunctionArn, LogFormat, LogLevel};

use super::{
    Configuration, EventInvokeConfig, Function, ServiceError,
    account::Account,
    code::{IntoCode, markers::Opaque},
    defaults::{ACCOUNT, LATEST, REGION},
    function_name,
    function_state::FunctionState,
    registry::Registry,
    version::{Common, Content},
};
use crate::{
    environment::{Code, Deviations, Observers, OnText, region_of},
    kernel::{Time, Virtual},
};

/// The configuration of a function, until [`create`](Self::create).
///
/// The defaults are those of the service: 128 MB, a timeout of 3 s.
#[must_use = "a function exists once it is created"]
pub struct FunctionBuilder<T: Time = Virtual> {
    pub(crate) registry: Rc<Registry>,
    caller: Rc<Account>,
    name: String,
    code: Opaque,
    extensions: Vec<(Arc<str>, Code)>,
    pub(crate) configuration: Configuration,
    reserved_concurrency: Option<usize>,
    events: EventInvokeConfig,
    tenant_isolation: bool,
    deviations: Deviations,
    allowed: Vec<Arc<str>>,
    on_log: Option<OnText>,
    on_telemetry: Option<OnText>,
    time: PhantomData<T>,
}

impl<T: Time> FunctionBuilder<T> {
    pub(super) fn new(
        registry: Rc<Registry>,
        caller: Rc<Account>,
        name: String,
        code: Opaque,
    ) -> Self {
        Self {
            registry,
            caller,
            name,
            code,
            extensions: Vec::new(),
            configuration: Configuration::default(),
            reserved_concurrency: None,
            events: EventInvokeConfig::new(),
            tenant_isolation: false,
            deviations: Deviations::default(),
            allowed: Vec::new(),
            on_log: None,
            on_telemetry: None,
            time: PhantomData,
        }
    }

    /// Sets the memory, 128 to 10,240 MB. The function sees it in its context; it is not enforced.
    pub fn memory_mb(mut self, memory_mb: u32) -> Self {
        self.configuration.memory_mb(memory_mb);
        self
    }

    /// Sets how long an invocation may take, 1 to 900 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.configuration.timeout(timeout);
        self
    }

    /// Sets the handler, as it is configured: the variable `_HANDLER`. `bootstrap` unless set.
    pub fn handler(mut self, handler: impl Into<String>) -> Self {
        self.configuration.handler(handler);
        self
    }

    /// Sets the format of the log. With JSON the function has the variables `AWS_LAMBDA_LOG_FORMAT` and
    /// `AWS_LAMBDA_LOG_LEVEL`, and the service keeps those of its lines that are objects by their level: what is below
    /// `INFO`, or the level that is [set](Self::application_log_level), is not in the log and not in telemetry. An object
    /// without a level, or without a time, counts as `INFO`, and a line that is not an object is kept.
    ///
    /// Source: AWS Lambda developer guide, "Log-level filtering".
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    /// use lambda_test::{Lambda, LogFormat};
    ///
    /// # lambda_test::block_on(async {
    /// let handler = async |_: u32| {
    ///     lambda_runtime::tracing::debug!("not of interest");
    ///     lambda_runtime::tracing::info!("seen");
    ///     Ok::<_, Error>(())
    /// };
    /// let app = move || {
    ///     lambda_runtime::tracing::init();
    ///     Runtime::new(handler)
    /// };
    /// let lambda = Lambda::new();
    /// let function = lambda.function("orders", app).log_format(LogFormat::Json).create();
    ///
    /// let outcome = function.invoke(1).await;
    ///
    /// let [line] = &outcome.logs()[..] else { panic!("one line") };
    /// assert!(line.contains(r#""message":"seen""#));
    /// assert!(line.contains(&outcome.report().request_id));
    /// # });
    /// ```
    pub fn log_format(mut self, format: LogFormat) -> Self {
        self.configuration.log_format(format);
        self
    }

    /// Sets the least severe level that the service keeps of the function's lines, where the
    /// [format](Self::log_format) is JSON. `INFO` unless set.
    pub fn application_log_level(mut self, level: LogLevel) -> Self {
        self.configuration.application_log_level(level);
        self
    }

    /// Sets the least severe level that the service writes of its own lines, where the [format](Self::log_format) is
    /// JSON: `DEBUG`, `INFO` or `WARN`, and `INFO` unless set. Those lines are in
    /// [`log_tail`](crate::InvokeResponse::log_tail).
    pub fn system_log_level(mut self, level: LogLevel) -> Self {
        self.configuration.system_log_level(level);
        self
    }

    /// Sets the group of the log, which the function sees in its context: `/aws/lambda/` and its name unless set.
    pub fn log_group(mut self, log_group: impl Into<String>) -> Self {
        self.configuration.log_group(log_group);
        self
    }

    /// Reserves concurrency: so many invocations may be in flight at once, and other functions leave it alone. Others
    /// are throttled: the caller receives the service error 429. Without it the function shares what the account
    /// has left; see [`Lambda::account_concurrency`](crate::Lambda::account_concurrency).
    pub fn reserved_concurrency(mut self, invocations: usize) -> Self {
        self.reserved_concurrency = Some(invocations);
        self
    }

    /// Sets how often an event of an asynchronous invocation is tried again after a function error, 0 to 2; 2 unless
    /// set. The first retry is a minute after the failure, the second two minutes after the next one.
    pub fn maximum_retry_attempts(mut self, retries: u32) -> Self {
        self.events = self.events.maximum_retry_attempts(retries);
        self
    }

    /// Sets how long an event of an asynchronous invocation is kept, 60 s to 6 h; 6 h unless set.
    pub fn maximum_event_age(mut self, age: Duration) -> Self {
        self.events = self.events.maximum_event_age(age);
        self
    }

    /// Sets the ARN that receives a record of each asynchronous invocation that succeeded: a
    /// topic, event bus or bucket, or a function by its ARN.
    pub fn on_success(mut self, arn: impl fmt::Display) -> Self {
        self.events = self.events.on_success(arn);
        self
    }

    /// Sets the ARN that receives a record of each asynchronous invocation that failed: a
    /// topic, event bus or bucket, or a function by its ARN.
    pub fn on_failure(mut self, arn: impl fmt::Display) -> Self {
        self.events = self.events.on_failure(arn);
        self
    }

    /// Sets the ARN of the dead-letter queue, a queue or a topic: it receives the event of each asynchronous
    /// invocation that failed.
    pub fn dead_letter(mut self, arn: impl fmt::Display) -> Self {
        self.configuration.dead_letter(arn.to_string());
        self
    }

    /// Isolates tenants: each invocation must have a [tenant](crate::Invoke::tenant), and an environment is one tenant's
    /// for its life. Without it an invocation that has one is refused.
    /// Source: AWS Lambda developer guide, "Using tenant isolation mode".
    pub fn tenant_isolation(mut self) -> Self {
        self.tenant_isolation = true;
        self
    }

    /// Lets the wall clock of its environments be ahead by as much: deadlines, which the service states, seem nearer. A
    /// program has the clock of this machine, so its deadlines are nearer.
    pub fn clock_ahead(mut self, duration: Duration) -> Self {
        self.deviations.clock = (duration, Duration::ZERO);
        self
    }

    /// Lets the wall clock of its environments be behind by as much: deadlines, which the service states, seem further away.
    /// A program has the clock of this machine, so its deadlines are further away.
    pub fn clock_behind(mut self, duration: Duration) -> Self {
        self.deviations.clock = (Duration::ZERO, duration);
        self
    }

    /// Lets an application of this process begin so much later in each new environment: a cold start takes as much longer.
    pub fn cold_start_takes(mut self, duration: Duration) -> Self {
        self.deviations.init = duration;
        self
    }

    /// Allows the function to call this host: by its name, by a domain that begins with a dot, or by its IP address; `*` is
    /// every host. Without it a test fails in which the function calls another machine.
    ///
    /// A child process has `HTTPS_PROXY`, `HTTP_PROXY` and `AWS_ENDPOINT_URL` for that, which refuse what is not allowed,
    /// unless the function sets its own; a client that looks at none of them is not seen. Of an application in this
    /// process, connections over TCP are seen that are open when its environment is frozen: on Linux, and where one test of
    /// a process runs at a time, as with `cargo nextest` or `--test-threads=1`, since files are the process's; not what
    /// was closed before, and not UDP.
    pub fn allow(mut self, host: impl Into<Arc<str>>) -> Self {
        self.allowed.push(host.into());
        self
    }

    /// Sets an environment variable of the function. In addition to what the service allows, the region and
    /// the credentials may be set: `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_SESSION_TOKEN`. Without them the region is `us-east-1` and the credentials are not real.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.configuration.env(name, value);
        self
    }

    /// Sets several environment variables, as [`env`](Self::env) does.
    ///
    /// ```
    /// # use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
    /// # async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    /// #     environment.variables().get("TABLE").ok_or("TABLE is missing")?;
    /// #     Ok(Runtime::new(async |_: ()| Ok::<_, Error>(())))
    /// # }
    /// # lambda_test::block_on(async {
    /// # let lambda = lambda_test::Lambda::new();
    /// let configured = || lambda.function("orders", app).envs([("TABLE", "orders"), ("STAGE", "test")]);
    /// # let _ = configured();
    /// let lambda = lambda_test::Lambda::new();
    /// let function = lambda.function("orders", app).envs([("TABLE", "orders")]).without_env("TABLE");
    /// let error = function.create().invoke(()).await;
    /// assert_eq!(error.assert_error("Function.Error").error_message, "TABLE is missing");
    /// # });
    /// ```
    pub fn envs<N: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        for (name, value) in variables {
            self.configuration.env(name, value);
        }
        self
    }

    /// Removes an environment variable that was set before, for a test of its absence.
    pub fn without_env(mut self, name: &str) -> Self {
        self.configuration.without_env(name);
        self
    }

    /// Adds an external extension: a process of its own, started from a file of this name in
    /// `/opt/extensions`. It is what a function may be, in real time a program too, and takes part in the
    /// phases of its environments: the runtime starts once it has registered, and an invocation is over once
    /// it has come back.
    ///
    /// No variable has the name: an extension takes that of its executable, so a program is to be
    /// called so, and one in memory is given it where it registers. What registers under another name is an
    /// internal extension, and the init phase times out.
    pub fn extension<M>(mut self, name: impl Into<Arc<str>>, app: impl IntoCode<T, M>) -> Self {
        self.extensions.push((name.into(), app.into_code().0));
        self
    }

    /// Is called with each line that the function logs, as it comes, and with those of external extensions,
    /// behind their names: `log_shipper: …`. A line states too where an extension registers under another name
    /// than that under which it was added.
    pub fn on_log(mut self, on_log: impl Fn(&str) + 'static) -> Self {
        self.on_log = Some(Rc::new(on_log));
        self
    }

    /// Is called with each event of telemetry, as JSON in the newest version of its schema, when it happens:
    /// what an extension receives later, in batches, and whether or not there is one.
    ///
    /// ```
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// use lambda_runtime::{Error, Runtime};
    /// use lambda_test::Lambda;
    ///
    /// # lambda_test::block_on(async {
    /// let events = Rc::new(RefCell::new(Vec::new()));
    /// let heard = events.clone();
    /// let double = Lambda::new()
    ///     .function("double", Runtime::new(async |n: u64| Ok::<_, Error>(2 * n)))
    ///     .on_telemetry(move |event| {
    ///         let event: serde_json::Value = serde_json::from_str(event).expect("it is JSON");
    ///         heard.borrow_mut().push(event);
    ///     })
    ///     .create();
    /// double.invoke(7).await.assert_ok();
    ///
    /// let events = events.borrow();
    /// let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    /// assert_eq!(
    ///     kinds,
    ///     [
    ///         "platform.initStart",
    ///         "platform.initRuntimeDone",
    ///         "platform.initReport",
    ///         "platform.start",
    ///         "platform.runtimeDone",
    ///         "platform.report",
    ///     ],
    /// );
    /// assert_eq!(events[4]["record"]["status"], "success");
    /// # });
    /// ```
    pub fn on_telemetry(mut self, on_event: impl Fn(&str) + 'static) -> Self {
        self.on_telemetry = Some(Rc::new(on_event));
        self
    }

    /// Creates the function. It exists until it is deleted, or the last of its handles is dropped.
    ///
    /// # Panics
    ///
    /// As [`try_create`](Self::try_create) fails.
    #[track_caller]
    pub fn create(self) -> Function {
        self.try_create().unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Creates the function, if the service takes it.
    ///
    /// # Errors
    ///
    /// In the words of the service: the name, the memory, the timeout or a variable is one that it refuses, or a function of this name exists.
    pub fn try_create(self) -> Result<Function, ServiceError> {
        let region = region_of(&self.configuration.variables);
        let region = region.map_or_else(|| self.caller.region.clone(), Arc::from);
        let arn = self.check(&region)?;
        let Self { registry, code, configuration, tenant_isolation, .. } = self;
        let account = registry.account(arn.account(), &region);
        let is_usual = (&*account.id, &*region) == (ACCOUNT, REGION);
        let common = Common {
            context: registry.owner.context(),
            name: arn.name().into(),
            label: if is_usual { arn.name() } else { arn.as_str() }.into(),
            account: account.id.clone(),
            region,
            sockets: T::SOCKETS,
            deviations: self.deviations,
            allowed: self.allowed.into(),
            observers: Rc::new(Observers { on_log: self.on_log, on_telemetry: self.on_telemetry }),
            counts: Rc::default(),
        };
        let content = Content {
            code: code.0,
            code_number: 1,
            extensions: self.extensions.into(),
            configuration,
        };
        let state = FunctionState::new(registry, account, arn, tenant_isolation, common, content);
        if let Some(reserved) = self.reserved_concurrency {
            state.reserve(reserved)?;
        }
        state.registry.add(&state);
        if self.events != EventInvokeConfig::new() {
            state.configure_events(LATEST, self.events)?;
        }
        Ok(Function { state })
    }

    /// Returns the ARN, if the service takes the configuration. It looks at every value by itself first.
    fn check(&self, region: &str) -> Result<FunctionArn, ServiceError> {
        let mut violations = Vec::new();
        let named = function_name::of_create(&self.name, &mut violations);
        violations.extend(self.configuration.violations());
        let (Some(named), true) = (named, violations.is_empty()) else {
            return Err(ServiceError::validation(&violations));
        };
        if let Some(error) = function_name::too_long(named.name) {
            return Err(error);
        }
        let account = &*self.caller.id;
        let own = (named.region.unwrap_or(region), named.account.unwrap_or(account));
        let version = named.qualifier.unwrap_or(LATEST);
        if own != (region, account) || version != LATEST {
            let message = format!(
                "the name is `{}`: expected an ARN of the region {region} and the account {account}, \
                 without a version",
                self.name
            );
            return Err(ServiceError::invalid(message));
        }
        let arn = FunctionArn::new(region, account, named.name, None);
        let arn = arn.map_err(|error| ServiceError::invalid(error.to_string()))?;
        self.configuration.check_variables()?;
        match self.registry.has(&arn) {
            true => Err(ServiceError::exists(arn.name())),
            false => Ok(arn),
        }
    }
}

impl<T: Time> fmt::Debug for FunctionBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}
