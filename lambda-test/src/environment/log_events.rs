//! What the records of an environment are in the log of its function.
//!
//! Source: AWS Lambda developer guide, "Working with Lambda function logs".

use std::{rc::Rc, sync::Arc, time::Duration};

use serde_json::Value;

use super::{FunctionInfo, telemetry::View};
use crate::kernel::{ApiCall, Clock, ProcessRole, Record, RecordKind, SimContext};

/// Returns the name of the log stream of an environment: by the day on which it was made, and its version.
pub(crate) fn log_stream(
    context: &SimContext,
    label: &str,
    version: &str,
    made: Duration,
) -> String {
    let mut random = context.random(&format!("{label}/log-stream"));
    let (high, low) = (random.next(), random.next());
    format!("{}/[{version}]{high:016x}{low:016x}", context.clock.date_at(made))
}

/// What is written to a log.
pub(crate) enum Written {
    /// A line of a process.
    Line(Arc<str>),
    /// An event of the service, by its type without `platform.`, as telemetry has it.
    Event { kind: String, event: Value },
}

/// A reader of the records of an environment, from the first one on.
pub(crate) struct LogEvents {
    clock: Clock,
    info: Rc<FunctionInfo>,
    view: View,
    /// Whether there are processes; the next ones begin another init phase.
    runs: bool,
    /// Whether the init phase of now is a part of an invocation, and ends with the first `next` of the runtime.
    starts: bool,
}

impl LogEvents {
    pub(crate) fn new(clock: Clock, info: Rc<FunctionInfo>) -> Self {
        let view = View::new(clock, info.clone(), false);
        Self { clock, info, view, runs: false, starts: false }
    }

    /// Returns what the next record of the environment adds to the log.
    pub(crate) fn read(&mut self, record: &Record) -> Vec<Written> {
        if let RecordKind::Logged(line) = &record.kind {
            return vec![Written::Line(line.clone())];
        }
        let begins = matches!(record.kind, RecordKind::InitStarted | RecordKind::InvocationStarted);
        if begins && !self.runs {
            self.view = View::new(self.clock, self.info.clone(), false);
            self.runs = true;
            self.starts = record.kind == RecordKind::InvocationStarted;
        }
        let mut events = self.view.read(record, None);
        // Where there are extensions, the end of the phase has a record of its own.
        match (&record.kind, &record.process) {
            (RecordKind::InitDone { .. }, _) | (_, Some(ProcessRole::Extension(_))) => {
                self.starts = false;
            }
            (RecordKind::Called(ApiCall::Next), _) if std::mem::take(&mut self.starts) => {
                let duration = self.view.since_init(record.at);
                let done = Record { kind: RecordKind::InitDone { duration }, ..record.clone() };
                events.extend(self.view.read(&done, None));
            }
            (RecordKind::Exited(_), Some(ProcessRole::Runtime))
            | (RecordKind::InitFailed { .. } | RecordKind::Reset(_), _) => self.runs = false,
            _ => {}
        }
        events.iter().filter_map(|event| self.event(&event.text)).collect()
    }

    fn event(&self, text: &str) -> Option<Written> {
        let mut event: Value = serde_json::from_str(text).ok()?;
        let kind = event["type"].as_str()?.strip_prefix("platform.")?.to_owned();
        if kind == "initStart" {
            let [version, arn] = self.runtime_version();
            event["record"]["runtimeVersion"] = version.into();
            event["record"]["runtimeVersionArn"] = arn.into();
        }
        Some(Written::Event { kind, event })
    }

    /// The version of the runtime: the simulator has one of its own.
    fn runtime_version(&self) -> [String; 2] {
        let version = "provided:al2023.v1";
        let region = &self.info.region;
        [version.to_owned(), format!("arn:aws:lambda:{region}::runtime:{:064x}", 1)]
    }
}
