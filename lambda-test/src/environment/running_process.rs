//! A process that runs, with its port, its connections and its open calls.

use std::{collections::BTreeMap, io, rc::Rc, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use super::{
    Logging, Settings, egress,
    inbox::Message,
    log::Log,
    process::{Code, Incoming, Process, ProcessEvent, Start},
    server::{self, FromProcess, Replied},
    settings::FunctionInfo,
    variables,
};
use crate::{
    kernel::{Clock, Exit, ProcessRole, Random, tracked},
    lifecycle::CallId,
};

/// Where the reply to a call goes.
pub(super) type Waiting = oneshot::Sender<Replied>;

/// A process that runs. Dropping it kills the process and closes its port and its connections.
pub(super) struct RunningProcess {
    /// Tells it apart from those before it in this environment.
    pub(super) number: u64,
    pub(super) role: ProcessRole,
    pub(super) process: Process,
    /// What an extension writes; absent for the runtime.
    pub(super) log: Option<Log>,
    calls: BTreeMap<u64, Waiting>,
    /// Accepts connections, and serves them.
    tasks: JoinSet<()>,
}

/// What a process is started with.
pub(super) struct RunningStart<'a> {
    pub(super) number: u64,
    pub(super) role: ProcessRole,
    pub(super) settings: &'a Settings,
    pub(super) clock: Clock,
    pub(super) random: Random,
    /// The log stream of the environment.
    pub(super) log_stream: String,
    /// Makes the credentials of the environment.
    pub(super) credentials: Random,
    pub(super) log: &'a Log,
    pub(super) messages: mpsc::UnboundedSender<Message>,
}

impl RunningProcess {
    pub(super) fn start(code: &Code, start: RunningStart<'_>) -> Self {
        let RunningStart {
            number,
            role,
            settings,
            clock,
            random,
            log_stream,
            credentials,
            log,
            messages,
        } = start;
        let own_log = match role {
            ProcessRole::Runtime => None,
            ProcessRole::Extension(_) => Some(log.sibling()),
        };
        let mut tasks = JoinSet::new();
        let sender = messages.clone();
        let outside = messages.clone();
        let events = Arc::new(move |event: ProcessEvent| {
            // An environment that has ended has no use for it.
            let _ = sender.send(Message::Process(number, event));
        });
        // Nobody listens there where the API is served over pipes.
        let mut runtime_api = "127.0.0.1:9001".to_owned();
        let mut process = Process::default();
        match listen(settings.sockets) {
            Ok(listener) => {
                let mut runtime_port = None;
                if let Some((listener, held, address)) = listener {
                    runtime_api = address;
                    runtime_port = Some(held);
                    tasks.spawn_local(tracked(Box::pin(accept(number, listener, messages))));
                }
                let variables =
                    variables::platform(&settings.info, &log_stream, credentials, &runtime_api);
                let mut variables = variables;
                let is_free = egress::allows_all(&settings.info.allowed);
                if let (Code::Program(_), false) = (code, is_free) {
                    // Without a port it is as before.
                    if let Ok((listener, address)) = egress::bind() {
                        let allowed = settings.info.allowed.clone();
                        egress::set(&mut variables, &address, &allowed);
                        let refusing = egress::serve(listener, allowed, number, outside);
                        tasks.spawn_local(tracked(Box::pin(refusing)));
                    }
                }
                let start = Start {
                    extension: match &role {
                        ProcessRole::Runtime => None,
                        ProcessRole::Extension(name) => Some(name.clone()),
                    },
                    variables: match role {
                        ProcessRole::Runtime => variables,
                        ProcessRole::Extension(_) => variables::of_extension(&variables),
                    },
                    clock,
                    random,
                    sockets: settings.sockets,
                    timeout: settings.limits.timeout,
                    init: match role {
                        ProcessRole::Runtime => settings.info.deviations.init,
                        ProcessRole::Extension(_) => Duration::ZERO,
                    },
                    log: match &own_log {
                        // Levels are those of the function.
                        Some(own) => own.writer(number, Logging::default()),
                        None => log.writer(number, settings.info.logging),
                    },
                    runtime_port,
                    // Two processes have two ports.
                    port: 20_000 + 16 * u16::try_from(number % 2_000).unwrap_or_default(),
                    events,
                };
                process = Process::start(code, start);
            }
            Err(error) => {
                let reason = format!("there is no port for the Runtime API: {error}");
                events(ProcessEvent::Exited(Exit::NotStarted(reason.into())));
            }
        }
        Self { number, role, process, log: own_log, calls: BTreeMap::new(), tasks }
    }

    /// Serves the APIs on a connection of it.
    pub(super) fn serve(
        &mut self,
        incoming: Incoming,
        clock: Clock,
        info: Rc<FunctionInfo>,
        messages: mpsc::UnboundedSender<Message>,
    ) {
        // Those that are closed.
        while self.tasks.try_join_next().is_some() {}
        let number = self.number;
        let tell = move |call: FromProcess| {
            // An environment that has ended drops the call, which closes the connection.
            let _ = messages.send(Message::Called(number, call));
        };
        match incoming {
            Incoming::Pipe(stream) => {
                self.tasks.spawn_local(tracked(Box::pin(server::serve(stream, clock, info, tell))))
            }
            Incoming::Socket(stream) => {
                self.tasks.spawn_local(tracked(Box::pin(server::serve(stream, clock, info, tell))))
            }
        };
    }

    /// A call, or one whose head was answered, waits from now on.
    pub(super) fn wait(&mut self, id: u64, waiting: Waiting) -> CallId {
        self.calls.insert(id, waiting);
        CallId(id)
    }

    /// Where the reply to this call goes, if it is one of its own that waits.
    pub(super) fn take(&mut self, CallId(id): CallId) -> Option<Waiting> {
        self.calls.remove(&id)
    }
}

/// A port of the process's own, since clients take `host:port` and no path; so what an earlier one
/// still sends is not taken for its words.
fn listen(sockets: bool) -> io::Result<Option<(TcpListener, std::net::TcpListener, String)>> {
    if !sockets {
        return Ok(None);
    }
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?.to_string();
    let held = listener.try_clone()?;
    Ok(Some((TcpListener::from_std(listener)?, held, address)))
}

async fn accept(process: u64, listener: TcpListener, messages: mpsc::UnboundedSender<Message>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // As where there is no descriptor left: the process connects once more.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Without it, a head and a body in two pieces wait for each other.
        if stream.set_nodelay(true).is_ok() {
            // An environment that has ended has no use for it.
            let _ = messages.send(Message::Connected(process, Incoming::Socket(stream)));
        }
    }
}
