//! Exact typed models of what the triggers of AWS Lambda send and accept back.
//!
//! ```
//! use lambda_events::{BatchResponse, sqs::SqsEvent};
//!
//! fn failures(event: &SqsEvent) -> BatchResponse {
//!     let poisoned = event.records.iter().filter(|message| message.body.as_deref() != Some("ok"));
//!     poisoned.map(|message| &*message.message_id).collect()
//! }
//! #
//! # let event = serde_json::from_str(r#"{"Records":[{"messageId":"1","body":"ok"},{"messageId":"2"}]}"#)?;
//! # assert_eq!(serde_json::to_string(&failures(&event))?, r#"{"batchItemFailures":[{"itemIdentifier":"2"}]}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! An event is read and written back with nothing lost, altered or refused: fields that a type does
//! not name are in its `extra`, words that an enum does not know are kept, null stays null, and only
//! what AWS promises is asked for. Types are built with `..Default::default()`.
//!
//! | trigger | event | answer | feature |
//! |---|---|---|---|
//! | Amazon SQS | [`sqs::SqsEvent`] | `()`, [`BatchResponse`] | `sqs` (default) |
//!
//! Not here yet: every other trigger. For those, take the event as `serde_json::Value` or as a type
//! of your own.

mod batch;
mod codec;
#[cfg(feature = "sqs")]
pub mod sqs;
mod trigger;

pub use batch::{BatchItemFailure, BatchResponse};
pub use codec::{
    Attribute, Base64, Extra, Field, Headers, Json, Map, Millis, MultiHeaders, Number, RawJson,
    Seconds, Texts,
};
pub use trigger::{AnswerTo, Event, Trigger, UnknownTrigger};

/// Names that the crates of this workspace and the signatures of [`Field`] share; not for use.
#[doc(hidden)]
pub mod private {
    pub use crate::codec::{Came, Reader, Writer, door::WHOLE, error::Error};
}
