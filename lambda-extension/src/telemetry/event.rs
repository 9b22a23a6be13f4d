//! One event of the Telemetry API.

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

use super::{
    End, ExtensionState, InitReport, InitRuntimeDone, InitStart, LogLine, LogsDropped, Report,
    RestoreReport, RestoreRuntimeDone, RestoreStart, RuntimeDone, Start, TelemetrySubscription,
};

/// An event of the Telemetry API, or of the Logs API that was there before.
///
/// ```
/// use lambda_extension::telemetry::{TelemetryEvent, TelemetryRecord};
///
/// let batch = br#"[
///     {"time":"2026-01-01T00:00:00.000Z","type":"function","record":"hello"},
///     {"time":"2026-01-01T00:00:00.001Z","type":"platform.new","record":{"of":"tomorrow"}}
/// ]"#;
/// let events = TelemetryEvent::batch(batch)?;
/// assert!(matches!(events[0].record, TelemetryRecord::Function(_)));
/// assert!(matches!(&events[1].record, TelemetryRecord::Other { kind, .. } if kind == "platform.new"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TelemetryEvent {
    /// When: ISO 8601, UTC, with milliseconds.
    pub time: String,
    /// What.
    pub record: TelemetryRecord,
    json: Box<RawValue>,
}

/// What an event of the Telemetry API says.
///
/// Source: AWS Lambda developer guide, "Lambda Telemetry API Event schema reference".
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TelemetryRecord {
    /// A line of the function's log.
    Function(LogLine),
    /// A line of an extension's log.
    Extension(LogLine),
    /// An init phase began.
    InitStart(InitStart),
    /// The runtime has done its part of an init phase.
    InitRuntimeDone(InitRuntimeDone),
    /// An init phase is over.
    InitReport(InitReport),
    /// An invocation began.
    Start(Start),
    /// The runtime has done an invocation.
    RuntimeDone(RuntimeDone),
    /// An invocation is over.
    Report(Report),
    /// An environment is restored from a snapshot.
    RestoreStart(RestoreStart),
    /// The runtime has restored itself.
    RestoreRuntimeDone(RestoreRuntimeDone),
    /// A restore is over.
    RestoreReport(RestoreReport),
    /// An extension and where it stands.
    ExtensionState(ExtensionState),
    /// An extension has subscribed.
    TelemetrySubscription(TelemetrySubscription),
    /// Records were lost.
    LogsDropped(LogsDropped),
    /// An invocation is over: of the Logs API, which the Telemetry API supersedes.
    End(End),
    /// The environment broke: of the Logs API.
    Fault(String),
    /// An extension has subscribed to the Logs API.
    LogsSubscription(TelemetrySubscription),
    /// Of a type that this version does not know, or not of the form that its type has.
    Other {
        /// Its type, as in `platform.start`; empty where it has none.
        kind: String,
        /// What it says, as it came; the whole event where it has none.
        record: Box<RawValue>,
    },
}

impl TelemetryEvent {
    /// Reads a batch. What is no event of a known form is [`TelemetryRecord::Other`], and costs no other.
    ///
    /// # Errors
    ///
    /// It is no JSON array.
    pub fn batch(json: &[u8]) -> Result<Vec<Self>, serde_json::Error> {
        let events: Vec<Box<RawValue>> = serde_json::from_slice(json)?;
        Ok(events.into_iter().map(Self::from_json).collect())
    }

    /// Reads one.
    pub fn from_json(json: Box<RawValue>) -> Self {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(default)]
            time: Option<String>,
            #[serde(default, rename = "type")]
            kind: Option<String>,
            #[serde(default, borrow)]
            record: Option<&'a RawValue>,
        }
        let read = serde_json::from_str::<Envelope<'_>>(json.get());
        let Ok(Envelope { time, kind: Some(kind), record: Some(record) }) = read else {
            let record = TelemetryRecord::Other { kind: String::new(), record: json.clone() };
            return Self { time: String::new(), record, json };
        };
        let record = TelemetryRecord::read(kind, record);
        Self { time: time.unwrap_or_default(), record, json }
    }

    /// The event, as it came.
    pub fn as_json(&self) -> &str {
        self.json.get()
    }
}

impl TelemetryRecord {
    fn read(kind: String, record: &RawValue) -> Self {
        fn of<T: DeserializeOwned>(record: &RawValue) -> Option<T> {
            serde_json::from_str(record.get()).ok()
        }
        let known = match &*kind {
            "function" => of(record).map(Self::Function),
            "extension" => of(record).map(Self::Extension),
            "platform.initStart" => of(record).map(Self::InitStart),
            "platform.initRuntimeDone" => of(record).map(Self::InitRuntimeDone),
            "platform.initReport" => of(record).map(Self::InitReport),
            "platform.start" => of(record).map(Self::Start),
            "platform.runtimeDone" => of(record).map(Self::RuntimeDone),
            "platform.report" => of(record).map(Self::Report),
            "platform.restoreStart" => of(record).map(Self::RestoreStart),
            "platform.restoreRuntimeDone" => of(record).map(Self::RestoreRuntimeDone),
            "platform.restoreReport" => of(record).map(Self::RestoreReport),
            "platform.extension" => of(record).map(Self::ExtensionState),
            "platform.telemetrySubscription" => of(record).map(Self::TelemetrySubscription),
            "platform.logsDropped" => of(record).map(Self::LogsDropped),
            "platform.end" => of(record).map(Self::End),
            "platform.fault" => of(record).map(Self::Fault),
            "platform.logsSubscription" => of(record).map(Self::LogsSubscription),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Other { kind, record: record.to_owned() })
    }
}

/// Whether a text is whole JSON.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(json: &str) -> TelemetryRecord {
        let json = format!("[{json}]");
        TelemetryEvent::batch(json.as_bytes()).expect("a list").remove(0).record
    }

    /// Each known type, in the words of the service.
    #[test]
    fn every_type_of_record_is_known() {
        for (kind, body) in [
            ("function", r#""a line""#),
            ("function", r#"{"level":"INFO","message":"a line"}"#),
            ("extension", r#""a line""#),
            (
                "platform.initStart",
                r#"{"initializationType":"on-demand","phase":"init","runtimeVersion":"nodejs-14.v3","functionName":"f","functionVersion":"$LATEST","instanceId":"82561ce0-53dd-47d1-90e0-c8f5e063e62e","instanceMaxMemory":256}"#,
            ),
            (
                "platform.initRuntimeDone",
                r#"{"initializationType":"on-demand","status":"success","spans":[{"name":"s","start":"2022-06-02T12:02:33.913Z","durationMs":70.5}]}"#,
            ),
            (
                "platform.initReport",
                r#"{"initializationType":"lambda-managed-instances","phase":"init","status":"success","metrics":{"durationMs":125.33}}"#,
            ),
            (
                "platform.start",
                r#"{"requestId":"6d68ca91","version":"$LATEST","tracing":{"spanId":"54565fb41ac79632","type":"X-Amzn-Trace-Id","value":"Root=1"}}"#,
            ),
            (
                "platform.runtimeDone",
                r#"{"requestId":"6d68ca91","status":"timeout","errorType":"Sandbox.Timedout","metrics":{"durationMs":1.0,"producedBytes":15}}"#,
            ),
            (
                "platform.report",
                r#"{"requestId":"6d68ca91","status":"success","metrics":{"durationMs":220.12,"billedDurationMs":221,"memorySizeMB":128,"maxMemoryUsedMB":90}}"#,
            ),
            ("platform.report", r#"{"requestId":"6d68ca91","metrics":{"durationMs":220.12}}"#),
            ("platform.restoreStart", r#"{"functionName":"f"}"#),
            ("platform.restoreRuntimeDone", r#"{"status":"success"}"#),
            ("platform.restoreReport", r#"{"status":"success","metrics":{"durationMs":15.19}}"#),
            ("platform.extension", r#"{"name":"x","state":"Ready","events":["INVOKE"]}"#),
            (
                "platform.telemetrySubscription",
                r#"{"name":"x","state":"Subscribed","types":["platform"]}"#,
            ),
            (
                "platform.logsDropped",
                r#"{"droppedBytes":12345,"droppedRecords":123,"reason":"slow"}"#,
            ),
        ] {
            let record = record(&format!(r#"{{"time":"t","type":"{kind}","record":{body}}}"#));
            assert!(!matches!(record, TelemetryRecord::Other { .. }), "{kind}: {record:?}");
        }
    }

    /// Both versions of its schema. Nobody subscribes to it any more, but what it told may be read.
    #[test]
    fn what_the_logs_api_tells_is_known() {
        for (kind, body) in [
            ("platform.start", r#"{"requestId":"6f7f0961"}"#),
            ("platform.end", r#"{"requestId":"6f7f0961"}"#),
            (
                "platform.report",
                r#"{"requestId":"6f7f0961","metrics":{"durationMs":101.51,"billedDurationMs":300,"memorySizeMB":512,"maxMemoryUsedMB":33,"initDurationMs":116.67}}"#,
            ),
            (
                "platform.fault",
                r#""RequestId: d783b35e-a91d-4251-af17-035953428a2c Process exited before completing request""#,
            ),
            (
                "platform.extension",
                r#"{"name":"Foo.bar","state":"Ready","events":["INVOKE","SHUTDOWN"]}"#,
            ),
            (
                "platform.logsSubscription",
                r#"{"name":"Foo.bar","state":"Subscribed","types":["function","platform"]}"#,
            ),
            (
                "platform.logsDropped",
                r#"{"reason":"Consumer seems to have fallen behind","droppedRecords":123,"droppedBytes":12345}"#,
            ),
            ("platform.runtimeDone", r#"{"requestId":"6f7f0961","status":"failure"}"#),
            ("function", r#""[INFO] Hello world""#),
            ("extension", r#""[INFO] Hello world""#),
        ] {
            let record = record(&format!(r#"{{"time":"t","type":"{kind}","record":{body}}}"#));
            assert!(!matches!(record, TelemetryRecord::Other { .. }), "{kind}: {record:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_kept_as_it_came() {
        for json in ["7", "{}", r#"{"type":"function"}"#, r#"{"type":7,"record":1}"#] {
            let TelemetryRecord::Other { kind, record } = record(json) else {
                panic!("{json} fits");
            };
            assert_eq!((&*kind, record.get()), ("", json));
        }
        let TelemetryRecord::Other { kind, record } =
            record(r#"{"type":"platform.start","record":{"requestId":7}}"#)
        else {
            panic!("an id is text");
        };
        assert_eq!((&*kind, record.get()), ("platform.start", r#"{"requestId":7}"#));
    }
}
