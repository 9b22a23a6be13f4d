//! Which environment of a function takes an invocation.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use crate::{
    environment::{EnvironmentHandle, Settings},
    kernel::SimContext,
};

/// The environments of a function. The one that is free and oldest takes the next invocation; where
/// none is free, a new one is made. It costs the same however many there are.
pub(super) struct Pool {
    world: Rc<SimContext>,
    settings: Settings,
    /// How many may be busy at once.
    reserved: Option<usize>,
    /// By their numbers, which are never used again.
    all: RefCell<BTreeMap<usize, EnvironmentHandle>>,
    made: Cell<usize>,
    /// The numbers of those that are free; each comes back by itself when its invocation is over.
    free: Rc<RefCell<BTreeSet<usize>>>,
}

impl Pool {
    pub(super) fn new(world: Rc<SimContext>, settings: Settings, reserved: Option<usize>) -> Self {
        let (all, made, free) = (RefCell::default(), Cell::new(0), Rc::default());
        Self { world, settings, reserved, all, made, free }
    }

    /// An environment that is free, which then is not any more; none where as many are busy as may be.
    pub(super) fn take(&self) -> Option<EnvironmentHandle> {
        let busy = || self.alive() - self.free.borrow().len();
        if self.reserved.is_some_and(|reserved| reserved <= busy()) {
            return None;
        }
        Some(self.take_free())
    }

    fn take_free(&self) -> EnvironmentHandle {
        let mut all = self.all.borrow_mut();
        while let Some(number) = { self.free.borrow_mut().pop_first() } {
            match all.get(&number) {
                Some(environment) if environment.is_alive() => return environment.clone(),
                // It has ended by itself, or was taken away while its last invocation went on.
                _ => all.remove(&number),
            };
        }
        let (number, free) = (self.made.get(), Rc::downgrade(&self.free));
        self.made.set(number + 1);
        let on_idle = move || {
            if let Some(free) = free.upgrade() {
                free.borrow_mut().insert(number);
            }
        };
        let environment =
            EnvironmentHandle::start(&self.world, self.settings.clone(), Box::new(on_idle));
        all.insert(number, environment.clone());
        environment
    }

    /// How many have not ended.
    pub(super) fn alive(&self) -> usize {
        self.all.borrow().values().filter(|environment| environment.is_alive()).count()
    }

    /// Does this with each environment.
    pub(super) fn for_each(&self, work: impl FnMut(&EnvironmentHandle)) {
        self.all.borrow().values().for_each(work);
    }

    /// Every environment; the next invocation makes a new one.
    pub(super) fn take_all(&self) -> Vec<EnvironmentHandle> {
        self.free.borrow_mut().clear();
        std::mem::take(&mut *self.all.borrow_mut()).into_values().collect()
    }
}
