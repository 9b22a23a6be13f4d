//! The execution environment as a process sees it.

use std::{
    any::Any,
    fmt,
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use crate::{
    ApiAddress, BoxError, Connection, Listener, Transport, Variables, process,
    scope::{self, CurrentInvocation},
};

/// A boxed future that may move between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A boxed future that stays on its thread.
pub type LocalBoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// Everything a process could take from outside: variables, the way to the APIs, the wall clock,
/// the log, randomness, background work.
///
/// [`Environment::from_process`] is the real one. A simulator makes others, many in one process, so
/// code that is to be tested asks its environment, and neither `std::env::var` nor
/// `SystemTime::now`: those see the machine that runs the test. So do the defaults of the AWS SDK.
///
/// Clones are cheap and name the same environment.
#[derive(Clone)]
pub struct Environment {
    inner: Arc<Inner>,
}

struct Inner {
    variables: Variables,
    /// None is the process itself.
    host: Option<Box<dyn Host>>,
    /// What the framework in this environment keeps here, such as the identifier of a registered extension.
    slot: OnceLock<Box<dyn Any + Send + Sync>>,
    /// The invocation that a simulated environment handles.
    invocation: scope::Place,
}

/// What provides an environment that is not the process itself: a simulator.
pub trait Host: Send + Sync + 'static {
    /// Opens a connection to the APIs at this address.
    fn connect(&self, address: &ApiAddress) -> BoxFuture<io::Result<Transport>>;

    /// The wall clock.
    fn now(&self) -> SystemTime;

    /// Takes one line of the log, without its line end.
    fn log(&self, line: &str);

    /// 64 random bits.
    fn random(&self) -> u64;

    /// Runs a task beside the handler.
    fn spawn(&self, task: BoxFuture<()>);

    /// Runs a task beside the handler that stays on its thread.
    ///
    /// # Panics
    ///
    /// The host has no thread of its own; so does one that does not say how.
    fn spawn_local(&self, task: LocalBoxFuture<()>) {
        drop(task);
        // It returns nothing that could say so, and a task that never runs would be missed by nobody.
        panic!("this host has no thread for a task that is not `Send`");
    }

    /// Waits until every task that was given to the host has ended.
    fn tasks_ended(&self) -> BoxFuture<()> {
        Box::pin(std::future::ready(()))
    }

    /// Waits until the process is asked to end; for ever, where nobody asks.
    fn terminated(&self) -> BoxFuture<()> {
        Box::pin(std::future::pending())
    }

    /// The name of the program that runs, as the service knows it; `None` is that of this process's executable.
    fn program_name(&self) -> Option<String> {
        None
    }

    /// Opens a port of the process's own, for what the service sends to it.
    fn listen(&self) -> BoxFuture<io::Result<Listener>> {
        Box::pin(std::future::ready(Err(io::ErrorKind::Unsupported.into())))
    }
}

impl Environment {
    /// The environment of this process, as Lambda made it.
    pub fn from_process() -> Self {
        Self::of(Variables::from_process(), None)
    }

    /// The same, for a process whose tasks stay on one thread, and that a person may end by Ctrl-C:
    /// what `lambda_runtime::start` runs in.
    #[doc(hidden)]
    pub fn of_started_process() -> Self {
        process::mark_started();
        Self::from_process()
    }

    /// An environment with these variables on this host.
    pub fn new(variables: Variables, host: impl Host) -> Self {
        Self::of(variables, Some(Box::new(host)))
    }

    fn of(variables: Variables, host: Option<Box<dyn Host>>) -> Self {
        let (slot, invocation) = Default::default();
        Self { inner: Arc::new(Inner { variables, host, slot, invocation }) }
    }

    /// Notes which invocation the environment handles from now on.
    #[doc(hidden)]
    pub fn set_invocation(&self, invocation: Option<CurrentInvocation>) {
        self.invocation_place().set(invocation);
    }

    /// Returns the invocation that the environment handles, where loops note it.
    #[doc(hidden)]
    pub fn invocation(&self) -> Option<CurrentInvocation> {
        self.invocation_place().get()
    }

    fn invocation_place(&self) -> &scope::Place {
        match self.host() {
            Some(_) => &self.inner.invocation,
            None => &scope::OF_PROCESS,
        }
    }

    /// Keeps a value in this environment, for [`slot`](Self::slot) of every clone. The first value stays.
    #[doc(hidden)]
    pub fn fill_slot<T: Any + Send + Sync>(&self, value: T) {
        let _ = self.inner.slot.set(Box::new(value));
    }

    /// Returns the value of this type that was kept in the environment, if any.
    #[doc(hidden)]
    pub fn slot<T: Any>(&self) -> Option<&T> {
        self.inner.slot.get()?.downcast_ref()
    }

    fn host(&self) -> Option<&dyn Host> {
        self.inner.host.as_deref()
    }

    /// The environment variables.
    pub fn variables(&self) -> &Variables {
        &self.inner.variables
    }

    /// The time of day. In a simulated environment it starts at a set instant and moves with the
    /// virtual clock.
    pub fn now(&self) -> SystemTime {
        self.host().map_or_else(process::now, |host| host.now())
    }

    /// Writes to the function's log. Line ends within the text become `\r`, which keeps it one log
    /// event.
    pub fn log(&self, line: &str) {
        let line = line.trim_end_matches(['\r', '\n']);
        let log =
            |line: &str| self.host().map_or_else(|| process::log(line), |host| host.log(line));
        if line.contains('\n') {
            log(&line.replace("\r\n", "\r").replace('\n', "\r"));
        } else {
            log(line);
        }
    }

    /// 64 random bits; the same for the same seed in a simulated environment.
    pub fn random(&self) -> u64 {
        self.host().map_or_else(process::random, |host| host.random())
    }

    /// Runs a task beside the handler.
    ///
    /// Between invocations the environment is frozen and the task stands still; it goes on with the
    /// next invocation and is dropped with the environment. The simulator keeps to that, which it
    /// cannot for `tokio::spawn`.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        match self.host() {
            Some(host) => host.spawn(Box::pin(scope::within(self.clone(), task))),
            None => process::spawn(task),
        }
    }

    /// The same for a task that stays on its thread, as those that hold an `Rc` do.
    ///
    /// # Panics
    ///
    /// The program was started by `lambda_runtime::run`: tasks may move between the threads of its
    /// runtime. `lambda_runtime::start`, and a simulated environment, have one thread.
    pub fn spawn_local(&self, task: impl Future<Output = ()> + 'static) {
        match self.host() {
            Some(host) => host.spawn_local(Box::pin(scope::within(self.clone(), task))),
            None => process::spawn_local(task),
        }
    }

    /// Waits until every task that was given to [`spawn`](Self::spawn) and
    /// [`spawn_local`](Self::spawn_local) has ended: at the end of a process, for what must not be lost.
    pub async fn tasks_ended(&self) {
        match self.host() {
            Some(host) => host.tasks_ended().await,
            None => process::tasks_ended().await,
        }
    }

    /// Waits until the process is asked to end, by SIGTERM; a simulator asks in its own way.
    ///
    /// A runtime finishes the invocation that it has in hand, and ends. On Lambda the signal comes
    /// where the function has an extension, and leaves 300 ms.
    /// Source: AWS Lambda developer guide, "Lambda execution environment lifecycle", Shutdown phase.
    pub async fn terminated(&self) {
        match self.host() {
            Some(host) => host.terminated().await,
            None => process::terminated().await,
        }
    }

    /// Opens a port of the process's own, for what the service sends to it, as telemetry.
    ///
    /// # Errors
    ///
    /// There is no port, or the environment has none.
    pub async fn listen(&self) -> io::Result<Listener> {
        match self.host() {
            Some(host) => host.listen().await,
            None => process::listen().await,
        }
    }

    /// The name of the program that runs: that of the file of its executable. A simulator gives an extension
    /// within the process the name under which it was added. `None` where the file has no name in UTF-8.
    pub fn program_name(&self) -> Option<String> {
        self.host().and_then(|host| host.program_name()).or_else(process::program_name)
    }

    /// Whether this is the environment of the process itself.
    pub fn is_process(&self) -> bool {
        self.host().is_none()
    }

    /// The address of the APIs.
    ///
    /// # Errors
    ///
    /// `AWS_LAMBDA_RUNTIME_API` is missing, which means that the program does not run on Lambda, or
    /// it is no address.
    pub fn api_address(&self) -> Result<ApiAddress, BoxError> {
        match self.variables().runtime_api() {
            Some(address) => Ok(address.parse()?),
            None => Err(OutsideLambda.into()),
        }
    }

    /// Opens a connection to the APIs at this address.
    ///
    /// # Errors
    ///
    /// Nobody listens there.
    pub async fn connect(&self, address: &ApiAddress) -> io::Result<Connection> {
        let stream = match self.host() {
            Some(host) => host.connect(address).await?,
            None => process::connect(address).await?,
        };
        Ok(Connection::new(stream))
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("variables", self.variables()).finish_non_exhaustive()
    }
}

/// The program was started by hand. `Debug` reads like `Display`, since `main` prints it.
struct OutsideLambda;

impl fmt::Debug for OutsideLambda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for OutsideLambda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = std::env::args_os().next().unwrap_or_else(|| "PROGRAM".into());
        write!(
            f,
            "AWS_LAMBDA_RUNTIME_API is not set, so this is not Lambda: \
             to run the function here, use `lambda-test invoke {} --payload '{{}}'`",
            program.to_string_lossy()
        )
    }
}

impl std::error::Error for OutsideLambda {}
