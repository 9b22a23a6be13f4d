//! Metrics in the log: the Embedded Metric Format of CloudWatch.
//!
//! ```
//! use lambda_runtime::{
//!     Bootstrap, Environment, Error, Runtime,
//!     metrics::{Metrics, Unit},
//! };
//!
//! async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
//!     let metrics = Metrics::new("Shop")?.dimension("service", "orders")?.cold_start();
//!     let (put, flush) = (metrics.clone(), metrics);
//!     let handler = async move |order: u32| {
//!         put.put("orders", 1, Unit::Count);
//!         put.property("order", order);
//!         Ok::<_, Error>(())
//!     };
//!     Ok(Runtime::new(handler).after_each(async move || flush.flush()))
//! }
//!
//! # lambda_test::block_on(async {
//! let orders = lambda_test::Lambda::new().function("orders", app).create();
//! let outcome = orders.invoke(7).await;
//! let line: serde_json::Value = serde_json::from_str(outcome.logs()[0])?;
//! assert_eq!(line["orders"], 1);
//! assert_eq!(line["requestId"], outcome.report().request_id.as_str());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! CloudWatch makes metrics of such a line without a request of the function's own. It also has `requestId`, `traceId` and
//! `tenantId`, as log records have, by which it is found.
//!
//! Where an invocation times out, or the environment ends, what was put is written by
//! [`on_shutdown`](crate::Runtime::on_shutdown): `runtime.on_shutdown(async move || metrics.flush())`.
//!
//! Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".

mod document;
mod unit;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lambda_core::rt::{CurrentInvocation, current, track_invocations};
use serde::Serialize;

use self::document::{Document, NAME, Settings, check_field, check_name};
pub use self::unit::{MetricValue, Unit};
use crate::log;

/// How many dimensions metrics may have. Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".
const DIMENSIONS: usize = 30;

/// How long the value of a dimension may be. Source: Amazon CloudWatch API reference, "Dimension".
const DIMENSION_VALUE: usize = 1024;

/// Collects the metrics of an invocation, and writes them to the log as one line.
///
/// Clones share what is collected, so each environment makes its own, in the init phase.
#[derive(Clone, Debug)]
pub struct Metrics {
    settings: Arc<Settings>,
    document: Arc<Mutex<Document>>,
}

impl Metrics {
    /// Makes metrics of this namespace, without dimensions.
    ///
    /// # Errors
    ///
    /// Returns an error if the namespace is empty or longer than 255 letters.
    pub fn new(namespace: impl Into<String>) -> Result<Self, MetricsError> {
        let namespace = namespace.into();
        check_name(&namespace)
            .map_err(|reason| MetricsError::new("namespace", &namespace, reason))?;
        track_invocations();
        let settings = Settings { namespace, dimensions: Vec::new(), cold_start: false };
        Ok(Self { settings: Arc::new(settings), document: Arc::default() })
    }

    /// Adds a dimension, by which CloudWatch keeps the metrics apart: each combination of values is a metric of its own, so that
    /// ids do not belong there.
    ///
    /// # Errors
    ///
    /// Returns an error if there are 30 already, one of this name is there, the name is empty or longer than 255 letters, or
    /// the value is empty or longer than 1,024.
    pub fn dimension(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, MetricsError> {
        let (name, value) = (name.into(), value.into());
        let dimensions = &self.settings.dimensions;
        let refused = match value.chars().count() {
            _ if dimensions.len() == DIMENSIONS => {
                Err(format!("there are {DIMENSIONS}: expected no more"))
            }
            _ if dimensions.iter().any(|(known, _)| *known == name) => {
                Err("there is one of this name".to_owned())
            }
            1..=DIMENSION_VALUE => check_field(&name),
            length => {
                Err(format!("its value has {length} letters: expected 1 to {DIMENSION_VALUE}"))
            }
        };
        refused.map_err(|reason| MetricsError::new("dimension", &name, reason))?;
        self.change(|settings| settings.dimensions.push((name, value)));
        Ok(self)
    }

    /// Puts the metric `ColdStart` with the value 1 into the line of the first invocation, if that has one.
    pub fn cold_start(mut self) -> Self {
        self.change(|settings| settings.cold_start = true);
        self
    }

    /// Changes the settings of these metrics, and of no clone.
    fn change(&mut self, change: impl FnOnce(&mut Settings)) {
        let Settings { namespace, dimensions, cold_start } = &*self.settings;
        let (namespace, dimensions) = (namespace.clone(), dimensions.clone());
        let mut settings = Settings { namespace, dimensions, cold_start: *cold_start };
        change(&mut settings);
        self.settings = Arc::new(settings);
    }

    /// Puts a value of a metric; several of one name are a list.
    ///
    /// A value that CloudWatch would not take is left out, and a line of the log states why: a name that is empty, longer
    /// than 255 letters, that of a dimension, or `_aws`, `level` or `timestamp`; a number that is infinite or not a number; a unit other than before; more
    /// than 100 metrics, or 100 values of one, in an invocation.
    pub fn put(&self, name: impl AsRef<str>, value: impl MetricValue, unit: Unit) {
        let name = name.as_ref();
        let mut document = self.begin();
        let put = document.put(&self.settings, name, value.number(), unit);
        drop(document);
        if let Err(reason) = put {
            left_out("metric", name, &reason);
        }
    }

    /// Sets a property of the line: a value to search for that is not a dimension, such as an id.
    ///
    /// What cannot stand in the line is left out, and a line of the log states why: a name that a metric or a dimension has,
    /// one of `_aws`, `level` and `timestamp`, by which the service reads the line, or a value without a form in JSON.
    pub fn property(&self, name: impl AsRef<str>, value: impl Serialize) {
        let name = name.as_ref();
        let value = serde_json::to_value(value).map_err(|error| error.to_string());
        let set = value.and_then(|value| self.begin().set(&self.settings, name, value));
        if let Err(reason) = set {
            left_out("property", name, &reason);
        }
    }

    /// Writes what was put since the last time, as one line of the log. Without a metric there is no line.
    pub fn flush(&self) {
        let environment = current();
        let mut document = std::mem::take(&mut *self.document());
        if !document.has_metrics() {
            return;
        }
        document.invocation = document.invocation.or_else(|| environment.invocation());
        let is_cold = document.invocation.as_ref().is_some_and(|invocation| invocation.cold_start);
        if self.settings.cold_start && is_cold {
            // With a hundred others there is no room, which is not worth a line.
            let _ = document.put(&self.settings, "ColdStart", Some(1.into()), Unit::Count);
        }
        let (line, message) = document.line(&self.settings, &environment);
        environment.log(&line);
        if let Some(message) = message {
            log::warning(&environment, &message);
        }
    }

    /// Returns what is collected of the invocation that runs: what was left of another one is written first.
    fn begin(&self) -> MutexGuard<'_, Document> {
        let runs = current().invocation();
        let id = |invocation: &Option<CurrentInvocation>| {
            invocation.as_ref().map(|invocation| invocation.request_id().into_owned())
        };
        let mut document = self.document();
        if !document.is_new() && id(&document.invocation) != id(&runs) {
            drop(document);
            self.flush();
            document = self.document();
        }
        document.invocation = runs;
        document
    }

    fn document(&self) -> MutexGuard<'_, Document> {
        // It is whole at every step.
        self.document.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cold]
fn left_out(what: &str, name: &str, reason: &str) {
    let shown: String = name.chars().take(NAME).collect();
    log::warning(&current(), &format!("the {what} `{shown}` was left out: {reason}"));
}

/// Metrics cannot be made: what is wrong with their namespace or a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricsError(String);

impl MetricsError {
    fn new(what: &str, name: &str, reason: String) -> Self {
        let shown: String = name.chars().take(NAME).collect();
        Self(format!("the {what} `{shown}`: {reason}"))
    }
}

impl fmt::Display for MetricsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MetricsError {}
