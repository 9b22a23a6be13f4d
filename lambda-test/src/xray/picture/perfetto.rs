//! A trace in the format of Chrome's traces, which Perfetto shows.
//!
//! Source: Perfetto documentation, "Trace event format" of Chrome.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::svg::Status;
use crate::xray::{
    Trace,
    tree::{ServiceId, Tree},
};

/// The process that stands for the trace: viewers show its threads at once, which those of several they do not.
const PROCESS: usize = 1;

pub(in crate::xray) fn perfetto(trace: &Trace) -> Value {
    let tree = Tree::of(trace);
    let threads = threads(&tree);
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    let mut events = Vec::new();
    for (place, node) in tree.nodes.iter().enumerate() {
        names.entry(threads[place]).or_insert_with(|| {
            let ServiceId { name, kind, .. } = tree.service(place);
            kind.map_or_else(|| name.clone(), |kind| format!("{name} ({kind})"))
        });
        let segment = &node.segment;
        let start = micros(segment.start_time - trace.start_time());
        let mut arguments = json!({
            "id": segment.id,
            "status": match Status::of(segment) {
                Status::Ok => "ok",
                Status::Error => "error",
                Status::Throttle => "throttle",
                Status::Fault => "fault",
            },
        });
        for name in ["http", "aws", "annotations", "cause", "metadata"] {
            if let Some(value) = segment.other.get(name) {
                arguments[name] = value.clone();
            }
        }
        let category = if node.is_inferred {
            "inferred"
        } else if node.holder == place {
            "segment"
        } else {
            "subsegment"
        };
        let mut event = json!({
            "ph": "X", "name": segment.name, "cat": category, "pid": PROCESS, "tid": threads[place],
            "ts": start,
            "dur": micros(segment.duration()), "args": arguments,
        });
        if segment.fault {
            event["cname"] = json!("terrible");
        }
        events.push(event);
        // An arrow from what called to what was called.
        if let Some(parent) = node.parent.filter(|_| node.holder == place) {
            let end = |kind: &str, thread: usize, at: f64| json!({"ph": kind, "name": "call", "cat": "call", "id": place, "pid": PROCESS, "tid": thread, "ts": at});
            // Within both slices.
            let parent_start = micros(tree.nodes[parent].segment.start_time - trace.start_time());
            let parent_end = parent_start + micros(tree.nodes[parent].segment.duration());
            let leaves = start.clamp(parent_start, parent_end.max(parent_start));
            events.push(end("s", threads[parent], leaves));
            let mut arrives = end("f", threads[place], start);
            arrives["bp"] = json!("e");
            events.push(arrives);
        }
    }
    let about = |name: &str, thread: usize, arguments: Value| json!({"ph": "M", "name": name, "pid": PROCESS, "tid": thread, "args": arguments});
    events.push(about("process_name", 0, json!({"name": format!("trace {}", trace.id)})));
    for (thread, name) in names {
        events.push(about("thread_name", thread, json!({"name": name})));
        events.push(about("thread_sort_index", thread, json!({"sort_index": thread})));
    }
    json!({
        "traceEvents": events,
        "displayTimeUnit": "ms",
        "otherData": {"trace_id": trace.id, "start_time": trace.start_time()},
    })
}

fn micros(seconds: f64) -> f64 {
    (seconds * 1e9).round() / 1e3
}

/// A thread for each node: those of a service are next to each other, and slices of one are apart, or one within the other.
fn threads(tree: &Tree<'_>) -> Vec<usize> {
    let mut services: Vec<(ServiceId, Vec<usize>)> = Vec::new();
    for place in 0..tree.nodes.len() {
        let service = tree.service(place);
        match services.iter_mut().find(|(other, _)| *other == service) {
            Some((_, places)) => places.push(place),
            None => services.push((service, vec![place])),
        }
    }
    // A thread with the number of its process is shown as the main one.
    let mut next = PROCESS + 1;
    let mut threads = vec![0; tree.nodes.len()];
    let range = |place: usize| {
        let segment = &tree.nodes[place].segment;
        let start = micros(segment.start_time);
        [start, start + micros(segment.duration())]
    };
    for (_, mut places) in services {
        // By their begins, the longer ones first.
        places.sort_by(|one, other| {
            let ([start, end], [other_start, other_end]) = (range(*one), range(*other));
            start.total_cmp(&other_start).then_with(|| other_end.total_cmp(&end))
        });
        // Of each lane the ends of the slices that are open.
        let mut open: Vec<Vec<f64>> = Vec::new();
        for place in places {
            let [start, end] = range(place);
            let fits = |ends: &mut Vec<f64>| {
                while ends.last().is_some_and(|last| *last <= start) {
                    ends.pop();
                }
                ends.last().is_none_or(|last| end <= *last)
            };
            let lane = match open.iter_mut().position(fits) {
                Some(lane) => lane,
                None => {
                    open.push(Vec::new());
                    open.len() - 1
                }
            };
            open[lane].push(end);
            threads[place] = next + lane;
        }
        next += open.len();
    }
    threads
}
