//! What a subscription to telemetry may ask for.
//!
//! Source: AWS Lambda developer guide, "Lambda Telemetry API reference".

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use serde::Deserialize;

use crate::{kernel::TelemetrySubscription, lifecycle::Body};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    schema_version: Option<String>,
    #[serde(default)]
    types: Vec<Arc<str>>,
    #[serde(default)]
    buffering: Buffering,
    #[serde(default)]
    destination: Option<Destination>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Buffering {
    max_items: Option<u64>,
    max_bytes: Option<u64>,
    timeout_ms: Option<u64>,
}

#[derive(Deserialize)]
struct Destination {
    #[serde(default)]
    protocol: Option<String>,
    #[serde(default, rename = "URI")]
    uri: Option<String>,
    #[serde(default)]
    port: Option<u16>,
}

/// What is wrong.
type Refused = Arc<str>;

/// Reads a subscription, or says why the service does not take it.
pub(super) fn read(body: Body) -> Result<TelemetrySubscription, Refused> {
    let Body::Whole { payload, .. } = body else { return Err(wrong("the body is not whole")) };
    let asked: Asked = serde_json::from_slice(&payload)
        .map_err(|error| wrong(&format!("the body is no subscription: {error}")))?;
    let version = asked.schema_version.as_deref().unwrap_or("2022-07-01");
    if !["2022-07-01", "2022-12-13", "2025-01-29"].contains(&version) {
        return Err(wrong(&format!("schemaVersion is {version}")));
    }
    let known = |kind: &Arc<str>| ["platform", "function", "extension"].contains(&&**kind);
    if asked.types.is_empty() || !asked.types.iter().all(known) {
        return Err(wrong("types: expected one or more of platform, function, extension"));
    }
    let Buffering { max_items, max_bytes, timeout_ms } = asked.buffering;
    let max_items = within("maxItems", max_items, 10_000, 1_000..=10_000)?;
    let max_bytes = within("maxBytes", max_bytes, 262_144, 262_144..=1_048_576)?;
    let timeout = within("timeoutMs", timeout_ms, 1_000, 25..=30_000)?;
    let destination = asked.destination.ok_or_else(|| wrong("destination is missing"))?;
    let (port, path) = destination.read()?;
    Ok(TelemetrySubscription {
        objects: version != "2022-07-01",
        types: asked.types,
        max_items: usize::try_from(max_items).unwrap_or(usize::MAX),
        max_bytes: usize::try_from(max_bytes).unwrap_or(usize::MAX),
        timeout: Duration::from_millis(timeout),
        port,
        path,
    })
}

impl Destination {
    fn read(self) -> Result<(u16, Option<Arc<str>>), Refused> {
        match self.protocol.as_deref() {
            Some("HTTP") => {}
            Some("TCP") => {
                let port = self.port.ok_or_else(|| wrong("destination.port is missing"))?;
                return Ok((port, None));
            }
            _ => return Err(wrong("destination.protocol: expected HTTP or TCP")),
        }
        // AWS's emulator takes `https` too, and posts without it all the same.
        let uri = self.uri.unwrap_or_default();
        let rest = ["http://sandbox.localdomain:", "http://sandbox:"]
            .iter()
            .find_map(|prefix| uri.strip_prefix(prefix))
            .ok_or_else(|| {
                wrong("destination.URI: expected http://sandbox.localdomain:PORT/PATH")
            })?;
        let (port, path) = rest.split_once('/').unwrap_or((rest, ""));
        let port = port.parse().map_err(|_| wrong("destination.URI has no port"))?;
        Ok((port, Some(format!("/{path}").into())))
    }
}

fn within(
    name: &str,
    asked: Option<u64>,
    default: u64,
    range: RangeInclusive<u64>,
) -> Result<u64, Refused> {
    let asked = asked.unwrap_or(default);
    match range.contains(&asked) {
        true => Ok(asked),
        false => {
            let (least, most) = (range.start(), range.end());
            Err(wrong(&format!("{name} is {asked}: expected {least} to {most}")))
        }
    }
}

fn wrong(message: &str) -> Refused {
    message.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Payload;

    fn asked(body: &str) -> Result<TelemetrySubscription, Refused> {
        read(Body::Whole { length: body.len(), payload: Payload::from(body), cause: None })
    }

    #[test]
    fn what_is_left_out_has_the_defaults_of_the_service() {
        let wanted = asked(
            r#"{"types":["function"],"destination":{"protocol":"HTTP","URI":"http://sandbox:8080"}}"#,
        );
        assert_eq!(
            wanted,
            Ok(TelemetrySubscription {
                objects: false,
                types: vec!["function".into()],
                max_items: 10_000,
                max_bytes: 262_144,
                timeout: Duration::from_secs(1),
                port: 8080,
                path: Some("/".into()),
            }),
        );
    }

    #[track_caller]
    fn check(changes: &str) {
        let body = r#"{"schemaVersion":"2025-01-29","types":["platform"],"buffering":{"maxItems":1000,"maxBytes":262144,"timeoutMs":25},"destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:1/p"}}"#;
        let (from, to) = changes.split_once(" → ").expect("a change");
        assert!(asked(body).is_ok() && body.contains(from));
        let refused = asked(&body.replace(from, to)).expect_err(changes);
        assert!(!refused.is_empty(), "{changes}");
    }

    #[test]
    fn what_the_service_does_not_take_is_refused() {
        for changes in [
            "2025-01-29 → 2020-01-01",
            "\"platform\" → ",
            "platform → platforms",
            "\"maxItems\":1000 → \"maxItems\":999",
            "\"maxItems\":1000 → \"maxItems\":10001",
            "262144 → 262143",
            "262144 → 1048577",
            "\"timeoutMs\":25 → \"timeoutMs\":24",
            "\"timeoutMs\":25 → \"timeoutMs\":30001",
            "\"destination\" → \"elsewhere\"",
            "\"HTTP\" → \"UDP\"",
            "sandbox.localdomain → 127.0.0.1",
            ":1/p → /p",
            "{\"schemaVersion\" → \"schemaVersion\"",
            "http: → https:",
        ] {
            check(changes);
        }
    }
}
