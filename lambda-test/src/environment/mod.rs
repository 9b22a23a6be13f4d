//! One execution environment: the walls around the engine.

mod process;
mod server;
mod variables;

use std::{
    collections::{BTreeMap, VecDeque},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use crate::{
    ground::{Side, World},
    lifecycle::{CallId, Dispatch, Done, Effect, Engine, Input, Limits, Reply},
};
use process::{Incoming, Process, Said, Start, Tell};
use server::FromRuntime;

pub(crate) use process::Code;
pub use process::Program;
pub(crate) use server::MAX_PAYLOAD;
pub(crate) use variables::VariablesOf;

/// What is done with each log line as it comes.
pub(crate) type OnLog = Rc<dyn Fn(&str)>;

/// What an environment is made with.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) code: Code,
    pub(crate) variables: VariablesOf,
    pub(crate) limits: Limits,
    pub(crate) sockets: bool,
    pub(crate) on_log: Option<OnLog>,
}

/// The service's end of an environment.
#[derive(Clone)]
pub(crate) struct EnvironmentHandle {
    messages: mpsc::UnboundedSender<Message>,
}

/// What reaches an environment.
enum Message {
    Invoke(Dispatch, oneshot::Sender<Finished>),
    ShutDown(oneshot::Sender<()>),
    /// Over the socket of the environment, which knows no processes.
    Connected(Incoming),
    /// By a process, told apart by its number from what an earlier one still says.
    Said(u64, Said),
    Runtime(u64, FromRuntime),
}

/// An invocation that is over, with what was logged meanwhile.
pub(crate) struct Finished {
    pub(crate) done: Done,
    pub(crate) logs: Vec<String>,
    pub(crate) max_memory_used_mb: Option<u32>,
}

impl EnvironmentHandle {
    /// Makes an environment and begins its init phase.
    ///
    /// `on_idle` is called each time that an invocation is over and it could take another.
    pub(crate) fn start(world: Rc<World>, settings: Settings, on_idle: Box<dyn Fn()>) -> Self {
        let (messages, inbox) = mpsc::unbounded_channel();
        let number = world.number_environment();
        let driver = Driver {
            number,
            engine: Engine::new(settings.limits),
            process: None,
            generation: 0,
            runtime_api: "127.0.0.1:9001".to_owned(),
            calls: BTreeMap::new(),
            last_call: 0,
            timer: None,
            invocation: None,
            logs: Vec::new(),
            max_memory_used_mb: None,
            connections: JoinSet::new(),
            inbox,
            postponed: VecDeque::new(),
            messages: messages.clone(),
            on_idle,
            world: world.clone(),
            settings,
        };
        let task = tokio::task::spawn_local(driver.run());
        world.own(task.abort_handle());
        Self { messages }
    }

    /// Whether it can take invocations at all.
    pub(crate) fn is_alive(&self) -> bool {
        !self.messages.is_closed()
    }

    /// Hands it an invocation; it must not be busy.
    pub(crate) fn invoke(&self, dispatch: Dispatch) -> oneshot::Receiver<Finished> {
        let (sender, receiver) = oneshot::channel();
        // A closed inbox drops the sender, which the receiver tells.
        let _ = self.messages.send(Message::Invoke(dispatch, sender));
        receiver
    }

    /// Ends it.
    pub(crate) async fn shut_down(&self) {
        let (sender, receiver) = oneshot::channel();
        let _ = self.messages.send(Message::ShutDown(sender));
        // An error says that it has ended already.
        let _ = receiver.await;
    }
}

struct Driver {
    number: usize,
    engine: Engine,
    process: Option<Process>,
    generation: u64,
    /// Over a pipe nobody listens there; over sockets each environment has a port of its own.
    runtime_api: String,
    calls: BTreeMap<u64, oneshot::Sender<(u64, Reply)>>,
    last_call: u64,
    timer: Option<Duration>,
    invocation: Option<oneshot::Sender<Finished>>,
    logs: Vec<String>,
    max_memory_used_mb: Option<u32>,
    connections: JoinSet<()>,
    inbox: mpsc::UnboundedReceiver<Message>,
    /// Messages that were overtaken by log lines.
    postponed: VecDeque<Message>,
    messages: mpsc::UnboundedSender<Message>,
    on_idle: Box<dyn Fn()>,
    world: Rc<World>,
    settings: Settings,
}

impl Driver {
    async fn run(mut self) {
        let listener = match self.listen() {
            Ok(listener) => listener,
            Err(error) => {
                self.note(Side::Platform, format!("no port to listen on: {error}"));
                return;
            }
        };
        if let Some(listener) = listener {
            let messages = self.messages.clone();
            let accepting = tokio::task::spawn_local(accept(listener, messages));
            self.world.own(accepting.abort_handle());
        }
        self.step(Input::Start);
        loop {
            let message = match self.postponed.pop_front() {
                Some(message) => Some(message),
                None => self.next_message().await,
            };
            match message {
                Some(Message::ShutDown(told)) => {
                    self.step(Input::ShutDown);
                    // Whoever waits may have gone.
                    let _ = told.send(());
                    return;
                }
                Some(message) => self.take(message),
                None => self.step(Input::Timer),
            }
        }
    }

    /// The next message, or `None` when the timer falls due first.
    async fn next_message(&mut self) -> Option<Message> {
        let due = self.timer.map(|due| self.world.clock.instant(due));
        tokio::select! {
            biased;
            message = self.inbox.recv() => message,
            () = async { tokio::time::sleep_until(due.expect("checked")).await }, if due.is_some() => None,
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Invoke(dispatch, finished) => {
                self.invocation = Some(finished);
                self.step(Input::Invoke(dispatch));
            }
            Message::ShutDown(_) => {}
            Message::Connected(incoming) => self.connect(incoming),
            Message::Said(generation, _) if generation != self.generation => {}
            Message::Said(_, Said::Connected(incoming)) => self.connect(incoming),
            Message::Said(_, Said::Log(line)) => self.log(line),
            Message::Said(_, Said::Exited(exit)) => {
                self.note(Side::Runtime, format!("({exit})"));
                self.step(Input::Exited(exit));
            }
            Message::Runtime(generation, _) if generation != self.generation => {}
            Message::Runtime(_, FromRuntime::Call(call, reply)) => {
                self.last_call += 1;
                self.calls.insert(self.last_call, reply);
                self.note(Side::Runtime, call.to_string());
                self.step(Input::Call(CallId(self.last_call), call));
            }
            Message::Runtime(_, FromRuntime::Body(id, body, reply)) => {
                self.calls.insert(id, reply);
                self.step(Input::Body(CallId(id), body));
            }
        }
    }

    fn connect(&mut self, incoming: Incoming) {
        let send = self.sender();
        match incoming {
            Incoming::Pipe(stream) => self.connections.spawn_local(server::serve(stream, send)),
            Incoming::Socket(stream) => self.connections.spawn_local(server::serve(stream, send)),
        };
    }

    fn log(&mut self, line: String) {
        if let Some(on_log) = &self.settings.on_log {
            on_log(&line);
        }
        self.note(Side::Runtime, format!("log: {line}"));
        self.logs.push(line);
    }

    /// For the process that is started now.
    fn tell(&self) -> Tell {
        let (messages, generation) = (self.messages.clone(), self.generation);
        Arc::new(move |said| {
            // An environment that has ended has no use for it.
            let _ = messages.send(Message::Said(generation, said));
        })
    }

    fn sender(&self) -> impl Fn(FromRuntime) + Clone + use<> {
        let (messages, generation) = (self.messages.clone(), self.generation);
        move |call| {
            // An environment that has ended drops the call, which closes the connection.
            let _ = messages.send(Message::Runtime(generation, call));
        }
    }

    fn step(&mut self, input: Input) {
        let now = self.world.clock.elapsed();
        for effect in self.engine.step(input, now) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::StartProcess => self.start_process(),
            Effect::KillProcess => self.kill_process(),
            Effect::Reply(CallId(id), reply) => self.reply(id, reply),
            Effect::Timer(due) => self.timer = due,
            Effect::Freeze => {
                if let Some(escaped @ 1..) = self.process.as_ref().map(Process::freeze) {
                    let text = format!("TasksEscaped: {escaped} not given to the environment");
                    self.note(Side::Platform, text);
                }
            }
            Effect::Thaw => {
                if let Some(process) = &self.process {
                    process.thaw();
                }
            }
            Effect::Answered => {}
            Effect::Done(done) => self.done(*done),
            Effect::Fact(fact) => self.note(Side::Platform, fact.to_string()),
        }
    }

    fn start_process(&mut self) {
        self.generation += 1;
        let start = Start {
            variables: self.settings.variables.start(self.world.clock, &self.runtime_api),
            clock: self.world.clock,
            random: self.world.fork_random(),
            sockets: self.settings.sockets,
            tell: self.tell(),
        };
        self.process = Some(Process::start(&self.settings.code, start));
    }

    fn kill_process(&mut self) {
        self.drain_logs();
        self.max_memory_used_mb = self.memory();
        // What the process still says is not heard any more.
        self.generation += 1;
        self.process = None;
        self.calls.clear();
        self.connections.abort_all();
        self.connections = JoinSet::new();
    }

    fn memory(&self) -> Option<u32> {
        self.process.as_ref().map_or(self.max_memory_used_mb, Process::max_memory_used_mb)
    }

    fn reply(&mut self, id: u64, mut reply: Reply) {
        if let Reply::Event(dispatch, deadline) = &mut reply {
            let deadline_ms = self.world.clock.epoch_ms_at(*deadline).to_string();
            dispatch.headers.push(("lambda-runtime-deadline-ms", deadline_ms));
        }
        if let Reply::Refused(status, error_type, _) = &reply {
            self.note(Side::Platform, format!("{status} {error_type}"));
        }
        if let Some(sender) = self.calls.remove(&id) {
            // A caller that has gone needs no reply.
            let _ = sender.send((id, reply));
        }
    }

    /// Lines that the process wrote before its last call may stand behind that call.
    fn drain_logs(&mut self) {
        while let Ok(message) = self.inbox.try_recv() {
            match message {
                Message::Said(generation, Said::Log(line)) => {
                    if generation == self.generation {
                        self.log(line);
                    }
                }
                other => self.postponed.push_back(other),
            }
        }
    }

    fn done(&mut self, done: Done) {
        self.drain_logs();
        self.note(Side::Platform, done.to_string());
        let max_memory_used_mb = self.memory();
        (self.on_idle)();
        let logs = std::mem::take(&mut self.logs);
        if let Some(finished) = self.invocation.take() {
            // Whoever invoked may have gone.
            let _ = finished.send(Finished { done, logs, max_memory_used_mb });
        }
    }

    fn note(&self, side: Side, text: String) {
        self.world.note(self.number, side, text);
    }

    /// One port for each environment, since clients take `host:port` and no path.
    fn listen(&mut self) -> std::io::Result<Option<TcpListener>> {
        if !self.settings.sockets {
            return Ok(None);
        }
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?.to_string();
        self.runtime_api = address;
        TcpListener::from_std(listener).map(Some)
    }
}

async fn accept(listener: TcpListener, messages: mpsc::UnboundedSender<Message>) {
    while let Ok((stream, _)) = listener.accept().await {
        // Without it, a head and a body in two pieces wait for each other.
        let connected = stream.set_nodelay(true).map_err(|_| ()).and_then(|()| {
            let connected = Message::Connected(Incoming::Socket(stream));
            messages.send(connected).map_err(|_| ())
        });
        if connected.is_err() && messages.is_closed() {
            return;
        }
    }
}
