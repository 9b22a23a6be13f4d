//! Batches of records, handled one by one, and the answer that names those that failed.

#[cfg(feature = "runtime")]
mod chunks;
#[cfg(all(feature = "runtime", feature = "dynamodb"))]
mod dynamodb;
#[cfg(feature = "runtime")]
mod failures;
#[cfg(all(feature = "runtime", feature = "kafka"))]
mod kafka;
#[cfg(all(feature = "runtime", feature = "kinesis"))]
mod kinesis;
mod response;
#[cfg(feature = "runtime")]
mod run;
#[cfg(feature = "runtime")]
mod source;
#[cfg(all(feature = "runtime", feature = "sqs"))]
mod sqs;
#[cfg(all(feature = "runtime", any(feature = "dynamodb", feature = "kinesis")))]
mod stream;
#[cfg(all(feature = "runtime", any(feature = "dynamodb", feature = "kinesis")))]
mod window;
#[cfg(feature = "runtime")]
mod work;

#[cfg(feature = "runtime")]
pub use failures::{BatchOutcome, RecordFailure};
pub use response::{BatchItemFailure, BatchResponse};
#[cfg(feature = "runtime")]
pub use run::{Batch, batch};
#[cfg(feature = "runtime")]
pub use source::{BatchEvent, BatchOrder, JsonRecord};
#[cfg(all(feature = "runtime", any(feature = "dynamodb", feature = "kinesis")))]
pub use window::WindowBatch;
