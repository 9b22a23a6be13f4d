//! Which services called which, and how that went: `GetServiceGraph`.
//!
//! Source: AWS X-Ray API reference, "GetServiceGraph"; developer guide, "X-Ray concepts", "service graph".

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Segment, Trace, picture,
    tree::{ServiceId, Tree},
};

/// The services of traces, and their calls. As JSON it is a response of `GetServiceGraph`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ServiceMap {
    /// The services, each behind those that call it as far as that is possible. What calls the first ones is of the type
    /// `client`.
    pub services: Vec<ServiceNode>,
}

/// A service of a [`ServiceMap`]: a function has two, of the types `AWS::Lambda` and `AWS::Lambda::Function`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ServiceNode {
    /// Its number, which edges name.
    pub reference_id: usize,
    /// The name.
    pub name: String,
    /// All names that it has.
    pub names: Vec<String>,
    /// The type. Absent where its segments state none.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Whether a trace begins with it.
    pub root: bool,
    /// When the first segment of it began, in seconds since the Unix epoch.
    pub start_time: f64,
    /// When the last one ended.
    pub end_time: f64,
    /// The services that it called.
    pub edges: Vec<ServiceEdge>,
    /// How its segments went.
    pub summary_statistics: CallStatistics,
    /// How long they took: each time in seconds with how many took as long.
    pub response_time_histogram: Vec<HistogramEntry>,
}

/// The calls of a service to another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ServiceEdge {
    /// The number of the service that is called.
    pub reference_id: usize,
    /// When the first call began, in seconds since the Unix epoch.
    pub start_time: f64,
    /// When the last one ended.
    pub end_time: f64,
    /// How the calls went.
    pub summary_statistics: CallStatistics,
    /// How long they took.
    pub response_time_histogram: Vec<HistogramEntry>,
}

/// How calls went.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct CallStatistics {
    /// How many were neither errors nor faults.
    pub ok_count: usize,
    /// Callers in error: 4xx.
    pub error_statistics: ErrorStatistics,
    /// Failures: 5xx.
    pub fault_statistics: FaultStatistics,
    /// How many there were.
    pub total_count: usize,
    /// The seconds of all together.
    pub total_response_time: f64,
}

/// Calls that were errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ErrorStatistics {
    /// Those that were throttled: 429.
    pub throttle_count: usize,
    /// The others.
    pub other_count: usize,
    /// All.
    pub total_count: usize,
}

/// Calls that were faults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct FaultStatistics {
    /// Those of no other kind: all.
    pub other_count: usize,
    /// All.
    pub total_count: usize,
}

/// How many calls took a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct HistogramEntry {
    /// The time in seconds.
    pub value: f64,
    /// How many took as long.
    pub count: usize,
}

/// Calls as they are counted.
#[derive(Default)]
struct Counted {
    range: Option<[f64; 2]>,
    statistics: CallStatistics,
    /// By their times in microseconds.
    times: BTreeMap<u64, usize>,
}

#[derive(Default)]
struct Counting {
    is_root: bool,
    own: Counted,
    edges: BTreeMap<ServiceId, Counted>,
}

impl Counted {
    fn add(&mut self, segment: &Segment) {
        let end = segment.end_time.unwrap_or(segment.start_time);
        let [start, last] = self.range.get_or_insert([segment.start_time, end]);
        (*start, *last) = (start.min(segment.start_time), last.max(end));
        let statistics = &mut self.statistics;
        statistics.total_count += 1;
        statistics.total_response_time += segment.duration();
        let micros = std::time::Duration::try_from_secs_f64(segment.duration().max(0.0));
        let micros = micros.map_or(0, |it| u64::try_from(it.as_micros()).unwrap_or(u64::MAX));
        *self.times.entry(micros).or_default() += 1;
        if segment.fault {
            statistics.fault_statistics.other_count += 1;
            statistics.fault_statistics.total_count += 1;
        } else if segment.error || segment.throttle {
            let errors = &mut statistics.error_statistics;
            let of_kind =
                if segment.throttle { &mut errors.throttle_count } else { &mut errors.other_count };
            *of_kind += 1;
            errors.total_count += 1;
        } else {
            statistics.ok_count += 1;
        }
    }

    fn histogram(&self) -> Vec<HistogramEntry> {
        let entry = |(micros, count): (&u64, &usize)| HistogramEntry {
            value: std::time::Duration::from_micros(*micros).as_secs_f64(),
            count: *count,
        };
        self.times.iter().map(entry).collect()
    }
}

impl ServiceMap {
    pub(super) fn of(traces: &[Trace]) -> Self {
        let mut counting: BTreeMap<ServiceId, Counting> = BTreeMap::new();
        let mut order: Vec<ServiceId> = Vec::new();
        for trace in traces {
            let tree = Tree::of(trace);
            for place in tree.segments() {
                let (service, segment) = (tree.service(place), &tree.nodes[place].segment);
                let caller = match tree.caller(place) {
                    Some(caller) => tree.service(caller),
                    None => ServiceId::client(&service),
                };
                for met in [&caller, &service] {
                    if !counting.contains_key(met) {
                        order.push(met.clone());
                        counting.insert(met.clone(), Counting::default());
                    }
                }
                let is_root = tree.nodes[place].parent.is_none();
                if let Some(counted) = counting.get_mut(&caller) {
                    counted.edges.entry(service.clone()).or_default().add(segment);
                    if is_root {
                        counted.own.add(segment);
                    }
                }
                if let Some(counted) = counting.get_mut(&service) {
                    counted.is_root |= is_root;
                    counted.own.add(segment);
                }
            }
        }
        let number = |service: &ServiceId| {
            order.iter().position(|other| other == service).unwrap_or_default()
        };
        let edge = |(service, counted): (&ServiceId, &Counted)| {
            let [start_time, end_time] = counted.range.unwrap_or_default();
            ServiceEdge {
                reference_id: number(service),
                start_time,
                end_time,
                summary_statistics: counted.statistics.clone(),
                response_time_histogram: counted.histogram(),
            }
        };
        let node = |(reference_id, service): (usize, &ServiceId)| {
            let counted = &counting[service];
            let [start_time, end_time] = counted.own.range.unwrap_or_default();
            let mut edges: Vec<ServiceEdge> = counted.edges.iter().map(edge).collect();
            edges.sort_by_key(|edge| edge.reference_id);
            ServiceNode {
                reference_id,
                name: service.name.clone(),
                names: vec![service.name.clone()],
                kind: service.kind.clone(),
                account_id: service.account.clone(),
                root: counted.is_root,
                start_time,
                end_time,
                edges,
                summary_statistics: counted.own.statistics.clone(),
                response_time_histogram: counted.own.histogram(),
            }
        };
        Self { services: order.iter().enumerate().map(node).collect() }
    }

    /// Returns a picture of it as SVG: each service with its time on average, how many calls it had and which part of them failed,
    /// in columns from those that call to those that are called.
    pub fn to_svg(&self) -> String {
        picture::map(self)
    }

    /// Returns the first service of this name and type; of whatever type where none is given.
    pub fn service(&self, name: &str, kind: Option<&str>) -> Option<&ServiceNode> {
        let is_it = |it: &&ServiceNode| {
            it.name == name && kind.is_none_or(|kind| it.kind.as_deref() == Some(kind))
        };
        self.services.iter().find(is_it)
    }
}

impl ServiceId {
    /// What calls a service with which traces begin.
    fn client(of: &Self) -> Self {
        Self { name: of.name.clone(), kind: Some("client".to_owned()), account: None }
    }
}
