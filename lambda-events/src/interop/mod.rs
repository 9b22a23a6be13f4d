//! Types of other crates: conversions from and into them.
//!
//! With the feature `aws-lambda-events`, the types of `aws_lambda_events` that have a counterpart here
//! (see [`migration`](crate::migration)) convert from and into it, by `try_into()`; the crate itself is
//! re-exported. What it has no field for is lost on the way into it, and instants become as exact as it
//! has them.
//!
//! With the feature `aws-sdk-dynamodb`, [`Attribute`](crate::Attribute) converts from and into the
//! `AttributeValue` of the AWS SDK, and items into the maps that its operations take.

#[cfg(feature = "aws-lambda-events")]
mod events;
#[cfg(feature = "aws-sdk-dynamodb")]
mod item;

#[cfg(feature = "aws-lambda-events")]
pub use aws_lambda_events;
#[cfg(feature = "aws-sdk-dynamodb")]
pub use aws_sdk_dynamodb::types::AttributeValue;

#[cfg(feature = "aws-lambda-events")]
pub use self::events::NoCounterpart;
#[cfg(feature = "aws-sdk-dynamodb")]
pub use self::item::{UnknownAttribute, UnknownValue};
