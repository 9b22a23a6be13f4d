//! The bodies of posts: read whole, or handed to a caller as they come.

use std::{sync::Arc, time::Duration};

use bytes::{Buf as _, Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::{HeaderMap, Request, body::Incoming};
use tokio::time::sleep;

use super::http;
use crate::{
    environment::in_flight::Sink,
    kernel::{Clock, Payload, ResponseMode},
    lifecycle::Body,
};

/// "6 MiB + 100 bytes."
const MAX_PAYLOAD: usize = 6 * 1024 * 1024 + 100;

/// "Total size limit 200 MB."
const MAX_STREAM: usize = 200 * 1024 * 1024;

/// Reads the body of a post, which is a response where it has a mode: how it ended, and the response, unless it went to a
/// caller who receives it as it comes.
pub(super) async fn receive(
    request: Request<Incoming>,
    mode: Option<ResponseMode>,
    sink: Option<Sink>,
    clock: Clock,
) -> (Body, Payload) {
    match (mode, sink) {
        (None, _) => (read(request).await, Payload::default()),
        (Some(mode), None) => collect(request, &mode).await,
        (Some(ResponseMode::Streaming), Some(sink)) => {
            (forward(request, sink, clock).await, Payload::default())
        }
        (Some(mode), Some(sink)) => {
            let (body, response) = collect(request, &mode).await;
            if let Body::Whole { .. } = body {
                sink.send_whole(clock.elapsed(), &response).await;
            }
            (body, Payload::default())
        }
    }
}

/// Reads a body to its end, so that the connection lives on; what is too large is not kept.
pub(super) async fn read(request: Request<Incoming>) -> Body {
    let (body, payload) = collect(request, &ResponseMode::Buffered).await;
    match body {
        Body::Whole { length, .. } => Body::Whole { length, payload, cause: None },
        other => other,
    }
}

/// Reads a response for a caller who receives it when it is complete: how it ended, and what it is.
///
/// "If the function was invoked in buffered mode and the runtime streams anyway, the service collects the stream and
/// applies the buffered limit; error trailers still make it an error." One that streams is refused at once where it is
/// too large.
async fn collect(request: Request<Incoming>, mode: &ResponseMode) -> (Body, Payload) {
    let content_type = content_type(&request);
    let mut body = request.into_body();
    let mut bytes = BytesMut::new();
    let mut too_large = false;
    let mut failed = None;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return (Body::Truncated, Payload::default()) };
        match frame.into_data() {
            Ok(data) => {
                too_large |= MAX_PAYLOAD < bytes.len() + data.len();
                if too_large && *mode == ResponseMode::Streaming {
                    break;
                }
                if !too_large {
                    bytes.extend_from_slice(&data);
                }
            }
            Err(frame) => failed = frame.into_trailers().ok().and_then(|all| trailers(&all)),
        }
    }
    let length = bytes.len();
    let ending = match (too_large, failed) {
        (true, _) => Body::TooLarge,
        (false, Some(failed)) => failed,
        (false, None) => Body::Whole { length, payload: Payload::default(), cause: None },
    };
    (ending, Payload::new(bytes, content_type))
}

/// Hands a response to a caller as it comes, and as fast as the caller takes it and the service sends it.
async fn forward(request: Request<Incoming>, mut sink: Sink, clock: Clock) -> Body {
    sink.begin(content_type(&request));
    let mut body = request.into_body();
    let mut bandwidth = Bandwidth::new(clock);
    let mut length = 0;
    let mut failed = None;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Body::Truncated };
        match frame.into_data() {
            Ok(mut data) => {
                length += data.len();
                if MAX_STREAM < length {
                    return Body::TooLarge;
                }
                while data.has_remaining() {
                    let part = data.split_to(bandwidth.take(data.len()).await);
                    sink.send(clock.elapsed(), part).await;
                }
            }
            Err(frame) => failed = frame.into_trailers().ok().and_then(|all| trailers(&all)),
        }
    }
    failed.unwrap_or(Body::Whole { length, payload: Payload::default(), cause: None })
}

fn content_type(request: &Request<Incoming>) -> Arc<str> {
    http::header(request, "content-type").unwrap_or_default().into()
}

/// The error that a stream ended with. "Standard core hands the two values on unchanged."
fn trailers(all: &HeaderMap) -> Option<Body> {
    let text = |name| all.get(name).and_then(|value| value.to_str().ok());
    let error_type = text("lambda-runtime-function-error-type");
    let body = text("lambda-runtime-function-error-body");
    if error_type.is_none() && body.is_none() {
        return None;
    }
    let object = body.and_then(base64).unwrap_or_default();
    Some(Body::Failed {
        error_type: error_type.unwrap_or("Runtime.Unknown").into(),
        object: Payload::new(object, "application/json"),
    })
}

/// "Standard base64 with padding"; nothing where it is not.
fn base64(text: &str) -> Option<Bytes> {
    let letters = text.trim_end_matches('=');
    if text.len() % 4 != 0 || text.len() - letters.len() > 2 {
        return None;
    }
    let (mut bytes, mut bits, mut count) = (BytesMut::new(), 0_u32, 0);
    for letter in letters.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend_from_slice(&[(bits >> count) as u8]);
        }
    }
    Some(bytes.freeze())
}

/// "A token bucket: burst 6 MiB, then 2 MiB/s, refilled every 125 ms."
struct Bandwidth {
    clock: Clock,
    tokens: usize,
    refilled: Duration,
}

impl Bandwidth {
    const BURST: usize = 6 * 1024 * 1024;
    const REFILL: usize = 256 * 1024;
    const EVERY: Duration = Duration::from_millis(125);

    fn new(clock: Clock) -> Self {
        Self { clock, tokens: Self::BURST, refilled: clock.elapsed() }
    }

    /// How many of so many bytes may be sent: at least one, when it is time for it.
    async fn take(&mut self, wanted: usize) -> usize {
        loop {
            let ticks = self.clock.elapsed().saturating_sub(self.refilled).as_millis() / 125;
            let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
            self.refilled += Self::EVERY * ticks;
            let refill = Self::REFILL.saturating_mul(ticks as usize);
            self.tokens = self.tokens.saturating_add(refill).min(Self::BURST);
            let taken = wanted.min(self.tokens);
            if taken != 0 {
                self.tokens -= taken;
                return taken;
            }
            sleep((self.refilled + Self::EVERY).saturating_sub(self.clock.elapsed())).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_has_padding() {
        for (text, bytes) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("+/8=", "")]
        {
            let read = base64(text).expect(text);
            assert!(bytes.is_empty() || read == bytes, "{text}");
        }
        assert_eq!(base64("+/8=").as_deref(), Some(&[0xFB, 0xFF][..]));
        for text in ["Zg", "Zg=", "Z===", "Z!==", "Zm9v="] {
            assert_eq!(base64(text), None, "{text}");
        }
    }
}
