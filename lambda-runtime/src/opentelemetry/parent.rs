//! The trace that an invocation belongs to, and those that its event names.

use std::{borrow::Cow, collections::HashMap};

use ::opentelemetry::trace::{
    Link, SpanContext, SpanId, SpanKind, TraceFlags, TraceId, TraceState,
};
use lambda_core::{Sampled, TraceHeader};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What triggers a function, which decides where its event has traces.
///
/// Source: OpenTelemetry semantic conventions, "FaaS spans", `faas.trigger`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trigger {
    /// Anything else, such as an SDK that invokes it. The event is not read.
    #[default]
    Other,
    /// A change of data, as in a table or a bucket. The event is not read.
    Datasource,
    /// A request of HTTP. Its headers `traceparent` and `tracestate` are the parent, where they are there; then the X-Ray
    /// header is a link.
    Http,
    /// Messages of SQS or SNS. Each message that has a trace is a link: by the attribute `AWSTraceHeader` of SQS, or a
    /// message attribute `traceparent`.
    PubSub,
    /// A schedule. The event is not read.
    Timer,
}

impl Trigger {
    /// Returns the value of the attribute `faas.trigger`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Datasource => "datasource",
            Self::Http => "http",
            Self::PubSub => "pubsub",
            Self::Timer => "timer",
        }
    }

    pub(super) fn kind(self) -> SpanKind {
        match self {
            Self::PubSub => SpanKind::Consumer,
            _ => SpanKind::Server,
        }
    }

    /// Returns the parent of an invocation, if any, and what else it is linked to.
    pub(super) fn origin(
        self,
        header: Option<&str>,
        payload: &[u8],
    ) -> (Option<SpanContext>, Vec<Link>) {
        let x_ray = header.and_then(of_x_ray);
        match self {
            Self::Http => match of_headers(payload) {
                Some(parent) => (Some(parent), x_ray.map(Link::with_context).into_iter().collect()),
                None => (x_ray, Vec::new()),
            },
            Self::PubSub => (x_ray, of_records(payload)),
            Self::Other | Self::Datasource | Self::Timer => (x_ray, Vec::new()),
        }
    }
}

/// Reads a header of X-Ray: its root is the trace, its parent the span. A caller who has not decided counts as one who
/// records the trace.
fn of_x_ray(header: &str) -> Option<SpanContext> {
    let Ok(header) = header.parse::<TraceHeader>();
    let (_, root) = header.root()?.split_once("1-")?;
    let trace = TraceId::from_hex(&root.replace('-', "")).ok()?;
    let span = SpanId::from_hex(header.parent()?).ok()?;
    let flags = match header.sampled() {
        Sampled::No => TraceFlags::default(),
        Sampled::Yes | Sampled::Requested | Sampled::Undecided => TraceFlags::SAMPLED,
    };
    valid(SpanContext::new(trace, span, flags, true, TraceState::default()))
}

/// Reads a header `traceparent`. Source: W3C, "Trace Context".
fn of_w3c(parent: &str, state: Option<&str>) -> Option<SpanContext> {
    let mut parts = parent.trim().split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_right = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    // "Version `ff` is forbidden"; later versions may have more parts.
    if !is_right || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let state = state.and_then(|state| state.parse().ok()).unwrap_or_default();
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    valid(SpanContext::new(trace, span, flags, true, state))
}

fn valid(context: SpanContext) -> Option<SpanContext> {
    Some(context).filter(SpanContext::is_valid)
}

/// Finds the parent among the headers of an event of HTTP.
fn of_headers(payload: &[u8]) -> Option<SpanContext> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Event<'a> {
        #[serde(borrow)]
        headers: Option<HashMap<Cow<'a, str>, &'a RawValue>>,
        #[serde(borrow)]
        multi_value_headers: Option<HashMap<Cow<'a, str>, &'a RawValue>>,
    }
    let Event { headers, multi_value_headers } = serde_json::from_slice(payload).ok()?;
    let header = |wanted: &str| {
        let all = headers.iter().chain(&multi_value_headers).flatten();
        let found = all.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.get()).find_map(text_of)
    };
    of_w3c(&header("traceparent")?, header("tracestate").as_deref())
}

/// A text, or the first of a list.
fn text_of(json: &str) -> Option<String> {
    let list = || serde_json::from_str::<Vec<String>>(json).ok()?.into_iter().next();
    serde_json::from_str(json).ok().or_else(list)
}

/// Finds the traces of the messages of a batch.
fn of_records(payload: &[u8]) -> Vec<Link> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Event<'a> {
        #[serde(rename = "Records", borrow)]
        records: Vec<Record<'a>>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Record<'a> {
        attributes: SystemAttributes,
        #[serde(rename = "messageAttributes", borrow)]
        message_attributes: HashMap<Cow<'a, str>, &'a RawValue>,
        #[serde(rename = "Sns", borrow)]
        sns: Notification<'a>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct SystemAttributes {
        #[serde(rename = "AWSTraceHeader")]
        trace: Option<String>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Notification<'a> {
        #[serde(rename = "MessageAttributes", borrow)]
        message_attributes: HashMap<Cow<'a, str>, &'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Attribute {
        #[serde(alias = "stringValue", alias = "Value")]
        value: String,
    }
    let event: Event<'_> = serde_json::from_slice(payload).unwrap_or_default();
    let of_message = |record: &Record<'_>| {
        let attribute = |name: &str| {
            let mut all = [&record.message_attributes, &record.sns.message_attributes].into_iter();
            let value = all.find_map(|attributes| attributes.get(name))?;
            Some(serde_json::from_str::<Attribute>(value.get()).ok()?.value)
        };
        let w3c = attribute("traceparent")
            .and_then(|parent| of_w3c(&parent, attribute("tracestate").as_deref()));
        w3c.or_else(|| of_x_ray(record.attributes.trace.as_deref()?))
    };
    event.records.iter().filter_map(of_message).map(Link::with_context).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const X_RAY: &str =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    const W3C: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    /// A context, as its trace, its span, and whether it is sampled.
    fn shown(context: &SpanContext) -> String {
        let sampled = if context.is_sampled() { "" } else { " not sampled" };
        format!("{} {}{sampled}", context.trace_id(), context.span_id())
    }

    #[test]
    fn a_header_of_x_ray_is_a_span() {
        #[track_caller]
        fn check(header: &str, expected: Option<&str>) {
            assert_eq!(of_x_ray(header).as_ref().map(shown).as_deref(), expected, "{header}");
        }
        let span = "5759e988bd862e3fe1be46a994272793 53995c3f42cd8ad8";
        check(X_RAY, Some(span));
        check(&X_RAY.replace("Sampled=1", "Sampled=?"), Some(span));
        check(&X_RAY.replace(";Sampled=1", ""), Some(span));
        check(&X_RAY.replace("Sampled=1", "Sampled=0"), Some(&format!("{span} not sampled")));
        check("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", None);
        check("Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8", None);
        check("", None);
    }

    #[test]
    fn a_header_of_w3c_is_a_span() {
        #[track_caller]
        fn check(header: &str, expected: Option<&str>) {
            assert_eq!(of_w3c(header, None).as_ref().map(shown).as_deref(), expected, "{header}");
        }
        let span = "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331";
        check(W3C, Some(span));
        check(&W3C.replace("-01", "-00"), Some(&format!("{span} not sampled")));
        check(&W3C.replace("00-", "01-"), Some(span));
        check(&format!("{}-more", W3C.replace("00-", "01-")), Some(span));
        check(&format!("{W3C}-more"), None);
        check(&W3C.replace("00-", "ff-"), None);
        check(&W3C.to_uppercase(), None);
        check("00-00000000000000000000000000000000-b7ad6b7169203331-01", None);
        check("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", None);
        check("", None);
        let with_state = of_w3c(W3C, Some("a=1,b=2")).expect("it is right");
        assert_eq!(with_state.trace_state().get("b"), Some("2"));
    }

    /// The parent, then the links.
    #[track_caller]
    fn check(trigger: Trigger, payload: &str, expected: &[Option<&str>]) {
        let (parent, links) = trigger.origin(Some(X_RAY), payload.as_bytes());
        let parent = parent.map(|parent| parent.span_id().to_string());
        let links = links.iter().map(|link| Some(link.span_context.span_id().to_string()));
        let all: Vec<Option<String>> = [parent].into_iter().chain(links).collect();
        let all: Vec<Option<&str>> = all.iter().map(Option::as_deref).collect();
        assert_eq!(all, expected, "{trigger:?}: {payload}");
    }

    const BY_X_RAY: Option<&str> = Some("53995c3f42cd8ad8");
    const BY_W3C: Option<&str> = Some("b7ad6b7169203331");

    #[test]
    fn a_request_has_its_parent_in_its_headers() {
        let event = format!(r#"{{"headers":{{"Host":"a","traceparent":"{W3C}"}}}}"#);
        check(Trigger::Http, &event, &[BY_W3C, BY_X_RAY]);
        check(Trigger::Other, &event, &[BY_X_RAY]);
        let event =
            format!(r#"{{"headers":null,"multiValueHeaders":{{"Traceparent":["{W3C}"]}}}}"#);
        check(Trigger::Http, &event, &[BY_W3C, BY_X_RAY]);
        for event in ["{}", "7", r#"{"headers":{"traceparent":7}}"#, r#"{"headers":[]}"#] {
            check(Trigger::Http, event, &[BY_X_RAY]);
        }
    }

    #[test]
    fn messages_are_linked() {
        let sqs = format!(
            r#"{{"Records":[
                {{"attributes":{{"AWSTraceHeader":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=00000000000000aa"}}}},
                {{"attributes":{{}},"messageAttributes":{{"traceparent":{{"stringValue":"{W3C}","dataType":"String"}}}}}},
                {{"attributes":{{"SentTimestamp":"7"}},"messageAttributes":{{}}}}
            ]}}"#
        );
        check(Trigger::PubSub, &sqs, &[BY_X_RAY, Some("00000000000000aa"), BY_W3C]);
        let sns = format!(
            r#"{{"Records":[{{"Sns":{{"MessageAttributes":{{"traceparent":{{"Type":"String","Value":"{W3C}"}}}}}}}}]}}"#
        );
        check(Trigger::PubSub, &sns, &[BY_X_RAY, BY_W3C]);
        for event in ["{}", "7", r#"{"Records":null}"#, r#"{"Records":[{}]}"#] {
            check(Trigger::PubSub, event, &[BY_X_RAY]);
        }
    }
}
