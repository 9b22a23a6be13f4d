//! Which environment of a version takes an invocation.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use super::log_event::StartedEnvironments;
use crate::{
    environment::{EnvironmentEvent, EnvironmentHandle, Settings},
    kernel::{SimContext, Task},
};

/// How often environments that are made ahead are begun, until it is given up.
const TRIES: usize = 6;

/// The environments of a version. A warm one takes the next invocation, the oldest first; then one whose
/// process has ended; where none is available, a new one is made. It costs the same however many there are.
pub(super) struct Pool {
    context: Rc<SimContext>,
    settings: Rc<Settings>,
    counts: Rc<Counts>,
    state: Rc<State>,
}

/// What is counted of all environments of a function.
#[derive(Default)]
pub(super) struct Counts {
    /// Every environment that was made, in the order of their numbers.
    pub(super) environments: RefCell<StartedEnvironments>,
    pub(super) cold_starts: Cell<usize>,
}

#[derive(Default)]
struct State {
    /// By their numbers, which are never used again.
    all: RefCell<BTreeMap<usize, Entry>>,
    /// Those that wait for an invocation: with a process, or without.
    warm: RefCell<Available>,
    cold: RefCell<Available>,
    /// No environment has been available since before this.
    available_since: Cell<Duration>,
    is_retired: Cell<bool>,
    /// Environments that are still to be made ahead in place of those whose init phase failed.
    tries: Cell<usize>,
    /// Those that were made ahead and are ready.
    ready: Cell<usize>,
}

/// Environments by the tenant to whom they belong, if any, and by their numbers.
type Available = BTreeSet<(Option<Arc<str>>, usize)>;

struct Entry {
    environment: EnvironmentHandle,
    tenant: Option<Arc<str>>,
    /// How many invocations it was handed.
    handed: u64,
    /// Since when it waits for an invocation.
    since: Duration,
    is_ready: bool,
    /// Until one that is made ahead is ready.
    task: Option<Task>,
}

impl State {
    /// Notes that an environment is available. Returns it where it is not wanted any more.
    fn available(
        &self,
        now: Duration,
        number: usize,
        (tokens, warm, taken): (usize, bool, u64),
    ) -> Option<EnvironmentHandle> {
        let mut all = self.all.borrow_mut();
        let entry = all.get_mut(&number)?;
        // What is on its way to the environment uses a token that it does not know of yet.
        let free = (tokens as u64).checked_sub(entry.handed.saturating_sub(taken))?;
        let key = (entry.tenant.clone(), number);
        let (to, other) = if warm { (&self.warm, &self.cold) } else { (&self.cold, &self.warm) };
        other.borrow_mut().remove(&key);
        if free == 0 {
            return None;
        }
        if self.is_retired.get() {
            return all.remove(&number).map(|entry| entry.environment);
        }
        if entry.handed == 0 && !warm {
            // Its init phase failed, and nobody waits for it.
            entry.task = None;
            self.tries.set(self.tries.get().checked_sub(1)?);
            return all.remove(&number).map(|entry| entry.environment);
        }
        if warm && !entry.is_ready {
            entry.is_ready = true;
            self.ready.set(self.ready.get() + 1);
            entry.task = None;
        }
        entry.since = now;
        if self.warm.borrow().is_empty() && self.cold.borrow().is_empty() {
            self.available_since.set(now);
        }
        to.borrow_mut().insert(key);
        None
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
    pub(super) fn new(context: Rc<SimContext>, settings: Rc<Settings>, counts: Rc<Counts>) -> Self {
        Self { context, settings, counts, state: Rc::default() }
    }

    /// Takes an environment that is available to this tenant. Either each invocation of a function has a tenant,
    /// or none.
    pub(super) fn take(&self, tenant: Option<&str>) -> Option<EnvironmentHandle> {
        self.state.take(tenant.map(Arc::from).as_ref())
    }

    /// Makes an environment that is to take an invocation.
    pub(super) fn make(&self, tenant: Option<&str>) -> EnvironmentHandle {
        self.maker().make(tenant.map(Arc::from), 1)
    }

    /// Makes so many environments ahead.
    pub(super) fn provision(&self, environments: usize) {
        self.state.tries.set(environments * (TRIES - 1));
        (0..environments).for_each(|_| drop(self.maker().make(None, 0)));
    }

    fn maker(&self) -> Maker {
        let Self { context, settings, counts, state } = self;
        let state = Rc::downgrade(state);
        let (context, settings, counts) = (context.clone(), settings.clone(), counts.clone());
        Maker { context, settings, counts, state }
    }

    /// Returns how many environments there are.
    pub(super) fn len(&self) -> usize {
        self.state.all.borrow().len()
    }

    /// Returns how many of the environments that were made ahead have had their init phase.
    pub(super) fn ready(&self) -> usize {
        self.state.ready.get()
    }

    /// Returns whether an environment that was made ahead has no process, and is not tried again.
    pub(super) fn has_given_up(&self) -> bool {
        let all = self.state.all.borrow();
        all.values().any(|entry| !entry.is_ready && entry.task.is_none())
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

    /// Takes this environment out, if it is one of these; one that was made ahead is made anew.
    pub(super) fn forget(&self, environment: &EnvironmentHandle) {
        let mut all = self.state.all.borrow_mut();
        let number = all.iter().find(|(_, entry)| entry.environment == *environment);
        let Some(number) = number.map(|(number, _)| *number) else { return };
        let Some(Entry { tenant, is_ready, .. }) = all.remove(&number) else { return };
        drop(all);
        let key = (tenant, number);
        self.state.warm.borrow_mut().remove(&key);
        self.state.cold.borrow_mut().remove(&key);
        if !self.settings.info.is_on_demand() && !self.state.is_retired.get() {
            self.state.ready.set(self.state.ready.get() - usize::from(is_ready));
            self.maker().make(None, 0);
        }
    }

    /// Ends the environments as soon as they are available.
    pub(super) fn retire(&self) {
        self.state.is_retired.set(true);
        self.end_available();
        // What is in its init phase, for nobody.
        self.state.all.borrow_mut().retain(|_, entry| {
            if entry.handed == 0 {
                end(&self.context, entry.environment.clone());
            }
            entry.handed != 0
        });
    }

    /// Ends the environments that wait for an invocation.
    pub(super) fn end_available(&self) {
        let available = self.take_available(|_| true);
        available.into_iter().for_each(|environment| end(&self.context, environment));
    }

    /// Returns when an environment may be due to be reclaimed that waits for so long: not before.
    pub(super) fn due(&self, idle: Duration) -> Option<Duration> {
        let State { warm, cold, available_since, .. } = &*self.state;
        let waits = !warm.borrow().is_empty() || !cold.borrow().is_empty();
        waits.then(|| available_since.get() + idle)
    }

    /// Ends the environments that have waited for an invocation for so long. Returns those that end at once, when they
    /// are waited for.
    pub(super) fn reclaim(&self, now: Duration, idle: Duration) -> Vec<EnvironmentHandle> {
        if self.due(idle).is_none_or(|due| now < due) {
            return Vec::new();
        }
        let mut ending = self.take_available(|since| since + idle <= now);
        // Extensions have time until they end.
        if !self.settings.extensions.is_empty() || self.settings.sockets {
            ending.drain(..).for_each(|environment| end(&self.context, environment));
        }
        let all = self.state.all.borrow();
        let State { warm, cold, .. } = &*self.state;
        let (warm, cold) = (warm.borrow(), cold.borrow());
        let since = warm.iter().chain(&*cold).filter_map(|(_, number)| all.get(number));
        let since = since.map(|entry| entry.since).min();
        self.state.available_since.set(since.unwrap_or(now));
        ending
    }

    /// Ends the environments that have waited for an invocation for so long, and waits for nothing.
    pub(super) fn end_idle(&self, now: Duration, idle: Duration) {
        let ending = self.reclaim(now, idle).into_iter();
        ending.for_each(|environment| end(&self.context, environment));
    }

    fn take_available(&self, wanted: impl Fn(Duration) -> bool) -> Vec<EnvironmentHandle> {
        let mut all = self.state.all.borrow_mut();
        let mut taken = Vec::new();
        for available in [&self.state.warm, &self.state.cold] {
            available.borrow_mut().retain(|(_, number)| {
                let is_wanted = all.get(number).is_some_and(|entry| wanted(entry.since));
                if is_wanted {
                    taken.extend(all.remove(number).map(|entry| entry.environment));
                }
                !is_wanted
            });
        }
        taken
    }
}

/// Makes the environments of a pool.
#[derive(Clone)]
struct Maker {
    context: Rc<SimContext>,
    settings: Rc<Settings>,
    counts: Rc<Counts>,
    state: Weak<State>,
}

impl Maker {
    /// Makes an environment, to which so many invocations will be handed at once.
    fn make(self, tenant: Option<Arc<str>>, handed: u64) -> EnvironmentHandle {
        let number = self.counts.environments.borrow().len() + 1;
        let Self { context, settings, counts, state } = self.clone();
        let info = settings.info.clone();
        let on_event = move |event| self.on_event(number, event);
        let environment = EnvironmentHandle::start(&context, settings, number, Box::new(on_event));
        counts.environments.borrow_mut().add(environment.number(), &info);
        let since = context.clock.elapsed();
        let task = (handed == 0).then(|| context.work.begin());
        let (is_ready, kept) = (false, environment.clone());
        let entry = Entry { environment: kept, tenant, handed, since, is_ready, task };
        if let Some(state) = state.upgrade() {
            state.all.borrow_mut().insert(number, entry);
        }
        environment
    }

    fn on_event(&self, number: usize, event: EnvironmentEvent) {
        match event {
            EnvironmentEvent::InvocationEnded { cold_start } => {
                let cold_starts = &self.counts.cold_starts;
                cold_starts.set(cold_starts.get() + usize::from(cold_start));
            }
            EnvironmentEvent::Available { tokens, warm, taken } => {
                let Some(state) = self.state.upgrade() else { return };
                let now = self.context.clock.elapsed();
                let Some(unwanted) = state.available(now, number, (tokens, warm, taken)) else {
                    return;
                };
                end(&self.context, unwanted);
                if !state.is_retired.get() {
                    self.clone().make(None, 0);
                }
            }
        }
    }
}

/// Ends an environment, and waits for nothing.
fn end(context: &SimContext, environment: EnvironmentHandle) {
    context.spawn(async move { environment.shut_down().await });
}
