//! What X-Ray states of a trace in a list: `GetTraceSummaries`.
//!
//! Source: AWS X-Ray API reference, "TraceSummary".

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{
    Segment, Trace,
    root_cause::{self, RootCause},
    tree::{ServiceId, Tree},
};

/// A trace in short. As JSON it is an element of `TraceSummaries` in a response of `GetTraceSummaries`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct TraceSummary {
    /// The id of the trace.
    pub id: String,
    /// When it began, in seconds since the Unix epoch.
    pub start_time: f64,
    /// Seconds from its first begin to its last end.
    pub duration: f64,
    /// Seconds that its first segment took.
    pub response_time: f64,
    /// Whether its first segment is a fault.
    pub has_fault: bool,
    /// Whether its first segment is an error.
    pub has_error: bool,
    /// Whether its first segment was throttled.
    pub has_throttle: bool,
    /// Whether a segment is in progress.
    pub is_partial: bool,
    /// The request of its first segment.
    pub http: HttpSummary,
    /// Annotations, each with its values and the services that have it.
    pub annotations: BTreeMap<String, Vec<AnnotationSummary>>,
    /// Users that segments state.
    pub users: Vec<UserSummary>,
    /// The services in it.
    pub service_ids: Vec<ServiceSummary>,
    /// The service of its first segment. Absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<ServiceSummary>,
    /// The ARNs of resources in it.
    #[serde(rename = "ResourceARNs")]
    pub resource_arns: Vec<ArnSummary>,
    /// Where faults began.
    pub fault_root_causes: Vec<RootCause>,
    /// Where errors began.
    pub error_root_causes: Vec<RootCause>,
    /// What took the most of the time.
    pub response_time_root_causes: Vec<RootCause>,
}

/// The request and the response of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HttpSummary {
    /// The URL.
    #[serde(rename = "HttpURL", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The status of the response.
    #[serde(rename = "HttpStatus", skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The method.
    #[serde(rename = "HttpMethod", skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The user agent.
    #[serde(rename = "UserAgent", skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The address of the client.
    #[serde(rename = "ClientIp", skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
}

/// A value of an annotation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AnnotationSummary {
    /// The value.
    pub annotation_value: AnnotationValue,
    /// Which services state it.
    pub service_ids: Vec<ServiceSummary>,
}

/// A value of an annotation, by its type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum AnnotationValue {
    /// Text.
    #[serde(rename = "StringValue")]
    Text(String),
    /// A number.
    #[serde(rename = "NumberValue")]
    Number(f64),
    /// `true` or `false`.
    #[serde(rename = "BooleanValue")]
    Flag(bool),
}

/// A user that segments state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct UserSummary {
    /// The user.
    pub user_name: String,
    /// Which services state it.
    pub service_ids: Vec<ServiceSummary>,
}

/// A service in a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ServiceSummary {
    /// The name.
    pub name: String,
    /// All names that it has.
    pub names: Vec<String>,
    /// The account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The type, such as `AWS::Lambda::Function`. Absent where the segment states none.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// The ARN of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ArnSummary {
    /// The ARN.
    #[serde(rename = "ARN")]
    pub arn: String,
}

impl TraceSummary {
    pub(super) fn of(trace: &Trace, tree: &Tree<'_>) -> Self {
        let root = tree.root().map(|root| &*tree.nodes[root].segment);
        let is = |wanted: fn(&Segment) -> bool| root.is_some_and(wanted);
        let services: BTreeSet<ServiceId> = tree.segments().map(|it| tree.service(it)).collect();
        let mut annotations: BTreeMap<String, Vec<(AnnotationValue, BTreeSet<ServiceId>)>> =
            BTreeMap::new();
        let mut users: BTreeMap<String, BTreeSet<ServiceId>> = BTreeMap::new();
        let mut arns = BTreeSet::new();
        for (place, node) in tree.nodes.iter().enumerate() {
            let service = || tree.service(place);
            if let Some(user) = node.segment.text("user") {
                users.entry(user.to_owned()).or_default().insert(service());
            }
            if let Some(arn) = node.segment.text("resource_arn") {
                arns.insert(arn.to_owned());
            }
            for (key, value) in node.segment.annotations() {
                let Some(value) = AnnotationValue::of(value) else { continue };
                let values = annotations.entry(key.clone()).or_default();
                match values.iter_mut().find(|(other, _)| *other == value) {
                    Some((_, services)) => {
                        services.insert(service());
                    }
                    None => values.push((value, BTreeSet::from([service()]))),
                }
            }
        }
        let annotation = |(annotation_value, services): (AnnotationValue, BTreeSet<ServiceId>)| {
            AnnotationSummary { annotation_value, service_ids: summaries(services) }
        };
        Self {
            id: trace.id.clone(),
            start_time: trace.start_time(),
            duration: trace.duration(),
            response_time: root.map_or(0.0, Segment::duration),
            has_fault: is(|root| root.fault),
            has_error: is(|root| root.error),
            has_throttle: is(|root| root.throttle),
            is_partial: trace.is_partial(),
            http: root.map(HttpSummary::of).unwrap_or_default(),
            annotations: annotations
                .into_iter()
                .map(|(key, values)| (key, values.into_iter().map(annotation).collect()))
                .collect(),
            users: users
                .into_iter()
                .map(|(user_name, services)| UserSummary {
                    user_name,
                    service_ids: summaries(services),
                })
                .collect(),
            service_ids: summaries(services),
            entry_point: tree.root().map(|root| tree.service(root).summary()),
            resource_arns: arns.into_iter().map(|arn| ArnSummary { arn }).collect(),
            fault_root_causes: root_cause::where_it_began(tree, |segment| segment.fault),
            error_root_causes: root_cause::where_it_began(tree, |segment| segment.error),
            response_time_root_causes: root_cause::what_took_longest(tree),
        }
    }
}

fn summaries(services: BTreeSet<ServiceId>) -> Vec<ServiceSummary> {
    services.iter().map(ServiceId::summary).collect()
}

impl ServiceId {
    pub(super) fn summary(&self) -> ServiceSummary {
        let Self { name, kind, account } = self.clone();
        ServiceSummary { names: vec![name.clone()], name, account_id: account, kind }
    }
}

impl HttpSummary {
    pub(super) fn of(segment: &Segment) -> Self {
        let text = |name: &str| {
            let request = segment.other.get("http")?.get("request")?;
            request.get(name)?.as_str().map(str::to_owned)
        };
        Self {
            url: text("url"),
            status: segment.status(),
            method: text("method"),
            user_agent: text("user_agent"),
            client_ip: text("client_ip"),
        }
    }
}

impl AnnotationValue {
    /// The value, if it is text, a number, or `true` or `false`.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::Text(text.clone())),
            Value::Number(number) => number.as_f64().map(Self::Number),
            Value::Bool(flag) => Some(Self::Flag(*flag)),
            _ => None,
        }
    }
}
