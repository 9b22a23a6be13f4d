//! Messages in, inputs to the engine; its effects out, to the walls. Nothing is decided here.
//!
//! `mod` has the loop, `processes` those that run, `notes` what is recorded and told.

mod notes;
mod processes;

use std::{rc::Rc, time::Duration};

use tokio::sync::{mpsc, oneshot};

use super::{
    Settings,
    in_flight::InFlight,
    inbox::{Inbox, Message, Next},
    log::Log,
    process::ProcessEvent,
    running_process::RunningProcess,
    server::FromProcess,
    telemetry::{Telemetry, View},
};
use crate::{
    kernel::{ApiCall, ProcessRole, RecordKind, SimContext},
    lifecycle::{CallId, Effect, Engine, Input, Reply, Timer},
};

/// The one task of an environment.
pub(super) struct Driver {
    number: usize,
    world: Rc<SimContext>,
    settings: Settings,
    /// To itself.
    messages: mpsc::UnboundedSender<Message>,
    on_idle: Box<dyn Fn()>,
    engine: Engine,
    timers: Vec<(Timer, Duration)>,
    /// The runtime's, and those of extensions.
    running: Vec<RunningProcess>,
    /// How many there were, which is the number of the last one.
    processes: u64,
    last_call: u64,
    telemetry: Telemetry,
    /// Which record began the init phase of the processes that run.
    begun: usize,
    frozen: bool,
    /// Whom to tell when it has ended.
    ending: Vec<oneshot::Sender<()>>,
    /// Of the process that was killed last.
    max_memory_used_mb: Option<u32>,
    flights: Vec<InFlight>,
    log: Log,
}

impl Driver {
    pub(super) fn new(
        world: Rc<SimContext>,
        settings: Settings,
        messages: mpsc::UnboundedSender<Message>,
        on_idle: Box<dyn Fn()>,
    ) -> Self {
        let external = settings.extensions.iter().map(|(name, _)| name.clone()).collect();
        Self {
            number: world.number_environment(),
            engine: Engine::new(settings.limits, external).heard(settings.on_telemetry.is_some()),
            last_call: 0,
            telemetry: Telemetry::default(),
            begun: 0,
            frozen: false,
            ending: Vec::new(),
            world,
            messages,
            on_idle,
            timers: Vec::new(),
            // One for the runtime; there may be a thousand environments, and growth would take four.
            running: Vec::with_capacity(1 + settings.extensions.len()),
            processes: 0,
            max_memory_used_mb: None,
            flights: Vec::new(),
            log: Log::default(),
            settings,
        }
    }

    pub(super) async fn run(mut self, messages: mpsc::UnboundedReceiver<Message>) {
        let mut inbox = Inbox::new(messages, self.log.clone());
        self.step(Input::Start);
        loop {
            // "Delivery is frozen with the environment."
            let said = self.telemetry.due().filter(|_| !self.frozen);
            let due = self.timers.iter().map(|(_, due)| *due).chain(said).min();
            let next = inbox.next(due.map(|due| self.world.clock.instant(due))).await;
            // What was written before it came.
            self.hear();
            match next {
                Next::Due => {
                    let now = self.world.clock.elapsed();
                    let looping = self.telemetry.send_due(now);
                    self.note_sent();
                    for role in looping {
                        self.note_in_flight(role, RecordKind::TelemetryLoop);
                    }
                    self.fall_due(due);
                }
                Next::Message(Message::ShutDown(told)) => {
                    self.ending.push(told);
                    self.step(Input::ShutDown);
                }
                Next::Message(message) => self.take(message),
                Next::Logged => {}
            }
            if self.engine.has_ended() {
                // Whoever waits may have gone.
                for told in self.ending {
                    let _ = told.send(());
                }
                return;
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
                self.note_in_flight(ProcessRole::Runtime, RecordKind::Terminated);
                self.terminate(&ProcessRole::Runtime);
            }
            Message::Connected(process, incoming)
            | Message::ProcessEvent(process, ProcessEvent::Connected(incoming)) => {
                let (clock, messages) = (self.world.clock, self.messages.clone());
                let about = self.settings.about.clone();
                if let Some(running) = self.process(process) {
                    running.serve(incoming, clock, about, messages);
                }
            }
            Message::Flushed => self.step(Input::Flushed),
            Message::ProcessEvent(process, ProcessEvent::Listening(port, pipes)) => {
                if self.process(process).is_some() {
                    self.telemetry.listens(port, pipes);
                }
            }
            Message::ProcessEvent(process, ProcessEvent::Blocked) => {
                if let Some(role) = self.role(process) {
                    self.note_in_flight(role, RecordKind::Blocked);
                }
            }
            Message::ProcessEvent(process, ProcessEvent::Exited(exit)) => {
                if let Some(role) = self.role(process) {
                    self.note_in_flight(role.clone(), RecordKind::Exited(exit.clone()));
                    self.step(Input::Exited(role, exit));
                }
            }
            Message::Called(process, call) => self.called(process, call),
        }
    }

    fn called(&mut self, process: u64, call: FromProcess) {
        let running = self.running.iter_mut().find(|running| running.number == process);
        let Some(running) = running else { return };
        let input = match call {
            FromProcess::Call(mut call, waiting) => {
                self.last_call += 1;
                let id = running.wait(self.last_call, waiting);
                if let ApiCall::Register(registration) = &mut call {
                    registration.identifier =
                        self.settings.variables.chance.borrow_mut().uuid().into();
                }
                let role = self.engine.caller(&running.role, &call);
                self.note_in_flight(role, RecordKind::Called(call.clone()));
                Input::Call(id, call)
            }
            FromProcess::Body(id, body, waiting) => Input::Body(running.wait(id, waiting), body),
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
            Effect::StartProcess(role) => self.start_process(role),
            Effect::KillProcess(role) => self.kill_process(&role),
            Effect::Terminate(role) => self.terminate(&role),
            Effect::Reply(id, reply) => self.reply(id, reply),
            Effect::Subscribe(role, wanted) => self.subscribe(role, wanted),
            Effect::Flush => {
                let (flushed, messages) = (self.telemetry.flush(), self.messages.clone());
                self.note_sent();
                self.world.spawn(async move {
                    flushed.await;
                    // An environment that has ended has no use for it.
                    let _ = messages.send(Message::Flushed);
                });
            }
            Effect::Timer(timer, due) => {
                self.timers.retain(|(set, _)| *set != timer);
                self.timers.extend(due.map(|due| (timer, due)));
            }
            Effect::Freeze => self.freeze(),
            Effect::Thaw => {
                self.frozen = false;
                self.running.iter().for_each(|running| running.process.thaw());
            }
            Effect::Answered(request_id, answer) => self.answered(&request_id, *answer),
            Effect::InvocationEnded(request_id, done) => self.done(request_id, *done),
            Effect::RecordKind(role, request_id, kind) => self.note(role, request_id, kind),
        }
    }

    fn reply(&mut self, id: CallId, reply: Reply) {
        let mut running = self.running.iter_mut();
        // The one that called may be killed by now.
        let waiting = running.find_map(|running| Some((running.role.clone(), running.take(id)?)));
        let Some((role, waiting)) = waiting else { return };
        if let Reply::Refused(status, error_type, _) = &reply {
            let (status, error_type) = (*status, *error_type);
            self.note_in_flight(role, RecordKind::Refused { status, error_type });
        }
        // A caller that has gone needs no reply.
        let _ = waiting.send((id.0, reply));
    }
}
