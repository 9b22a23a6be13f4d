//! The execution environment as a process sees it.

use std::{fmt, future::Future, io, pin::Pin, sync::Arc, time::SystemTime};

use crate::{ApiAddress, BoxError, Connection, Stream, Variables};

/// A boxed future that may move between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

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
    host: Box<dyn Host>,
}

/// What provides an environment: the process, or a simulator.
pub trait Host: Send + Sync + 'static {
    /// Opens a connection to the APIs at this address.
    fn connect(&self, address: &ApiAddress) -> BoxFuture<io::Result<Stream>>;

    /// The wall clock.
    fn now(&self) -> SystemTime;

    /// Takes one line of the log, without its line end.
    fn log(&self, line: &str);

    /// 64 random bits.
    fn random(&self) -> u64;

    /// Runs a task beside the handler.
    fn spawn(&self, task: BoxFuture<()>);

    /// Whether the environment is this process, so that its variables may be changed.
    fn is_process(&self) -> bool {
        false
    }
}

impl Environment {
    /// The environment of this process, as Lambda made it.
    pub fn from_process() -> Self {
        Self::new(Variables::from_process(), Process)
    }

    /// An environment with these variables on this host.
    pub fn new(variables: Variables, host: impl Host) -> Self {
        Self { inner: Arc::new(Inner { variables, host: Box::new(host) }) }
    }

    /// The environment variables.
    pub fn variables(&self) -> &Variables {
        &self.inner.variables
    }

    /// The time of day. In a simulated environment it starts at a set instant and moves with the
    /// virtual clock.
    pub fn now(&self) -> SystemTime {
        self.inner.host.now()
    }

    /// Writes to the function's log. Line ends within the text become `\r`, which keeps it one log
    /// event.
    pub fn log(&self, line: &str) {
        let line = line.trim_end_matches(['\r', '\n']);
        if line.contains('\n') {
            self.inner.host.log(&line.replace("\r\n", "\r").replace('\n', "\r"));
        } else {
            self.inner.host.log(line);
        }
    }

    /// 64 random bits; the same for the same seed in a simulated environment.
    pub fn random(&self) -> u64 {
        self.inner.host.random()
    }

    /// Runs a task beside the handler.
    ///
    /// Between invocations the environment is frozen and the task stands still; it goes on with the
    /// next invocation and is dropped with the environment. The simulator keeps to that, which it
    /// cannot for `tokio::spawn`.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.inner.host.spawn(Box::pin(task));
    }

    /// Whether this is the environment of the process itself.
    pub fn is_process(&self) -> bool {
        self.inner.host.is_process()
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
        Ok(Connection::new(self.inner.host.connect(address).await?))
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

/// The process itself, on Lambda or under an emulator.
struct Process;

impl Host for Process {
    fn connect(&self, address: &ApiAddress) -> BoxFuture<io::Result<Stream>> {
        let addresses = address.resolve();
        Box::pin(async move {
            let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
            for address in addresses? {
                match tokio::net::TcpStream::connect(address).await {
                    Ok(stream) => {
                        // Nagle's algorithm and delayed acknowledgements cost 40 ms per message.
                        stream.set_nodelay(true)?;
                        return Ok(Stream::Tcp(stream));
                    }
                    Err(error) => last = error,
                }
            }
            Err(last)
        })
    }

    #[expect(clippy::disallowed_methods, reason = "this is the place that asks the real clock")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn log(&self, line: &str) {
        use io::Write as _;
        // One write, so that lines of several threads do not mix. A closed log fails nothing.
        let mut bytes = Vec::with_capacity(line.len() + 1);
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        let _ = io::stderr().lock().write_all(&bytes);
    }

    fn random(&self) -> u64 {
        use std::hash::{BuildHasher as _, Hasher as _};
        // Each `RandomState` has keys of its own, seeded by the operating system.
        std::collections::hash_map::RandomState::new().build_hasher().finish()
    }

    fn spawn(&self, task: BoxFuture<()>) {
        tokio::spawn(task);
    }

    fn is_process(&self) -> bool {
        true
    }
}
