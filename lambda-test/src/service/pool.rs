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
    /// Those that wait for an invocation: with a process, or without.
    warm: RefCell<Available>,
    cold: RefCell<Available>,
    made: Cell<usize>,
    in_flight: Arc<AtomicUsize>,
    cold_starts: Cell<usize>,
}

/// Environments by the tenant to whom they belong, if any, and by their numbers.
type Available = BTreeSet<(Option<Arc<str>>, usize)>;

struct Entry {
    environment: EnvironmentHandle,
    tenant: Option<Arc<str>>,
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
                let all = self.all.borrow();
                let Some(Entry { tenant, handed, .. }) = all.get(&number) else { return };
                // What is on its way to the environment uses a token that it does not know of yet.
                let Some(free) = (tokens as u64).checked_sub(handed.saturating_sub(taken)) else {
                    return;
                };
                let key = (tenant.clone(), number);
                let (to, other) =
                    if warm { (&self.warm, &self.cold) } else { (&self.cold, &self.warm) };
                other.borrow_mut().remove(&key);
                if free != 0 {
                    to.borrow_mut().insert(key);
                }
            }
        }
    }

    /// Takes an available environment of this tenant, which then is not available any more.
    fn take(&self, tenant: Option<&Arc<str>>) -> Option<EnvironmentHandle> {
        let number = pop_first(&mut self.warm.borrow_mut(), tenant);
        let number = number.or_else(|| pop_first(&mut self.cold.borrow_mut(), tenant))?;
        let mut all = self.all.borrow_mut();
        let entry = all.get_mut(&number)?;
        entry.handed += 1;
        Some(entry.environment.clone())
    }
}

fn pop_first(available: &mut Available, tenant: Option<&Arc<str>>) -> Option<usize> {
    if tenant.is_none() {
        return available.pop_first().map(|(_, number)| number);
    }
    let from = (tenant.cloned(), 0);
    let first = available.range(from..).next().filter(|(of, _)| of.as_ref() == tenant).cloned()?;
    available.remove(&first);
    Some(first.1)
}

impl Pool {
    pub(super) fn new(
        context: Rc<SimContext>,
        settings: Settings,
        reserved: Option<usize>,
    ) -> Self {
        Self { context, settings, reserved, state: Rc::default() }
    }

    /// Takes an environment for one invocation of this tenant; none where as many are in flight as may be. Either
    /// each invocation of a function has a tenant, or none.
    pub(super) fn take(&self, tenant: Option<&str>) -> Option<(EnvironmentHandle, Permit)> {
        if self.reserved.is_some_and(|reserved| reserved <= self.state.in_flight.load(Relaxed)) {
            return None;
        }
        let tenant = tenant.map(Arc::from);
        let environment = self.state.take(tenant.as_ref()).unwrap_or_else(|| self.make(tenant));
        Some((environment, Permit::new(&self.state.in_flight)))
    }

    /// Makes an environment that is to take an invocation.
    fn make(&self, tenant: Option<Arc<str>>) -> EnvironmentHandle {
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
        let entry = Entry { environment: environment.clone(), tenant, handed: 1 };
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
