//! The test that runs on this thread: its seed, and what happened in the services that it made.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    sync::Arc,
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
    /// What was called that is not of this machine, by which function.
    outside: Vec<(Arc<str>, Arc<str>)>,
    /// What would hurt in production.
    lints: Vec<String>,
}

impl TestScope {
    const NONE: Self = Self {
        seed: 0,
        external_io: None,
        services: VecDeque::new(),
        watched: false,
        outside: Vec::new(),
        lints: Vec::new(),
    };

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

    /// Returns whether a test runs that fails by what is noted of it.
    pub(crate) fn is_watched() -> bool {
        CURRENT.with_borrow(|current| current.watched)
    }

    /// Notes that a function called another machine.
    pub(crate) fn called_outside(function: Arc<str>, host: Arc<str>) {
        CURRENT.with_borrow_mut(|current| {
            if current.watched && !current.outside.iter().any(|(_, other)| *other == host) {
                current.outside.push((function, host));
            }
        });
    }

    /// Notes what would hurt in production.
    #[cfg(feature = "sources")]
    pub(crate) fn lint_failed(message: String) {
        CURRENT.with_borrow_mut(|current| {
            if current.watched && !current.lints.contains(&message) {
                current.lints.push(message);
            }
        });
    }

    /// Returns why the test fails though its body did not: a function called another machine, or a lint failed.
    pub(crate) fn failure() -> Option<String> {
        CURRENT.with_borrow(|current| {
            if !current.lints.is_empty() {
                return Some(current.lints.join("; and "));
            }
            let called = current.outside.iter();
            let called = called.map(|(function, host)| format!("the function `{function}` called {host}"));
            let called = called.collect::<Vec<_>>().join(", and ");
            (!called.is_empty()).then(|| {
                format!("{called}: nothing may leave this machine; put `.allow(\"…\")` to the function if it may")
            })
        })
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
