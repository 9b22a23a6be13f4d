//! What every part of one simulated service shares.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use tokio::task::AbortHandle;

use super::{Clock, Fact, Party, Random, Record, Recorder, Timeline};

/// What every part of one simulated service shares.
pub(crate) struct World {
    pub(crate) clock: Clock,
    random: RefCell<Random>,
    pub(crate) recorder: Recorder,
    environments: Cell<usize>,
    /// Ended with the service.
    tasks: RefCell<Vec<AbortHandle>>,
}

impl World {
    pub(crate) fn new(clock: Clock, seed: u64) -> Self {
        Self {
            clock,
            random: RefCell::new(Random::new(seed)),
            recorder: Recorder::default(),
            environments: Cell::new(0),
            tasks: RefCell::default(),
        }
    }

    /// All chance anew, from another seed.
    pub(crate) fn seed(&self, seed: u64) {
        *self.random.borrow_mut() = Random::new(seed);
    }

    /// Records what happens now.
    pub(crate) fn note(
        &self,
        environment: Option<usize>,
        party: Option<Party>,
        request_id: Option<Arc<str>>,
        fact: Fact,
    ) {
        let at = self.clock.elapsed();
        self.recorder.note(Record { at, environment, party, request_id, fact });
    }

    pub(crate) fn number_environment(&self) -> usize {
        self.environments.set(self.environments.get() + 1);
        self.environments.get()
    }

    pub(crate) fn random<R>(&self, draw: impl FnOnce(&mut Random) -> R) -> R {
        draw(&mut self.random.borrow_mut())
    }

    /// Chance of its own for a process, so that what it draws moves nobody else's.
    pub(crate) fn fork_random(&self) -> Random {
        self.random(|random| Random::new(random.next()))
    }

    pub(crate) fn timeline(&self) -> Timeline {
        self.recorder.all()
    }

    pub(crate) fn own(&self, task: AbortHandle) {
        self.tasks.borrow_mut().push(task);
    }

    /// Ends every environment. They hold the world, so it cannot wait for them to be dropped.
    pub(crate) fn end(&self) {
        for task in self.tasks.borrow_mut().drain(..) {
            task.abort();
        }
    }
}
