//! What production leaves of an invocation: an event, a record of one that failed, a dead letter, or a line of a log.

use serde_json::{Value, value::RawValue};

/// An event of production, and what is known of how it failed.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Production {
    /// The event, as it was sent.
    pub(crate) event: String,
    /// What it was found in, such as `an on-failure record`.
    pub(crate) origin: &'static str,
    pub(crate) function: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) error_type: Option<String>,
    pub(crate) error_message: Option<String>,
}

/// How deep an event may be within envelopes.
const DEEPEST: usize = 4;

impl Production {
    /// Reads what production left.
    ///
    /// # Errors
    ///
    /// There is no event in it, with what was looked for.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_start_matches('\u{feff}');
        if let Ok(whole) = serde_json::from_str::<&RawValue>(text) {
            return Ok(Self::of_json(whole, 0));
        }
        // The event is in the last line of a log that has one.
        let lines = text.lines().rev();
        let found = lines.filter_map(event_in).next();
        let Some(event) = found else {
            return Err("there is no JSON in it: expected an event, an on-failure record, a message of a dead-letter queue, \
                        or a line of a log with the event as JSON"
                .to_owned());
        };
        let mut production = Self::of_json(event, 0);
        production.origin = "a line of a log";
        production.request_id = production.request_id.or_else(|| uuid_in(text));
        Ok(production)
    }

    fn of_json(raw: &RawValue, depth: usize) -> Self {
        let value: Value = serde_json::from_str(raw.get()).unwrap_or_default();
        let member = |name: &str| {
            let members: Option<std::collections::BTreeMap<String, &RawValue>> =
                serde_json::from_str(raw.get()).ok();
            members.and_then(|members| members.get(name).copied())
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if depth < DEEPEST {
            if let (Some(event), true) =
                (member("requestPayload"), value["requestContext"].is_object())
            {
                let context = &value["requestContext"];
                let arn = context["functionArn"].as_str().unwrap_or_default();
                let name = arn.split(':').nth(6).map(str::to_owned);
                let failure = &value["responsePayload"];
                return Self {
                    event: event.get().to_owned(),
                    origin: "an on-failure record",
                    function: name,
                    request_id: text(&context["requestId"]),
                    error_type: text(&failure["errorType"]),
                    error_message: text(&failure["errorMessage"]),
                };
            }
            if let Some(found) = Self::of_message(&value, depth) {
                return found;
            }
            // An event that a bus or a log has around it.
            for name in ["detail", "event", "payload"] {
                let is_record = !value["detail"]["requestPayload"].is_null();
                let is_log = value["level"].is_string() || value["timestamp"].is_string();
                let counts = if name == "detail" { is_record } else { is_log };
                if let (Some(inner), true) = (member(name), counts) {
                    let mut found = Self::of_json(&unquoted(inner), depth + 1);
                    if name != "detail" {
                        found.origin = "a line of a log";
                        let id = value.get("requestId").or(value.get("AWSRequestId"));
                        found.request_id = found.request_id.or_else(|| id.and_then(text));
                    }
                    return found;
                }
            }
            let message = value["message"].as_str().filter(|_| value["timestamp"].is_string());
            if let Some(event) = message.and_then(event_in) {
                let found = Self::of_json(event, depth + 1);
                return Self { origin: "a line of a log", ..found };
            }
        }
        Self { event: raw.get().to_owned(), origin: "an event", ..Self::default() }
    }

    /// Reads a message of a dead-letter queue, as SQS, the console or a function receives it, or a notification of a topic.
    fn of_message(value: &Value, depth: usize) -> Option<Self> {
        let one = |list: &str| value[list].as_array().and_then(|all| all.first()).cloned();
        let message = one("Messages").or_else(|| one("Records")).unwrap_or_else(|| value.clone());
        let part = |names: [&str; 3]| names.iter().find_map(|name| message.get(name)).cloned();
        let body = part(["Body", "body", "Message"])?;
        let attributes = part(["MessageAttributes", "messageAttributes", "attributes"])?;
        let attribute = |name: &str| {
            let attribute = &attributes[name];
            let keys = ["StringValue", "stringValue", "Value"];
            keys.iter().find_map(|key| attribute[key].as_str()).map(str::to_owned)
        };
        let body = body.as_str()?;
        let inner: Option<&RawValue> = serde_json::from_str(body).ok();
        let (error_message, request_id) = (attribute("ErrorMessage"), attribute("RequestID"));
        if request_id.is_some() && attribute("ErrorCode").is_some() {
            return Some(Self {
                event: body.to_owned(),
                origin: "a message of a dead-letter queue",
                request_id,
                error_message,
                ..Self::default()
            });
        }
        // A record that a destination sent to a queue or a topic; other messages are events of the queue itself.
        let found = Self::of_json(inner?, depth + 1);
        (found.origin == "an on-failure record").then_some(found)
    }
}

/// The first object or list in a line that is JSON to its end.
fn event_in(line: &str) -> Option<&RawValue> {
    let starts = line.match_indices(['{', '[']).map(|(at, _)| at);
    starts.filter_map(|at| serde_json::from_str(line[at..].trim_end()).ok()).next()
}

/// JSON that stands in a string.
fn unquoted(raw: &RawValue) -> Box<RawValue> {
    let inner: Option<String> = serde_json::from_str(raw.get()).ok();
    let inner = inner.and_then(|text| RawValue::from_string(text).ok());
    inner.unwrap_or_else(|| raw.to_owned())
}

fn uuid_in(text: &str) -> Option<String> {
    let is_uuid = |word: &&str| {
        let parts: Vec<usize> = word.split('-').map(str::len).collect();
        parts == [8, 4, 4, 4, 12] && word.chars().all(|it| it == '-' || it.is_ascii_hexdigit())
    };
    text.split(|it: char| !it.is_ascii_alphanumeric() && it != '-').find(is_uuid).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: [&str; 5]) {
        let found = Production::read(text).expect("an event");
        let Production { event, origin, function, request_id, error_type, error_message } = found;
        let error = [error_type, error_message].map(Option::unwrap_or_default).join(": ");
        let known = [function, request_id].map(Option::unwrap_or_default);
        assert_eq!(
            [origin, &event, &known[0], &known[1], error.trim_matches([':', ' '])],
            expected
        );
    }

    #[test]
    fn an_event_is_found_in_what_production_leaves() {
        let record = r#"{"version":"1.0","requestContext":{"requestId":"11111111-2222-4333-8444-555555555555",
            "functionArn":"arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST","condition":"RetriesExhausted"},
            "requestPayload":{"id": 7.10},"responsePayload":{"errorType":"Stock","errorMessage":"out of stock"}}"#;
        let id = "11111111-2222-4333-8444-555555555555";
        let of_record =
            ["an on-failure record", r#"{"id": 7.10}"#, "orders", id, "Stock: out of stock"];
        check(record, of_record);
        // In a queue, a topic, and on a bus.
        let text = serde_json::to_string(record).expect("JSON");
        check(
            &format!(
                r#"{{"Messages":[{{"MessageId":"1","Body":{text},"MessageAttributes":{{}}}}]}}"#
            ),
            of_record,
        );
        check(
            &format!(r#"{{"Type":"Notification","Message":{text},"MessageAttributes":{{}}}}"#),
            of_record,
        );
        check(
            &format!(
                r#"{{"detail-type":"Lambda Function Invocation Result - Failure","detail":{record}}}"#
            ),
            of_record,
        );

        let attributes = |value: &str| {
            format!(
                r#"{{"RequestID":{{"{value}":"{id}"}},"ErrorCode":{{"{value}":"200"}},"ErrorMessage":{{"{value}":"out of stock"}}}}"#
            )
        };
        let dead = ["a message of a dead-letter queue", r#"{"id":7}"#, "", id, "out of stock"];
        let (sdk, event) = (attributes("StringValue"), attributes("stringValue"));
        check(
            &format!(r#"{{"Messages":[{{"Body":"{{\"id\":7}}","MessageAttributes":{sdk}}}]}}"#),
            dead,
        );
        check(&format!(r#"{{"Body":"{{\"id\":7}}","MessageAttributes":{sdk}}}"#), dead);
        check(
            &format!(
                r#"{{"Records":[{{"eventSource":"aws:sqs","body":"{{\"id\":7}}","messageAttributes":{event}}}]}}"#
            ),
            dead,
        );

        let line = ["a line of a log", r#"{"id": 7}"#, "", id, ""];
        check(&format!("2026-01-01T00:00:00.000Z\t{id}\tINFO\tevent: {{\"id\": 7}}"), line);
        check(
            &format!(
                r#"{{"timestamp":"2026","level":"INFO","requestId":"{id}","event":{{"id": 7}}}}"#
            ),
            line,
        );
        check(
            r#"{"timestamp":"2026","level":"INFO","message":"the event is {\"id\": 7}"}"#,
            ["a line of a log", r#"{"id": 7}"#, "", "", ""],
        );

        for bare in [
            r#"{"id":7}"#,
            "[1]",
            "7",
            r#"{"Records":[{"eventSource":"aws:sqs","body":"{}","messageAttributes":{}}]}"#,
        ] {
            check(bare, ["an event", bare, "", "", ""]);
        }
        Production::read("nothing of the kind").expect_err("there is no event");
        Production::read("").expect_err("there is no event");
    }
}
