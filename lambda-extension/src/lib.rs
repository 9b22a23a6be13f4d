//! Extensions of AWS Lambda: what the Extensions API sends, typed.
//!
//! ```
//! use lambda_extension::LifecycleEvent;
//!
//! let body = br#"{"eventType":"INVOKE","deadlineMs":1581512138111,"requestId":"3da1f2dc",
//!     "invokedFunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:f"}"#;
//! match LifecycleEvent::from_json(body)? {
//!     LifecycleEvent::Invoke(invoke) => assert_eq!(invoke.request_id, "3da1f2dc"),
//!     event => panic!("{event:?} is no invocation"),
//! }
//! # Ok::<(), lambda_core::WireError>(())
//! ```
//!
//! Not here yet: registration, the loop around `event/next`, and the Telemetry API.

mod event;

pub use event::{Invoke, LifecycleEvent, Shutdown, ShutdownReason};
