//! The test that runs on this thread: its seed, and what happened in the services that it made.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

use super::{Recorder, SimContext, Timeline};

/// The services whose timelines a failing test shows: the last ones.
const SHOWN: usize = 4;

/// The variable that replaces the seed of a test.
const SEED_VARIABLE: &str = "LAMBDA_TEST_SEED";

thread_local! {
    static CURRENT: RefCell<TestScope> = const { RefCell::new(TestScope::NONE) };
}

/// A test that runs.
pub(crate) struct TestScope {
    seed: u64,
    external_io: Option<Duration>,
    /// Where a test fails by a panic, its services are gone when they are shown.
    services: VecDeque<(Recorder, Rc<Cell<u64>>)>,
    watched: bool,
}

impl TestScope {
    const NONE: Self =
        Self { seed: 0, external_io: None, services: VecDeque::new(), watched: false };

    /// Begins a test on this thread; `seed` is that of its attribute, or 0.
    pub(crate) fn begin(seed: u64, external_io: Option<Duration>, watched: bool) {
        CURRENT.set(Self { seed, external_io, watched, ..Self::NONE });
    }

    /// Ends the test.
    pub(crate) fn end() {
        CURRENT.set(Self::NONE);
    }

    /// Returns the seed of a service that is made on this thread, unless
    /// [`Lambda::seed`](crate::Lambda::seed) sets another one: that of the variable, then that of the test.
    ///
    /// # Panics
    ///
    /// Panics if the variable is not a number.
    pub(crate) fn seed() -> u64 {
        Self::seed_of_variable().unwrap_or_else(|| CURRENT.with_borrow(|current| current.seed))
    }

    /// Returns the seed of the variable, if it is set.
    ///
    /// # Panics
    ///
    /// Panics if the variable is not a number.
    pub(crate) fn seed_of_variable() -> Option<u64> {
        let text = std::env::var(SEED_VARIABLE).ok()?;
        let seed = text.parse().unwrap_or_else(|_| {
            panic!("{SEED_VARIABLE} is `{text}`: expected a number from 0 to {}", u64::MAX)
        });
        Some(seed)
    }

    /// How long virtual time waits for I/O outside of the simulation.
    pub(crate) fn external_io() -> Option<Duration> {
        CURRENT.with_borrow(|current| current.external_io)
    }

    /// Shows the timeline of this service when the test around it fails.
    pub(crate) fn watch(context: &SimContext) {
        CURRENT.with_borrow_mut(|current| {
            if current.watched {
                current.services.truncate(SHOWN - 1);
                current.services.push_front((context.recorder.clone(), context.seed().clone()));
            }
        });
    }

    /// Returns what happened last in the last services of the test, with their seeds, the oldest first.
    pub(crate) fn services() -> Vec<(Timeline, u64)> {
        CURRENT.with_borrow(|current| {
            let services = current.services.iter().rev();
            services
                .map(|(recorder, seed)| (recorder.last(recorder.next(), None), seed.get()))
                .collect()
        })
    }
}
