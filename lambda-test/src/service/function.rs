//! A function of the simulated service.

use std::{fmt, rc::Rc};

use lambda_core::FunctionArn;
use serde::Serialize;

use super::{
    Alias, Configuration, EventInvokeConfig, Invoke, ServiceError, Version,
    alias::AliasState,
    dispatcher::Target,
    faults::{Rule, at_random},
    function_state::FunctionState,
};
use crate::{environment::EnvironmentHandle, kernel::Fault};

/// A function of a simulated service.
///
/// Clones are the same function: they share its environments, its concurrency and its deletion, and keep the
/// service alive.
#[derive(Clone)]
pub struct Function {
    pub(crate) state: Rc<FunctionState>,
}

impl Function {
    /// Invokes the function, as a synchronous caller does. The event is sent as JSON; options are set
    /// on the returned invocation, before it is awaited.
    pub fn invoke(&self, event: impl Serialize) -> Invoke {
        let payload = serde_json::to_vec(&event);
        let payload = payload.expect("an event of a test has a form in JSON");
        Invoke::new(self.target(), payload, false)
    }

    /// Invokes the function with these bytes. The service refuses what is not JSON, unless
    /// [`skip_validation`](Invoke::skip_validation) sends it all the same.
    pub fn invoke_raw(&self, payload: impl Into<Vec<u8>>) -> Invoke {
        Invoke::new(self.target(), payload.into(), true)
    }

    fn target(&self) -> Target {
        Target::of(self.state.clone(), None)
    }

    /// Returns the time of the service.
    #[cfg(feature = "front-ends")]
    pub(crate) fn now(&self) -> std::time::SystemTime {
        self.state.owner.clock.wall()
    }

    /// Returns the ARN, without qualifier.
    pub fn arn(&self) -> &FunctionArn {
        &self.state.arn
    }

    /// Publishes a version: the code and the configuration of the function as they are now, under the next number.
    /// Where nothing was changed since the last version, that one is returned.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let first = Runtime::new(async |_: ()| Ok::<_, Error>("first"));
    /// let second = Runtime::new(async |_: ()| Ok::<_, Error>("second"));
    ///
    /// let function = lambda.function("orders", first).create();
    /// let version = function.publish();
    /// lambda.update_code(&function, second);
    /// assert_eq!(version.invoke(()).await.payload(), r#""first""#);
    /// assert_eq!(function.invoke(()).await.payload(), r#""second""#);
    ///
    /// let live = function.alias("live", &version);
    /// assert_eq!(lambda.invoke("orders:live", ()).await.payload(), r#""first""#);
    /// live.update(function.publish());
    /// assert_eq!(lambda.invoke("orders:live", ()).await.response().executed_version(), Some("2"));
    /// # });
    /// ```
    pub fn publish(&self) -> Version {
        let version = self.state.publish(None);
        Version::new(self.clone(), version.number.clone())
    }

    /// Creates an alias of this name for a version; see [`publish`](Self::publish).
    ///
    /// # Panics
    ///
    /// Panics as [`try_alias`](Self::try_alias) fails.
    #[track_caller]
    pub fn alias(&self, name: &str, version: impl fmt::Display) -> Alias {
        self.try_alias(name, version).unwrap_or_else(|error| panic!("{}", error.message))
    }

    /// Creates an alias, if the service takes it.
    ///
    /// # Errors
    ///
    /// In the words of the service: the name is not one of an alias, there is an alias of this name, or there is no such version.
    pub fn try_alias(&self, name: &str, version: impl fmt::Display) -> Result<Alias, ServiceError> {
        let alias = AliasState {
            version: version.to_string().into(),
            weights: std::collections::BTreeMap::new(),
            description: String::new(),
            revision: self.state.revision(),
        };
        self.state.create_alias(name, alias)?;
        Ok(Alias::new(self.clone(), name.into()))
    }

    /// Changes the configuration of `$LATEST`. What is in flight ends with the configuration that it began with; the next
    /// invocation runs in an environment that has the new one.
    ///
    /// ```
    /// # use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
    /// async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    ///     let table = environment.variables().get("TABLE").unwrap_or_default().to_owned();
    ///     Ok(Runtime::new(async move |_: ()| Ok::<_, Error>(table.clone())))
    /// }
    /// # lambda_test::block_on(async {
    /// let function = lambda_test::Lambda::new().function("orders", app).env("TABLE", "old").create();
    /// assert_eq!(function.invoke(()).await.payload(), r#""old""#);
    /// function.update_configuration(|configuration| {
    ///     configuration.env("TABLE", "new").memory_mb(256);
    /// });
    /// let outcome = function.invoke(()).await;
    /// assert_eq!(outcome.payload(), r#""new""#);
    /// assert_eq!(outcome.report().memory_mb, 256);
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics as [`try_update_configuration`](Self::try_update_configuration) fails.
    #[track_caller]
    pub fn update_configuration(&self, change: impl FnOnce(&mut Configuration)) {
        let done = self.try_update_configuration(change);
        done.unwrap_or_else(|error| panic!("{}", error.message));
    }

    /// Changes the configuration of `$LATEST`, if the service takes it.
    ///
    /// # Errors
    ///
    /// In the words of the service: the memory, the timeout or a variable is one that it refuses.
    pub fn try_update_configuration(
        &self,
        change: impl FnOnce(&mut Configuration),
    ) -> Result<(), ServiceError> {
        self.state.check_state()?;
        let mut configuration = self.state.latest().content.configuration.clone();
        change(&mut configuration);
        self.state.update_configuration(configuration)
    }

    /// Sets what is configured of asynchronous invocations of a version or an alias, `$LATEST` included, in place of what
    /// was.
    ///
    /// # Errors
    ///
    /// In the words of the service: there is neither such a version nor such an alias, nothing is configured, or a value is one that it refuses.
    pub fn put_event_invoke_config(
        &self,
        qualifier: impl fmt::Display,
        config: EventInvokeConfig,
    ) -> Result<(), ServiceError> {
        self.state.configure_events(&qualifier.to_string(), config)
    }

    /// Changes what is configured of asynchronous invocations of a version or an alias: what the configuration does not
    /// set stays as it is.
    ///
    /// # Errors
    ///
    /// In the words of the service: nothing is configured yet, or a value is one that it refuses.
    pub fn update_event_invoke_config(
        &self,
        qualifier: impl fmt::Display,
        config: EventInvokeConfig,
    ) -> Result<(), ServiceError> {
        let qualifier = qualifier.to_string();
        let mut merged = self.state.events(&qualifier)?;
        merged.merge(config);
        self.state.configure_events(&qualifier, merged)
    }

    /// Reserves concurrency, from the next invocation on; with 0 every one is throttled.
    ///
    /// # Panics
    ///
    /// Panics if the service refuses it: less than 100 would be left for the other functions of the account.
    #[track_caller]
    pub fn reserved_concurrency(&self, invocations: usize) {
        let done = self.state.reserve(invocations);
        done.unwrap_or_else(|error| panic!("{}", error.message));
    }

    /// Gives back the concurrency that is reserved.
    pub fn without_reserved_concurrency(&self) {
        self.state.unreserve();
    }

    /// Lets something go wrong with the next invocations, so many. Those that are refused by the service count, and so do
    /// retries of events.
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    /// use lambda_test::{Fault, Lambda};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = Lambda::new();
    /// let done = lambda.queue("done");
    /// let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    /// let function = lambda.function("double", double).on_success(&done).create();
    ///
    /// function.fail_next(2, Fault::Crash);
    /// function.invoke(7).event().await.assert_ok();
    /// lambda.until_idle().await;
    /// let record: serde_json::Value = done.messages()[0].json()?;
    /// assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    /// # Ok::<(), serde_json::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn fail_next(&self, invocations: usize, fault: Fault) {
        self.faults(|next, _| next.push((invocations, fault)));
    }

    /// Lets the next invocations time out, so many: what their handlers did is done, and the response does not arrive.
    pub fn timeout_next(&self, invocations: usize) {
        self.fail_next(invocations, Fault::Timeout);
    }

    /// Lets something go wrong with a part of the invocations, 0.0 to 1.0, by chance: from the seed of the service.
    pub fn fail_at_random(&self, probability: f64, fault: Fault) {
        self.faults(|_, rules| rules.push(at_random(probability, fault)));
    }

    fn faults(&self, change: impl FnOnce(&mut Vec<(usize, Fault)>, &mut Vec<Rule>)) {
        let FunctionState { registry, owner, common, .. } = &*self.state;
        registry.faults.of_function(owner, &common.label, change);
    }

    /// Kills the process of every environment, which nothing announces: an invocation that is in flight fails, and the
    /// next one starts another process.
    pub fn kill(&self) {
        self.state.for_each_pool(|pool| pool.for_each(EnvironmentHandle::kill));
    }

    /// Lets chains of invocations come to the function again and again, in place of stopping them after about 16 times:
    /// `RecursiveLoop=Allow`.
    pub fn allow_recursion(&self) {
        self.state.allows_recursion.set(true);
    }

    /// Returns how many environments exist, in every version.
    pub fn environments(&self) -> usize {
        let mut count = 0;
        self.state.for_each_pool(|pool| count += pool.len());
        count
    }

    /// Returns how many invocations a process was started for, of those that are over.
    pub fn cold_starts(&self) -> usize {
        self.state.common.counts.cold_starts.get()
    }

    /// Sends SIGTERM to the process of every environment, as whoever stops it by hand does. The service
    /// knows nothing of it: a process that ends is one that has ended by itself.
    ///
    /// The service sends the signal itself only where the function has an extension, so
    /// [`shut_down`](Self::shut_down) sends none.
    pub fn send_sigterm(&self) {
        self.state.for_each_pool(|pool| pool.for_each(EnvironmentHandle::terminate));
    }

    /// Ends every environment of the function; the next invocation makes a new one.
    pub async fn shut_down(&self) {
        let mut environments = Vec::new();
        self.state.for_each_pool(|pool| environments.extend(pool.take_all()));
        for environment in environments {
            environment.shut_down().await;
        }
    }

    /// Deletes the function with its versions and aliases, and ends its environments. Callers receive the service error
    /// 404 from then on.
    pub async fn delete(&self) {
        self.state.mark_deleted();
        self.shut_down().await;
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").field("arn", &self.state.arn).finish_non_exhaustive()
    }
}
