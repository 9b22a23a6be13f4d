//! Which functions exist, by the names that requests use.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use lambda_core::FunctionArn;

use super::{
    Metrics, ServiceError,
    account::Account,
    defaults::LATEST,
    destination::{Destination, Inbox},
    dispatcher::Target,
    faults::Faults,
    function_name,
    function_state::FunctionState,
    metrics::Meter,
    queue::QueueInner,
    scaling::BURST,
    tracing::Sampler,
};
use crate::kernel::{Random, ServiceOwner};

/// How long an environment waits for an invocation until it is reclaimed, unless it is set.
const IDLE: Duration = Duration::from_secs(600);

/// The functions of a service. A function exists until it is deleted, or the last of its handles is dropped.
pub(crate) struct Registry {
    pub(crate) owner: Rc<ServiceOwner>,
    /// By their unqualified ARNs.
    functions: RefCell<BTreeMap<Arc<str>, Weak<FunctionState>>>,
    /// By account and region.
    accounts: RefCell<BTreeMap<[Arc<str>; 2], Rc<Account>>>,
    /// What destinations have received, by their ARNs.
    destinations: RefCell<BTreeMap<Arc<str>, Rc<Destination>>>,
    /// By their ARNs.
    queues: RefCell<BTreeMap<Arc<str>, Rc<QueueInner>>>,
    /// What is above the service and belongs to it, one of each type.
    kept: RefCell<Vec<Rc<dyn Any>>>,
    pub(super) idle: Cell<Duration>,
    /// How many environments of a function may be made at once.
    pub(super) burst: Cell<usize>,
    /// Whether requests are throttled by how many come each second.
    pub(super) limits_requests: Cell<bool>,
    pub(super) faults: Rc<Faults>,
    pub(super) sampler: Sampler,
    /// Whether segments of functions have the newer structure.
    pub(crate) has_newer_segments: Cell<bool>,
    /// Once somebody has asked for metrics.
    pub(super) meter: RefCell<Option<Meter>>,
    /// How long it takes until a function is created or updated.
    pub(crate) state_changes: Cell<Duration>,
    /// For the request ids of invocations of functions that do not exist.
    random: RefCell<Option<Random>>,
}

impl Registry {
    pub(super) fn new(owner: Rc<ServiceOwner>) -> Self {
        Self {
            owner,
            functions: RefCell::default(),
            accounts: RefCell::default(),
            destinations: RefCell::default(),
            queues: RefCell::default(),
            kept: RefCell::default(),
            idle: Cell::new(IDLE),
            burst: Cell::new(BURST),
            limits_requests: Cell::default(),
            faults: Rc::default(),
            sampler: Sampler::default(),
            has_newer_segments: Cell::default(),
            meter: RefCell::default(),
            state_changes: Cell::default(),
            random: RefCell::default(),
        }
    }

    /// Returns an account in a region.
    pub(super) fn account(&self, id: &str, region: &str) -> Rc<Account> {
        let (id, region): (Arc<str>, Arc<str>) = (id.into(), region.into());
        let mut accounts = self.accounts.borrow_mut();
        let account = accounts.entry([id.clone(), region.clone()]);
        account.or_insert_with(|| Rc::new(Account::new(id, region))).clone()
    }

    /// Returns what has this ARN and receives what the service sends, if there is one.
    pub(crate) fn inbox(&self, arn: &str) -> Option<Rc<dyn Inbox>> {
        if let Some(queue) = self.find_queue(arn) {
            return Some(queue);
        }
        let destinations = self.destinations.borrow();
        destinations.get(arn).map(|received| received.clone() as Rc<dyn Inbox>)
    }

    /// Returns the destination with this ARN, which is made if there is none.
    pub(super) fn destination(
        self: &Rc<Self>,
        arn: String,
        caller: &Rc<Account>,
    ) -> Rc<Destination> {
        let arn: Arc<str> = arn.into();
        let mut destinations = self.destinations.borrow_mut();
        let destination = destinations.entry(arn.clone());
        destination.or_insert_with(|| Rc::new(Destination::new(arn, caller, self))).clone()
    }

    /// Returns the destination with this ARN, if there is one.
    #[cfg(feature = "push")]
    pub(crate) fn find_destination(&self, arn: &str) -> Option<Rc<Destination>> {
        self.destinations.borrow().get(arn).cloned()
    }

    /// Returns the queue with this ARN, if there is one.
    pub(crate) fn find_queue(&self, arn: &str) -> Option<Rc<QueueInner>> {
        self.queues.borrow().get(arn).cloned()
    }

    /// Returns the queue with this ARN, which is made if there is none.
    pub(super) fn queue(&self, arn: String, region: &Arc<str>) -> Rc<QueueInner> {
        let arn: Arc<str> = arn.into();
        let mut queues = self.queues.borrow_mut();
        let queue = queues.entry(arn.clone()).or_insert_with(|| {
            let random = self.owner.random(&arn);
            QueueInner::new(arn, region.clone(), self.owner.clock, random)
        });
        queue.clone()
    }

    /// Returns what is kept of this type, which is made if there is none.
    pub(crate) fn kept<T: Default + 'static>(&self) -> Rc<T> {
        let mut kept = self.kept.borrow_mut();
        if let Some(found) = kept.iter().find_map(|it| it.clone().downcast::<T>().ok()) {
            return found;
        }
        let made = Rc::<T>::default();
        kept.push(made.clone());
        made
    }

    /// Samples every trace that nobody has decided about.
    pub(crate) fn sample_every_trace(&self) {
        self.sampler.take_all();
    }

    /// Finds a function by its unqualified ARN.
    pub(super) fn find(&self, arn: &str) -> Option<Rc<FunctionState>> {
        let function = self.functions.borrow().get(arn)?.upgrade()?;
        Some(function).filter(|function| !function.deleted.get())
    }

    /// Returns whether a function of this name exists.
    pub(super) fn has(&self, arn: &FunctionArn) -> bool {
        self.find(arn.as_str()).is_some()
    }

    pub(super) fn add(&self, function: &Rc<FunctionState>) {
        let mut functions = self.functions.borrow_mut();
        functions.retain(|_, function| function.strong_count() != 0);
        functions.insert(function.unqualified.clone(), Rc::downgrade(function));
    }

    /// Returns the functions that exist, in the order of their ARNs.
    pub(super) fn functions(&self) -> Vec<Rc<FunctionState>> {
        let functions = self.functions.borrow();
        let functions = functions.values().filter_map(Weak::upgrade);
        functions.filter(|function| !function.deleted.get()).collect()
    }

    /// Finds what a request names that comes from this account and region.
    pub(crate) fn target(
        self: &Rc<Self>,
        caller: &Rc<Account>,
        text: &str,
        qualifier: Option<&str>,
    ) -> Target {
        match self.look_up(caller, text, qualifier) {
            Ok((function, qualifier)) => Target::of(function, qualifier.map(Into::into)),
            Err(error) => {
                let (registry, caller) = (self.clone(), caller.clone());
                Target::Refused { registry, caller, name: text.into(), error }
            }
        }
    }

    /// Finds a function, and the qualifier by which it is named.
    ///
    /// # Errors
    ///
    /// The name is not one, or there is no such function.
    pub(crate) fn look_up<'a>(
        &self,
        caller: &Account,
        text: &'a str,
        qualifier: Option<&'a str>,
    ) -> Result<(Rc<FunctionState>, Option<&'a str>), ServiceError> {
        let named = function_name::of_invoke(text, qualifier)?;
        let region = named.region.unwrap_or(&caller.region);
        if region != &*caller.region {
            return Err(ServiceError::missing(format!(
                "Functions from '{region}' are not reachable in this region ('{}')",
                caller.region
            )));
        }
        let account = named.account.unwrap_or(&caller.id);
        let unqualified = format!("arn:aws:lambda:{region}:{account}:function:{}", named.name);
        match self.find(&unqualified) {
            Some(function) => Ok((function, named.qualifier)),
            None => {
                let qualifier = named.qualifier.unwrap_or(LATEST);
                Err(ServiceError::not_found(&format!("{unqualified}:{qualifier}")))
            }
        }
    }

    /// Returns when an environment may be due to be reclaimed: not before.
    pub(super) fn next_reclaim(&self) -> Option<Duration> {
        let mut next = None;
        for function in self.functions() {
            function.for_each_version(|version| {
                let due = version.pool.due(self.idle.get());
                next = [next, due].into_iter().flatten().min();
            });
        }
        next
    }

    /// Ends the environments that have waited for too long.
    pub(super) async fn reclaim(&self) {
        let now = self.owner.clock.elapsed();
        let mut ending = Vec::new();
        for function in self.functions() {
            function.for_each_version(|version| {
                ending.extend(version.pool.reclaim(now, self.idle.get()));
            });
        }
        for environment in ending {
            environment.shut_down().await;
        }
    }

    /// Returns what was counted since the first call.
    pub(super) fn metrics(&self) -> Metrics {
        let mut meter = self.meter.borrow_mut();
        let meter = meter.get_or_insert_with(|| {
            let meter = Meter::default();
            let noting = meter.clone();
            self.owner.recorder.subscribe(move |record| noting.note(record));
            meter
        });
        meter.read()
    }

    /// Returns a new request id, for an invocation of a function that does not exist.
    pub(super) fn request_id(&self) -> String {
        let mut random = self.random.borrow_mut();
        random.get_or_insert_with(|| self.owner.random("unknown functions")).uuid()
    }
}
