//! A program of this machine in a group of its own that ends with this process, also where it is killed.

use std::{
    io,
    ops::{Deref, DerefMut},
    sync::atomic::{AtomicU64, Ordering},
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use super::watchdog;

/// A program that runs. Dropping it kills its group, and so does the end of this process.
#[derive(Debug)]
pub struct ChildGroup {
    child: Child,
    leader: Option<Pid>,
    /// By which the watchdog knows it.
    key: String,
}

impl ChildGroup {
    /// Starts a program.
    ///
    /// # Errors
    ///
    /// It could not be started.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let key = format!("group-{}-{number}", std::process::id());
        watchdog::watch(&key);
        let child = command.process_group(0).kill_on_drop(true).spawn();
        let child = child.inspect_err(|_| watchdog::forget(&key, None))?;
        let leader = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        if let Some(leader) = leader {
            watchdog::watch_group(&key, leader);
        }
        Ok(Self { child, leader, key })
    }
}

impl Deref for ChildGroup {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.child
    }
}

impl DerefMut for ChildGroup {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for ChildGroup {
    fn drop(&mut self) {
        // Once it was waited for, its number may be another's.
        if let (Some(leader), Some(_)) = (self.leader, self.child.id()) {
            let _ = kill_process_group(leader, Signal::KILL);
        }
        watchdog::forget(&self.key, None);
    }
}
