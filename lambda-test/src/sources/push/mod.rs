//! What pushes events: topics, event buses, buckets and the rest invoke functions by themselves.
//!
//! `target` is what receives something, `retry` when a delivery is tried again, `delivery` the attempts of one. Each
//! kind of source has files of its own above them.

mod delivery;
mod filter_policy;
mod notification;
mod retry;
mod subscription;
mod target;
mod topic;

pub use delivery::{Delivery, DeliveryStatus};
pub use subscription::{Subscription, SubscriptionBuilder};
pub use target::PushTarget;
pub use topic::PublishBuilder;
