//! What runs in an environment: an application in this process, or a child process.

mod app;
#[cfg(unix)]
mod child;
#[cfg(unix)]
mod child_group;
mod freeze;
mod host;
#[cfg(unix)]
mod output;
mod program;
#[cfg(unix)]
mod watchdog;
mod watched;

use std::{future::Future, net::TcpListener, pin::Pin, rc::Rc, sync::Arc, time::Duration};

use lambda_core::{BoxError, Environment, Variables};
use tokio::{io::DuplexStream, net::TcpStream, sync::mpsc};

use super::log::LogWriter;
use crate::kernel::{Clock, Exit, Random, Waits};
#[cfg(unix)]
pub use child_group::ChildGroup;
pub use program::Program;

/// An application whose types are gone.
pub(crate) type AnyApp =
    Rc<dyn Fn(Environment) -> Pin<Box<dyn Future<Output = Result<(), BoxError>>>>>;

/// What the service starts as `bootstrap`.
#[derive(Clone)]
pub(crate) enum Code {
    /// In this process, over a pipe or over a socket.
    App(AnyApp),
    /// A child process.
    Program(Program),
}

/// What a process is started with.
pub(crate) struct Start {
    /// The name of the extension; none is the runtime.
    pub(crate) extension: Option<Arc<str>>,
    pub(crate) variables: Variables,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    /// Over sockets, not over pipes.
    pub(crate) sockets: bool,
    /// How long an invocation may take.
    pub(crate) timeout: Duration,
    /// How much later an application of this process begins.
    pub(crate) init: Duration,
    /// Where it writes its lines.
    pub(crate) log: LogWriter,
    /// The port of its Runtime API, over sockets: the same one that is listened at.
    pub(crate) runtime_port: Option<TcpListener>,
    /// The first port that it may listen at, over pipes.
    pub(crate) port: u16,
    pub(crate) events: ProcessEvents,
}

/// Where a process sends its events.
pub(crate) type ProcessEvents = Arc<dyn Fn(ProcessEvent) + Send + Sync>;

/// What a process does on its own.
pub(crate) enum ProcessEvent {
    /// It opened a connection to the APIs.
    Connected(Incoming),
    /// It listens at this port, over pipes.
    Listening(u16, mpsc::UnboundedSender<DuplexStream>),
    /// It blocked its thread for longer than an invocation may take.
    Blocked,
    /// It has ended, or could not be started.
    Exited(Exit),
}

/// A connection of a process.
pub(crate) enum Incoming {
    Pipe(DuplexStream),
    Socket(TcpStream),
}

/// A process that runs; by default none, as where it could not be started.
#[derive(Default)]
pub(crate) struct Process(Option<Box<dyn Control>>);

/// How a process is controlled. Dropping it kills the process.
pub(crate) trait Control {
    /// Suspends the process between invocations. Returns how many of its tasks run all the same.
    fn freeze(&self) -> usize;

    /// Resumes the process.
    fn thaw(&self);

    /// Sends SIGTERM, or what is the same to an application in this process.
    fn terminate(&self);

    /// Returns what it waits for, where that can be known.
    fn waits(&self) -> Option<Waits> {
        None
    }

    /// Logs what it has written and nobody has read yet.
    fn flush(&self) {}

    /// Returns the most memory that it has used, where that can be known.
    fn max_memory_used_mb(&self) -> Option<u32> {
        None
    }
}

impl Process {
    pub(crate) fn start(code: &Code, start: Start) -> Self {
        Self(match code {
            Code::App(app) => Some(Box::new(app::AppProcess::start(app, start))),
            Code::Program(program) => start_program(program, start),
        })
    }

    pub(crate) fn freeze(&self) -> usize {
        self.0.as_ref().map_or(0, |process| process.freeze())
    }

    /// The process, if it was started.
    pub(crate) fn control(&self) -> Option<&dyn Control> {
        self.0.as_deref()
    }
}

#[cfg(unix)]
fn start_program(program: &Program, start: Start) -> Option<Box<dyn Control>> {
    child::ChildProcess::start(program, start).map(|child| Box::new(child) as Box<dyn Control>)
}

#[cfg(not(unix))]
fn start_program(program: &Program, start: Start) -> Option<Box<dyn Control>> {
    program.refuse(&start);
    None
}
