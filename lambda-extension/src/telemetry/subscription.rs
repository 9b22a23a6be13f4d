//! What an extension subscribes to.

use std::time::Duration;

use serde::Serialize;

use super::queue::MOST_WAITING;

/// A source of telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EventType {
    /// The service.
    Platform,
    /// The function's log.
    Function,
    /// The logs of extensions, its own too.
    Extension,
}

/// How telemetry is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum Protocol {
    /// In posts, which are acknowledged: what does not arrive comes again.
    #[default]
    Http,
    /// In lines, which are not: what does not arrive is lost.
    Tcp,
}

/// What an extension subscribes to. Unless told it is what the service and the function say, over HTTP, with
/// the newest schema.
///
/// Source: AWS Lambda developer guide, "Lambda Telemetry API reference".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    types: Vec<EventType>,
    max_items: u32,
    max_bytes: u32,
    timeout: Duration,
    protocol: Protocol,
    most_waiting: usize,
}

impl Subscription {
    /// With the defaults of the service: 10,000 events, 256 KiB, a second.
    pub fn new() -> Self {
        Self {
            types: vec![EventType::Platform, EventType::Function],
            max_items: 10_000,
            max_bytes: 262_144,
            timeout: Duration::from_secs(1),
            protocol: Protocol::Http,
            most_waiting: MOST_WAITING,
        }
    }

    /// From these sources.
    ///
    /// # Panics
    ///
    /// There are none.
    pub fn types(mut self, types: &[EventType]) -> Self {
        assert!(!types.is_empty(), "a subscription has no types: expected one or more");
        self.types = types.to_vec();
        self
    }

    /// A batch is sent once it has so many events: 1,000 to 10,000.
    ///
    /// # Panics
    ///
    /// It is another number.
    pub fn max_items(mut self, events: u32) -> Self {
        let range = 1_000..=10_000;
        assert!(range.contains(&events), "`max_items` is {events}: expected 1000 to 10000");
        self.max_items = events;
        self
    }

    /// A batch is sent once it has so many bytes: 262,144 to 1,048,576. It may have more by the last event.
    ///
    /// # Panics
    ///
    /// It is another number.
    pub fn max_bytes(mut self, bytes: u32) -> Self {
        let range = 262_144..=1_048_576;
        assert!(range.contains(&bytes), "`max_bytes` is {bytes}: expected 262144 to 1048576");
        self.max_bytes = bytes;
        self
    }

    /// A batch is sent so long after its first event: 25 ms to 30 s.
    ///
    /// # Panics
    ///
    /// It is another time.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        let range = Duration::from_millis(25)..=Duration::from_secs(30);
        assert!(range.contains(&timeout), "`timeout` is {timeout:?}: expected 25 ms to 30 s");
        self.timeout = timeout;
        self
    }

    /// Of what was sent and not handled yet at most so many bytes wait in the extension: 16 MiB unless told
    /// otherwise. Beyond that the service waits, and keeps what is to be sent; a batch that is larger waits alone.
    pub fn max_waiting_bytes(mut self, bytes: usize) -> Self {
        self.most_waiting = bytes;
        self
    }

    pub(crate) fn most_waiting(&self) -> usize {
        self.most_waiting
    }

    /// How it is sent.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The body of the call, for a listener at this `host:port`.
    pub(crate) fn body(&self, address: &str) -> Result<Vec<u8>, serde_json::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            schema_version: &'a str,
            types: &'a [EventType],
            buffering: Buffering,
            destination: Destination,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Buffering {
            max_items: u32,
            max_bytes: u32,
            timeout_ms: u64,
        }
        #[derive(Serialize)]
        struct Destination {
            protocol: Protocol,
            #[serde(rename = "URI", skip_serializing_if = "Option::is_none")]
            uri: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            port: Option<u16>,
        }
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
        // The one host that the service takes, also where this machine does not know it by that name.
        let uri = |port: u16| format!("http://sandbox.localdomain:{port}/");
        let http = self.protocol == Protocol::Http;
        serde_json::to_vec(&Body {
            schema_version: "2025-01-29",
            types: &self.types,
            buffering: Buffering {
                max_items: self.max_items,
                max_bytes: self.max_bytes,
                timeout_ms: u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX),
            },
            destination: Destination {
                protocol: self.protocol,
                uri: port.filter(|_| http).map(uri),
                port: port.filter(|_| !http),
            },
        })
    }

    pub(crate) fn is_tcp(&self) -> bool {
        self.protocol == Protocol::Tcp
    }
}

impl Default for Subscription {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(subscription: &Subscription, body: &str) {
        let seen = subscription.body("127.0.0.1:4711").expect("it has a form");
        assert_eq!(String::from_utf8_lossy(&seen), body);
    }

    #[test]
    fn the_body_is_as_the_contract_says() {
        check(
            &Subscription::new(),
            r#"{"schemaVersion":"2025-01-29","types":["platform","function"],"buffering":{"maxItems":10000,"maxBytes":262144,"timeoutMs":1000},"destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:4711/"}}"#,
        );
        check(
            &Subscription::new()
                .types(&[EventType::Extension])
                .max_items(1000)
                .max_bytes(1_048_576)
                .timeout(Duration::from_millis(25))
                .protocol(Protocol::Tcp),
            r#"{"schemaVersion":"2025-01-29","types":["extension"],"buffering":{"maxItems":1000,"maxBytes":1048576,"timeoutMs":25},"destination":{"protocol":"TCP","port":4711}}"#,
        );
    }

    #[test]
    #[should_panic(expected = "`max_items` is 7: expected 1000 to 10000")]
    fn a_limit_out_of_range_is_named() {
        let _ = Subscription::new().max_items(7);
    }
}
