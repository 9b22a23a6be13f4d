//! Creates and changes mappings, as the service does: what it refuses, and what hurts in production.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use super::{
    Lint, MappingState,
    config::Config,
    kind::Kind,
    mapping::{Mapping, MappingTarget},
    registered,
    source::Source,
};
use crate::service::{FunctionState, Registry, ServiceError};

/// Creates a mapping of a function.
pub(super) fn create(
    function: &Rc<FunctionState>,
    qualifier: Option<Arc<str>>,
    source: Source,
    config: Config,
    allowed: Vec<Lint>,
) -> Result<Rc<Mapping>, ServiceError> {
    let registry = &function.registry;
    let kind = source.kind();
    config.check(kind, &source.arn())?;
    if function.tenant_isolation {
        let message =
            "Event source mappings are not supported for functions with tenant isolation.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    let matcher = config.filters.matcher(kind)?;
    let target = target(function, qualifier)?;
    check_timeout(function, &target, &source)?;
    let all = registered(registry);
    all.check_duplicate(&source, &target, None)?;
    let now = registry.owner.clock.elapsed();
    let label = format!("{}/{}", source.name(), target.arn);
    let mut random = registry.owner.random(&label);
    let context = registry.owner.context();
    let mapping = Rc::new(Mapping {
        uuid: random.uuid().into(),
        place: [function.account.id.clone(), function.account.region.clone()],
        source,
        target: RefCell::new(target),
        config: RefCell::new(config),
        matcher: RefCell::new(Rc::new(matcher)),
        allowed: RefCell::new(allowed),
        state: Cell::new(MappingState::Creating),
        settles: Cell::new(now + registry.state_changes.get()),
        modified: Cell::new(now),
        last_result: Cell::new("No records processed"),
        positions: RefCell::default(),
        changed: tokio::sync::Notify::new(),
        random: RefCell::new(random),
        context: Rc::downgrade(&context),
    });
    // A mapping that takes no time to be created misses nothing.
    if registry.state_changes.get().is_zero() && !mapping.config.borrow().disabled {
        mapping.source.set_position(&mapping);
    }
    all.add(mapping.clone());
    mapping.set_state(MappingState::Creating);
    lint(&mapping, function);
    context.clone().spawn(mapping.clone().run(context));
    Ok(mapping)
}

/// Finds the function that a mapping invokes.
///
/// # Errors
///
/// The function was deleted, or has neither such a version nor such an alias.
pub(super) fn target(
    function: &Rc<FunctionState>,
    qualifier: Option<Arc<str>>,
) -> Result<MappingTarget, ServiceError> {
    if function.deleted.get() || function.resolve(qualifier.as_deref()).is_err() {
        return Err(ServiceError::invalid("Function does not exist".to_owned()));
    }
    Ok(named(function, qualifier))
}

/// Names a function, whether or not it exists.
pub(super) fn named(function: &Rc<FunctionState>, qualifier: Option<Arc<str>>) -> MappingTarget {
    MappingTarget {
        function: Rc::downgrade(function),
        name: function.name.clone(),
        arn: function.named(qualifier.as_deref()).into(),
        qualifier,
    }
}

/// "The function timeout must not be over the queue's visibility timeout."
///
/// # Errors
///
/// It is.
pub(super) fn check_timeout(
    function: &FunctionState,
    target: &MappingTarget,
    source: &Source,
) -> Result<(), ServiceError> {
    let Source::Queue(queue) = source else { return Ok(()) };
    let timeout = function.resolve(target.qualifier.as_deref())?.content.configuration.timeout;
    let visibility = queue.state.borrow().settings.visibility_timeout;
    match visibility < timeout {
        true => Err(ServiceError::invalid(format!(
            "Queue visibility timeout: {} seconds is less than Function timeout: {} seconds",
            visibility.as_secs(),
            timeout.as_secs()
        ))),
        false => Ok(()),
    }
}

/// What hurts in production, and can be seen when the mapping is created.
fn lint(mapping: &Mapping, function: &FunctionState) {
    /// "Functions with Kafka, Amazon MQ and DocumentDB run for at most 14 minutes."
    const LONGEST: Duration = Duration::from_secs(14 * 60);
    let target = mapping.target.borrow();
    let Ok(version) = function.resolve(target.qualifier.as_deref()) else { return };
    let timeout = version.content.configuration.timeout;
    drop(target);
    if let Source::Queue(queue) = &mapping.source {
        let visibility = queue.state.borrow().settings.visibility_timeout;
        let window = mapping.config.borrow().window.unwrap_or_default();
        let advised = 6 * timeout + window;
        if visibility < advised {
            mapping.lint(Lint::ShortVisibilityTimeout, || {
                format!(
                    "the visibility timeout is {} s: expected six times the timeout of the function and the window, \
                     {} s",
                    visibility.as_secs(),
                    advised.as_secs()
                )
            });
        }
    }
    let kind = mapping.kind();
    if (kind.is_kafka() || matches!(kind, Kind::Broker | Kind::DocumentDb)) && LONGEST < timeout {
        mapping.lint(Lint::SlowFunction, || {
            format!(
                "the timeout of the function is {} s: expected at most 840 s",
                timeout.as_secs()
            )
        });
    }
}

/// Changes a mapping.
pub(super) fn update(
    registry: &Rc<Registry>,
    mapping: &Rc<Mapping>,
    target: Option<MappingTarget>,
    config: Config,
) -> Result<(), ServiceError> {
    config.check(mapping.kind(), &mapping.source.arn())?;
    let matcher = config.filters.matcher(mapping.kind())?;
    let target = target.unwrap_or_else(|| mapping.target.borrow().clone());
    registered(registry).check_duplicate(&mapping.source, &target, Some(mapping))?;
    if config.queue_mode != mapping.config.borrow().queue_mode {
        let message = "ConsumptionMode cannot be changed.";
        return Err(ServiceError::invalid(message.to_owned()));
    }
    let was_disabled = mapping.config.borrow().disabled;
    let state = match (was_disabled, config.disabled) {
        (false, true) => MappingState::Disabling,
        (true, false) => MappingState::Enabling,
        _ => MappingState::Updating,
    };
    mapping.matcher.replace(Rc::new(matcher));
    mapping.config.replace(config);
    mapping.target.replace(target);
    mapping.change(state, registry.state_changes.get());
    Ok(())
}
