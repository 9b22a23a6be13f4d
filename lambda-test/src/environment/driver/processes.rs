//! The processes of an environment: started, read, frozen and killed.

use std::{sync::Arc, time::Duration};

use super::{Driver, RunningProcess};
use crate::environment::{
    egress, log_stream,
    process::{Code, Control},
    running_process::RunningStart,
};
use crate::kernel::{ProcessRole, RecordKind, Waits};

impl Driver {
    /// The process of this number, if it runs.
    pub(super) fn process(&mut self, number: u64) -> Option<&mut RunningProcess> {
        self.running.iter_mut().find(|running| running.number == number)
    }

    pub(super) fn role(&mut self, number: u64) -> Option<ProcessRole> {
        self.process(number).map(|running| running.role.clone())
    }

    pub(super) fn of(&self, role: &ProcessRole) -> Option<&RunningProcess> {
        self.running.iter().find(|running| running.role == *role)
    }

    pub(super) fn terminate(&self, role: &ProcessRole) {
        if let Some(running) = self.of(role) {
            if let Some(process) = running.process.control() {
                process.terminate();
            }
        }
    }

    pub(super) fn start_process(&mut self, role: ProcessRole) {
        let extensions = &self.settings.extensions;
        let code = match &role {
            ProcessRole::Runtime => Some(&self.settings.code),
            ProcessRole::Extension(name) => {
                extensions.iter().find(|(other, _)| other == name).map(|(_, code)| code)
            }
        };
        let Some(code) = code else { return };
        let label = self.settings.info.label_of(self.index as usize);
        self.processes += 1;
        let number = self.processes;
        let made = Duration::from_secs(self.made_s.into());
        let start = RunningStart {
            number,
            role,
            settings: &self.settings,
            clock: self.context.clock.skewed(self.settings.info.deviations.clock),
            random: self.context.random(&format!("{label}/process-{number}")),
            log_stream: log_stream(&self.context, &label, &self.settings.info.version, made),
            credentials: self.context.random(&format!("{label}/credentials")),
            log: &self.log,
            messages: self.messages.clone(),
        };
        let running = RunningProcess::start(code, start);
        self.running.push(running);
    }

    pub(super) fn kill_process(&mut self, role: &ProcessRole) {
        self.flush_logs();
        if *role == ProcessRole::Runtime {
            self.max_memory_used_mb = self.memory();
            self.log.close();
        }
        self.running.retain(|running| running.role != *role);
        self.withheld.clear();
        // Internal extensions go with the runtime.
        let running = &self.running;
        let runs = |role: &ProcessRole| running.iter().any(|running| running.role == *role);
        self.telemetry.unsubscribe_unless(runs);
    }

    pub(super) fn freeze(&mut self) {
        self.frozen = true;
        self.freezes = self.freezes.wrapping_add(1);
        // What is kept open is seen the next time: it costs as much as an invocation.
        if self.freezes.is_power_of_two() && matches!(self.settings.code, Code::App(_)) {
            self.look_outside();
        }
        for at in 0..self.running.len() {
            let running = &self.running[at];
            if let count @ 1.. = running.process.freeze() {
                self.note(Some(running.role.clone()), None, RecordKind::TasksEscaped { count });
            }
        }
    }

    /// Looks for connections of this process to other machines: the function that is frozen keeps one.
    fn look_outside(&mut self) {
        for address in self.context.new_outside() {
            let host = address.ip().to_string();
            let allowed = &self.settings.info.allowed;
            let is_allowed = allowed.iter().any(|allowed| **allowed == *host);
            if !is_allowed && !egress::allows_all(allowed) {
                self.called_outside(ProcessRole::Runtime, address.to_string().into());
            }
        }
    }

    /// What the processes wait for.
    pub(super) fn waits(&self) -> Option<Arc<[Waits]>> {
        self.running.iter().map(|running| running.process.control()?.waits()).collect()
    }

    pub(super) fn memory(&self) -> Option<u32> {
        match self.of(&ProcessRole::Runtime) {
            Some(running) => running.process.control()?.max_memory_used_mb(),
            None => self.max_memory_used_mb,
        }
    }

    /// Records the lines that were written to the logs.
    pub(super) fn read_logs(&mut self) {
        for line in self.log.unread() {
            if let Some(on_log) = &self.settings.observers.on_log {
                on_log(&line);
            }
            self.note_in_flight(ProcessRole::Runtime, RecordKind::Logged(line));
        }
        for at in 0..self.running.len() {
            let running = &self.running[at];
            let Some(log) = &running.log else { continue };
            let (role, lines) = (running.role.clone(), log.unread());
            // They are kept by the timeline alone.
            log.take();
            for line in lines {
                if let (Some(on_log), ProcessRole::Extension(name)) =
                    (&self.settings.observers.on_log, &role)
                {
                    on_log(&format!("{name}: {line}"));
                }
                self.note_in_flight(role.clone(), RecordKind::Logged(line));
            }
        }
    }

    /// Records what the processes have written so far, to the last byte.
    pub(super) fn flush_logs(&mut self) {
        let processes = self.running.iter().filter_map(|running| running.process.control());
        processes.for_each(Control::flush);
        self.read_logs();
    }
}
