//! A function of the simulated service.

use std::{
    cell::{Cell, RefCell},
    fmt,
    marker::PhantomData,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use lambda_core::{FunctionArn, LogFormat, LogLevel, Variables};
use serde::Serialize;

use super::{
    Invoke, ServiceError,
    code::{IntoCode, markers::Opaque},
    constraint,
    defaults::{ACCOUNT, HANDLER, LATEST, ON_DEMAND, REGION},
    dispatcher::Target,
    function_name,
    pool::Pool,
    registry::Registry,
};
use crate::{
    environment::{
        Code, EnvironmentHandle, FunctionInfo, Logging, Observers, OnText, Settings, invalid_names,
        refused, region_of,
    },
    kernel::{Random, ServiceOwner, Time, Virtual},
    lifecycle::Limits,
};

/// The configuration of a function, until [`create`](Self::create).
///
/// The defaults are those of the service: 128 MB, a timeout of 3 s.
#[must_use = "a function exists once it is created"]
pub struct FunctionBuilder<T: Time = Virtual> {
    registry: Rc<Registry>,
    name: String,
    code: Opaque,
    extensions: Vec<(Arc<str>, Code)>,
    sockets: bool,
    memory_mb: u32,
    timeout: Duration,
    reserved_concurrency: Option<usize>,
    tenant_isolation: bool,
    handler: String,
    logging: Logging,
    variables: Variables,
    on_log: Option<OnText>,
    on_telemetry: Option<OnText>,
    time: PhantomData<T>,
}

impl<T: Time> FunctionBuilder<T> {
    pub(super) fn new(registry: Rc<Registry>, name: String, code: Opaque) -> Self {
        Self {
            registry,
            name,
            code,
            extensions: Vec::new(),
            sockets: T::SOCKETS,
            memory_mb: 128,
            timeout: Duration::from_secs(3),
            reserved_concurrency: None,
            tenant_isolation: false,
            handler: HANDLER.to_owned(),
            logging: Logging::default(),
            variables: Variables::default(),
            on_log: None,
            on_telemetry: None,
            time: PhantomData,
        }
    }

    /// Sets the memory, 128 to 10,240 MB. The function sees it in its context; it is not enforced.
    pub fn memory_mb(mut self, memory_mb: u32) -> Self {
        self.memory_mb = memory_mb;
        self
    }

    /// Sets how long an invocation may take, 1 to 900 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the handler, as it is configured: the variable `_HANDLER`. `bootstrap` unless set.
    pub fn handler(mut self, handler: impl Into<String>) -> Self {
        self.handler = handler.into();
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
        self.logging.format = format;
        self
    }

    /// Sets the least severe level that the service keeps of the function's lines, where the
    /// [format](Self::log_format) is JSON. `INFO` unless set.
    pub fn application_log_level(mut self, level: LogLevel) -> Self {
        self.logging.application = Some(level);
        self
    }

    /// Sets the least severe level that the service writes of its own lines, where the [format](Self::log_format) is
    /// JSON: `DEBUG`, `INFO` or `WARN`, and `INFO` unless set. Those lines are in
    /// [`log_tail`](crate::InvokeResponse::log_tail).
    pub fn system_log_level(mut self, level: LogLevel) -> Self {
        self.logging.system = Some(level);
        self
    }

    /// Sets how many invocations may be in flight at once; without it there is no limit.
    /// Others are throttled: the caller receives the service error 429.
    pub fn reserved_concurrency(mut self, invocations: usize) -> Self {
        self.reserved_concurrency = Some(invocations);
        self
    }

    /// Isolates tenants: each invocation must have a [tenant](Invoke::tenant), and an environment is one tenant's
    /// for its life. Without it an invocation that has one is refused.
    /// Source: AWS Lambda developer guide, "Using tenant isolation mode".
    pub fn tenant_isolation(mut self) -> Self {
        self.tenant_isolation = true;
        self
    }

    /// Sets an environment variable of the function. In addition to what the service allows, the region and
    /// the credentials may be set: `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_SESSION_TOKEN`. Without them the region is `us-east-1` and the credentials are not real.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.set(name, value);
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
            self.variables.set(name, value);
        }
        self
    }

    /// Removes an environment variable that was set before, for a test of its absence.
    pub fn without_env(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Adds an external extension: a process of its own, started from a file of this name in
    /// `/opt/extensions`. It is what a function may be, in real time a program too, and takes part in the
    /// phases of its environments: the runtime starts once it has registered, and an invocation is over once
    /// it has come back.
    ///
    /// The name is told by no variable: an extension takes that of its executable, so a program is to be
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
    /// what an extension is told later, in batches, and whether or not there is one.
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
        let region = region_of(&self.variables).unwrap_or_else(|| REGION.to_owned());
        let arn = self.check(&region)?;
        let Self { registry, code, sockets, memory_mb, timeout, tenant_isolation, .. } = self;
        let name: Arc<str> = arn.name().into();
        let limits = Limits { init: Duration::from_secs(10), timeout };
        let info = FunctionInfo {
            name: name.clone(),
            version: LATEST,
            handler: self.handler,
            account: ACCOUNT,
            region,
            initialization_type: ON_DEMAND,
            memory_mb,
            logging: self.logging,
            variables: self.variables,
        };
        let settings = Settings {
            code: code.0,
            extensions: self.extensions.into(),
            info: Rc::new(info),
            limits,
            sockets,
            observers: Rc::new(Observers { on_log: self.on_log, on_telemetry: self.on_telemetry }),
        };
        let owner = registry.owner.clone();
        let state = Rc::new(FunctionState {
            random: RefCell::new(owner.random(&format!("{name}/invocations"))),
            invoked_arn: arn.to_string().into(),
            pool: Pool::new(owner.context(), settings, self.reserved_concurrency),
            deleted: Cell::new(false),
            version: LATEST,
            tenant_isolation,
            registry,
            owner,
            name,
            arn,
            memory_mb,
        });
        state.registry.add(&state);
        Ok(Function { state })
    }

    /// Returns the ARN, if the service takes the configuration. It looks at every value by itself first.
    fn check(&self, region: &str) -> Result<FunctionArn, ServiceError> {
        let mut violations = Vec::new();
        let named = function_name::of_create(&self.name, &mut violations);
        violations.extend(constraint::range("memorySize", self.memory_mb.into(), MEMORY_MB));
        violations.extend(constraint::range("timeout", self.timeout.as_secs_f64(), TIMEOUT_S));
        let names = invalid_names(&self.variables);
        violations.extend(constraint::keys("environment.variables", &names, VARIABLE));
        violations.extend(constraint::system_log_level(self.logging.system));
        let (Some(named), true) = (named, violations.is_empty()) else {
            return Err(ServiceError::validation(&violations));
        };
        if let Some(error) = function_name::too_long(named.name) {
            return Err(error);
        }
        let own = (named.region.unwrap_or(region), named.account.unwrap_or(ACCOUNT));
        let version = named.qualifier.unwrap_or(LATEST);
        if own != (region, ACCOUNT) || version != LATEST {
            let message = format!(
                "the name is `{}`: expected an ARN of the region {region} and the account {ACCOUNT}, \
                 without a version",
                self.name
            );
            return Err(ServiceError::invalid(message));
        }
        let arn = FunctionArn::new(region, ACCOUNT, named.name, None);
        let arn = arn.map_err(|error| ServiceError::invalid(error.to_string()))?;
        match refused(&self.variables) {
            Some(message) => Err(ServiceError::invalid(message)),
            None if self.registry.has(&arn) => Err(ServiceError::exists(arn.name())),
            None => Ok(arn),
        }
    }
}

/// What the memory may be. Source: AWS Lambda API reference, "CreateFunction", `MemorySize`.
const MEMORY_MB: (u32, u32) = (128, 10_240);

/// What the timeout may be. Source: AWS Lambda API reference, "CreateFunction", `Timeout`.
const TIMEOUT_S: (u32, u32) = (1, 900);

/// What the name of a variable may be. Source: AWS Lambda API reference, "Environment", `Variables`.
const VARIABLE: &str = "[a-zA-Z]([a-zA-Z0-9_])+";

/// A function of a simulated service.
///
/// Clones are the same function: they share its environments, its concurrency and its deletion, and keep the
/// service alive.
#[derive(Clone)]
pub struct Function {
    state: Rc<FunctionState>,
}

/// A function, as its callers share it.
pub(super) struct FunctionState {
    pub(super) registry: Rc<Registry>,
    pub(super) owner: Rc<ServiceOwner>,
    pub(super) name: Arc<str>,
    pub(super) arn: FunctionArn,
    /// The ARN as it is invoked.
    pub(super) invoked_arn: Arc<str>,
    pub(super) version: &'static str,
    pub(super) memory_mb: u32,
    /// Whether each environment is one tenant's.
    pub(super) tenant_isolation: bool,
    pub(super) pool: Pool,
    pub(super) deleted: Cell<bool>,
    /// For request ids and traces.
    pub(super) random: RefCell<Random>,
}

impl Function {
    /// Invokes the function, as a synchronous caller does. The event is sent as JSON; options are set
    /// on the returned invocation, before it is awaited.
    pub fn invoke(&self, event: impl Serialize) -> Invoke {
        let payload = serde_json::to_vec(&event);
        let payload = payload.expect("an event of a test has a form in JSON");
        Invoke::new(self.target(), payload, false)
    }

    /// Invokes the function with these bytes. The service refuses what is not JSON, unless
    /// [`skip_validation`](Invoke::skip_validation) sends it all the same.
    pub fn invoke_raw(&self, payload: impl Into<Vec<u8>>) -> Invoke {
        Invoke::new(self.target(), payload.into(), true)
    }

    fn target(&self) -> Target {
        let (function, invoked_arn) = (self.state.clone(), self.state.invoked_arn.clone());
        Target::Function { function, invoked_arn }
    }

    /// Returns the time of the service.
    #[cfg(feature = "front-ends")]
    pub(crate) fn now(&self) -> std::time::SystemTime {
        self.state.owner.clock.wall()
    }

    /// Returns the ARN, without qualifier.
    pub fn arn(&self) -> &FunctionArn {
        &self.state.arn
    }

    /// Returns how many environments exist.
    pub fn environments(&self) -> usize {
        self.state.pool.len()
    }

    /// Returns how many invocations a process was started for, of those that are over.
    pub fn cold_starts(&self) -> usize {
        self.state.pool.cold_starts()
    }

    /// Sends SIGTERM to the process of every environment, as whoever stops it by hand does. The service
    /// knows nothing of it: a process that ends is one that has ended by itself.
    ///
    /// The service sends the signal itself only where the function has an extension, so
    /// [`shut_down`](Self::shut_down) sends none.
    pub fn send_sigterm(&self) {
        self.state.pool.for_each(EnvironmentHandle::terminate);
    }

    /// Ends every environment of the function; the next invocation makes a new one.
    pub async fn shut_down(&self) {
        for environment in self.state.pool.take_all() {
            environment.shut_down().await;
        }
    }

    /// Deletes the function and ends its environments. Callers receive the service error 404 from then on.
    pub async fn delete(&self) {
        self.state.deleted.set(true);
        self.shut_down().await;
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").field("arn", &self.state.arn).finish_non_exhaustive()
    }
}

impl<T: Time> fmt::Debug for FunctionBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}
