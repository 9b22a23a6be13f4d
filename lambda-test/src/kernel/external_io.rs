//! Virtual time that waits for what comes from outside: threads, and sockets to programs of this
//! machine.
//!
//! A paused clock jumps as soon as every task waits, and so overtakes an answer that takes a
//! millisecond of real time. It does not jump while a blocking task runs: before the thread parks, one
//! is started that sleeps for the grace, unless nothing was polled since the last one.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::runtime::{Builder, Handle};

use super::task_tracking::polls;

/// How long real time may take before virtual time goes on.
struct Grace {
    length: Duration,
    runtime: OnceLock<Handle>,
    /// One at a time.
    running: AtomicBool,
    /// How often tasks of ours were polled, when the thread parked last.
    polled: AtomicU64,
    /// The same, when the last grace was over.
    waited_for: AtomicU64,
}

impl Grace {
    fn park(self: &Arc<Self>) {
        self.polled.store(polls(), SeqCst);
        if self.waited_for.load(SeqCst) == polls() || self.running.swap(true, SeqCst) {
            return;
        }
        let grace = self.clone();
        if let Some(runtime) = self.runtime.get() {
            runtime.spawn_blocking(move || grace.pass());
        }
    }

    /// Sleeps until nothing was polled for the length of the grace.
    fn pass(&self) {
        loop {
            let polled = self.polled.load(SeqCst);
            #[expect(clippy::disallowed_methods, reason = "real time is what is to pass")]
            std::thread::sleep(self.length);
            if self.polled.load(SeqCst) == polled {
                self.waited_for.store(polled, SeqCst);
                self.running.store(false, SeqCst);
                return;
            }
        }
    }
}

/// Lets the virtual time of this runtime wait. What is returned is to be told the runtime.
pub(crate) fn wait_for_outside(
    builder: &mut Builder,
    grace: Duration,
) -> impl FnOnce(Handle) + use<> {
    let grace = Arc::new(Grace {
        length: grace,
        runtime: OnceLock::new(),
        running: AtomicBool::new(false),
        polled: AtomicU64::new(0),
        waited_for: AtomicU64::new(u64::MAX),
    });
    let parking = grace.clone();
    builder.on_thread_park(move || parking.park());
    move |runtime| {
        // It is told once.
        let _ = grace.runtime.set(runtime);
    }
}
