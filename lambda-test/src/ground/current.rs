//! The test that runs on this thread: its seed, and the services that it made.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use super::World;

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// A test that runs.
pub(crate) struct Current {
    seed: u64,
    worlds: Vec<Weak<World>>,
}

impl Current {
    /// The seed of a service whose test chose none.
    pub(crate) const SEED: u64 = 0;

    /// A test begins on this thread.
    pub(crate) fn begin(seed: u64) {
        CURRENT.set(Some(Self { seed, worlds: Vec::new() }));
    }

    /// It has ended.
    pub(crate) fn end() {
        CURRENT.set(None);
    }

    /// The seed for a service made on this thread.
    pub(crate) fn seed() -> u64 {
        CURRENT.with_borrow(|current| current.as_ref().map_or(Self::SEED, |current| current.seed))
    }

    /// Shows the timeline of this service when the test around it fails.
    pub(crate) fn watch(world: &Rc<World>) {
        CURRENT.with_borrow_mut(|current| {
            if let Some(current) = current {
                current.worlds.push(Rc::downgrade(world));
            }
        });
    }

    /// The services of the test that still stand.
    pub(crate) fn worlds() -> Vec<Rc<World>> {
        CURRENT.with_borrow(|current| {
            let worlds = current.iter().flat_map(|current| &current.worlds);
            worlds.filter_map(Weak::upgrade).collect()
        })
    }
}
