//! Event source mappings in the API that manages functions.
//!
//! Source: AWS Lambda API reference, "CreateEventSourceMapping" and "EventSourceMappingConfiguration".

use std::{rc::Rc, time::Duration};

use serde_json::{Value, json};

use super::{
    StartingPosition,
    config::Config,
    create::{create, target, update},
    kafka,
    kind::Kind,
    log::topic_id,
    mapping::Mapping,
    registered::{Resources, registered},
    source::Source,
};
use crate::service::{ApiOperation, ApiRequest, ApiResponse, ServiceError, api_ok};

const PARAMETERS: &str = "Enabled BatchSize FilterCriteria MaximumBatchingWindowInSeconds ParallelizationFactor \
                          StartingPosition StartingPositionTimestamp DestinationConfig MaximumRecordAgeInSeconds \
                          BisectBatchOnFunctionError MaximumRetryAttempts TumblingWindowInSeconds EventSourceArn \
                          Topics SourceAccessConfigurations SelfManagedEventSource FunctionResponseTypes ScalingConfig \
                          ProvisionedPollerConfig SelfManagedKafkaEventSourceConfig AmazonManagedKafkaEventSourceConfig";

/// Operations, with their parameters but for `FunctionName`.
pub(crate) const OPERATIONS: &[(&str, &str, ApiOperation)] = &[
    ("CreateEventSourceMapping", PARAMETERS, create_mapping),
    ("GetEventSourceMapping", "UUID", get),
    (
        "UpdateEventSourceMapping",
        "UUID Enabled BatchSize FilterCriteria MaximumBatchingWindowInSeconds ParallelizationFactor DestinationConfig \
         MaximumRecordAgeInSeconds BisectBatchOnFunctionError MaximumRetryAttempts TumblingWindowInSeconds \
         FunctionResponseTypes ScalingConfig ProvisionedPollerConfig",
        update_mapping,
    ),
    ("DeleteEventSourceMapping", "UUID", delete),
    ("ListEventSourceMappings", "EventSourceArn", list),
];

fn create_mapping(request: &ApiRequest<'_>) -> Result<ApiResponse, ServiceError> {
    let position = request.one_of("StartingPosition", "[LATEST, AT_TIMESTAMP, TRIM_HORIZON]")?;
    let arn = request.text("EventSourceArn")?;
    let servers = servers(request)?;
    let kind = match (arn, &servers) {
        (None, None) => return Err(invalid("Unrecognized event source.")),
        (None, Some(_)) => Kind::SelfManagedKafka,
        (Some(arn), _) => kind(arn).ok_or_else(|| invalid("Unrecognized event source."))?,
    };
    let (function, qualifier) = find_function(request)?;
    let starting_position = position.map(|position| match position {
        "LATEST" => StartingPosition::Latest,
        "TRIM_HORIZON" => StartingPosition::TrimHorizon,
        _ => StartingPosition::AtTimestamp(timestamp(request)),
    });
    let mut config = Config { starting_position, ..Config::default() };
    apply(request, &mut config)?;
    config.check(kind, arn.unwrap_or_default())?;
    if servers.is_some() && config.access.is_empty() {
        return Err(invalid("Required 'sourceAccessConfigurations' parameter is missing."));
    }
    let source = source(request, kind, arn, servers)?;
    let mapping = create(&function, qualifier.map(Into::into), source, config, Vec::new())?;
    api_ok(202, shown(&mapping))
}

fn get(request: &ApiRequest<'_>) -> Result<ApiResponse, ServiceError> {
    let mapping = find(request)?;
    api_ok(200, shown(&mapping))
}

fn update_mapping(request: &ApiRequest<'_>) -> Result<ApiResponse, ServiceError> {
    let mapping = find(request)?;
    let new_target = match request.text("FunctionName")? {
        None => None,
        Some(_) => {
            let (function, qualifier) = find_function(request)?;
            Some(target(&function, qualifier.map(Into::into))?)
        }
    };
    let mut config = mapping.config.borrow().clone();
    apply(request, &mut config)?;
    update(request.registry, &mapping, new_target, config)?;
    api_ok(202, shown(&mapping))
}

fn delete(request: &ApiRequest<'_>) -> Result<ApiResponse, ServiceError> {
    let mapping = find(request)?;
    registered(request.registry).remove(&mapping);
    mapping.change(super::MappingState::Deleting, request.registry.state_changes.get());
    api_ok(202, shown(&mapping))
}

fn list(request: &ApiRequest<'_>) -> Result<ApiResponse, ServiceError> {
    let arn = request.text("EventSourceArn")?;
    let function = match request.text("FunctionName")? {
        None => None,
        Some(_) => Some(find_function(request)?.0.name.clone()),
    };
    let mappings = registered(request.registry).all().into_iter().filter(|it| {
        it.place == [request.caller.id.clone(), request.caller.region.clone()]
            && arn.is_none_or(|arn| *it.source.arn() == *arn)
            && function.as_ref().is_none_or(|name| it.target.borrow().name == *name)
    });
    let mappings: Vec<Value> = mappings.map(|mapping| shown(&mapping)).collect();
    api_ok(200, json!({"EventSourceMappings": mappings}))
}

fn invalid(message: &str) -> ServiceError {
    ServiceError::invalid(message.to_owned())
}

fn find(request: &ApiRequest<'_>) -> Result<Rc<Mapping>, ServiceError> {
    let uuid = request.required("UUID")?;
    let found = registered(request.registry).all().into_iter().find(|it| *it.uuid == *uuid);
    found.ok_or_else(|| {
        ServiceError::missing("The resource you requested does not exist.".to_owned())
    })
}

type Found = (Rc<crate::service::FunctionState>, Option<String>);

fn find_function(request: &ApiRequest<'_>) -> Result<Found, ServiceError> {
    let missing = |error: ServiceError| match error.status {
        404 => invalid("Function does not exist"),
        _ => error,
    };
    request.function().map_err(missing)
}

/// The kind of source that an ARN names.
fn kind(arn: &str) -> Option<Kind> {
    Some(match arn.split(':').nth(2)? {
        "sqs" if arn.ends_with(".fifo") => Kind::FifoQueue,
        "sqs" => Kind::Queue,
        "kinesis" => Kind::Stream,
        "dynamodb" => Kind::Table,
        "kafka" => Kind::Msk,
        "mq" => Kind::Broker,
        "rds" => Kind::DocumentDb,
        _ => return None,
    })
}

fn source(
    request: &ApiRequest<'_>,
    kind: Kind,
    arn: Option<&str>,
    servers: Option<String>,
) -> Result<Source, ServiceError> {
    let resources: Rc<Resources> = request.registry.kept();
    let arn = arn.unwrap_or_default();
    let found = match kind {
        Kind::Queue | Kind::FifoQueue => {
            let queue = request.registry.find_queue(arn);
            return queue.map(Source::Queue).ok_or_else(|| {
                invalid(
                    "Error occurred while ReceiveMessage. SQS Error Code: \
                     AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.",
                )
            });
        }
        Kind::Stream | Kind::Table => resources.find(arn).map(Source::Log),
        Kind::Msk => resources.topic(arn, topic(request)?).map(Source::Log),
        Kind::SelfManagedKafka => {
            let (topic, servers) = (topic(request)?, servers.unwrap_or_default());
            let (clock, region) = (request.registry.owner.clock, &request.caller.region);
            let log = resources.log(&topic_id(&servers, topic), || {
                kafka::new_topic("".into(), &servers, region, topic, clock)
            });
            Some(Source::Log(log))
        }
        Kind::Broker | Kind::DocumentDb => resources.find_broker(arn).map(Source::Broker),
    };
    found.ok_or_else(|| {
        let what = if kind.is_stream() { "Stream" } else { "Event source" };
        invalid(&format!("{what} not found: {arn}"))
    })
}

/// The first of `Topics`: there is one.
fn topic<'a>(request: &'a ApiRequest<'_>) -> Result<&'a str, ServiceError> {
    let topics = request.list("Topics")?;
    let topic = topics.and_then(|it| it.first()).and_then(Value::as_str);
    Ok(topic.unwrap_or_default())
}

/// The servers of a cluster of one's own, joined by commas.
fn servers(request: &ApiRequest<'_>) -> Result<Option<String>, ServiceError> {
    let servers = request.list("SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS")?;
    let joined = |servers: &Vec<Value>| {
        servers.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
    };
    Ok(servers.map(joined))
}

/// `StartingPositionTimestamp` in seconds since the Unix epoch, as time since the service began.
fn timestamp(request: &ApiRequest<'_>) -> Duration {
    let seconds = request.parameters["StartingPositionTimestamp"].as_f64().unwrap_or_default();
    let clock = request.registry.owner.clock;
    let began = clock.epoch_ms_at(Duration::ZERO) as f64 / 1000.0;
    Duration::from_secs_f64((seconds - began).max(0.0))
}

/// Sets what the request sets.
fn apply(request: &ApiRequest<'_>, config: &mut Config) -> Result<(), ServiceError> {
    let small = |number: Option<i64>| number.map(|it| u32::try_from(it).unwrap_or(u32::MAX));
    let seconds = |number: Option<i64>| {
        number.map(|it| Duration::from_secs(u64::try_from(it).unwrap_or(u64::MAX / 4)))
    };
    let number = |path: &str| request.signed(path);
    if let Some(enabled) = request.truth("Enabled")? {
        config.disabled = !enabled;
    }
    config.batch_size = small(number("BatchSize")?).or(config.batch_size);
    config.window = seconds(number("MaximumBatchingWindowInSeconds")?).or(config.window);
    config.parallelization = small(number("ParallelizationFactor")?).or(config.parallelization);
    config.record_age = number("MaximumRecordAgeInSeconds")?.or(config.record_age);
    config.retries = number("MaximumRetryAttempts")?.or(config.retries);
    config.tumbling = seconds(number("TumblingWindowInSeconds")?).or(config.tumbling);
    config.bisects = request.truth("BisectBatchOnFunctionError")?.unwrap_or(config.bisects);
    if let Some(types) = request.list("FunctionResponseTypes")? {
        config.reports_failures = types.iter().any(|it| it == "ReportBatchItemFailures");
    }
    if let Some(destination) = request.map("DestinationConfig")? {
        let arn = destination.get("OnFailure").and_then(|it| it["Destination"].as_str());
        config.on_failure = arn.map(Into::into);
        config.has_destination = true;
    }
    if let Some(filters) = request.list("FilterCriteria.Filters")? {
        config.filters.clear();
        for filter in filters {
            config.filters.add(filter["Pattern"].as_str().unwrap_or_default().to_owned());
        }
    }
    config.maximum_concurrency =
        small(number("ScalingConfig.MaximumConcurrency")?).or(config.maximum_concurrency);
    if request.map("ProvisionedPollerConfig")?.is_some() {
        let least = small(number("ProvisionedPollerConfig.MinimumPollers")?).unwrap_or(2);
        let most = small(number("ProvisionedPollerConfig.MaximumPollers")?).unwrap_or(200);
        config.provisioned = Some((least, most));
    }
    for path in ["SelfManagedKafkaEventSourceConfig", "AmazonManagedKafkaEventSourceConfig"] {
        if let Some(group) = request.text(&format!("{path}.ConsumerGroupId"))? {
            config.consumer_group = Some(group.to_owned());
        }
    }
    if let Some(access) = request.list("SourceAccessConfigurations")? {
        config.access = access.clone();
    }
    Ok(())
}

/// A mapping as the service shows it.
fn shown(mapping: &Mapping) -> Value {
    let (config, kind) = (mapping.config.borrow(), mapping.kind());
    let [account, region] = &mapping.place;
    let modified = mapping.context.upgrade().map(|it| it.clock.iso_at(mapping.modified.get()));
    let arn = mapping.source.arn();
    let mut shown = json!({
        "UUID": &*mapping.uuid,
        "BatchSize": config.batch_size(kind),
        "FunctionArn": &*mapping.target.borrow().arn,
        "LastModified": modified,
        "State": mapping.state.get().as_str(),
        "StateTransitionReason": mapping.reason(),
    });
    let mut set = |name: &str, value: Value| shown[name] = value;
    if !config.filters.is_empty() {
        let filters: Vec<Value> = config.filters.texts().map(|it| json!({"Pattern": it})).collect();
        set("FilterCriteria", json!({"Filters": filters}));
    }
    let types: &[&str] = if config.reports_failures { &["ReportBatchItemFailures"] } else { &[] };
    if let Source::Log(log) = &mapping.source {
        set("LastProcessingResult", mapping.last_result.get().into());
        set("StartingPosition", config.starting_position.map(StartingPosition::as_str).into());
        if let Some(topic) = log.topic() {
            set("Topics", json!([topic]));
        }
    }
    if kind.is_kafka() {
        let group = config.consumer_group.clone().unwrap_or_else(|| mapping.uuid.to_string());
        let group = json!({"ConsumerGroupId": group});
        if kind == Kind::Msk {
            set("EventSourceArn", (*arn).into());
            set("AmazonManagedKafkaEventSourceConfig", group);
        } else {
            let servers: Vec<&str> = arn.split(',').collect();
            set(
                "SelfManagedEventSource",
                json!({"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}}),
            );
            set("SelfManagedKafkaEventSourceConfig", group);
            set("SourceAccessConfigurations", config.access.clone().into());
        }
        return shown;
    }
    set("EventSourceArn", (*arn).into());
    let own = format!("arn:aws:lambda:{region}:{account}:event-source-mapping:{}", mapping.uuid);
    set("EventSourceMappingArn", own.into());
    let window = config.window.unwrap_or(kind.default_window());
    set("MaximumBatchingWindowInSeconds", window.as_secs().into());
    if kind.has("FunctionResponseTypes", false) {
        set("FunctionResponseTypes", json!(types));
    }
    if let Some(most) = config.maximum_concurrency {
        set("ScalingConfig", json!({"MaximumConcurrency": most}));
    }
    if let Some((least, most)) = config.provisioned {
        set("ProvisionedPollerConfig", json!({"MinimumPollers": least, "MaximumPollers": most}));
    }
    if kind.is_stream() {
        let destination = config.on_failure.as_ref();
        let destination = destination.map_or(json!({}), |arn| json!({"Destination": &**arn}));
        set("DestinationConfig", json!({"OnFailure": destination}));
        set("BisectBatchOnFunctionError", config.bisects.into());
        set("MaximumRecordAgeInSeconds", config.record_age.unwrap_or(-1).into());
        set("MaximumRetryAttempts", config.retries.unwrap_or(-1).into());
        set("ParallelizationFactor", config.parallelization.unwrap_or(1).into());
        set("TumblingWindowInSeconds", config.tumbling.unwrap_or_default().as_secs().into());
    }
    shown
}
