//! What every part of one simulated service shares.

use std::{
    cell::{Cell, RefCell},
    ops::Deref,
    rc::Rc,
};

use tokio::task::JoinSet;

use super::{Clock, Random, Recorder, Timeline, tracked};

/// What every part of one simulated service shares.
pub(crate) struct SimContext {
    pub(crate) clock: Clock,
    random: RefCell<Random>,
    pub(crate) recorder: Recorder,
    environments: Cell<usize>,
    /// Ended with the service.
    tasks: RefCell<JoinSet<()>>,
}

/// A service that stands for as long as somebody has it or one of its functions. Its environments hold
/// the world too, so they are ended when this is dropped.
pub(crate) struct ServiceOwner(Rc<SimContext>);

impl SimContext {
    /// `overtakes` says that its time does not wait for what comes from outside.
    pub(crate) fn new(clock: Clock, seed: u64, overtakes: bool) -> Self {
        Self {
            clock,
            random: RefCell::new(Random::new(seed)),
            recorder: Recorder::new(overtakes),
            environments: Cell::new(0),
            tasks: RefCell::default(),
        }
    }

    /// All chance anew, from another seed.
    pub(crate) fn seed(&self, seed: u64) {
        *self.random.borrow_mut() = Random::new(seed);
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

    /// Runs a task until the service ends.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        let mut tasks = self.tasks.borrow_mut();
        // Those that have ended.
        while tasks.try_join_next().is_some() {}
        tasks.spawn_local(tracked(Box::pin(task)));
    }
}

impl ServiceOwner {
    pub(crate) fn new(world: SimContext) -> Rc<Self> {
        Rc::new(Self(Rc::new(world)))
    }

    /// For what ends with it.
    pub(crate) fn world(&self) -> Rc<SimContext> {
        self.0.clone()
    }
}

impl Deref for ServiceOwner {
    type Target = SimContext;

    fn deref(&self) -> &SimContext {
        &self.0
    }
}

impl Drop for ServiceOwner {
    fn drop(&mut self) {
        // Taken out first: what is dropped with a task may ask for the tasks.
        let tasks = self.tasks.take();
        drop(tasks);
    }
}
