//! An account in a region: the concurrency that its functions share.

use std::{
    cell::Cell,
    rc::Rc,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use super::{ServiceError, constraint};
use crate::environment::InFlightCount;

/// How many invocations an account may have in flight in a region, unless its limit is another one.
/// Source: AWS Lambda developer guide, "Lambda quotas".
const CONCURRENCY: usize = 1000;

/// What functions may not reserve for themselves.
/// Source: AWS Lambda developer guide, "Configuring reserved concurrency".
const LEAST_UNRESERVED: usize = 100;

/// An account in a region.
pub(super) struct Account {
    pub(super) id: Arc<str>,
    pub(super) region: Arc<str>,
    concurrency: Cell<usize>,
    /// What functions hold for themselves.
    held: Cell<usize>,
    /// Of the functions that hold nothing for themselves.
    pub(super) in_flight: InFlightCount,
}

/// Concurrency that is held for one function, for as long as this lives.
pub(super) struct Hold {
    account: Rc<Account>,
    pub(super) amount: usize,
}

impl Account {
    pub(super) fn new(id: Arc<str>, region: Arc<str>) -> Self {
        let (concurrency, held) = (Cell::new(CONCURRENCY), Cell::new(0));
        Self { id, region, concurrency, held, in_flight: Arc::default() }
    }

    pub(super) fn set_concurrency(&self, limit: usize) {
        self.concurrency.set(limit);
    }

    /// Returns what is left for the functions that hold nothing for themselves.
    pub(super) fn unreserved(&self) -> usize {
        self.concurrency.get().saturating_sub(self.held.get())
    }

    pub(super) fn has_room(&self) -> bool {
        self.in_flight.load(Relaxed) < self.unreserved()
    }

    fn hold(self: &Rc<Self>, amount: usize) -> Hold {
        self.held.set(self.held.get() + amount);
        Hold { account: self.clone(), amount }
    }

    /// Reserves concurrency for a function, in place of what it holds.
    ///
    /// # Errors
    ///
    /// Too little would be left for the other functions.
    pub(super) fn reserve(
        self: &Rc<Self>,
        amount: usize,
        before: Option<&Hold>,
    ) -> Result<Hold, ServiceError> {
        let left = self.unreserved() + before.map_or(0, |hold| hold.amount);
        if left < amount + LEAST_UNRESERVED && amount != 0 {
            return Err(ServiceError::invalid_without_type(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's \
                 UnreservedConcurrentExecution below its minimum value of [{LEAST_UNRESERVED}]."
            )));
        }
        Ok(self.hold(amount))
    }

    /// Takes concurrency for environments that are made ahead, of a function that has none reserved.
    ///
    /// # Errors
    ///
    /// The account has not as much.
    pub(super) fn provision(self: &Rc<Self>, amount: usize) -> Result<Hold, ServiceError> {
        let left = self.unreserved();
        match amount {
            0 => {
                let name = "provisionedConcurrentExecutions";
                let violation = constraint::range(name, 0.0, (1, u32::MAX));
                Err(ServiceError::validation(violation.as_slice()))
            }
            amount if left.saturating_sub(LEAST_UNRESERVED) < amount => {
                let left = left.saturating_sub(LEAST_UNRESERVED);
                Err(ServiceError::invalid_without_type(format!(
                    "Specified ConcurrentExecutions for function is greater than account's \
                     unreserved concurrency [{left}]."
                )))
            }
            amount => Ok(self.hold(amount)),
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.account.held.set(self.account.held.get() - self.amount);
    }
}
