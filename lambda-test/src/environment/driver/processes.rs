//! The processes of an environment: started, heard, frozen and killed.

use super::{Driver, Running};
use crate::ground::{Fact, Party};

impl Driver {
    /// The process of this number, if it runs.
    pub(super) fn process(&mut self, number: u64) -> Option<&mut Running> {
        self.running.iter_mut().find(|running| running.number == number)
    }

    pub(super) fn party(&mut self, number: u64) -> Option<Party> {
        self.process(number).map(|running| running.party.clone())
    }

    pub(super) fn of(&self, party: &Party) -> Option<&Running> {
        self.running.iter().find(|running| running.party == *party)
    }

    pub(super) fn terminate(&self, party: &Party) {
        if let Some(running) = self.of(party) {
            running.process.terminate();
        }
    }

    pub(super) fn start_process(&mut self, party: Party) {
        let extensions = &self.settings.extensions;
        let code = match &party {
            Party::Runtime => Some(&self.settings.code),
            Party::Extension(name) => {
                extensions.iter().find(|(other, _)| other == name).map(|(_, code)| code)
            }
        };
        let Some(code) = code else { return };
        self.processes += 1;
        let (number, messages) = (self.processes, self.messages.clone());
        let (settings, world, log) = (&self.settings, &self.world, &self.log);
        let running = Running::start(number, party, code, settings, world, log, messages);
        self.running.push(running);
    }

    pub(super) fn kill_process(&mut self, party: &Party) {
        self.hear_last();
        if *party == Party::Runtime {
            self.max_memory_used_mb = self.memory();
            self.log.close();
        }
        self.running.retain(|running| running.party != *party);
        // Internal extensions go with the runtime.
        let running = &self.running;
        let runs = |party: &Party| running.iter().any(|running| running.party == *party);
        self.telemetry.unsubscribe_unless(runs);
    }

    pub(super) fn freeze(&mut self) {
        self.frozen = true;
        for at in 0..self.running.len() {
            let running = &self.running[at];
            if let count @ 1.. = running.process.freeze() {
                self.note(Some(running.party.clone()), None, Fact::TasksEscaped { count });
            }
        }
    }

    pub(super) fn memory(&self) -> Option<u32> {
        match self.of(&Party::Runtime) {
            Some(running) => running.process.max_memory_used_mb(),
            None => self.max_memory_used_mb,
        }
    }

    /// Hears what was written to the log.
    pub(super) fn hear(&mut self) {
        for line in self.log.hear() {
            if let Some(on_log) = &self.settings.on_log {
                on_log(&line);
            }
            self.note_in_flight(Party::Runtime, Fact::Logged(line));
        }
        for at in 0..self.running.len() {
            let running = &self.running[at];
            let Some(log) = &running.log else { continue };
            let (party, lines) = (running.party.clone(), log.hear());
            // They are kept by the timeline alone.
            log.take();
            for line in lines {
                if let (Some(on_log), Party::Extension(name)) = (&self.settings.on_log, &party) {
                    on_log(&format!("{name}: {line}"));
                }
                self.note_in_flight(party.clone(), Fact::Logged(line));
            }
        }
    }

    /// Hears what the processes have written so far, to the last letter.
    pub(super) fn hear_last(&mut self) {
        self.running.iter().for_each(|running| running.process.flush());
        self.hear();
    }
}
