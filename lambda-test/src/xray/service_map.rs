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

/// The services that were met, by their numbers.
#[derive(Default)]
struct Counting {
    services: Vec<CountedService>,
    numbers: BTreeMap<ServiceId, usize>,
}

struct CountedService {
    id: ServiceId,
    is_root: bool,
    own: Counted,
    /// By the numbers of those that are called.
    edges: BTreeMap<usize, Counted>,
}

impl Counting {
    fn service(&mut self, id: ServiceId) -> usize {
        let next = self.services.len();
        let number = *self.numbers.entry(id.clone()).or_insert(next);
        if number == next {
            let (own, edges) = (Counted::default(), BTreeMap::new());
            self.services.push(CountedService { id, is_root: false, own, edges });
        }
        number
    }

    /// Counts the segments of a trace, each as a call of its service.
    fn add(&mut self, tree: &Tree<'_>) {
        for place in tree.segments() {
            let (id, segment) = (tree.service(place), &tree.nodes[place].segment);
            let caller = tree.caller(place).map(|caller| self.service(tree.service(caller)));
            // A trace begins with what a client calls.
            let from = caller.unwrap_or_else(|| {
                let client = self.service(id.client());
                self.services[client].own.add(segment);
                client
            });
            let number = self.service(id);
            let service = &mut self.services[number];
            service.is_root |= caller.is_none();
            service.own.add(segment);
            self.services[from].edges.entry(number).or_default().add(segment);
        }
    }
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
        let mut counting = Counting::default();
        traces.iter().for_each(|trace| counting.add(&Tree::of(trace)));
        let services = counting.services.into_iter().enumerate();
        Self { services: services.map(|(number, service)| service.node(number)).collect() }
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

impl CountedService {
    fn node(self, reference_id: usize) -> ServiceNode {
        let [start_time, end_time] = self.own.range.unwrap_or_default();
        let edge = |(to, counted): (usize, Counted)| {
            let [start_time, end_time] = counted.range.unwrap_or_default();
            ServiceEdge {
                reference_id: to,
                start_time,
                end_time,
                response_time_histogram: counted.histogram(),
                summary_statistics: counted.statistics,
            }
        };
        ServiceNode {
            reference_id,
            names: vec![self.id.name.clone()],
            name: self.id.name,
            kind: self.id.kind,
            account_id: self.id.account,
            root: self.is_root,
            start_time,
            end_time,
            edges: self.edges.into_iter().map(edge).collect(),
            response_time_histogram: self.own.histogram(),
            summary_statistics: self.own.statistics,
        }
    }
}

impl ServiceId {
    /// What calls a service with which traces begin.
    fn client(&self) -> Self {
        Self { name: self.name.clone(), kind: Some("client".to_owned()), account: None }
    }
}
