//! Where faults and errors of a trace began, and what took the most of its time.
//!
//! Source: AWS X-Ray API reference, "FaultRootCause" and "ResponseTimeRootCause".

use serde::Serialize;
use serde_json::Value;

use super::{Segment, tree::Tree};

/// How many are stated of a trace.
const MOST: usize = 50;

/// The services on the way from the first segment of a trace to where something began.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RootCause {
    /// From the first one on.
    pub services: Vec<RootCauseService>,
    /// Whether the first segment has it too.
    pub client_impacting: bool,
}

/// A service on this way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RootCauseService {
    /// The name.
    pub name: String,
    /// All names that it has.
    pub names: Vec<String>,
    /// The type. Absent where the segment states none.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The segment and subsegments of it that are on the way.
    pub entity_path: Vec<RootCauseEntity>,
    /// Whether X-Ray infers it.
    pub inferred: bool,
}

/// A segment or subsegment on this way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RootCauseEntity {
    /// The name.
    pub name: String,
    /// Its part of the time of the first segment, from 0 to 1. Absent but where it is about time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// What was thrown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<RootCauseException>,
    /// Whether it is another service's, which sends no segment.
    pub remote: bool,
}

/// What was thrown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RootCauseException {
    /// Its type.
    pub name: String,
    /// Its message.
    pub message: String,
}

/// Returns the ways to those nodes that have it, while nothing below them has.
pub(super) fn where_it_began(tree: &Tree<'_>, has: fn(&Segment) -> bool) -> Vec<RootCause> {
    let has = |node: usize| has(&tree.nodes[node].segment);
    let begins =
        |node: &usize| has(*node) && !tree.nodes[*node].children.iter().any(|child| has(*child));
    let nodes = (0..tree.nodes.len()).filter(begins).take(MOST);
    let cause = |node| {
        let way = way_to(tree, node);
        let client_impacting = way.first().is_some_and(|first| has(*first));
        RootCause { services: services(tree, &way, None), client_impacting }
    };
    nodes.map(cause).collect()
}

/// Returns the way on which each node is the one that took the longest of those below the one before.
pub(super) fn what_took_longest(tree: &Tree<'_>) -> Vec<RootCause> {
    let Some(root) = tree.root() else { return Vec::new() };
    let duration = |node: usize| tree.nodes[node].segment.duration();
    let total = duration(root);
    if total <= 0.0 {
        return Vec::new();
    }
    let mut way = vec![root];
    let longest = |node: usize| {
        let children = tree.nodes[node].children.iter().copied();
        children.max_by(|one, other| duration(*one).total_cmp(&duration(*other)))
    };
    while let Some(next) = way.last().and_then(|last| longest(*last)) {
        way.push(next);
    }
    vec![RootCause { services: services(tree, &way, Some(total)), client_impacting: true }]
}

fn way_to(tree: &Tree<'_>, node: usize) -> Vec<usize> {
    let mut way: Vec<usize> =
        std::iter::successors(Some(node), |node| tree.nodes[*node].parent).collect();
    way.reverse();
    way
}

fn services(tree: &Tree<'_>, way: &[usize], total: Option<f64>) -> Vec<RootCauseService> {
    let mut services: Vec<(usize, RootCauseService)> = Vec::new();
    for &place in way {
        let node = &tree.nodes[place];
        if services.last().is_none_or(|(holder, _)| *holder != node.holder) {
            let service = tree.service(place).summary();
            let made = RootCauseService {
                name: service.name,
                names: service.names,
                kind: service.kind,
                account_id: service.account_id,
                entity_path: Vec::new(),
                inferred: node.is_inferred,
            };
            services.push((node.holder, made));
        }
        let entity = RootCauseEntity {
            name: node.segment.name.clone(),
            coverage: total.map(|total| node.segment.duration() / total),
            exceptions: exceptions(&node.segment),
            remote: node.is_inferred || node.segment.namespace.as_deref() == Some("remote"),
        };
        if let Some((_, service)) = services.last_mut() {
            service.entity_path.push(entity);
        }
    }
    services.into_iter().map(|(_, service)| service).collect()
}

fn exceptions(segment: &Segment) -> Vec<RootCauseException> {
    let all = segment.other.get("cause").and_then(|it| it.get("exceptions"));
    let text = |it: &Value, name: &str| it[name].as_str().unwrap_or_default().to_owned();
    let exception =
        |it: &Value| RootCauseException { name: text(it, "type"), message: text(it, "message") };
    all.and_then(Value::as_array).into_iter().flatten().map(exception).collect()
}
