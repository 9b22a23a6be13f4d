//! What every part of one simulated service shares.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    ops::Deref,
    rc::Rc,
    sync::Arc,
};

use tokio::task::JoinSet;

use super::{Clock, KnownSockets, Random, RecordKind, Recorder, TestScope, Work, tracked};

/// The clock, the randomness, the recorder and the tasks of one simulated service.
pub(crate) struct SimContext {
    pub(crate) clock: Clock,
    seed: Rc<Cell<u64>>,
    pub(crate) recorder: Recorder,
    pub(crate) work: Work,
    /// Where the daemon of X-Ray is, once a function is traced: `host:port`.
    pub(crate) daemon: RefCell<Option<Arc<str>>>,
    /// The sockets that were there before, or were looked at.
    sockets: Option<RefCell<KnownSockets>>,
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
            daemon: RefCell::default(),
            // Without a test that could fail, nobody looks.
            sockets: TestScope::is_watched().then(|| RefCell::new(KnownSockets::now())),
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

    /// Returns the other ends of this process's new connections to other machines, now and then.
    pub(crate) fn new_outside(&self) -> Vec<SocketAddr> {
        let sockets = self.sockets.as_ref();
        sockets.map(|sockets| sockets.borrow_mut().new_outside()).unwrap_or_default()
    }

    /// Records something of a request for which there is no environment.
    pub(crate) fn note(&self, function: Arc<str>, request_id: &Arc<str>, kind: RecordKind) {
        self.note_of(function, Some(request_id.clone()), kind);
    }

    /// Records something for which there may be no request either.
    pub(crate) fn note_of(
        &self,
        function: Arc<str>,
        request_id: Option<Arc<str>>,
        kind: RecordKind,
    ) {
        let (at, recorder) = (self.clock.elapsed(), &self.recorder);
        recorder.keep(recorder.without_environment(at, function, request_id, kind));
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
