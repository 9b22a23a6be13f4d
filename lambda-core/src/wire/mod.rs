//! The Runtime API as values: requests are built and answers are read by pure functions.
//!
//! | call | request | success |
//! |---|---|---|
//! | next | `GET /2018-06-01/runtime/invocation/next` | 200 and the event |
//! | response | `POST /2018-06-01/runtime/invocation/{request id}/response` | 202 |
//! | error | `POST /2018-06-01/runtime/invocation/{request id}/error` | 202 |
//! | init error | `POST /2018-06-01/runtime/init/error` | 202 |
//!
//! Source: AWS Lambda developer guide, "Using the Lambda runtime API".

mod head;
mod runtime;

pub use head::{Framing, Header, Headers, MAX_BODY, MAX_HEAD, ResponseHead};
pub use runtime::{Requests, Verdict, error_trailers};
