//! A function as the service keeps it: `$LATEST`, published versions, aliases and concurrency.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use lambda_core::FunctionArn;

use super::{
    ServiceError,
    account::{Account, Hold},
    alias::{self, AliasState},
    api::ApiSettings,
    configuration::Configuration,
    defaults::LATEST,
    event_invoke_config::EventInvokeConfig,
    pool::Pool,
    registry::Registry,
    scaling::Rate,
    version::{Common, Content, VersionState},
};
use crate::{
    environment::{Code, InFlightCount},
    kernel::{BASE64, Random, ServiceOwner},
};

/// A function, as its callers share it.
pub(crate) struct FunctionState {
    pub(crate) registry: Rc<Registry>,
    pub(crate) owner: Rc<ServiceOwner>,
    pub(crate) account: Rc<Account>,
    pub(crate) name: Arc<str>,
    pub(super) arn: FunctionArn,
    /// The ARN without a qualifier.
    pub(crate) unqualified: Arc<str>,
    /// Whether each environment is one tenant's.
    pub(crate) tenant_isolation: bool,
    /// Whether a chain of invocations may come to it again and again.
    pub(super) allows_recursion: Cell<bool>,
    pub(crate) common: Common,
    latest: RefCell<Rc<VersionState>>,
    pub(super) published: RefCell<BTreeMap<u64, Rc<VersionState>>>,
    last_number: Cell<u64>,
    /// Whether `$LATEST` is not the same as the last version that was published.
    is_changed: Cell<bool>,
    pub(super) aliases: RefCell<BTreeMap<Arc<str>, AliasState>>,
    /// Those that were `$LATEST`, for as long as they have environments.
    retired: RefCell<Vec<Rc<VersionState>>>,
    pub(super) reserved: Cell<Option<usize>>,
    pub(super) hold: Hold,
    /// Invocations in flight, but for those in environments that were made ahead.
    pub(super) in_flight: InFlightCount,
    /// Environments that may be made.
    pub(super) scaling: Rate,
    /// Synchronous invocations that may come, where the function reserves concurrency.
    pub(super) requests: Rate,
    /// By their qualifiers.
    pub(super) event_invoke_configs: RefCell<BTreeMap<Arc<str>, EventInvokeConfig>>,
    pub(crate) deleted: Cell<bool>,
    /// For request ids and traces.
    pub(super) random: RefCell<Random>,
    pub(super) api_settings: RefCell<ApiSettings>,
    /// When it was created, since the service began.
    created: Duration,
    revisions: RefCell<Random>,
    /// For weights.
    routing: RefCell<Random>,
}

impl FunctionState {
    pub(super) fn new(
        registry: Rc<Registry>,
        account: Rc<Account>,
        arn: FunctionArn,
        tenant_isolation: bool,
        common: Common,
        content: Content,
    ) -> Rc<Self> {
        let owner = registry.owner.clone();
        let (name, label) = (common.name.clone(), &common.label);
        let mut revisions = owner.random(&format!("{label}/revisions"));
        let revision = revisions.uuid().into();
        let latest = VersionState::new(&common, LATEST.into(), content, revision);
        Rc::new(Self {
            random: RefCell::new(owner.random(&format!("{label}/invocations"))),
            routing: RefCell::new(owner.random(&format!("{label}/routing"))),
            unqualified: arn.to_string().into(),
            latest: RefCell::new(latest),
            published: RefCell::default(),
            last_number: Cell::new(0),
            is_changed: Cell::new(true),
            aliases: RefCell::default(),
            retired: RefCell::default(),
            reserved: Cell::default(),
            hold: Hold::none(account.clone()),
            in_flight: Arc::default(),
            scaling: Rate::default(),
            requests: Rate::default(),
            event_invoke_configs: RefCell::default(),
            api_settings: RefCell::default(),
            created: owner.clock.elapsed(),
            revisions: RefCell::new(revisions),
            allows_recursion: Cell::new(false),
            deleted: Cell::new(false),
            registry,
            owner,
            account,
            name,
            arn,
            tenant_isolation,
            common,
        })
    }

    /// Returns the name of the group of its log.
    #[cfg(feature = "push")]
    pub(crate) fn log_group(&self) -> String {
        self.latest().content.configuration.log_group_of(&self.name)
    }

    /// Returns the ARN as it is named: with this qualifier, or without one.
    pub(crate) fn named(&self, qualifier: Option<&str>) -> String {
        qualifier
            .map_or_else(|| self.unqualified.to_string(), |qualifier| self.qualified(qualifier))
    }

    /// Returns the ARN with this qualifier.
    pub(super) fn qualified(&self, qualifier: &str) -> String {
        format!("{}:{qualifier}", self.unqualified)
    }

    fn not_found(&self, qualifier: &str) -> ServiceError {
        ServiceError::not_found(&self.qualified(qualifier))
    }

    pub(super) fn latest(&self) -> Rc<VersionState> {
        self.latest.borrow().clone()
    }

    /// Returns the version of this number, `$LATEST` included.
    ///
    /// # Errors
    ///
    /// There is no such version.
    pub(super) fn version(&self, number: &str) -> Result<Rc<VersionState>, ServiceError> {
        if number == LATEST {
            return Ok(self.latest());
        }
        let version = key(number).and_then(|key| self.published.borrow().get(&key).cloned());
        version.ok_or_else(|| self.not_found(number))
    }

    /// Returns the version that this qualifier means now: for an alias with a weight by chance.
    ///
    /// # Errors
    ///
    /// The qualifier is neither a version nor an alias.
    pub(crate) fn resolve(
        &self,
        qualifier: Option<&str>,
    ) -> Result<Rc<VersionState>, ServiceError> {
        let Some(qualifier) = qualifier else { return Ok(self.latest()) };
        let aliases = self.aliases.borrow();
        let Some(alias) = aliases.get(qualifier) else { return self.version(qualifier) };
        let further = alias.weights.first_key_value();
        let further = further.filter(|(_, weight)| self.routing.borrow_mut().fraction() < **weight);
        self.version(further.map_or(&alias.version, |(version, _)| version))
    }

    /// Returns a new revision: everything that is changed has another one.
    pub(super) fn revision(&self) -> Arc<str> {
        self.revisions.borrow_mut().uuid().into()
    }

    /// Returns the revision of what this qualifier names: an alias, a version, or `$LATEST` where it is none.
    ///
    /// # Errors
    ///
    /// It is neither a version nor an alias.
    pub(super) fn revision_of(&self, qualifier: Option<&str>) -> Result<Arc<str>, ServiceError> {
        let qualifier = qualifier.unwrap_or(LATEST);
        if let Some(alias) = self.aliases.borrow().get(qualifier) {
            return Ok(alias.revision.clone());
        }
        let version = self.version(qualifier)?;
        let revision = version.revision.borrow().clone();
        Ok(revision)
    }

    /// Gives what this qualifier names another revision.
    pub(super) fn revise(&self, qualifier: Option<&str>) {
        let (qualifier, revision) = (qualifier.unwrap_or(LATEST), self.revision());
        if let Some(alias) = self.aliases.borrow_mut().get_mut(qualifier) {
            alias.revision = revision;
        } else if let Ok(version) = self.version(qualifier) {
            version.revision.replace(revision);
        }
    }

    /// Returns a digest for one of the codes of the function, which has none: different ones for different codes.
    pub(super) fn code_sha256(&self, number: u64) -> String {
        let mut random = self.owner.random(&format!("{}/code-{number}", self.common.label));
        random.letters(43, BASE64) + "="
    }

    /// Returns whether the function is still being created.
    pub(super) fn is_pending(&self) -> bool {
        self.owner.clock.elapsed() < self.created + self.registry.state_changes.get()
    }

    /// Returns whether an update is not over.
    pub(super) fn is_updating(&self) -> bool {
        let over = self.latest().modified + self.registry.state_changes.get();
        self.owner.clock.elapsed() < over
    }

    /// # Errors
    ///
    /// The function is being created, or updated.
    pub(super) fn check_state(&self) -> Result<(), ServiceError> {
        let words = "The operation cannot be performed at this time.";
        if self.is_pending() {
            return Err(ServiceError::conflict(format!(
                "{words} The function is currently in the following state: Pending"
            )));
        }
        if self.is_updating() {
            return Err(ServiceError::conflict(format!(
                "{words} An update is in progress for resource: {}",
                self.unqualified
            )));
        }
        Ok(())
    }

    /// There is no such function any more.
    pub(super) fn mark_deleted(&self) {
        self.deleted.set(true);
        self.hold_anew();
    }

    /// Deletes the function. What is in flight ends first.
    pub(super) fn delete(&self) {
        self.mark_deleted();
        self.for_each_version(VersionState::retire);
    }

    /// Changes `$LATEST`. What runs on the one before ends first.
    fn change_latest(&self, change: impl FnOnce(&mut Content)) {
        let mut content = self.latest.borrow().content.clone();
        change(&mut content);
        let latest = VersionState::new(&self.common, LATEST.into(), content, self.revision());
        self.is_changed.set(true);
        let before = self.latest.replace(latest);
        self.retire(before);
    }

    /// A version is none any more. What runs on it ends first.
    fn retire(&self, version: Rc<VersionState>) {
        version.retire();
        let mut retired = self.retired.borrow_mut();
        retired.retain(|version| version.environments() != 0);
        retired.push(version);
    }

    /// Sets what is configured of asynchronous invocations of this version or alias, in place of what was or in
    /// addition to it.
    ///
    /// # Errors
    ///
    /// There is neither such a version nor such an alias, or the service refuses a value.
    pub(super) fn configure_events(
        &self,
        qualifier: &str,
        config: EventInvokeConfig,
    ) -> Result<(), ServiceError> {
        config.check(self)?;
        if !self.aliases.borrow().contains_key(qualifier) && self.version(qualifier).is_err() {
            return Err(ServiceError::missing("The function doesn't exist.".to_owned()));
        }
        let modified = self.owner.clock.elapsed();
        let config = EventInvokeConfig { modified, ..config };
        self.event_invoke_configs.borrow_mut().insert(qualifier.into(), config);
        Ok(())
    }

    /// Returns what is configured of asynchronous invocations of this version or alias.
    ///
    /// # Errors
    ///
    /// Nothing is.
    pub(super) fn events(&self, qualifier: &str) -> Result<EventInvokeConfig, ServiceError> {
        let config = self.event_invoke_configs.borrow().get(qualifier).cloned();
        config.ok_or_else(|| {
            let arn = self.qualified(qualifier);
            let message = format!("The function {arn} doesn't have an EventInvokeConfig");
            ServiceError::missing(message)
        })
    }

    pub(super) fn update_code(&self, code: Code) {
        self.change_latest(|content| {
            content.code = code;
            content.code_number += 1;
        });
    }

    /// # Errors
    ///
    /// The service refuses the configuration.
    pub(super) fn update_configuration(
        &self,
        configuration: Configuration,
    ) -> Result<(), ServiceError> {
        configuration.check()?;
        self.change_latest(|content| content.configuration = configuration);
        Ok(())
    }

    /// Publishes `$LATEST`, unless it is the same as the version that was published last.
    pub(super) fn publish(&self, description: Option<String>) -> Rc<VersionState> {
        let last = self.published.borrow().get(&self.last_number.get()).cloned();
        if let (Some(last), false) = (last, self.is_changed.get()) {
            return last;
        }
        let number = self.last_number.get() + 1;
        self.last_number.set(number);
        let mut content = self.latest().content.clone();
        if let Some(description) = description {
            content.configuration.description = description;
        }
        let version =
            VersionState::new(&self.common, number.to_string().into(), content, self.revision());
        self.published.borrow_mut().insert(number, version.clone());
        self.is_changed.set(false);
        version
    }

    /// Deletes a version, if there is one of this number.
    ///
    /// # Errors
    ///
    /// It is `$LATEST` or no number, or an alias points to the version.
    pub(super) fn delete_version(&self, number: &str) -> Result<(), ServiceError> {
        let aliases = self.aliases.borrow();
        if number == LATEST {
            let message = "$LATEST version cannot be deleted without deleting the function.";
            return Err(ServiceError::invalid(message.to_owned()));
        }
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = "Deletion of aliases is not currently supported.";
            return Err(ServiceError::invalid(message.to_owned()));
        }
        let points =
            |alias: &AliasState| *alias.version == *number || alias.weights.contains_key(number);
        let names: Vec<&str> =
            aliases.iter().filter(|(_, alias)| points(alias)).map(|(name, _)| &**name).collect();
        if !names.is_empty() {
            let names = names.join(", ");
            return Err(ServiceError::conflict(format!(
                "Unable to delete version because the following aliases reference it: [{names}]"
            )));
        }
        let version = key(number).and_then(|key| self.published.borrow_mut().remove(&key));
        if let Some(version) = version {
            self.retire(version);
            self.hold_anew();
        }
        Ok(())
    }

    /// # Errors
    ///
    /// The name is taken or is not one, or the service refuses what it is to point to.
    pub(super) fn create_alias(&self, name: &str, alias: AliasState) -> Result<(), ServiceError> {
        alias::check_name(name)?;
        alias.check(self)?;
        let mut aliases = self.aliases.borrow_mut();
        if aliases.contains_key(name) {
            let arn = self.qualified(name);
            return Err(ServiceError::conflict(format!("Alias already exists: {arn}")));
        }
        aliases.insert(name.into(), alias);
        Ok(())
    }

    /// # Errors
    ///
    /// There is no such alias, or the service refuses what it is to point to.
    pub(super) fn update_alias(
        &self,
        name: &str,
        change: impl FnOnce(&mut AliasState),
    ) -> Result<AliasState, ServiceError> {
        let mut alias = self.alias(name)?;
        let before = alias.version.clone();
        change(&mut alias);
        alias.check(self)?;
        alias.revision = self.revision();
        self.aliases.borrow_mut().insert(name.into(), alias.clone());
        if before != alias.version {
            self.move_provisioned(name, &before, &alias.version);
        }
        Ok(alias)
    }

    /// # Errors
    ///
    /// There is no such alias.
    pub(super) fn alias(&self, name: &str) -> Result<AliasState, ServiceError> {
        let alias = self.aliases.borrow().get(name).cloned();
        alias.ok_or_else(|| {
            ServiceError::missing(format!("Alias not found: {}", self.qualified(name)))
        })
    }

    /// Deletes an alias, if there is one.
    pub(super) fn delete_alias(&self, name: &str) {
        let Some(alias) = self.aliases.borrow_mut().remove(name) else { return };
        if let Ok(version) = self.version(&alias.version) {
            if version.is_provisioned_by(Some(name)) {
                self.unprovision(&version);
            }
        }
    }

    /// Calls this with every version: `$LATEST`, those that are published, and those that end.
    pub(super) fn for_each_version(&self, mut work: impl FnMut(&VersionState)) {
        work(&self.latest());
        let published: Vec<_> = self.published.borrow().values().cloned().collect();
        published.iter().for_each(|version| work(version));
        let retired = self.retired.borrow().clone();
        retired.iter().for_each(|version| work(version));
    }

    /// Calls this with the pool of every version.
    pub(super) fn for_each_pool(&self, mut work: impl FnMut(&Pool)) {
        self.for_each_version(|version| version.for_each_pool(&mut work));
    }
}

/// Returns the number of a version as it is kept: in its one form, without zeros before it.
fn key(number: &str) -> Option<u64> {
    number.parse().ok().filter(|key: &u64| key.to_string() == number)
}
