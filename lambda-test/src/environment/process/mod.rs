//! What runs in an environment: an application in this process, or a child process.

mod app;
#[cfg(unix)]
mod child;
mod freeze;
#[cfg(unix)]
mod output;
mod program;
#[cfg(unix)]
mod watchdog;

use std::{future::Future, pin::Pin, rc::Rc, sync::Arc, time::Duration};

use lambda_core::{BoxError, Environment, Variables};
use tokio::{io::DuplexStream, net::TcpStream, sync::mpsc};

use super::log::LogWriter;
use crate::kernel::{Clock, Exit, Random};
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
    pub(crate) variables: Variables,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    /// Over sockets, not over pipes.
    pub(crate) sockets: bool,
    /// How long an invocation may take.
    pub(crate) timeout: Duration,
    /// Where it writes its lines.
    pub(crate) log: LogWriter,
    /// The first port that it may listen at, over pipes.
    pub(crate) port: u16,
    /// Whom it tells what it says.
    pub(crate) tell: ProcessEvents,
}

/// Hears what a process says.
pub(crate) type ProcessEvents = Arc<dyn Fn(ProcessEvent) + Send + Sync>;

/// What a process says.
pub(crate) enum ProcessEvent {
    /// It wants to speak with the APIs.
    Connected(Incoming),
    /// It listens at this port, over pipes.
    Listening(u16, mpsc::UnboundedSender<DuplexStream>),
    /// It held its thread for longer than an invocation may take.
    Blocked,
    /// It has ended, or could not be started.
    Exited(Exit),
}

/// A connection of a process.
pub(crate) enum Incoming {
    Pipe(DuplexStream),
    Socket(TcpStream),
}

/// A process that runs.
pub(crate) enum Process {
    App(app::AppProcess),
    #[cfg(unix)]
    Child(child::ChildProcess),
    /// It could not be started; the environment was told.
    None,
}

impl Process {
    pub(crate) fn start(code: &Code, start: Start) -> Self {
        match code {
            Code::App(app) => Self::App(app::AppProcess::start(app, start)),
            #[cfg(unix)]
            Code::Program(program) => child::ChildProcess::start(program, start),
            #[cfg(not(unix))]
            Code::Program(program) => program.refuse(start),
        }
    }

    /// Stops it between invocations. Returns how many tasks go on all the same.
    pub(crate) fn freeze(&self) -> usize {
        match self {
            Self::App(process) => process.freeze(),
            #[cfg(unix)]
            Self::Child(process) => process.freeze(),
            Self::None => 0,
        }
    }

    pub(crate) fn thaw(&self) {
        match self {
            Self::App(process) => process.thaw(),
            #[cfg(unix)]
            Self::Child(process) => process.thaw(),
            Self::None => {}
        }
    }

    /// Asks it to end, by SIGTERM or what stands for it.
    pub(crate) fn terminate(&self) {
        match self {
            Self::App(process) => process.terminate(),
            #[cfg(unix)]
            Self::Child(process) => process.terminate(),
            Self::None => {}
        }
    }

    /// Logs what it has written and nobody has read yet.
    pub(crate) fn flush(&self) {
        match self {
            #[cfg(unix)]
            Self::Child(process) => process.flush(),
            Self::App(_) | Self::None => {}
        }
    }

    /// The most memory it has used, where that can be known.
    pub(crate) fn max_memory_used_mb(&self) -> Option<u32> {
        match self {
            #[cfg(unix)]
            Self::Child(process) => process.max_memory_used_mb(),
            Self::App(_) | Self::None => None,
        }
    }
}
