//! Messages in, inputs to the engine; its effects out, to the walls. Nothing is decided here.

use std::{rc::Rc, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::mpsc};

use super::{
    Settings,
    flight::{Finished, Flight},
    inbox::{Inbox, Message},
    process::{Incoming, Process, Said, Start},
    running::Running,
    server::FromRuntime,
};
use crate::{
    ground::{Done, Fact, Party, World},
    lifecycle::{Answer, CallId, Effect, Engine, Input, Reply, RequestId, Timer},
};

/// The one task of an environment.
pub(super) struct Driver {
    number: usize,
    world: Rc<World>,
    settings: Settings,
    /// To itself.
    messages: mpsc::UnboundedSender<Message>,
    on_idle: Box<dyn Fn()>,
    /// Over a pipe nobody listens there; over sockets each environment has a port of its own.
    runtime_api: String,
    engine: Engine,
    timers: Vec<(Timer, Duration)>,
    running: Option<Running>,
    /// How many processes there were.
    generations: u64,
    /// Of the process that was killed last.
    max_memory_used_mb: Option<u32>,
    flights: Vec<Flight>,
    /// The lines since the last invocation was over.
    logs: Vec<Arc<str>>,
}

impl Driver {
    pub(super) fn new(
        world: Rc<World>,
        settings: Settings,
        messages: mpsc::UnboundedSender<Message>,
        on_idle: Box<dyn Fn()>,
    ) -> Self {
        Self {
            number: world.number_environment(),
            engine: Engine::new(settings.limits),
            world,
            settings,
            messages,
            on_idle,
            runtime_api: "127.0.0.1:9001".to_owned(),
            timers: Vec::new(),
            running: None,
            generations: 0,
            max_memory_used_mb: None,
            flights: Vec::new(),
            logs: Vec::new(),
        }
    }

    pub(super) async fn run(mut self, inbox: mpsc::UnboundedReceiver<Message>) {
        let mut inbox = Inbox::new(inbox);
        match self.listen() {
            Ok(None) => {}
            Ok(Some(listener)) => {
                let accepting = tokio::task::spawn_local(accept(listener, self.messages.clone()));
                self.world.own(accepting.abort_handle());
            }
            Err(error) => {
                self.note(None, None, Fact::NoPort { reason: error.to_string().into() });
                return;
            }
        }
        self.step(Input::Start, &mut inbox);
        loop {
            let due = self.timers.iter().map(|(_, due)| *due).min();
            match inbox.next(due.map(|due| self.world.clock.instant(due))).await {
                Some(Message::ShutDown(told)) => {
                    self.step(Input::ShutDown, &mut inbox);
                    // Whoever waits may have gone.
                    let _ = told.send(());
                    return;
                }
                Some(message) => self.take(message, &mut inbox),
                None => self.fall_due(due, &mut inbox),
            }
        }
    }

    fn fall_due(&mut self, due: Option<Duration>, inbox: &mut Inbox) {
        if let Some(at) = self.timers.iter().position(|(_, set)| Some(*set) == due) {
            let (timer, _) = self.timers.remove(at);
            self.step(Input::Timer(timer), inbox);
        }
    }

    fn take(&mut self, message: Message, inbox: &mut Inbox) {
        match message {
            Message::Invoke(dispatch, flight) => {
                self.flights.push(flight);
                self.step(Input::Invoke(dispatch), inbox);
            }
            Message::ShutDown(_) => {}
            Message::Connected(incoming) => self.connect(incoming),
            Message::Said(generation, _) | Message::Runtime(generation, _)
                if generation != self.generation() => {}
            Message::Said(_, Said::Connected(incoming)) => self.connect(incoming),
            Message::Said(_, Said::Log(line)) => self.log(line),
            Message::Said(_, Said::Exited(exit)) => {
                self.note_in_flight(Fact::Exited(exit.clone()));
                self.step(Input::Exited(Party::Runtime, exit), inbox);
            }
            Message::Runtime(_, call) => self.called(call, inbox),
        }
    }

    /// Of the process that runs; of none otherwise, since they are counted from 1.
    fn generation(&self) -> u64 {
        self.running.as_ref().map_or(0, |running| running.generation)
    }

    fn connect(&mut self, incoming: Incoming) {
        if let Some(running) = &mut self.running {
            running.serve(incoming, self.world.clock, self.messages.clone());
        }
    }

    fn log(&mut self, line: Arc<str>) {
        if let Some(on_log) = &self.settings.on_log {
            on_log(&line);
        }
        self.note_in_flight(Fact::Logged(line.clone()));
        self.logs.push(line);
    }

    fn called(&mut self, call: FromRuntime, inbox: &mut Inbox) {
        let Some(running) = &mut self.running else { return };
        let input = match call {
            FromRuntime::Call(call, waiting) => {
                let id = running.wait(waiting);
                self.note_in_flight(Fact::Called(call.clone()));
                Input::Call(Party::Runtime, id, call)
            }
            FromRuntime::Body(id, body, waiting) => {
                Input::Body(Party::Runtime, running.wait_again(id, waiting), body)
            }
        };
        self.step(input, inbox);
    }

    fn step(&mut self, input: Input, inbox: &mut Inbox) {
        for effect in self.engine.step(input, self.world.clock.elapsed()) {
            self.perform(effect, inbox);
        }
    }

    fn perform(&mut self, effect: Effect, inbox: &mut Inbox) {
        match effect {
            Effect::StartProcess(Party::Runtime) => self.start_process(),
            Effect::KillProcess(Party::Runtime) => self.kill_process(inbox),
            Effect::Reply(id, reply) => self.reply(id, reply),
            Effect::Timer(timer, due) => {
                self.timers.retain(|(set, _)| *set != timer);
                self.timers.extend(due.map(|due| (timer, due)));
            }
            Effect::Freeze => self.freeze(),
            Effect::Thaw => {
                if let Some(running) = &self.running {
                    running.process.thaw();
                }
            }
            Effect::Answered(request_id, answer) => self.answered(&request_id, *answer),
            Effect::Done(request_id, done) => self.done(request_id, *done, inbox),
            Effect::Fact(party, request_id, fact) => self.note(party, request_id, fact),
        }
    }

    fn start_process(&mut self) {
        self.generations += 1;
        let generation = self.generations;
        let messages = self.messages.clone();
        let start = Start {
            variables: self.settings.variables.start(self.world.clock, &self.runtime_api),
            clock: self.world.clock,
            random: self.world.fork_random(),
            sockets: self.settings.sockets,
            tell: Arc::new(move |said| {
                // An environment that has ended has no use for it.
                let _ = messages.send(Message::Said(generation, said));
            }),
        };
        let process = Process::start(&self.settings.code, start);
        self.running = Some(Running::new(generation, process));
    }

    fn kill_process(&mut self, inbox: &mut Inbox) {
        self.hear_lines(inbox);
        self.max_memory_used_mb = self.memory();
        self.running = None;
    }

    fn memory(&self) -> Option<u32> {
        match &self.running {
            Some(running) => running.process.max_memory_used_mb(),
            None => self.max_memory_used_mb,
        }
    }

    fn reply(&mut self, id: CallId, reply: Reply) {
        if let Reply::Refused(status, error_type, _) = &reply {
            let (status, error_type) = (*status, *error_type);
            self.note_in_flight(Fact::Refused { status, error_type });
        }
        if let Some(running) = &mut self.running {
            running.reply(id, reply);
        }
    }

    fn freeze(&mut self) {
        let Some(running) = &self.running else { return };
        if let count @ 1.. = running.process.freeze() {
            self.note(Some(Party::Runtime), None, Fact::TasksEscaped { count });
        }
    }

    fn answered(&mut self, request_id: &RequestId, answer: Answer) {
        if let Some(flight) =
            self.flights.iter_mut().find(|flight| flight.request_id == *request_id)
        {
            flight.answer(self.world.clock.elapsed(), answer);
        }
    }

    fn done(&mut self, request_id: RequestId, mut done: Done, inbox: &mut Inbox) {
        self.hear_lines(inbox);
        done.max_memory_used_mb = self.memory();
        let done = Arc::new(done);
        let flight = self.flights.iter().position(|flight| flight.request_id == request_id);
        self.note(None, Some(request_id), Fact::Done(done.clone()));
        (self.on_idle)();
        let logs = std::mem::take(&mut self.logs);
        if let Some(flight) = flight {
            self.flights.swap_remove(flight).finish(Finished { done, logs });
        }
    }

    fn hear_lines(&mut self, inbox: &mut Inbox) {
        for line in inbox.overtaking_lines(self.generation()) {
            self.log(line);
        }
    }

    /// By the runtime, or to it, within the invocation that it has in hand, if any.
    fn note_in_flight(&self, fact: Fact) {
        self.note(Some(Party::Runtime), self.engine.in_hand().cloned(), fact);
    }

    fn note(&self, party: Option<Party>, request_id: Option<RequestId>, fact: Fact) {
        self.world.note(Some(self.number), party, request_id, fact);
    }

    /// One port for each environment, since clients take `host:port` and no path.
    fn listen(&mut self) -> std::io::Result<Option<TcpListener>> {
        if !self.settings.sockets {
            return Ok(None);
        }
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        self.runtime_api = listener.local_addr()?.to_string();
        TcpListener::from_std(listener).map(Some)
    }
}

async fn accept(listener: TcpListener, messages: mpsc::UnboundedSender<Message>) {
    while let Ok((stream, _)) = listener.accept().await {
        // Without it, a head and a body in two pieces wait for each other.
        if stream.set_nodelay(true).is_ok()
            && messages.send(Message::Connected(Incoming::Socket(stream))).is_err()
        {
            return;
        }
    }
}
