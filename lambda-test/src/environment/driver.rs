//! Messages in, inputs to the engine; its effects out, to the walls. Nothing is decided here.

use std::{rc::Rc, sync::Arc, time::Duration};

use tokio::sync::mpsc;

use super::{
    Settings,
    flight::{Finished, Flight},
    inbox::{Inbox, Message, Next},
    log::Log,
    process::{Incoming, Said},
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
    engine: Engine,
    timers: Vec<(Timer, Duration)>,
    running: Option<Running>,
    /// How many there were, which is the number of the last one.
    processes: u64,
    /// Of the process that was killed last.
    max_memory_used_mb: Option<u32>,
    flights: Vec<Flight>,
    log: Log,
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
            timers: Vec::new(),
            running: None,
            processes: 0,
            max_memory_used_mb: None,
            flights: Vec::new(),
            log: Log::default(),
        }
    }

    pub(super) async fn run(mut self, messages: mpsc::UnboundedReceiver<Message>) {
        let mut inbox = Inbox::new(messages, self.log.clone());
        self.step(Input::Start);
        loop {
            let due = self.timers.iter().map(|(_, due)| *due).min();
            let next = inbox.next(due.map(|due| self.world.clock.instant(due))).await;
            // What was written before it came.
            self.hear();
            match next {
                Next::Due => self.fall_due(due),
                Next::Message(Message::ShutDown(told)) => {
                    self.step(Input::ShutDown);
                    // Whoever waits may have gone.
                    let _ = told.send(());
                    return;
                }
                Next::Message(message) => self.take(message),
                Next::Logged => {}
            }
        }
    }

    fn fall_due(&mut self, due: Option<Duration>) {
        if let Some(at) = self.timers.iter().position(|(_, set)| Some(*set) == due) {
            let (timer, _) = self.timers.remove(at);
            self.step(Input::Timer(timer));
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Invoke(dispatch, flight) => {
                self.flights.push(flight);
                self.step(Input::Invoke(dispatch));
            }
            Message::ShutDown(_) => {}
            Message::Terminate => {
                self.note_in_flight(Fact::Terminated);
                if let Some(running) = &self.running {
                    running.process.terminate();
                }
            }
            Message::Said(process, _)
            | Message::Connected(process, _)
            | Message::Runtime(process, _)
                if process != self.process() => {}
            Message::Connected(_, incoming) | Message::Said(_, Said::Connected(incoming)) => {
                self.connect(incoming);
            }
            Message::Said(_, Said::Blocked) => self.note_in_flight(Fact::Blocked),
            Message::Said(_, Said::Exited(exit)) => {
                self.note_in_flight(Fact::Exited(exit.clone()));
                self.step(Input::Exited(Party::Runtime, exit));
            }
            Message::Runtime(_, call) => self.called(call),
        }
    }

    /// Of the process that runs; of none otherwise, since they are counted from 1.
    fn process(&self) -> u64 {
        self.running.as_ref().map_or(0, |running| running.number)
    }

    fn connect(&mut self, incoming: Incoming) {
        if let Some(running) = &mut self.running {
            running.serve(incoming, self.world.clock, self.messages.clone());
        }
    }

    /// Hears what was written to the log.
    fn hear(&mut self) {
        for line in self.log.hear() {
            if let Some(on_log) = &self.settings.on_log {
                on_log(&line);
            }
            self.note_in_flight(Fact::Logged(line));
        }
    }

    fn called(&mut self, call: FromRuntime) {
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
        self.step(input);
    }

    fn step(&mut self, input: Input) {
        for effect in self.engine.step(input, self.world.clock.elapsed()) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::StartProcess(Party::Runtime) => self.start_process(),
            Effect::KillProcess(Party::Runtime) => self.kill_process(),
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
            Effect::Done(request_id, done) => self.done(request_id, *done),
            Effect::Fact(party, request_id, fact) => self.note(party, request_id, fact),
        }
    }

    fn start_process(&mut self) {
        self.processes += 1;
        let writer = self.log.writer(self.processes);
        self.running = Some(Running::start(
            self.processes,
            &self.settings,
            &self.world,
            writer,
            self.messages.clone(),
        ));
    }

    fn kill_process(&mut self) {
        self.hear_last();
        self.max_memory_used_mb = self.memory();
        self.running = None;
        self.log.close();
    }

    /// Hears what the process has written so far, to its last letter.
    fn hear_last(&mut self) {
        if let Some(running) = &self.running {
            running.process.flush();
        }
        self.hear();
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

    fn done(&mut self, request_id: RequestId, mut done: Done) {
        self.hear_last();
        done.max_memory_used_mb = self.memory();
        let done = Arc::new(done);
        let flight = self.flights.iter().position(|flight| flight.request_id == request_id);
        self.note(None, Some(request_id), Fact::Done(done.clone()));
        let cold_starts = &self.settings.cold_starts;
        cold_starts.set(cold_starts.get() + usize::from(done.cold_start));
        (self.on_idle)();
        let logs = self.log.take();
        if let Some(flight) = flight {
            self.flights.swap_remove(flight).finish(Finished { done, logs });
        }
    }

    /// By the runtime, or to it, within the invocation that it has in hand, if any.
    fn note_in_flight(&self, fact: Fact) {
        self.note(Some(Party::Runtime), self.engine.in_hand().cloned(), fact);
    }

    fn note(&self, party: Option<Party>, request_id: Option<RequestId>, fact: Fact) {
        self.world.note(Some(self.number), party, request_id, fact);
    }
}
