//! What every part of one simulated service shares.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    ops::Deref,
    rc::Rc,
};

use tokio::task::JoinSet;

use super::{Clock, Outside, Random, Recorder, Work, outside_connections, tracked};

/// The clock, the randomness, the recorder and the tasks of one simulated service.
pub(crate) struct SimContext {
    pub(crate) clock: Clock,
    seed: Rc<Cell<u64>>,
    pub(crate) recorder: Recorder,
    pub(crate) work: Work,
    /// Connections to other machines that were there before, or were seen.
    outside: RefCell<BTreeSet<Outside>>,
    /// Ended with the service.
    tasks: RefCell<JoinSet<()>>,
}

/// A service, for as long as somebody holds it or one of its functions. Its environments hold the context
/// too, so they are ended when this is dropped.
pub(crate) struct ServiceOwner(Rc<SimContext>);

impl SimContext {
    /// `overtakes`: its time does not wait for I/O outside of the simulation.
    pub(crate) fn new(clock: Clock, seed: u64, overtakes: bool) -> Self {
        Self {
            clock,
            seed: Rc::new(Cell::new(seed)),
            recorder: Recorder::new(overtakes),
            work: Work::default(),
            outside: RefCell::new(outside_connections()),
            tasks: RefCell::default(),
        }
    }

    /// The seed of everything random, which may be set before functions are created.
    pub(crate) fn seed(&self) -> &Rc<Cell<u64>> {
        &self.seed
    }

    /// Returns the random numbers that belong to a label.
    pub(crate) fn random(&self, label: &str) -> Random {
        Random::labelled(self.seed.get(), label)
    }

    /// Notes a connection to another machine. Returns whether it is new.
    pub(crate) fn is_new_outside(&self, connection: &Outside) -> bool {
        self.outside.borrow_mut().insert(connection.clone())
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
    pub(crate) fn new(context: SimContext) -> Rc<Self> {
        Rc::new(Self(Rc::new(context)))
    }

    /// Returns the context, for what ends with the service.
    pub(crate) fn context(&self) -> Rc<SimContext> {
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
