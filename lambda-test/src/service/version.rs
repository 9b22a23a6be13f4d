//! A version of a function: code and configuration, and the environments that run it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use super::{
    configuration::Configuration,
    defaults::{LATEST, ON_DEMAND, PROVISIONED},
    pool::{Counts, Pool},
};
use crate::{
    environment::{
        Allowed, Code, Deviations, EnvironmentHandle, FunctionInfo, InFlightCount, Observers,
        Permit, Settings,
    },
    kernel::{SimContext, Work},
    lifecycle::Limits,
};

/// The longest init phase of environments that are made ahead: this or the timeout of the function, whichever is longer.
/// Source: AWS Lambda developer guide, "Understanding the Lambda execution environment lifecycle".
const PROVISIONED_INIT: Duration = Duration::from_secs(130);

/// What is the same in every version of a function.
pub(crate) struct Common {
    pub(crate) context: Rc<SimContext>,
    pub(super) name: Arc<str>,
    /// What its random numbers belong to: its name, and with another region or account its ARN.
    pub(super) label: Arc<str>,
    pub(crate) account: Arc<str>,
    pub(crate) region: Arc<str>,
    pub(super) sockets: bool,
    pub(super) deviations: Deviations,
    pub(super) allowed: Allowed,
    pub(super) observers: Rc<Observers>,
    pub(super) counts: Rc<Counts>,
}

/// What is published with a version.
#[derive(Clone)]
pub(crate) struct Content {
    pub(super) code: Code,
    /// Of the codes of the function, from 1.
    pub(super) code_number: u64,
    /// External extensions, by their names.
    pub(super) extensions: Rc<[(Arc<str>, Code)]>,
    pub(crate) configuration: Configuration,
}

/// A version of a function, `$LATEST` included. Nothing of it changes but its revision: an update of `$LATEST` makes another one.
pub(crate) struct VersionState {
    /// `$LATEST`, or its number.
    pub(crate) number: Arc<str>,
    pub(crate) content: Content,
    /// Another one once its policy changes.
    pub(super) revision: RefCell<Arc<str>>,
    /// When it was made, since the service began.
    pub(super) modified: Duration,
    settings: Rc<Settings>,
    pub(super) pool: Pool,
    pub(super) provisioned: RefCell<Option<Provisioned>>,
    /// Those that were made ahead and are not wanted any more, for as long as something is in flight in them.
    retired: RefCell<Vec<Pool>>,
}

/// Environments that are made ahead.
pub(super) struct Provisioned {
    pub(super) requested: usize,
    /// When it was asked for, since the service began.
    pub(super) since: Duration,
    /// The alias that it was asked for by; absent where it was the number.
    pub(super) alias: Option<Arc<str>>,
    pool: Pool,
    in_flight: InFlightCount,
}

impl VersionState {
    pub(super) fn new(
        common: &Common,
        number: Arc<str>,
        content: Content,
        revision: Arc<str>,
    ) -> Rc<Self> {
        let Content { code, extensions, configuration, .. } = &content;
        let limits = Limits { init: Duration::from_secs(10), timeout: configuration.timeout };
        let info = FunctionInfo {
            name: common.name.clone(),
            label: common.label.clone(),
            version: number.clone(),
            handler: configuration.handler.clone(),
            log_group: configuration.log_group_of(&common.name).into(),
            account: common.account.clone(),
            region: common.region.clone(),
            initialization_type: ON_DEMAND,
            memory_mb: configuration.memory_mb,
            logging: configuration.logging,
            deviations: common.deviations,
            allowed: common.allowed.clone(),
            variables: configuration.variables.clone(),
            daemon: common.context.daemon.borrow().clone().filter(|_| configuration.is_traced),
        };
        let settings = Rc::new(Settings {
            code: code.clone(),
            extensions: extensions.clone(),
            info: Rc::new(info),
            limits,
            sockets: common.sockets,
            observers: common.observers.clone(),
        });
        let pool = Pool::new(common.context.clone(), settings.clone(), common.counts.clone());
        let revision = RefCell::new(revision);
        let (provisioned, retired) = (RefCell::default(), RefCell::default());
        let modified = common.context.clock.elapsed();
        Rc::new(Self { number, content, revision, modified, settings, pool, provisioned, retired })
    }

    /// Returns by how much a clock must be wrong that deadlines seem to be stated by, if that of an environment is to seem as
    /// wrong in one invocation. The clock of a program is that of this machine, so all that it sees is in its deadlines.
    pub(super) fn clock_of_deadlines(
        &self,
        (ahead, behind): (Duration, Duration),
    ) -> (Duration, Duration) {
        match self.content.code {
            Code::App(_) => (behind, ahead),
            Code::Program(_) => {
                let clock = self.settings.info.deviations.clock;
                (behind + clock.1, ahead + clock.0)
            }
        }
    }

    pub(super) fn is_latest(&self) -> bool {
        &*self.number == LATEST
    }

    /// Makes environments ahead, in place of those that were.
    pub(super) fn provision(&self, common: &Common, requested: usize, alias: Option<Arc<str>>) {
        let info = &self.settings.info;
        let info = FunctionInfo { initialization_type: PROVISIONED, ..(**info).clone() };
        let limits = Limits {
            init: PROVISIONED_INIT.max(self.settings.limits.timeout),
            ..self.settings.limits
        };
        let settings = Settings { info: Rc::new(info), limits, ..(*self.settings).clone() };
        let pool = Pool::new(common.context.clone(), Rc::new(settings), common.counts.clone());
        pool.provision(requested);
        let in_flight = Arc::default();
        let since = common.context.clock.elapsed();
        self.unprovision();
        self.provisioned.replace(Some(Provisioned { requested, since, alias, pool, in_flight }));
    }

    /// Returns whether environments are made ahead by this alias, or without one by the number.
    pub(super) fn is_provisioned_by(&self, alias: Option<&str>) -> bool {
        let provisioned = self.provisioned.borrow();
        provisioned.as_ref().is_some_and(|provisioned| provisioned.alias.as_deref() == alias)
    }

    /// Returns how many environments were asked for ahead.
    pub(super) fn requested(&self) -> usize {
        self.provisioned.borrow().as_ref().map_or(0, |provisioned| provisioned.requested)
    }

    /// Ends the environments that were made ahead.
    pub(super) fn unprovision(&self) {
        if let Some(Provisioned { pool, .. }) = self.provisioned.take() {
            pool.retire();
            let mut retired = self.retired.borrow_mut();
            retired.retain(|pool| pool.len() != 0);
            retired.push(pool);
        }
    }

    /// Ends every environment as soon as it has nothing in flight.
    pub(super) fn retire(&self) {
        self.pool.retire();
        self.unprovision();
    }

    /// Takes an environment that was made ahead, if one is available.
    pub(super) fn take_provisioned(&self, work: &Work) -> Option<(EnvironmentHandle, Permit)> {
        let provisioned = self.provisioned.borrow();
        let provisioned = provisioned.as_ref()?;
        let environment = provisioned.pool.take(None)?;
        Some((environment, Permit::new(work, &provisioned.in_flight, None)))
    }

    /// Calls this with the pool of this version, and those of the environments that were made ahead.
    pub(super) fn for_each_pool(&self, mut work: impl FnMut(&Pool)) {
        work(&self.pool);
        self.retired.borrow().iter().for_each(&mut work);
        if let Some(provisioned) = &*self.provisioned.borrow() {
            work(&provisioned.pool);
        }
    }

    /// Returns how many environments there are.
    pub(super) fn environments(&self) -> usize {
        let count = Cell::new(0);
        self.for_each_pool(|pool| count.set(count.get() + pool.len()));
        count.get()
    }
}

impl Provisioned {
    /// Returns how many environments are made, and how many of those are free.
    pub(super) fn ready(&self) -> (usize, usize) {
        let allocated = self.pool.ready();
        (allocated, allocated.saturating_sub(self.in_flight.load(Relaxed)))
    }

    /// Returns whether environments cannot be made, since their init phases fail.
    pub(super) fn has_failed(&self) -> bool {
        self.pool.has_given_up()
    }
}
