//! An alias: a name for one version of a function, or for two by weight.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::Serialize;

use super::{
    Function, Invoke, ServiceError, constraint, defaults::LATEST, function_state::FunctionState,
};

/// What an alias points to.
#[derive(Clone, Debug)]
pub(super) struct AliasState {
    pub(super) version: Arc<str>,
    /// A further version, with its weight.
    pub(super) weights: BTreeMap<Arc<str>, f64>,
    pub(super) description: String,
    pub(super) revision: Arc<str>,
}

/// What the name of an alias may be. Source: AWS Lambda API reference, "CreateAlias", `Name`.
const NAME: &str = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)";

/// # Errors
///
/// The service refuses the name.
pub(super) fn check_name(name: &str) -> Result<(), ServiceError> {
    let mut violations = Vec::new();
    violations.extend(constraint::length("name", name, 128));
    let digits = name.bytes().all(|byte| byte.is_ascii_digit());
    if !constraint::has_only(name, b"-_") || digits {
        violations.push(constraint::pattern("name", name, NAME));
    }
    if violations.is_empty() { Ok(()) } else { Err(ServiceError::validation(&violations)) }
}

impl AliasState {
    /// # Errors
    ///
    /// The service refuses the weights: at most one further version, published as the first one is.
    pub(super) fn check(&self, function: &FunctionState) -> Result<(), ServiceError> {
        function.version(&self.version)?;
        let Some((further, weight)) = self.weights.first_key_value() else { return Ok(()) };
        if 1 < self.weights.len() {
            let message = "Number of items in AdditionalVersionWeights cannot be greater than 1";
            return Err(ServiceError::invalid(message.to_owned()));
        }
        if !(0.0..=1.0).contains(weight) {
            let violation = format!(
                "Value '{{{further}={weight}}}' at 'routingConfig.additionalVersionWeights' failed to \
                 satisfy constraint: Map value must satisfy constraint: [Member must have value less \
                 than or equal to 1.0, Member must have value greater than or equal to 0.0]"
            );
            return Err(ServiceError::validation(&[violation]));
        }
        if [&*self.version, &**further].contains(&LATEST) {
            let message = "$LATEST is not supported for an alias pointing to more than 1 version";
            return Err(ServiceError::invalid(message.to_owned()));
        }
        if *further == self.version {
            return Err(ServiceError::invalid(format!(
                "Invalid function version {further}. Function version {further} is already included in \
                 routing configuration."
            )));
        }
        let [first, second] = [function.version(&self.version)?, function.version(further)?];
        if first.content.configuration.dead_letter != second.content.configuration.dead_letter {
            let message =
                "The versions of an alias must have the same dead-letter queue configuration.";
            return Err(ServiceError::invalid(message.to_owned()));
        }
        Ok(())
    }
}

/// An alias of a function: a name for one of its versions, or for two of them by weight.
///
/// [`Function::alias`] creates it. Clones are the same alias.
/// Source: AWS Lambda developer guide, "Create an alias for a Lambda function".
#[derive(Clone)]
pub struct Alias {
    pub(crate) function: Function,
    pub(crate) name: Arc<str>,
}

impl Alias {
    pub(super) fn new(function: Function, name: Arc<str>) -> Self {
        Self { function, name }
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its ARN, that of the function with the name behind it.
    pub fn arn(&self) -> String {
        format!("{}:{}", self.function.arn(), self.name)
    }

    /// Invokes the function by the alias. See [`Function::invoke`].
    pub fn invoke(&self, event: impl Serialize) -> Invoke {
        self.function.invoke(event).qualifier(&*self.name)
    }

    /// Makes the alias point to this version alone.
    ///
    /// # Panics
    ///
    /// Panics if the service refuses it: there is no such version, or the alias was deleted.
    #[track_caller]
    pub fn update(&self, version: impl fmt::Display) {
        self.set(|alias| {
            alias.version = version.to_string().into();
            alias.weights.clear();
        });
    }

    /// Sends a part of the invocations, 0.0 to 1.0, to a further version; 0.0 ends it. Which one takes an invocation
    /// is by chance, from the seed of the service.
    ///
    /// # Panics
    ///
    /// Panics if the service refuses it: the weight is not within its range, one of the versions was not published,
    /// or they do not have the same dead-letter queue.
    #[track_caller]
    pub fn weight(&self, version: impl fmt::Display, weight: f64) -> &Self {
        self.set(|alias| {
            alias.weights.clear();
            if weight != 0.0 {
                alias.weights.insert(version.to_string().into(), weight);
            }
        });
        self
    }

    /// Keeps so many environments ready; see [`Version::provisioned_concurrency`](crate::Version::provisioned_concurrency).
    ///
    /// # Panics
    ///
    /// Panics if the service refuses it.
    #[track_caller]
    pub fn provisioned_concurrency(&self, environments: usize) -> &Self {
        let done = self.function.state.provision(&self.name, environments);
        done.unwrap_or_else(|error| panic!("{}", error.message));
        self
    }

    #[track_caller]
    fn set(&self, change: impl FnOnce(&mut AliasState)) {
        let done = self.function.state.update_alias(&self.name, change);
        done.unwrap_or_else(|error| panic!("{}", error.message));
    }

    /// Deletes the alias.
    pub fn delete(&self) {
        self.function.state.delete_alias(&self.name);
    }
}

impl fmt::Debug for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alias").field("arn", &self.arn()).finish_non_exhaustive()
    }
}
