//! The log of a function, as CloudWatch Logs holds it.
//!
//! Source: AWS Lambda developer guide, "Working with Lambda function logs".

use std::{collections::BTreeMap, fmt, fmt::Write as _, mem, rc::Rc, sync::Arc, time::Duration};

use serde_json::Value;

use super::{Function, Report, function_state::FunctionState};
use crate::{
    environment::{FunctionInfo, LogEvents, Logging, Written, log_stream},
    kernel::{Record, RecordKind, TracedInvocation},
};

/// An event of the log of a function, as CloudWatch Logs holds it: a line of the function, or one of the service.
/// `Display` writes the message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEvent {
    /// When it was written, since the service began.
    pub at: Duration,
    /// The log stream, of which each environment has one: `2026/01/01/[$LATEST]` and 32 hexadecimal digits.
    pub stream: Arc<str>,
    /// The line, without its newline.
    pub message: String,
}

impl fmt::Display for LogEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The environments that a function has ever had. There may be many, so each takes four bytes.
#[derive(Default)]
pub(super) struct StartedEnvironments {
    /// Their numbers in the service, which grow.
    numbers: Vec<u32>,
    /// Of which version they are, from this place on.
    versions: Vec<(usize, Rc<FunctionInfo>)>,
}

impl StartedEnvironments {
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn add(&mut self, number: usize, info: &Rc<FunctionInfo>) {
        if self.versions.last().is_none_or(|(_, last)| !Rc::ptr_eq(last, info)) {
            self.versions.push((self.numbers.len(), info.clone()));
        }
        self.numbers.push(number.try_into().unwrap_or(u32::MAX));
    }

    /// Returns the place of an environment and its version, if the function has had it.
    fn find(&self, number: usize) -> Option<(usize, &Rc<FunctionInfo>)> {
        let place = self.numbers.binary_search(&number.try_into().ok()?).ok()?;
        let version = self.versions.partition_point(|(from, _)| *from <= place).checked_sub(1)?;
        Some((place, &self.versions[version].1))
    }
}

/// An environment while the records are read.
struct Reader {
    stream: Arc<str>,
    logging: Logging,
    events: LogEvents,
    /// Whether the last line of the service was `END`.
    has_ended: bool,
}

impl Function {
    /// Returns the log of the function: what its environments logged, of every version, with the lines of the service
    /// around it, in the order of time. That of an asynchronous invocation is read so.
    ///
    /// Where the [format of the log](crate::FunctionBuilder::log_format) is text, the service writes `INIT_START`,
    /// `START`, `END` and `REPORT`, and `INIT_REPORT` where an init phase failed or was made ahead; where it is JSON,
    /// its events `platform.initStart` and so on, those of its level. The report of an invocation that is traced names its trace. The version of the runtime that is named is one of the simulator.
    ///
    /// It is read from the timeline, so it begins where that begins: see
    /// [`Lambda::timeline_limit`](crate::Lambda::timeline_limit).
    ///
    /// ```
    /// use lambda_runtime::{Error, Runtime};
    ///
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let fails = Runtime::new(async |_: ()| Err::<(), Error>("out of stock".into()));
    /// let function = lambda.function("orders", fails).create();
    ///
    /// function.invoke(()).event().await.assert_ok();
    /// lambda.until_idle().await;
    /// let log = function.log_events();
    /// let runs = log.iter().filter(|event| event.message.starts_with("START"));
    /// assert_eq!(runs.count(), 3);
    /// # });
    /// ```
    pub fn log_events(&self) -> Vec<LogEvent> {
        let mut reader = LogReader::default();
        let records = self.state.common.context.recorder.all();
        records.iter().flat_map(|record| reader.read(&self.state, record)).collect()
    }
}

/// Reads the log of a function from the records of its service, in their order.
#[derive(Default)]
pub(crate) struct LogReader {
    readers: BTreeMap<usize, Reader>,
    /// Invocations that are traced and not over, by their request ids.
    traced: BTreeMap<Arc<str>, Arc<TracedInvocation>>,
}

impl LogReader {
    /// Returns what a record adds to the log.
    pub(crate) fn read(&mut self, function: &FunctionState, record: &Record) -> Vec<LogEvent> {
        self.note_trace(function, record);
        let (context, counts) = (&function.common.context, &function.common.counts);
        let started = counts.environments.borrow();
        let found = record.environment.and_then(|number| Some((number, started.find(number)?)));
        let Some((number, (place, info))) = found else { return Vec::new() };
        let reader = self.readers.entry(number).or_insert_with(|| Reader {
            stream: log_stream(context, &info.label_of(place + 1), &info.version, record.at).into(),
            logging: info.logging,
            events: LogEvents::new(context.clock, info.clone()),
            has_ended: false,
        });
        let is_end = matches!(record.kind, RecordKind::InvocationEnded(_));
        let id = record.request_id.as_ref().filter(|_| is_end);
        let traced = id.and_then(|id| self.traced.remove(id));
        let messages = reader.read(record, traced.as_deref()).into_iter();
        let event = |message| LogEvent { at: record.at, stream: reader.stream.clone(), message };
        messages.map(event).collect()
    }

    fn note_trace(&mut self, function: &FunctionState, record: &Record) {
        let Some(id) = record.request_id.as_ref() else { return };
        if record.function.as_deref() != Some(&*function.name) {
            return;
        }
        match &record.kind {
            RecordKind::Traced(traced) => drop(self.traced.insert(id.clone(), traced.clone())),
            RecordKind::Rejected { .. } => drop(self.traced.remove(id)),
            _ => {}
        }
    }
}

impl Reader {
    fn read(&mut self, record: &Record, traced: Option<&TracedInvocation>) -> Vec<String> {
        let written = self.events.read(record).into_iter();
        written.flat_map(|written| self.messages(written, record, traced)).collect()
    }

    fn messages(
        &mut self,
        written: Written,
        record: &Record,
        traced: Option<&TracedInvocation>,
    ) -> Vec<String> {
        let (kind, event) = match written {
            Written::Line(line) => return vec![line.to_string()],
            Written::Event { kind, event } => (kind, event),
        };
        if self.logging.is_json() {
            let is_kept = self.logging.keeps_event(&kind, &event["record"]);
            return is_kept.then(|| event.to_string()).into_iter().collect();
        }
        // Where the init phase of an invocation fails, no runtime was done with it.
        let has_ended = mem::replace(&mut self.has_ended, kind == "runtimeDone");
        let end = (kind == "report" && !has_ended).then(|| end(&event["record"]));
        end.into_iter().chain(text(&kind, &event["record"], record, traced)).collect()
    }
}

fn end(event: &Value) -> String {
    format!("END RequestId: {}", event["requestId"].as_str().unwrap_or_default())
}

/// A line of the service in a log of text.
fn text(
    kind: &str,
    event: &Value,
    record: &Record,
    traced: Option<&TracedInvocation>,
) -> Option<String> {
    let of = |name: &str| event[name].as_str().unwrap_or_default();
    let id = of("requestId");
    match (kind, &record.kind) {
        ("initStart", _) if of("phase") == "init" => Some(format!(
            "INIT_START Runtime Version: {}\tRuntime Version ARN: {}",
            of("runtimeVersion"),
            of("runtimeVersionArn")
        )),
        // "Written if INIT failed or timed out; for provisioned concurrency always."
        ("initReport", _)
            if of("status") != "success" || of("initializationType") != "on-demand" =>
        {
            let duration = event["metrics"]["durationMs"].as_f64().unwrap_or_default();
            let mut line =
                format!("INIT_REPORT Init Duration: {duration:.2} ms\tPhase: {}", of("phase"));
            let status = if of("status") == "failure" { "error" } else { of("status") };
            if status != "success" {
                let _ = write!(line, "\tStatus: {status}");
            }
            if status == "error" {
                let _ = write!(line, "\tError Type: {}", of("errorType"));
            }
            Some(line)
        }
        ("start", _) => Some(format!("START RequestId: {id} Version: {}", of("version"))),
        ("runtimeDone", _) => Some(end(event)),
        ("report", RecordKind::InvocationEnded(end)) => {
            let mut report = Report::of(id, end).to_string();
            if let Some(TracedInvocation { root, function, .. }) = traced {
                let _ = write!(
                    report,
                    "\nXRAY TraceId: {root}\tSegmentId: {function}\tSampled: true\t"
                );
            }
            Some(report)
        }
        _ => None,
    }
}
