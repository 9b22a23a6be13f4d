//! Traces of X-Ray: what the service and functions send, and questions about it.
//!
//! `lambda_segments` makes segments of what happens in the service, `store` keeps them with those that functions send, and `traces`
//! is what a test asks. `tree` has a trace by what called what, of which `summary`, `service_map`, `filter` and the pictures are made.

mod daemon;
mod filter;
#[cfg(feature = "front-ends")]
mod gateway;
mod lambda_segments;
#[cfg(feature = "otlp")]
mod otlp;
mod picture;
mod root_cause;
mod segment;
mod service_map;
mod store;
mod summary;
mod trace;
mod traces;
mod tree;

#[cfg(feature = "front-ends")]
pub(crate) use gateway::{GatewayRequest, GatewayTrace};

pub use filter::{FilterExpression, FilterExpressionError};
#[cfg(feature = "otlp")]
pub use otlp::TraceExporter;
pub use root_cause::{RootCause, RootCauseEntity, RootCauseException, RootCauseService};
pub use segment::Segment;
pub use service_map::{
    CallStatistics, ErrorStatistics, FaultStatistics, HistogramEntry, ServiceEdge, ServiceMap,
    ServiceNode,
};
pub use summary::{
    AnnotationSummary, AnnotationValue, ArnSummary, HttpSummary, ServiceSummary, TraceSummary,
    UserSummary,
};
pub use trace::Trace;
pub use traces::{Traces, UnprocessedSegment};
