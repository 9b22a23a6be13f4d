//! The Runtime API and the Extensions API as values: requests are built and answers are read by pure
//! functions.
//!
//! | call | request | success |
//! |---|---|---|
//! | next | `GET /2018-06-01/runtime/invocation/next` | 200 and the event |
//! | response | `POST /2018-06-01/runtime/invocation/{request id}/response` | 202 |
//! | error | `POST /2018-06-01/runtime/invocation/{request id}/error` | 202 |
//! | init error | `POST /2018-06-01/runtime/init/error` | 202 |
//! | register | `POST /2020-01-01/extension/register` | 200 and an identifier |
//! | next event | `GET /2020-01-01/extension/event/next` | 200 and the event |
//! | init error, exit error | `POST /2020-01-01/extension/{phase}/error` | 202 |
//!
//! Source: AWS Lambda developer guide, "Using the Lambda runtime API" and "Using the Lambda Extensions
//! API".

mod extension;
mod head;
mod runtime;

pub use extension::ExtensionRequests;
pub use head::{Framing, Header, Headers, MAX_BODY, MAX_HEAD, ResponseHead};
pub use runtime::{Delivery, Requests, error_trailers};
