//! Traces of X-Ray: what the service and functions send, and questions about it.
//!
//! `store` makes segments of what happens in the service and keeps those that functions send, `segment` is their form, and
//! `traces` what a test asks.

mod segment;
mod store;
mod traces;

pub use segment::Segment;
pub use traces::{Trace, Traces, UnprocessedSegment};
