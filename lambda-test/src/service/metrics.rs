//! What CloudWatch would show of the functions of a service, and what they would cost.
//!
//! Source: AWS Lambda developer guide, "Types of metrics for Lambda functions".

use std::{cell::RefCell, collections::BTreeMap, fmt, rc::Rc, sync::Arc, time::Duration};

use crate::kernel::{EventEnd, Record, RecordKind, SourceEvent, billed};

/// The metrics of functions, by CloudWatch's names: [`Lambda::metrics`](crate::Lambda::metrics) counts them from its first
/// call on. `Display` writes a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    functions: BTreeMap<Arc<str>, FunctionMetrics>,
}

/// The metrics of one function, all versions together.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FunctionMetrics {
    /// `Invocations`: how often the function ran, also where it failed.
    pub invocations: u64,
    /// `Errors`: how often it failed, by an error, a timeout or a crash.
    pub errors: u64,
    /// `Throttles`: requests that were throttled, each attempt for an event.
    pub throttles: u64,
    /// `Duration`: how long each invocation took, in the order in which they ended.
    pub durations: Vec<Duration>,
    /// What is billed of them, init phases included.
    pub billed: Duration,
    /// `ConcurrentExecutions`: the most invocations in flight at once.
    pub concurrent_executions: u64,
    /// Invocations for which a process was started.
    pub cold_starts: u64,
    /// `AsyncEventsReceived`: events that were accepted.
    pub async_events_received: u64,
    /// `AsyncEventAge`: how old each event was when it was tried, in the order of the attempts.
    pub async_event_ages: Vec<Duration>,
    /// `AsyncEventsDropped`: events that ended without a run that succeeded.
    pub async_events_dropped: u64,
    /// `DeadLetterErrors`: events that could not be sent to a dead-letter queue.
    pub dead_letter_errors: u64,
    /// Events that were sent to a dead-letter queue.
    pub dead_letters: u64,
    /// `DestinationDeliveryFailures`: records that could not be sent.
    pub destination_delivery_failures: u64,
    /// `RecursiveInvocationsDropped`: invocations that the service stopped since they came from a loop.
    pub recursive_invocations_dropped: u64,
    /// `IteratorAge`: how long the last record of each batch was in its stream, table or topic, in the order of the batches.
    pub iterator_ages: Vec<Duration>,
    gb_seconds: f64,
    in_flight: u64,
    accepted: BTreeMap<Arc<str>, Duration>,
}

/// What a GB-second and a request cost, in dollars: x86_64 in us-east-1, without the free tier.
/// Source: AWS Lambda pricing.
const GB_SECOND: f64 = 0.000_016_666_7;
const REQUEST: f64 = 0.000_000_2;

impl FunctionMetrics {
    /// Returns the billed GB-seconds, each invocation by the memory that its version had.
    pub fn gb_seconds(&self) -> f64 {
        self.gb_seconds
    }

    /// Returns what it costs, in dollars: requests and GB-seconds of x86_64 in us-east-1, without the free tier.
    pub fn cost(&self) -> f64 {
        self.gb_seconds() * GB_SECOND + self.invocations as f64 * REQUEST
    }

    fn longest(&self) -> Duration {
        self.durations.iter().max().copied().unwrap_or_default()
    }

    fn note(&mut self, record: &Record) {
        match &record.kind {
            RecordKind::InvocationStarted => {
                self.in_flight += 1;
                self.concurrent_executions = self.concurrent_executions.max(self.in_flight);
                let accepted = record.request_id.as_ref().and_then(|id| self.accepted.get(id));
                self.async_event_ages.extend(accepted.map(|at| record.at - *at));
            }
            RecordKind::InvocationEnded(end) => {
                self.in_flight = self.in_flight.saturating_sub(1);
                self.invocations += 1;
                self.errors += u64::from(end.result.is_err() || end.status.is_some());
                self.cold_starts += u64::from(end.cold_start);
                self.durations.push(end.duration);
                let billed = billed(end.duration + end.init_duration.unwrap_or_default());
                self.billed += billed;
                self.gb_seconds += billed.as_secs_f64() * f64::from(end.memory_mb) / 1024.0;
            }
            RecordKind::Rejected { status: 429, .. } => self.throttles += 1,
            RecordKind::Rejected { error_type: "RecursiveInvocationException", .. } => {
                self.recursive_invocations_dropped += 1;
            }
            RecordKind::Source { source, event: SourceEvent::BatchSent { age, .. } } => {
                self.iterator_ages.extend((!source.contains(":sqs:")).then_some(*age));
            }
            RecordKind::EventAccepted => {
                self.async_events_received += 1;
                self.accepted.extend(record.request_id.clone().map(|id| (id, record.at)));
            }
            RecordKind::EventEnded(end) => {
                if let Some(id) = &record.request_id {
                    self.accepted.remove(id);
                }
                self.async_events_dropped += u64::from(*end != EventEnd::Success);
            }
            RecordKind::DeadLetterSent { .. } => self.dead_letters += 1,
            RecordKind::DeadLetterFailed { .. } => self.dead_letter_errors += 1,
            RecordKind::DestinationDeliveryFailed { .. } => self.destination_delivery_failures += 1,
            _ => {}
        }
    }
}

impl Metrics {
    /// Returns the metrics of the function that has this name. One that did nothing has zeros.
    pub fn function(&self, name: &str) -> FunctionMetrics {
        self.functions.get(name).cloned().unwrap_or_default()
    }

    /// Returns the names of the functions that did something, in their order.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(|name| &**name)
    }

    /// Returns the billed GB-seconds of all functions.
    pub fn gb_seconds(&self) -> f64 {
        self.functions.values().map(FunctionMetrics::gb_seconds).sum()
    }

    /// Returns what all functions cost, in dollars; see [`FunctionMetrics::cost`].
    pub fn cost(&self) -> f64 {
        self.functions.values().map(FunctionMetrics::cost).sum()
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:24} {:>11} {:>7} {:>9} {:>10} {:>11} {:>12} {:>11} {:>11}",
            "function",
            "invocations",
            "errors",
            "throttles",
            "concurrent",
            "cold starts",
            "longest",
            "GB-seconds",
            "cost"
        )?;
        for (name, it) in &self.functions {
            let longest = format!("{} ms", it.longest().as_millis());
            writeln!(
                f,
                "{name:24} {:11} {:7} {:9} {:10} {:11} {longest:>12} {:11.3} {:11}",
                it.invocations,
                it.errors,
                it.throttles,
                it.concurrent_executions,
                it.cold_starts,
                it.gb_seconds(),
                format!("${:.6}", it.cost())
            )?;
        }
        Ok(())
    }
}

/// Counts what happens.
#[derive(Clone, Default)]
pub(super) struct Meter(Rc<RefCell<Metrics>>);

impl Meter {
    pub(super) fn note(&self, record: &Record) {
        if let Some(name) = &record.function {
            let mut metrics = self.0.borrow_mut();
            match metrics.functions.get_mut(name) {
                Some(function) => function.note(record),
                None => metrics.functions.entry(name.clone()).or_default().note(record),
            }
        }
    }

    /// Returns what was counted so far.
    pub(super) fn read(&self) -> Metrics {
        self.0.borrow().clone()
    }
}
