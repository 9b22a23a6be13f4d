//! The test that runs on this thread: its seed, and what happened in the services that it made.

use std::{cell::RefCell, collections::VecDeque, time::Duration};

use super::{Recorder, Timeline};

/// The services whose timelines a failing test shows: the last ones.
const SHOWN: usize = 4;

thread_local! {
    static CURRENT: RefCell<TestScope> = const { RefCell::new(TestScope::NONE) };
}

/// A test that runs.
pub(crate) struct TestScope {
    seed: u64,
    external_io: Option<Duration>,
    /// Of a test that fails by a panic its services are gone when they are shown.
    recorders: VecDeque<Recorder>,
    watched: bool,
}

impl TestScope {
    /// The seed of a service whose test chose none.
    pub(crate) const SEED: u64 = 0;

    const NONE: Self =
        Self { seed: Self::SEED, external_io: None, recorders: VecDeque::new(), watched: false };

    /// A test begins on this thread.
    pub(crate) fn begin(seed: u64, external_io: Option<Duration>, watched: bool) {
        CURRENT.set(Self { seed, external_io, watched, ..Self::NONE });
    }

    /// It has ended.
    pub(crate) fn end() {
        CURRENT.set(Self::NONE);
    }

    /// The seed for a service made on this thread.
    pub(crate) fn seed() -> u64 {
        CURRENT.with_borrow(|current| current.seed)
    }

    /// How long virtual time waits for what comes from outside.
    pub(crate) fn external_io() -> Option<Duration> {
        CURRENT.with_borrow(|current| current.external_io)
    }

    /// Shows the timeline of this service when the test around it fails.
    pub(crate) fn watch(recorder: &Recorder) {
        CURRENT.with_borrow_mut(|current| {
            if current.watched {
                current.recorders.truncate(SHOWN - 1);
                current.recorders.push_front(recorder.clone());
            }
        });
    }

    /// What happened in the last services of the test, the oldest first.
    pub(crate) fn timelines() -> Vec<Timeline> {
        CURRENT.with_borrow(|current| current.recorders.iter().rev().map(Recorder::all).collect())
    }
}
