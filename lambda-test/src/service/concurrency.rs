//! How many invocations a function may have in flight: what it reserves, and what is made ahead.

use std::{
    rc::Rc,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use super::{
    ServiceError, constraint,
    defaults::LATEST,
    dispatcher::InvokeRequest,
    function_state::FunctionState,
    scaling::{BURST_IN, REQUESTS},
    version::VersionState,
};
use crate::environment::{EnvironmentHandle, Permit};

/// Why an invocation is throttled.
/// Source: AWS Lambda API reference, "Invoke", `TooManyRequestsException`.
const RESERVED: &str = "ReservedFunctionConcurrentInvocationLimitExceeded";
const UNRESERVED: &str = "ConcurrentInvocationLimitExceeded";
const RESERVED_RATE: &str = "ReservedFunctionInvocationRateLimitExceeded";
const UNRESERVED_RATE: &str = "FunctionInvocationRateLimitExceeded";

impl FunctionState {
    /// Takes an environment of this version for one invocation of this tenant: one that was made ahead, then one that is
    /// available, then a new one.
    ///
    /// # Errors
    ///
    /// As many are in flight as may be, more come each second than may, or environments cannot be made as fast.
    pub(super) fn admit(
        &self,
        version: &VersionState,
        request: &InvokeRequest,
    ) -> Result<(EnvironmentHandle, Permit), ServiceError> {
        let tenant = request.tenant.as_deref();
        if self.registry.limits_requests.get() && !request.is_event {
            self.check_rate()?;
        }
        if let Some(taken) = version.take_provisioned(&self.owner.work) {
            return Ok(taken);
        }
        let reserved = self.reserved.get();
        if let Some(reserved) = reserved {
            let left = reserved.saturating_sub(self.provisioned());
            if left <= self.in_flight.load(Relaxed) {
                return Err(ServiceError::too_many_requests(RESERVED));
            }
        } else if !self.account.has_room() {
            return Err(ServiceError::too_many_requests(UNRESERVED));
        }
        let now = self.owner.clock.elapsed();
        version.pool.end_idle(now, self.registry.idle.get());
        let environment = match version.pool.take(tenant) {
            Some(environment) => environment,
            None if self.scaling.take(now, self.registry.burst.get(), BURST_IN) => {
                version.pool.make(tenant)
            }
            None => return Err(ServiceError::too_many_requests(UNRESERVED)),
        };
        let account = reserved.is_none().then_some(&self.account.in_flight);
        Ok((environment, Permit::new(&self.owner.work, &self.in_flight, account)))
    }

    /// # Errors
    ///
    /// More invocations come each second than ten times what may be in flight.
    fn check_rate(&self) -> Result<(), ServiceError> {
        let (rate, concurrency, reason) = match self.reserved.get() {
            // That has a reason of its own.
            Some(0) => return Ok(()),
            Some(reserved) => (&self.requests, reserved, RESERVED_RATE),
            None => (&self.account.requests, self.account.unreserved(), UNRESERVED_RATE),
        };
        let now = self.owner.clock.elapsed();
        match rate.take(now, REQUESTS.saturating_mul(concurrency), Duration::from_secs(1)) {
            true => Ok(()),
            false => Err(ServiceError::too_many_requests(reason)),
        }
    }

    /// Returns the error of an invocation for which nothing is left.
    pub(super) fn throttled(&self) -> ServiceError {
        let is_reserved = self.reserved.get().is_some();
        ServiceError::too_many_requests(if is_reserved { RESERVED } else { UNRESERVED })
    }

    /// # Errors
    ///
    /// Too little would be left for other functions.
    pub(super) fn reserve(&self, amount: usize) -> Result<(), ServiceError> {
        self.hold.check_reserved(amount)?;
        self.reserved.set(Some(amount));
        self.hold_anew();
        Ok(())
    }

    pub(super) fn unreserve(&self) {
        self.reserved.set(None);
        self.hold_anew();
    }

    /// Holds of the account what the function reserves; without that, what its versions have made ahead.
    pub(super) fn hold_anew(&self) {
        self.hold.set(match self.reserved.get() {
            _ if self.deleted.get() => 0,
            Some(reserved) => reserved,
            None => self.provisioned(),
        });
    }

    /// Returns how many environments were asked for ahead.
    pub(super) fn provisioned(&self) -> usize {
        let published = self.published.borrow();
        published.values().map(|version| version.requested()).sum()
    }

    /// Finds what provisioned concurrency is for: a version, and the alias by which it was named.
    ///
    /// # Errors
    ///
    /// There is neither such a version nor such an alias, or it is `$LATEST`: `of_latest` is the message then.
    pub(super) fn for_provisioned(
        &self,
        qualifier: &str,
        of_latest: &str,
    ) -> Result<(Rc<VersionState>, Option<Arc<str>>), ServiceError> {
        if qualifier == LATEST {
            return Err(ServiceError::invalid(of_latest.to_owned()));
        }
        if qualifier.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok((self.version(qualifier)?, None));
        }
        let alias = self.aliases.borrow().get(qualifier).cloned();
        let Some(alias) = alias else {
            let arn = self.qualified(qualifier);
            return Err(ServiceError::missing(format!("Cannot find alias arn: {arn}")));
        };
        Ok((self.version(&alias.version)?, Some(qualifier.into())))
    }

    /// Makes so many environments ahead for this version or alias.
    ///
    /// # Errors
    ///
    /// The service refuses it.
    pub(super) fn provision(&self, qualifier: &str, requested: usize) -> Result<(), ServiceError> {
        let of_latest =
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.";
        let (version, alias) = self.for_provisioned(qualifier, of_latest)?;
        let other =
            version.provisioned.borrow().as_ref().map(|provisioned| provisioned.alias.clone());
        match (&alias, other) {
            (Some(_), Some(None)) => {
                let message = "Alias can't be used for Provisioned Concurrency configuration on an \
                               already Provisioned version";
                return Err(ServiceError::conflict(message.to_owned()));
            }
            (None, Some(Some(_))) => {
                let message = "Version is pointed by a Provisioned Concurrency alias";
                return Err(ServiceError::conflict(message.to_owned()));
            }
            _ => {}
        }
        // In place of what this version has.
        let others = self.provisioned() - version.requested();
        match self.reserved.get() {
            _ if requested == 0 => {
                let name = "provisionedConcurrentExecutions";
                let violation = constraint::range(name, 0.0, (1, u32::MAX));
                return Err(ServiceError::validation(violation.as_slice()));
            }
            Some(reserved) if reserved < others.saturating_add(requested) => {
                let message = "Requested Provisioned Concurrency should not be greater than the \
                               reservedConcurrentExecution for function";
                return Err(ServiceError::invalid(message.to_owned()));
            }
            Some(_) => {}
            None => self.hold.check_provisioned(others, requested)?,
        }
        version.provision(&self.common, requested, alias);
        self.hold_anew();
        Ok(())
    }

    /// Ends what was made ahead for this version.
    pub(super) fn unprovision(&self, version: &VersionState) {
        version.unprovision();
        self.hold_anew();
    }

    /// Provisioned concurrency of an alias follows it to another version.
    pub(super) fn move_provisioned(&self, alias: &str, from: &str, to: &str) {
        let (Ok(from), Ok(to)) = (self.version(from), self.version(to)) else { return };
        if !from.is_provisioned_by(Some(alias)) {
            return;
        }
        let requested = from.requested();
        self.unprovision(&from);
        if !to.is_latest() {
            // It was granted before.
            let _ = self.provision(alias, requested);
        }
    }
}
