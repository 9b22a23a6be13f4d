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

#[cfg(feature = "alb")]
pub mod alb;
#[cfg(feature = "api-gateway")]
pub mod api_gateway;
#[cfg(feature = "autoscaling")]
pub mod autoscaling;
mod batch;
#[cfg(feature = "catalog")]
pub mod catalog;
#[cfg(feature = "cloudwatch-alarm")]
pub mod cloudwatch_alarm;
#[cfg(feature = "cloudwatch-logs")]
pub mod cloudwatch_logs;
mod codec;
#[cfg(feature = "codecommit")]
pub mod codecommit;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
#[cfg(feature = "ec2")]
pub mod ec2;
#[cfg(feature = "eventbridge")]
pub mod eventbridge;
#[cfg(feature = "firehose")]
pub mod firehose;
#[cfg(feature = "cloudwatch-logs")]
pub mod gzip;
#[cfg(any(feature = "api-gateway", feature = "alb"))]
mod http;
#[cfg(feature = "kinesis")]
pub mod kinesis;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "samples")]
pub mod samples;
#[cfg(feature = "ses")]
pub mod ses;
#[cfg(feature = "sns")]
pub mod sns;
#[cfg(feature = "sqs")]
pub mod sqs;
pub mod time;
mod trigger;
#[cfg(feature = "s3")]
mod url;
#[cfg(any(feature = "kinesis", feature = "dynamodb"))]
pub mod window;

pub use batch::{BatchItemFailure, BatchResponse};
pub use codec::{
    Attribute, Base64, Extra, Field, Headers, Json, Map, Millis, MultiHeaders, Number, RawJson,
    Seconds, Texts,
};
#[cfg(any(feature = "api-gateway", feature = "alb"))]
pub use http::BodyError;
pub use trigger::{AnswerTo, Event, Trigger, UnknownTrigger};

/// Names that the crates of this workspace and the signatures of [`Field`] share; not for use.
#[doc(hidden)]
pub mod private {
    pub use crate::codec::{Came, Reader, WhenEmpty, Writer, door::WHOLE, error::Error};
}
