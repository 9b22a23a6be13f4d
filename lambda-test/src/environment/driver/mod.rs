//! Messages become inputs of the engine; its effects are performed on processes and callers. Nothing is decided
//! here.
//!
//! `mod` has the loop, `processes` those that run, `notes` what is recorded, and who is notified.

mod faults;
mod notes;
mod processes;

use std::{rc::Rc, sync::Arc, time::Duration};

use tokio::sync::{mpsc, oneshot};

use super::{
    EnvironmentEvent, OnEvent, Settings,
    in_flight::InFlight,
    inbox::{Inbox, Message, Wakeup},
    log::Log,
    process::{Control, ProcessEvent},
    running_process::{RunningProcess, Waiting},
    server::{FromProcess, Replied},
    telemetry::{Telemetry, View},
};
use crate::{
    kernel::{
        ApiCall, Fault, Payload, ProcessRole, Random, Record, RecordKind, SimContext, Waits,
        note_input,
    },
    lifecycle::{CallId, Effect, Engine, Input, Reply, Timer},
};

/// The one task of an environment.
pub(super) struct Driver {
    number: usize,
    /// Its number among the environments of its function.
    index: u32,
    /// When it was made, in seconds since the service began.
    made_s: u32,
    /// Of the environment's own: identifiers.
    random: Random,
    context: Rc<SimContext>,
    settings: Rc<Settings>,
    /// To itself.
    messages: mpsc::UnboundedSender<Message>,
    on_event: OnEvent,
    engine: Engine,
    timers: Vec<(Timer, Duration)>,
    /// The runtime's, and those of extensions.
    running: Vec<RunningProcess>,
    /// How many there were, which is the number of the last one.
    processes: u64,
    last_call: u64,
    /// The response that was read last, on its way around the engine.
    response: Payload,
    telemetry: Telemetry,
    /// Records since the init phase began, for a subscriber to telemetry; none once nobody can subscribe.
    init_records: Vec<Record>,
    /// How many invocations it has taken.
    taken: u64,
    /// How often it was frozen.
    freezes: u32,
    frozen: bool,
    /// Whom to tell when it has ended.
    ending: Vec<oneshot::Sender<()>>,
    /// What the processes waited for when their time was up.
    waits: Option<Arc<[Waits]>>,
    /// Of the process that was killed last.
    max_memory_used_mb: Option<u32>,
    #[expect(clippy::vec_box, reason = "they come boxed, so that messages are small")]
    in_flight: Vec<Box<InFlight>>,
    /// Calls that get no reply, until their process is gone.
    withheld: Vec<Waiting>,
    log: Log,
}

impl Driver {
    pub(super) fn new(
        context: Rc<SimContext>,
        settings: Rc<Settings>,
        number: usize,
        index: usize,
        messages: mpsc::UnboundedSender<Message>,
        on_event: OnEvent,
    ) -> Self {
        let external = settings.extensions.iter().map(|(name, _)| name.clone()).collect();
        Self {
            number,
            random: context.random(&settings.info.label_of(index)),
            index: index.try_into().unwrap_or(u32::MAX),
            made_s: context.clock.elapsed().as_secs().try_into().unwrap_or(u32::MAX),
            engine: Engine::new(settings.limits, external)
                .for_telemetry(settings.observers.on_telemetry.is_some()),
            last_call: 0,
            response: Payload::default(),
            telemetry: Telemetry::default(),
            init_records: Vec::new(),
            taken: 0,
            freezes: 0,
            frozen: false,
            ending: Vec::new(),
            context,
            messages,
            on_event,
            timers: Vec::new(),
            // One for the runtime; there may be a thousand environments, and growth would take four.
            running: Vec::with_capacity(1 + settings.extensions.len()),
            processes: 0,
            waits: None,
            max_memory_used_mb: None,
            in_flight: Vec::new(),
            withheld: Vec::new(),
            log: Log::default(),
            settings,
        }
    }

    pub(super) async fn run(mut self: Box<Self>, messages: mpsc::UnboundedReceiver<Message>) {
        let mut inbox = Inbox::new(messages, self.log.clone());
        self.step(Input::Start);
        loop {
            // "Delivery is frozen with the environment."
            let said = self.telemetry.due().filter(|_| !self.frozen);
            let due = self.timers.iter().map(|(_, due)| *due).chain(said).min();
            let next = inbox.next(due.map(|due| self.context.clock.instant(due))).await;
            // What was written before it came.
            self.read_logs();
            match next {
                Wakeup::Due => {
                    let now = self.context.clock.elapsed();
                    let looping = self.telemetry.send_due(now);
                    self.note_sent();
                    for role in looping {
                        self.note_in_flight(role, RecordKind::TelemetryLoop);
                    }
                    self.fall_due(due);
                }
                Wakeup::Message(Message::ShutDown(told)) => {
                    self.ending.push(told);
                    self.step(Input::ShutDown);
                }
                Wakeup::Message(message) => self.take(message),
                Wakeup::Logged => {}
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
            if timer != Timer::Stop {
                self.waits = self.waits();
            }
            self.step(Input::Timer(timer));
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Invoke(dispatch, in_flight) => {
                self.taken += 1;
                self.in_flight.push(in_flight);
                self.step(Input::Invoke(dispatch));
            }
            Message::ShutDown(_) => {}
            Message::Kill => self.break_down(),
            Message::Outside(process, host) => {
                if let Some(role) = self.role(process) {
                    self.called_outside(role, host);
                }
            }
            Message::Terminate => {
                self.note_in_flight(ProcessRole::Runtime, RecordKind::Terminated);
                self.terminate(&ProcessRole::Runtime);
            }
            Message::Connected(process, incoming)
            | Message::Process(process, ProcessEvent::Connected(incoming)) => {
                let (clock, messages) = (self.context.clock, self.messages.clone());
                let info = self.settings.info.clone();
                if let Some(running) = self.process(process) {
                    running.serve(incoming, clock, info, messages);
                }
            }
            Message::Flushed => self.step(Input::Flushed),
            Message::Process(process, ProcessEvent::Listening(port, pipes)) => {
                if self.process(process).is_some() {
                    self.telemetry.listens(port, pipes);
                }
            }
            Message::Process(process, ProcessEvent::Blocked) => {
                if let Some(role) = self.role(process) {
                    self.note_in_flight(role, RecordKind::Blocked);
                }
            }
            Message::Process(process, ProcessEvent::Exited(exit)) => {
                if let Some(role) = self.role(process) {
                    self.note_in_flight(role.clone(), RecordKind::Exited(exit.clone()));
                    self.step(Input::Exited(role, exit));
                }
            }
            Message::Called(process, call) => self.called(process, call),
        }
    }

    fn called(&mut self, process: u64, call: FromProcess) {
        let Some(call) = self.before_response(process, call) else { return };
        let running = self.running.iter_mut().find(|running| running.number == process);
        let Some(running) = running else { return };
        let input = match call {
            FromProcess::Call(mut call, waiting) => {
                self.last_call += 1;
                let id = running.wait(self.last_call, waiting);
                if let ApiCall::Register(registration) = &mut call {
                    registration.identifier = self.random.uuid().into();
                }
                let role = self.engine.caller(&running.role, &call);
                self.note_in_flight(role, RecordKind::Called(call.clone()));
                Input::Call(id, call)
            }
            FromProcess::Body(id, read, waiting) => {
                let (body, response) = *read;
                self.response = response;
                Input::Body(running.wait(id, waiting), body)
            }
        };
        self.step(input);
    }

    fn step(&mut self, input: Input) {
        note_input();
        for effect in self.engine.step(input, self.context.clock.elapsed()) {
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
                self.context.spawn(async move {
                    flushed.await;
                    // An environment that has ended has no use for it.
                    let _ = messages.send(Message::Flushed);
                });
            }
            Effect::Timer(timer, due) => {
                self.timers.retain(|(set, _)| *set != timer);
                self.timers.extend(due.map(|due| (timer, due)));
            }
            Effect::Available { tokens, warm } => {
                let taken = self.taken;
                (self.on_event)(EnvironmentEvent::Available { tokens, warm, taken });
            }
            Effect::Freeze => self.freeze(),
            Effect::Thaw => {
                self.frozen = false;
                let processes = self.running.iter().filter_map(|running| running.process.control());
                processes.for_each(Control::thaw);
            }
            Effect::Responded(request_id, response) => self.responded(&request_id, *response),
            Effect::InvocationEnded(request_id, done) => self.done(request_id, *done),
            Effect::Record(role, request_id, kind) => {
                self.log_unexpected_name(&kind);
                self.note(role, request_id, kind);
            }
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
        if let (Reply::Event(dispatch, _), Some(fault)) = (&reply, self.fault()) {
            if matches!(fault, Fault::Crash | Fault::OutOfMemory)
                && self.holds(&dispatch.request_id)
            {
                self.withheld.push(waiting);
                return self.break_down();
            }
        }
        // A caller that has gone needs no reply.
        let sink = match reply {
            Reply::ReadBody => self.sink(),
            _ => None,
        };
        let _ = waiting.send(Replied { id: id.0, reply, sink });
    }
}
