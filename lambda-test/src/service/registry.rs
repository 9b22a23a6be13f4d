//! Which functions exist, by the names that requests use.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::{Rc, Weak},
    sync::Arc,
};

use lambda_core::FunctionArn;

use super::{
    ServiceError,
    defaults::{ACCOUNT, LATEST, REGION},
    dispatcher::Target,
    function::FunctionState,
    function_name,
};
use crate::kernel::{Random, ServiceOwner};

/// Region and name.
type Key = (String, Arc<str>);

/// The functions of a service. A function exists until it is deleted, or the last of its handles is dropped.
pub(super) struct Registry {
    pub(super) owner: Rc<ServiceOwner>,
    functions: RefCell<BTreeMap<Key, Weak<FunctionState>>>,
    /// For the request ids of invocations of functions that do not exist.
    random: RefCell<Option<Random>>,
}

impl Registry {
    pub(super) fn new(owner: Rc<ServiceOwner>) -> Self {
        Self { owner, functions: RefCell::default(), random: RefCell::default() }
    }

    fn find(&self, region: &str, name: &str) -> Option<Rc<FunctionState>> {
        let functions = self.functions.borrow();
        let function = functions.get(&(region.to_owned(), Arc::from(name)))?.upgrade()?;
        Some(function).filter(|function| !function.deleted.get())
    }

    /// Returns whether a function of this name exists.
    pub(super) fn has(&self, arn: &FunctionArn) -> bool {
        self.find(arn.region(), arn.name()).is_some()
    }

    pub(super) fn add(&self, function: &Rc<FunctionState>) {
        let key = (function.arn.region().to_owned(), function.name.clone());
        let mut functions = self.functions.borrow_mut();
        functions.retain(|_, function| function.strong_count() != 0);
        functions.insert(key, Rc::downgrade(function));
    }

    /// Finds what a request names.
    pub(super) fn target(self: &Rc<Self>, text: &str, qualifier: Option<&str>) -> Target {
        match self.look_up(text, qualifier) {
            Ok((function, invoked_arn)) => Target::Function { function, invoked_arn },
            Err(error) => Target::Refused { registry: self.clone(), name: text.into(), error },
        }
    }

    fn look_up(
        &self,
        text: &str,
        qualifier: Option<&str>,
    ) -> Result<(Rc<FunctionState>, Arc<str>), ServiceError> {
        let named = function_name::of_invoke(text, qualifier)?;
        let region = named.region.unwrap_or(REGION);
        let account = named.account.unwrap_or(ACCOUNT);
        let unqualified = format!("arn:aws:lambda:{region}:{account}:function:{}", named.name);
        let not_found = || {
            let qualifier = named.qualifier.unwrap_or(LATEST);
            ServiceError::not_found(&format!("{unqualified}:{qualifier}"))
        };
        let function = self.find(region, named.name).filter(|_| account == ACCOUNT);
        let function = function.ok_or_else(not_found)?;
        match named.qualifier {
            None => Ok((function.clone(), function.invoked_arn.clone())),
            Some(LATEST) => Ok((function, format!("{unqualified}:{LATEST}").into())),
            Some(_) => Err(not_found()),
        }
    }

    /// Returns a new request id, for an invocation of a function that does not exist.
    pub(super) fn request_id(&self) -> String {
        let mut random = self.random.borrow_mut();
        random.get_or_insert_with(|| self.owner.random("unknown functions")).uuid()
    }
}
