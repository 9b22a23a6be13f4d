//! Which environment of a function takes an invocation.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::{Rc, Weak},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use crate::{
    environment::{EnvironmentEvent, EnvironmentHandle, Permit, Settings},
    kernel::SimContext,
};

/// The environments of a function. A warm one takes the next invocation, the oldest first; then one whose
/// process has ended; where none is available, a new one is made. It costs the same however many there are.
pub(super) struct Pool {
    context: Rc<SimContext>,
    settings: Settings,
    /// The most invocations in flight.
    reserved: Option<usize>,
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    /// By their numbers, which are never used again.
    all: RefCell<BTreeMap<usize, Entry>>,
    /// The numbers of those that wait for an invocation: with a process, or without.
    warm: RefCell<BTreeSet<usize>>,
    cold: RefCell<BTreeSet<usize>>,
    made: Cell<usize>,
    in_flight: Arc<AtomicUsize>,
    cold_starts: Cell<usize>,
}

struct Entry {
    environment: EnvironmentHandle,
    /// How many invocations it was handed.
    handed: u64,
}

impl State {
    fn on_event(&self, number: usize, event: EnvironmentEvent) {
        match event {
            EnvironmentEvent::InvocationEnded { cold_start } => {
                self.cold_starts.set(self.cold_starts.get() + usize::from(cold_start));
            }
            EnvironmentEvent::Available { tokens, warm, taken } => {
                let handed = self.all.borrow().get(&number).map(|entry| entry.handed);
                // What is on its way to the environment uses a token that it does not know of yet.
                let Some(free) = handed
                    .and_then(|handed| (tokens as u64).checked_sub(handed.saturating_sub(taken)))
                else {
                    return;
                };
                let (to, other) =
                    if warm { (&self.warm, &self.cold) } else { (&self.cold, &self.warm) };
                other.borrow_mut().remove(&number);
                if free != 0 {
                    to.borrow_mut().insert(number);
                }
            }
        }
    }

    /// Takes an available environment, which then is not available any more.
    fn take(&self) -> Option<EnvironmentHandle> {
        let mut all = self.all.borrow_mut();
        loop {
            let number = self.warm.borrow_mut().pop_first();
            let number = number.or_else(|| self.cold.borrow_mut().pop_first())?;
            match all.get_mut(&number) {
                Some(entry) if entry.environment.is_alive() => {
                    entry.handed += 1;
                    return Some(entry.environment.clone());
                }
                // It has ended by itself.
                _ => all.remove(&number),
            };
        }
    }
}

impl Pool {
    pub(super) fn new(
        context: Rc<SimContext>,
        settings: Settings,
        reserved: Option<usize>,
    ) -> Self {
        Self { context, settings, reserved, state: Rc::default() }
    }

    /// Takes an environment for one invocation; none where as many are in flight as may be.
    pub(super) fn take(&self) -> Option<(EnvironmentHandle, Permit)> {
        if self.reserved.is_some_and(|reserved| reserved <= self.state.in_flight.load(Relaxed)) {
            return None;
        }
        let environment = self.state.take().unwrap_or_else(|| self.make());
        Some((environment, Permit::new(&self.state.in_flight)))
    }

    /// Makes an environment that is to take an invocation.
    fn make(&self) -> EnvironmentHandle {
        let number = self.state.made.get() + 1;
        self.state.made.set(number);
        let state: Weak<State> = Rc::downgrade(&self.state);
        let on_event = move |event| {
            if let Some(state) = state.upgrade() {
                state.on_event(number, event);
            }
        };
        let settings = self.settings.clone();
        let environment =
            EnvironmentHandle::start(&self.context, settings, number, Box::new(on_event));
        let entry = Entry { environment: environment.clone(), handed: 1 };
        self.state.all.borrow_mut().insert(number, entry);
        environment
    }

    /// Returns how many environments there are.
    pub(super) fn len(&self) -> usize {
        self.state.all.borrow().len()
    }

    /// Returns how many invocations a process was started for, of those that are over.
    pub(super) fn cold_starts(&self) -> usize {
        self.state.cold_starts.get()
    }

    /// Calls this with each environment.
    pub(super) fn for_each(&self, work: impl FnMut(&EnvironmentHandle)) {
        self.state.all.borrow().values().map(|entry| &entry.environment).for_each(work);
    }

    /// Takes every environment out; the next invocation makes a new one.
    pub(super) fn take_all(&self) -> Vec<EnvironmentHandle> {
        self.state.warm.borrow_mut().clear();
        self.state.cold.borrow_mut().clear();
        let all = self.state.all.take().into_values();
        all.map(|entry| entry.environment).collect()
    }
}
