//! AWS Lambda simulated in process: functions tested as the service would treat them.
//!
//! ```
//! use lambda_core::{App, Bootstrap, BoxError, Environment};
//! use lambda_test::Lambda;
//!
//! # struct Broken;
//! # impl Bootstrap for Broken {
//! #     type Error = BoxError;
//! #     async fn start(self, _: Environment) -> Result<(), BoxError> { Ok(()) }
//! # }
//! async fn app(environment: Environment) -> Result<Broken, BoxError> {
//!     environment.variables().get("TABLE").map(|_| Broken).ok_or("TABLE is missing".into())
//! }
//!
//! # lambda_test::block_on(async {
//! let lambda = Lambda::new();
//! let orders = lambda.function("orders", app).create();
//!
//! let outcome = orders.invoke("an event").await;
//!
//! let error = outcome.function_error().expect("the init phase fails");
//! assert_eq!(error.error_message, "TABLE is missing");
//! # });
//! ```
//!
//! Three types to know: [`Lambda`] is the service, a [`Function`] is created in it and invoked, and
//! an [`Outcome`] is all that the caller and the service know afterwards.
//!
//! | to do this | use |
//! |---|---|
//! | wait for the response, not for the end | [`Invoke::response`] |
//! | receive a response as it comes | [`Invoke::stream`] |
//! | invoke a function by its name or ARN, as a client does | [`Lambda::invoke`], [`Invoke::qualifier`] |
//! | publish versions, point aliases to them, with weights | [`Function::publish`], [`Function::alias`], [`Alias::weight`] |
//! | change code and configuration while functions run | [`Lambda::update_code`], [`Function::update_configuration`] |
//! | have environments made ahead | [`Version::provisioned_concurrency`] |
//! | have several accounts and regions | [`Lambda::in_account`], [`Lambda::in_region`] |
//! | invoke asynchronously, with retries, destinations and dead-letter queues | [`Invoke::event`], [`FunctionBuilder::on_failure`], [`Lambda::queue`] |
//! | check a request and run nothing | [`Invoke::dry_run`] |
//! | keep tenants apart | [`FunctionBuilder::tenant_isolation`], [`Invoke::tenant`] |
//! | let things go wrong, by count, at random or by a rule | [`Function::fail_next`], [`Lambda::fail_at_random`], [`Lambda::fault_rule`], [`Fault`] |
//! | try a property with a thousand seeds | [`explore()`], `#[lambda_test::test(seeds = 1..1000)]` |
//! | have a closure in place of a function | [`Lambda::stub`], [`Stub`] |
//! | call the API that manages functions | [`Lambda::api_call`] |
//! | see what the service refuses, or throttles | [`Outcome::service_error`], [`FunctionBuilder::reserved_concurrency`] |
//! | let time pass, or wait until nothing is left to do | [`Lambda::advance`], [`Lambda::until_idle`], [`virtual_time`] |
//! | call a server or a thread from a handler | `#[lambda_test::test(external_io = "30ms")]`, see [`virtual_time`] |
//! | assert what a caller got | [`Outcome::assert_ok`], [`Outcome::assert_error`], [`Outcome::assert_timeout`], [`Outcome::assert_service_error`] |
//! | send `http::Request`s to a function, through a function URL, API Gateway, a load balancer or VPC Lattice | `function.url()` and the like, with the feature `front-ends` |
//! | have queues, streams, tables, Kafka and brokers invoke functions | `function.on(&queue)`, with the feature `sources`; [`Lambda::queue`], `lambda.stream`, `lambda.table`, `lambda.kafka` |
//! | have topics, event buses, schedules, buckets, log groups and the rest push events | `topic.subscribe(&function)`, `bus.rule("r")`, `bucket.notify(…)`, `lambda.schedule(…)`, `lambda.log_group("g")`, with the feature `push` |
//! | send any other event as its service does, and check the response | `function.trigger(&event)`, with the feature `push` |
//! | have invocations traced, and ask for their traces | [`FunctionBuilder::active_tracing`], [`Lambda::traces`], [`Traces::filter`] |
//! | draw a trace, or which service calls which | [`Trace::to_svg`], [`Trace::to_perfetto`], [`Traces::service_map`] |
//! | have spans of OpenTelemetry in traces | `Traces::span_exporter`, `Traces::otlp_endpoint`, with the feature `otlp` |
//! | read the log as CloudWatch would hold it, by its format and levels | [`Function::log_events`], [`Outcome::logs`], [`InvokeResponse::log_tail`], [`FunctionBuilder::log_format`] |
//! | run extensions with it, in all their phases | [`FunctionBuilder::extension`] |
//! | receive telemetry, with an extension or without | [`FunctionBuilder::on_telemetry`] |
//! | read metrics by CloudWatch's names, and what it would cost | [`Lambda::metrics`] |
//! | have a test fail that calls another machine | [`FunctionBuilder::allow`] |
//! | see what happened, as text or as values | [`Lambda::timeline`], [`Outcome::timeline`], [`Timeline::iter`], [`Lambda::on_record`] |
//!
//! A function runs what `lambda_runtime::start` takes: an application of this process, in virtual
//! time and without a port, under `#[lambda_test::test]`; or, in real time, a [`Program`] in any
//! language. It runs in execution environments that live as the service's do: an init phase of at
//! most 10 s, one invocation at a time, frozen in between, reset after a timeout or a crash, used
//! again when they are free. The Runtime API, the Extensions API and the Telemetry API are real HTTP, served
//! to the letter for buffered invocations.
//!
//! Each word has a test to read: [`words`].
//!
//! # What it cannot do
//!
//! The rules of the service that it leaves out are on a page of their own: [`left_out`].
//!
//! - An application in this process shares its statics with every environment, and `std::env::var`
//!   and `SystemTime::now` see this machine: ask the `Environment`.
//! - Between invocations the application and what it gave to `Environment::spawn` stand still; what
//!   it gave to `tokio::spawn` goes on, and the timeline says `TasksEscaped`.
//! - `println!` of an application goes to the test harness; `Environment::log` is the function's log, and records of
//!   `tracing` are in it by `lambda_runtime::tracing`.
//! - A line that the service drops by its level is not in telemetry either, for which there is no source.
//! - Memory is reported for child processes only, and enforced for none.
//! - Virtual time does not wait for threads and sockets of the function's own, unless it is asked to;
//!   see [`virtual_time`].
//! - `LD_LIBRARY_PATH` is not set, since a program of this machine has its libraries elsewhere; at the address of the X-Ray daemon
//!   nothing listens but for functions with active tracing.
//! - Of what is wrong with a payload the service's words are used where they were recorded.
//! - Telemetry names no instance and no version of a runtime; the tail of a log has no line of X-Ray.
//! - The Logs API, which the Telemetry API supersedes, answers that it is not supported.
//!
//! Not here yet: schema registries of Kafka, FIFO topics, archives and API destinations of EventBridge,
//! EventBridge Pipes, WebSocket APIs,
//! authorizers, CORS and custom domains of front ends, HTTP APIs with payload format 1.0,
//! snapshots and their records in telemetry, managed instances; of the API that manages functions what
//! [`Lambda::api_call`] does not list.

mod api_call;
mod environment;
mod explore;
#[cfg(feature = "front-ends")]
mod front_end;
mod kernel;
mod lifecycle;
mod service;
#[cfg(feature = "sources")]
mod sources;
mod test_run;
mod xray;

#[doc = include_str!("../docs/virtual-time.md")]
pub mod virtual_time {}

#[doc = include_str!("../docs/words.md")]
#[doc = "\n# Function\n\n```ignore"]
#[doc = include_str!("../tests/words/function.rs")]
#[doc = "```\n\n# Qualifier\n\n```ignore"]
#[doc = include_str!("../tests/words/qualifier.rs")]
#[doc = "```\n\n# Execution environment\n\n```ignore"]
#[doc = include_str!("../tests/words/execution_environment.rs")]
#[doc = "```\n\n# Runtime\n\n```ignore"]
#[doc = include_str!("../tests/words/runtime.rs")]
#[doc = "```\n\n# Event\n\n```ignore"]
#[doc = include_str!("../tests/words/event.rs")]
#[doc = "```\n\n# Concurrency\n\n```ignore"]
#[doc = include_str!("../tests/words/concurrency.rs")]
#[doc = "```\n\n# Queue\n\n```ignore"]
#[doc = include_str!("../tests/words/queue.rs")]
#[doc = "```\n\n# Stream\n\n```ignore"]
#[doc = include_str!("../tests/words/stream.rs")]
#[doc = "```\n\n# Table\n\n```ignore"]
#[doc = include_str!("../tests/words/table.rs")]
#[doc = "```\n\n# Bucket\n\n```ignore"]
#[doc = include_str!("../tests/words/bucket.rs")]
#[doc = "```\n\n# Topic\n\n```ignore"]
#[doc = include_str!("../tests/words/topic.rs")]
#[doc = "```\n\n# Event bus\n\n```ignore"]
#[doc = include_str!("../tests/words/event_bus.rs")]
#[doc = "```\n\n# Schedule\n\n```ignore"]
#[doc = include_str!("../tests/words/schedule.rs")]
#[doc = "```\n\n# Log group\n\n```ignore"]
#[doc = include_str!("../tests/words/log_group.rs")]
#[doc = "```\n\n# Repository\n\n```ignore"]
#[doc = include_str!("../tests/words/repository.rs")]
#[doc = "```\n\n# Auto Scaling group\n\n```ignore"]
#[doc = include_str!("../tests/words/auto_scaling_group.rs")]
#[doc = "```\n\n# Delivery stream\n\n```ignore"]
#[doc = include_str!("../tests/words/delivery_stream.rs")]
#[doc = "```\n\n# Receipt rules\n\n```ignore"]
#[doc = include_str!("../tests/words/receipt_rules.rs")]
#[doc = "```\n\n# API Gateway\n\n```ignore"]
#[doc = include_str!("../tests/words/api_gateway.rs")]
#[doc = "```\n\n# Load balancer\n\n```ignore"]
#[doc = include_str!("../tests/words/load_balancer.rs")]
#[doc = "```\n\n# Trace\n\n```ignore"]
#[doc = include_str!("../tests/words/trace.rs")]
#[doc = "```\n\n# Journey\n\n```ignore"]
#[doc = include_str!("../tests/words/journey.rs")]
#[doc = "```\n\n# Topic of Kafka\n\n```ignore"]
#[doc = include_str!("../tests/words/kafka_topic.rs")]
#[doc = "```\n\n# Broker\n\n```ignore"]
#[doc = include_str!("../tests/words/broker.rs")]
#[doc = "```"]
pub mod words {}

#[doc = include_str!("../docs/left-out.md")]
pub mod left_out {}

#[cfg(unix)]
#[doc(hidden)]
pub use environment::ChildGroup;
pub use environment::Program;
pub use explore::{Exploration, explore};
#[cfg(all(feature = "front-ends", feature = "push"))]
pub use front_end::HttpsSubscription;
#[cfg(feature = "front-ends")]
pub use front_end::{
    BodyError, FunctionUrl, HttpApi, Lattice, LoadBalancer, ResponseBody, RestApi,
};
pub use kernel::{
    ApiCall, EventEnd, Exit, ExtensionEvent, ExtensionStatus, Fault, InvocationEnd, Payload,
    ProcessRole, Real, Record, RecordKind, RegisterRequest, ReportStatus, ResetReason,
    ResponseMode, ShutdownReason, SourceEvent, SubscribeRequest, TelemetrySubscription, Time,
    Timeline, TraceLink, TracedInvocation, Virtual,
};
pub use lambda_core::{CognitoIdentity, FunctionError, LogFormat, LogLevel};
pub use lambda_test_macros::test;
#[doc(hidden)]
pub use service::markers;
pub use service::{
    Alias, ApiResponse, Bucket, Chance, Chunk, Configuration, EventBus, EventInvokeConfig,
    Function, FunctionBuilder, FunctionMetrics, IntoCode, Invoke, InvokeResponse, InvokeStream,
    Lambda, LogEvent, Message, MessageAttribute, Metrics, Occasion, Outcome, OutcomeError, Queue,
    ReceivedMessage, Report, ResponseFuture, SendMessage, ServiceError, Stub, Topic, Version,
};
#[cfg(feature = "sources")]
pub use sources::{
    ActiveMqBroker, DocumentDbCluster, EventPattern, EventSource, EventSourceMapping, KafkaCluster,
    KafkaRecordBuilder, KafkaTopic, Lint, MappingBuilder, MappingState, MappingTargets,
    RabbitMqBroker, StartingPosition, Stream, Table,
};
#[cfg(feature = "push")]
pub use sources::{
    AutoScalingGroup, Delivery, DeliveryStatus, DeliveryStream, Execution, FailedRecord,
    InstanceState, LogGroup, LogSubscription, Notification, NotificationBuilder, PublishBuilder,
    PushTarget, ReceiptRules, ReceivedMail, Repository, RepositoryTrigger, Rule, RuleBuilder,
    RuleTarget, RuleTargetBuilder, Schedule, ScheduleBuilder, ScheduleExpression, StateMachine,
    Subscription, SubscriptionBuilder, TaskError, TriggerError, Triggered,
};
pub use test_run::{Harness, TestError, block_on, run};
#[cfg(feature = "otlp")]
pub use xray::TraceExporter;
pub use xray::{
    AnnotationSummary, AnnotationValue, ArnSummary, CallStatistics, ErrorStatistics,
    FaultStatistics, FilterExpression, FilterExpressionError, HistogramEntry, HttpSummary,
    RootCause, RootCauseEntity, RootCauseException, RootCauseService, Segment, ServiceEdge,
    ServiceMap, ServiceNode, ServiceSummary, Trace, TraceSummary, Traces, UnprocessedSegment,
    UserSummary,
};
