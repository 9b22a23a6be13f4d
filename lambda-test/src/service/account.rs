//! An account in a region: the concurrency that its functions share.

use std::{
    cell::Cell,
    rc::Rc,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use super::{ServiceError, scaling::Rate};
use crate::environment::InFlightCount;

/// How many invocations an account may have in flight in a region, unless its limit is another one.
/// Source: AWS Lambda developer guide, "Lambda quotas".
const CONCURRENCY: usize = 1000;

/// What functions may not reserve for themselves.
/// Source: AWS Lambda developer guide, "Configuring reserved concurrency".
const LEAST_UNRESERVED: usize = 100;

/// An account in a region.
pub(crate) struct Account {
    pub(crate) id: Arc<str>,
    pub(crate) region: Arc<str>,
    concurrency: Cell<usize>,
    /// What functions hold for themselves.
    held: Cell<usize>,
    /// Of the functions that hold nothing for themselves.
    pub(super) in_flight: InFlightCount,
    /// Synchronous invocations that may come of those functions.
    pub(super) requests: Rate,
}

/// What one function takes of the concurrency of its account for itself, for as long as this lives.
pub(super) struct Hold {
    account: Rc<Account>,
    amount: Cell<usize>,
}

impl Account {
    pub(super) fn new(id: Arc<str>, region: Arc<str>) -> Self {
        let (concurrency, held) = (Cell::new(CONCURRENCY), Cell::new(0));
        let (in_flight, requests) = (Arc::default(), Rate::default());
        Self { id, region, concurrency, held, in_flight, requests }
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
}

impl Hold {
    pub(super) fn none(account: Rc<Account>) -> Self {
        Self { account, amount: Cell::new(0) }
    }

    /// Takes so much, in place of what was taken.
    pub(super) fn set(&self, amount: usize) {
        let held = &self.account.held;
        held.set(held.get() - self.amount.replace(amount) + amount);
    }

    /// Returns what the function may take at most, and leave the other ones enough.
    fn most(&self) -> usize {
        (self.account.unreserved() + self.amount.get()).saturating_sub(LEAST_UNRESERVED)
    }

    /// # Errors
    ///
    /// Too little would be left for the other functions.
    pub(super) fn check_reserved(&self, amount: usize) -> Result<(), ServiceError> {
        if self.most() < amount {
            return Err(ServiceError::invalid_without_type(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's \
                 UnreservedConcurrentExecution below its minimum value of [{LEAST_UNRESERVED}]."
            )));
        }
        Ok(())
    }

    /// Checks whether a version of a function that reserves nothing may have environments made ahead, when other
    /// versions of it have so many.
    ///
    /// # Errors
    ///
    /// The account has not as much.
    pub(super) fn check_provisioned(
        &self,
        others: usize,
        requested: usize,
    ) -> Result<(), ServiceError> {
        let most = self.most().saturating_sub(others);
        if most < requested {
            return Err(ServiceError::invalid_without_type(format!(
                "Specified ConcurrentExecutions for function is greater than account's \
                 unreserved concurrency [{most}]."
            )));
        }
        Ok(())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.set(0);
    }
}
