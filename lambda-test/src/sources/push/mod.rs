//! What pushes events: topics, event buses, buckets and the rest invoke functions by themselves.
//!
//! `target` is what receives something, `retry` and `retry_policy` when a delivery is tried again, `delivery` the attempts of
//! one, and `kept` what a service has of each kind of source. Each kind has files of its own above them.

mod auto_scaling;
mod bucket;
mod bucket_notification;
mod bus;
mod delivery;
mod delivery_stream;
mod filter_policy;
mod input;
mod json_path;
mod kept;
mod log_condition;
mod log_group;
mod log_pattern;
mod notification;
mod put_events;
mod receipt_rules;
mod repository;
mod retry;
mod retry_policy;
mod rule;
mod rule_target;
mod s3_event;
mod schedule;
mod state_machine;
mod subscription;
mod target;
mod topic;
mod trigger_call;
mod trigger_rules;

pub use auto_scaling::{AutoScalingGroup, InstanceState};
pub use bucket_notification::{Notification, NotificationBuilder};
pub use delivery::{Delivery, DeliveryStatus};
pub use delivery_stream::{DeliveryStream, FailedRecord};
pub use log_group::{LogGroup, LogSubscription};
#[cfg(feature = "front-ends")]
pub(crate) use notification::notification;
pub use receipt_rules::{ReceiptRules, ReceivedMail};
pub use repository::{Repository, RepositoryTrigger};
pub use rule::{Rule, RuleBuilder};
pub use rule_target::{RuleTarget, RuleTargetBuilder};
pub use schedule::{Schedule, ScheduleBuilder, ScheduleExpression};
pub use state_machine::{Execution, StateMachine, TaskError};
pub use subscription::{Subscription, SubscriptionBuilder};
pub use target::PushTarget;
pub use topic::PublishBuilder;
pub use trigger_call::{TriggerError, Triggered};
