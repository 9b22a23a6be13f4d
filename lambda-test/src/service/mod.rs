//! The service: functions, which environment takes an invocation, and what its caller receives.

mod account;
mod alias;
mod api;
mod asynchronous;
mod builder;
mod bus_event;
mod code;
mod concurrency;
mod configuration;
pub(crate) mod constraint;
mod defaults;
mod delivery;
mod destination;
mod dispatcher;
mod event_invoke_config;
mod event_queue;
mod faults;
mod function;
mod function_name;
mod function_state;
mod invoke;
mod json_error;
mod lambda;
mod lineage;
mod log_event;
mod metrics;
mod outcome;
mod pending;
mod pool;
mod published;
mod queue;
mod queue_message;
mod queue_state;
mod receiver;
mod registry;
mod report;
mod resource_arn;
mod response;
mod scaling;
mod service_error;
mod slots;
mod stream;
mod stub;
mod tracing;
mod version;

pub use alias::Alias;
pub use api::ApiResponse;
pub(crate) use api::{OPERATIONS, Operation as ApiOperation, Request as ApiRequest};
pub use builder::FunctionBuilder;
pub use code::{IntoCode, markers};
pub use configuration::Configuration;
pub use destination::{Message, MessageAttribute};
pub use event_invoke_config::EventInvokeConfig;
pub use faults::{Chance, Occasion};
pub(crate) use faults::{Explored, FiredFault};
pub use function::Function;
pub use invoke::{Invoke, ResponseFuture};
pub use lambda::Lambda;
pub use log_event::LogEvent;
pub use metrics::{FunctionMetrics, Metrics};
pub use outcome::Outcome;
pub use published::Version;
pub use queue::Queue;
pub use queue_message::{ReceivedMessage, SendMessage};
pub use receiver::{Bucket, EventBus, Topic};
pub use report::Report;
pub use response::{InvokeResponse, OutcomeError};
pub use service_error::ServiceError;
pub use stream::{Chunk, InvokeStream};
pub use stub::Stub;

pub(crate) use registry::Registry;
#[cfg(feature = "push")]
pub(crate) use {
    account::Account,
    asynchronous::invoke_event,
    bus_event::BusEvent,
    destination::{Destination, Inbox},
    log_event::LogReader,
};
#[cfg(feature = "sources")]
pub(crate) use {
    api::ok as api_ok,
    delivery::{delivered, object_key},
    dispatcher::{Dispatched, InvokeRequest, Target, dispatch},
    function_state::FunctionState,
    queue::QueueInner,
    queue_state::Received,
};
