//! Subsegments of X-Ray, for its daemon.

use std::{
    io,
    net::{ToSocketAddrs as _, UdpSocket},
    time::{Duration, SystemTime},
};

use lambda_core::{Environment, Sampled};
use serde_json::{Value, json};

use super::{
    TelemetryEvent,
    invocations::{Invocation, Invocations},
};
use crate::FunctionInfo;

/// Where SDKs of X-Ray look for the daemon unless told.
const DEFAULT: &str = "127.0.0.1:2000";

/// Invocations as subsegments of X-Ray, sent to its daemon.
///
/// The service records the segments of a function itself; below them this adds one subsegment for each
/// invocation, with those parts that the service tells: `init`, `responseLatency`, `responseDuration`,
/// `runtimeOverhead`, `extensionOverhead`. Only traces that are sampled are sent, as the service's own.
/// One that failed has `fault`, and the annotations `status` and `error_type`. Nothing answers: what the daemon
/// does not understand is lost.
///
/// Source: AWS X-Ray developer guide, "Segment documents" and "Sending trace data".
///
/// ```no_run
/// use lambda_extension::{
///     Bootstrap, Environment, Error, Registration,
///     telemetry::{Subscription, TelemetryEvent, XRay},
/// };
///
/// async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
///     let registration = Registration::new().telemetry(Subscription::new());
///     let extension = registration.register(&environment).await?;
///     let mut xray = XRay::new(&environment, extension.function())?;
///     let send = async move |events: Vec<TelemetryEvent>| {
///         if let Err(error) = xray.send(&events) {
///             environment.log(&format!("not traced: {error}"));
///         }
///         Ok::<_, Error>(())
///     };
///     Ok(extension.on_telemetry(send))
/// }
/// ```
#[derive(Debug)]
pub struct XRay {
    socket: UdpSocket,
    name: String,
    invocations: Invocations,
}

impl XRay {
    /// To the daemon that the variable `AWS_XRAY_DAEMON_ADDRESS` names, or else at `127.0.0.1:2000`. The
    /// service gives the variable to functions, and not to external extensions: those ask for an address of
    /// their own by [`to`](Self::to).
    ///
    /// # Errors
    ///
    /// The variable is no address, or there is no socket.
    pub fn new(environment: &Environment, function: &FunctionInfo) -> io::Result<Self> {
        let variable = environment.variables().get("AWS_XRAY_DAEMON_ADDRESS");
        Self::to(udp(variable.unwrap_or(DEFAULT)), function)
    }

    /// To the daemon at this `host:port`.
    ///
    /// # Errors
    ///
    /// It is no address, or there is no socket.
    pub fn to(address: &str, function: &FunctionInfo) -> io::Result<Self> {
        let wrong = |error: io::Error| {
            let text =
                format!("the X-Ray daemon's address is `{address}`: expected host:port: {error}");
            io::Error::new(error.kind(), text)
        };
        let mut addresses = address.to_socket_addrs().map_err(wrong)?;
        let none = || wrong(io::ErrorKind::AddrNotAvailable.into());
        let address = addresses.next().ok_or_else(none)?;
        let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any)?;
        socket.connect(address)?;
        socket.set_nonblocking(true)?;
        let name = function.name.clone();
        Ok(Self { socket, name, invocations: Invocations::default() })
    }

    /// Sends the invocations that are over.
    ///
    /// A daemon that is not there is no error: what is sent to it is lost, as the rest goes on.
    ///
    /// # Errors
    ///
    /// A datagram could not be sent, and those after it were not.
    pub fn send(&mut self, events: &[TelemetryEvent]) -> io::Result<()> {
        for event in events {
            let Some(invocation) = self.invocations.read(event) else { continue };
            if let Some(document) = self.document(&invocation) {
                let datagram = format!("{{\"format\":\"json\",\"version\":1}}\n{document}");
                self.send_datagram(datagram.as_bytes())?;
            }
        }
        Ok(())
    }

    fn send_datagram(&self, datagram: &[u8]) -> io::Result<()> {
        // An error may state that nobody took an earlier one: this one has not left then.
        let sent = self.socket.send(datagram).or_else(|_| self.socket.send(datagram));
        match sent {
            Err(error) if error.kind() != io::ErrorKind::ConnectionRefused => Err(error),
            _ => Ok(()),
        }
    }

    /// The subsegment of an invocation; none where its trace is not recorded.
    fn document(&self, invocation: &Invocation) -> Option<Value> {
        let root = invocation.trace.root()?;
        if invocation.trace.sampled() != Sampled::Yes {
            return None;
        }
        // "Only independent subsegments with `parent_id`."
        let parent = invocation.span_id.or(invocation.parent)?;
        let parts = invocation.parts().map(|(id, part)| {
            json!({
                "id": format!("{id:016x}"),
                "name": part.name,
                "start_time": seconds(part.start),
                "end_time": seconds(part.start + part.took),
                "fault": part.error_type.is_some(),
            })
        });
        let mut document = json!({
            "type": "subsegment",
            "trace_id": root,
            "id": format!("{:016x}", invocation.own_id()),
            "parent_id": format!("{parent:016x}"),
            "name": self.name,
            "start_time": seconds(invocation.start),
            "end_time": seconds(invocation.start + invocation.took),
            "fault": invocation.has_failed(),
            "aws": {"request_id": invocation.request_id},
            "subsegments": parts.collect::<Vec<Value>>(),
        });
        if let (true, Some(status)) = (invocation.has_failed(), &invocation.status) {
            document["annotations"] = json!({"status": status.as_str()});
            if let Some(error) = &invocation.error_type {
                document["annotations"]["error_type"] = error.as_str().into();
            }
        }
        Some(document)
    }
}

/// The UDP part of `tcp:host:port udp:host:port`, or the whole.
fn udp(address: &str) -> &str {
    let mut parts = address.split_whitespace();
    parts.find_map(|part| part.strip_prefix("udp:")).unwrap_or(address)
}

/// Since the Unix epoch.
fn seconds(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_name_both_protocols() {
        assert_eq!(udp("127.0.0.1:2000"), "127.0.0.1:2000");
        assert_eq!(udp("tcp:127.0.0.1:2000 udp:127.0.0.2:2001"), "127.0.0.2:2001");
    }

    /// A refusal of an earlier datagram ended the extension, and with it the invocation.
    #[test]
    fn a_daemon_that_is_not_there_is_no_error() {
        let nobody = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let address = nobody.local_addr().expect("an address").to_string();
        drop(nobody);
        let xray = XRay::to(&address, &FunctionInfo::default()).expect("a socket");
        for _ in 0..10 {
            xray.send_datagram(b"lost").expect("nobody is there, which is no error");
        }
    }

    #[test]
    fn one_that_failed_says_how() {
        let xray = XRay::to("127.0.0.1:9", &FunctionInfo::default()).expect("a socket");
        let events = br#"[
            {"time":"2026-01-01T00:00:00.000Z","type":"platform.start","record":{"requestId":"7","tracing":{"type":"X-Amzn-Trace-Id","value":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"}}},
            {"time":"2026-01-01T00:00:03.000Z","type":"platform.report","record":{"requestId":"7","status":"timeout","metrics":{"durationMs":3000.0}}}
        ]"#;
        let mut invocations = Invocations::default();
        let events = TelemetryEvent::batch(events).expect("a list");
        let over = events.iter().find_map(|event| invocations.read(event)).expect("it is over");
        let document = xray.document(&over).expect("it is sampled");
        assert_eq!(document["fault"], true);
        assert_eq!(document["annotations"], json!({"status": "timeout"}));
    }

    #[test]
    fn a_wrong_address_is_named() {
        let error = XRay::to("nowhere", &FunctionInfo::default()).expect_err("it has no port");
        assert!(error.to_string().contains("`nowhere`: expected host:port"), "{error}");
    }
}
