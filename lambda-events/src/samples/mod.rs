//! Events for tests in one line each, as their triggers send them.
//!
//! ```
//! use lambda_events::samples;
//!
//! let event = samples::s3::object_created("bucket", "a b/ü.txt");
//! assert_eq!(event.records[0].s3.object.key, "a+b/%C3%BC.txt");
//! assert_eq!(event.records[0].key(), "a b/ü.txt");
//!
//! let event = samples::sqs::batch(["m1", "m2"]).fifo("g");
//! assert_eq!(event.records[1].attributes.message_group_id.as_deref(), Some("g"));
//!
//! let event = samples::api_gateway::post("/orders").json(&[1, 2])?;
//! let payload: Vec<u8> = event.bytes();
//! # assert!(payload.starts_with(b"{"));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! They are the same every time: account `123456789012`, region `us-east-1`, the first instant of
//! 2026, ids that count. What else a test needs is set in the event itself: a [`Sample`] is the event
//! by `Deref` and `DerefMut`, and serializes as it.

#[cfg(feature = "alb")]
pub mod alb;
#[cfg(feature = "alexa")]
pub mod alexa;
#[cfg(feature = "api-gateway")]
pub mod api_gateway;
#[cfg(feature = "appsync")]
pub mod appsync;
#[cfg(feature = "autoscaling")]
pub mod autoscaling;
#[cfg(feature = "bedrock")]
pub mod bedrock;
#[cfg(feature = "chime")]
pub mod chime;
#[cfg(feature = "client-vpn")]
pub mod client_vpn;
#[cfg(feature = "cloudformation")]
pub mod cloudformation;
#[cfg(feature = "cloudfront")]
pub mod cloudfront;
#[cfg(feature = "cloudwatch-alarm")]
pub mod cloudwatch_alarm;
#[cfg(feature = "cloudwatch-dashboard")]
pub mod cloudwatch_dashboard;
#[cfg(feature = "cloudwatch-logs")]
pub mod cloudwatch_logs;
#[cfg(feature = "codecommit")]
pub mod codecommit;
#[cfg(feature = "codedeploy")]
pub mod codedeploy;
#[cfg(feature = "codepipeline")]
pub mod codepipeline;
#[cfg(feature = "cognito")]
pub mod cognito;
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "connect")]
pub mod connect;
#[cfg(feature = "destinations")]
pub mod destinations;
#[cfg(feature = "documentdb")]
pub mod documentdb;
#[cfg(feature = "durable")]
pub mod durable;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
#[cfg(feature = "ec2")]
pub mod ec2;
#[cfg(feature = "eventbridge")]
pub mod eventbridge;
#[cfg(feature = "firehose")]
pub mod firehose;
#[cfg(feature = "function-url")]
pub mod function_url;
#[cfg(feature = "iot")]
pub mod iot;
#[cfg(feature = "kafka")]
pub mod kafka;
#[cfg(feature = "kinesis")]
pub mod kinesis;
#[cfg(feature = "kinesis-analytics")]
pub mod kinesis_analytics;
#[cfg(feature = "lex")]
pub mod lex;
mod list;
#[cfg(feature = "mq")]
pub mod mq;
#[cfg(feature = "pinpoint")]
pub mod pinpoint;
#[cfg(feature = "pipes")]
pub mod pipes;
#[cfg(feature = "redshift")]
pub mod redshift;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "s3-batch")]
pub mod s3_batch;
#[cfg(feature = "s3-object-lambda")]
pub mod s3_object_lambda;
#[cfg(feature = "sagemaker")]
pub mod sagemaker;
#[cfg(feature = "secrets-manager")]
pub mod secrets_manager;
#[cfg(feature = "ses")]
pub mod ses;
#[cfg(feature = "sns")]
pub mod sns;
#[cfg(feature = "sqs")]
pub mod sqs;
#[cfg(feature = "transfer")]
pub mod transfer;
#[cfg(feature = "vpc-lattice")]
pub mod vpc_lattice;
#[cfg(feature = "workmail")]
pub mod workmail;

use std::ops::{Deref, DerefMut};

use serde::{Serialize, Serializer};

pub use list::{Named, all, named};

/// The account that owns everything in the samples.
pub const ACCOUNT: &str = "123456789012";
/// The region of everything in the samples.
pub const REGION: &str = "us-east-1";
/// The instant of the samples, in RFC 3339.
pub const TIME: &str = "2026-01-01T00:00:00.000Z";
/// The instant of the samples, in milliseconds since the Unix epoch.
pub const TIME_MILLIS: i64 = 1_767_225_600_000;

/// An event for a test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample<E>(E);

impl<E> Sample<E> {
    /// The event.
    pub fn into_event(self) -> E {
        self.0
    }

    /// The same event after a change.
    pub fn with(mut self, change: impl FnOnce(&mut E)) -> Self {
        change(&mut self.0);
        self
    }
}

impl<E: Serialize> Sample<E> {
    /// The event as its trigger sends it.
    pub fn bytes(&self) -> Vec<u8> {
        // Models have a form in JSON, whatever is in them.
        serde_json::to_vec(&self.0).unwrap_or_default()
    }
}

impl<E: Serialize> Sample<E> {
    /// The event as text, for one that stands within another: the body of a message.
    pub fn text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

impl<E> Deref for Sample<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.0
    }
}

impl<E> DerefMut for Sample<E> {
    fn deref_mut(&mut self) -> &mut E {
        &mut self.0
    }
}

impl<E: Serialize> Serialize for Sample<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The id with this number, in the form of a UUID.
#[allow(dead_code, reason = "some features have no ids")]
pub(crate) fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

#[allow(dead_code, reason = "some features have none")]
pub(crate) fn some(text: impl Into<String>) -> Option<String> {
    Some(text.into())
}

#[allow(dead_code, reason = "some features have none")]
pub(crate) fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}
