//! The metrics of one invocation, and the line that they become.

use std::time::SystemTime;

use lambda_core::{
    Environment, LogFormat, LogLevel,
    rt::{CurrentInvocation, civil::rfc3339},
};
use serde_json::{Map, Number, Value, json};

use super::Unit;
use crate::log::LONGEST;

/// How many metrics a line may have. Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".
const METRICS: usize = 100;

/// How many values a metric may have in a line. Source: likewise.
const VALUES: usize = 100;

/// How long a name may be. Source: Amazon CloudWatch API reference, "MetricDatum" and "Dimension".
pub(super) const NAME: usize = 255;

/// What the line itself has: the last two are what the service filters the log by.
const OURS: [&str; 3] = ["_aws", "level", "timestamp"];

/// What was put since the last line.
#[derive(Debug, Default)]
pub(super) struct Document {
    metrics: Vec<Metric>,
    properties: Vec<(String, Value)>,
    /// The invocation of the first of it.
    pub(super) invocation: Option<CurrentInvocation>,
}

#[derive(Debug)]
struct Metric {
    name: String,
    unit: Unit,
    values: Vec<Number>,
}

/// What is the same for every line.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) namespace: String,
    pub(super) dimensions: Vec<(String, String)>,
    pub(super) cold_start: bool,
}

impl Settings {
    fn has_dimension(&self, name: &str) -> bool {
        self.dimensions.iter().any(|(known, _)| known == name)
    }
}

impl Document {
    pub(super) fn has_metrics(&self) -> bool {
        !self.metrics.is_empty()
    }

    pub(super) fn is_new(&self) -> bool {
        self.metrics.is_empty() && self.properties.is_empty()
    }

    /// Adds a value.
    ///
    /// # Errors
    ///
    /// Returns why the service would not take it.
    pub(super) fn put(
        &mut self,
        settings: &Settings,
        name: &str,
        value: Option<Number>,
        unit: Unit,
    ) -> Result<(), String> {
        let value = value.ok_or("its value is infinite, or not a number")?;
        if let Some(metric) = self.metrics.iter_mut().find(|metric| metric.name == name) {
            if metric.unit != unit {
                let (known, unit) = (metric.unit.as_str(), unit.as_str());
                return Err(format!("its unit is {unit}, and was {known} in this invocation"));
            }
            if metric.values.len() == VALUES {
                return Err(format!("it has {VALUES} values in this invocation: expected no more"));
            }
            metric.values.push(value);
            return Ok(());
        }
        check_field(name)?;
        if settings.has_dimension(name) || self.properties.iter().any(|(known, _)| known == name) {
            return Err("a dimension or a property has this name".to_owned());
        }
        if self.metrics.len() == METRICS {
            return Err(format!("this invocation has {METRICS} metrics: expected no more"));
        }
        self.metrics.push(Metric { name: name.to_owned(), unit, values: vec![value] });
        Ok(())
    }

    /// Sets a property.
    ///
    /// # Errors
    ///
    /// Returns why it cannot stand in the line.
    pub(super) fn set(
        &mut self,
        settings: &Settings,
        name: &str,
        value: Value,
    ) -> Result<(), String> {
        if OURS.contains(&name) || settings.has_dimension(name) {
            return Err("a dimension has this name, or the format itself".to_owned());
        }
        if self.metrics.iter().any(|metric| metric.name == name) {
            return Err("a metric has this name".to_owned());
        }
        match self.properties.iter_mut().find(|(known, _)| known == name) {
            Some(property) => property.1 = value,
            None => self.properties.push((name.to_owned(), value)),
        }
        Ok(())
    }

    /// Makes the line. Properties that make it too long are left out, which the second text states.
    pub(super) fn line(
        self,
        settings: &Settings,
        environment: &Environment,
    ) -> (String, Option<String>) {
        let Self { metrics, properties, invocation } = self;
        let now = environment.now();
        let mut root = Map::new();
        let definitions: Vec<Value> = metrics
            .iter()
            .map(|metric| json!({"Name": metric.name, "Unit": metric.unit.as_str()}))
            .collect();
        let names: Vec<&str> = settings.dimensions.iter().map(|(name, _)| name.as_str()).collect();
        let directive = json!({
            "Namespace": settings.namespace, "Dimensions": [names], "Metrics": definitions,
        });
        let about = json!({"Timestamp": millis(now), "CloudWatchMetrics": [directive]});
        root.insert("_aws".to_owned(), about);
        for (name, value) in &settings.dimensions {
            root.insert(name.clone(), value.as_str().into());
        }
        for Metric { name, mut values, .. } in metrics {
            let value = match values.len() {
                1 => Value::from(values.remove(0)),
                _ => values.into_iter().map(Value::from).collect(),
            };
            root.insert(name, value);
        }
        add_known(&mut root, environment, now, invocation.as_ref());
        let mut whole = root.clone();
        // Those of the user's own stand in the place of ours.
        whole.extend(properties);
        let line = Value::from(whole).to_string();
        if line.len() <= LONGEST {
            return (line, None);
        }
        let message = format!(
            "the properties of an invocation were left out: with them its metrics have {} bytes, expected at most {LONGEST}",
            line.len()
        );
        (Value::from(root).to_string(), Some(message))
    }
}

/// What joins the line with the records of the invocation. Where the log is filtered by levels, the line has one that
/// passes: it is not a log record, but the service would take it for one of the level `INFO`.
fn add_known(
    root: &mut Map<String, Value>,
    environment: &Environment,
    now: SystemTime,
    invocation: Option<&CurrentInvocation>,
) {
    let mut add = |name: &str, value: String| {
        root.entry(name).or_insert_with(|| value.into());
    };
    if let Some(invocation) = invocation {
        add("requestId", invocation.request_id().into_owned());
        if let Some(trace_id) = invocation.trace_id() {
            add("traceId", trace_id.to_owned());
        }
        if let Some(tenant_id) = invocation.tenant_id() {
            add("tenantId", tenant_id.into_owned());
        }
    }
    if environment.variables().log_format() == LogFormat::Json {
        let least = environment.variables().log_level().unwrap_or(LogLevel::Info);
        add("timestamp", rfc3339(now));
        add("level", least.max(LogLevel::Info).as_str().to_owned());
    }
}

fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Checks a name of a metric or a dimension, which is a field of the line.
///
/// # Errors
///
/// Returns why the service would not take it.
pub(super) fn check_field(name: &str) -> Result<(), String> {
    if OURS.contains(&name) {
        return Err("the format itself has a field of this name".to_owned());
    }
    check_name(name)
}

/// Checks the length of a name, also that of a namespace.
///
/// # Errors
///
/// Returns why the service would not take it.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    match name.chars().count() {
        1..=NAME => Ok(()),
        length => Err(format!("its name has {length} letters: expected 1 to {NAME}")),
    }
}
