//! A service map as a picture: services in columns, from those that call to those that are called.

use super::{
    layout::{Layout, Place},
    svg::{BOLD, MARGIN, Status, Svg, escaped, fitted, time, width},
};
use crate::xray::{CallStatistics, ServiceMap, ServiceNode};

/// How many services are drawn, those that were met first; the others are counted.
const SERVICES: usize = 100;

const RADIUS: f64 = 30.0;

/// How wide names and types are at most, as normal text.
const NAME: f64 = 160.0;
const KIND: f64 = 190.0;

/// How wide the name and the type below a circle are.
pub(super) fn label_width(node: &ServiceNode) -> f64 {
    if node.kind.as_deref() == Some("client") {
        return 0.0;
    }
    let name = width(&fitted(&node.name, NAME)) * BOLD;
    let kind = node.kind.as_deref().map_or(0.0, |kind| width(&fitted(kind, KIND)) * 0.85);
    name.max(kind)
}

pub(in crate::xray) fn map(map: &ServiceMap) -> String {
    let services = &map.services[..map.services.len().min(SERVICES)];
    let left_out = map.services.len() - services.len();
    let layout = Layout::of(services);
    let mut svg = Svg::new(layout.width, layout.height, "Service map");
    if left_out != 0 {
        let text = format!("and {left_out} more services");
        svg.text(MARGIN, layout.height - 10.0, "fill=\"#6b7280\"", &text);
    }
    svg.add(
        "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#9ca3af\"/></marker></defs>",
    );
    for (from, node) in services.iter().enumerate() {
        for edge in node.edges.iter().filter(|edge| edge.reference_id < services.len()) {
            let to = edge.reference_id;
            let mut way = vec![layout.places[from]];
            way.extend(&layout.ways[&(from, to)]);
            way.push(layout.places[to]);
            arrow(&mut svg, &way, &call_count(&edge.summary_statistics));
        }
    }
    for (node, place) in services.iter().zip(&layout.places) {
        circle(&mut svg, node, *place);
    }
    svg.finish()
}

fn call_count(statistics: &CallStatistics) -> String {
    match statistics.total_count {
        1 => String::new(),
        many => format!("{many} calls"),
    }
}

/// A curve from the edge of one circle to that of another.
fn arrow(svg: &mut Svg, way: &[Place], label: &str) {
    let [from, .., to] = way else { return };
    let path = if from == to {
        format!("M{:.1} {:.1}c-14 -24 34 -24 20 0", from.x - 10.0, from.y - RADIUS - 2.0)
    } else if from.x < to.x {
        let mut points = way.to_vec();
        let last = points.len() - 1;
        points[0].x += RADIUS + 3.0;
        points[last].x -= RADIUS + 5.0;
        let mut path = format!("M{:.1} {:.1}", points[0].x, points[0].y);
        for pair in points.windows(2) {
            let (start, end) = (pair[0], pair[1]);
            let middle = (start.x + end.x) / 2.0;
            path += &format!(
                "C{middle:.1} {:.1} {middle:.1} {:.1} {:.1} {:.1}",
                start.y, end.y, end.x, end.y
            );
        }
        path
    } else {
        // Back, below the names of both.
        let below = from.y.max(to.y) + 2.0 * RADIUS + 16.0;
        format!(
            "M{:.1} {:.1}C{:.1} {below:.1} {:.1} {below:.1} {:.1} {:.1}",
            from.x + RADIUS * 0.7,
            from.y + RADIUS * 0.8,
            from.x,
            to.x,
            to.x + RADIUS * 0.7 + 3.0,
            to.y + RADIUS * 0.8 + 3.0
        )
    };
    svg.add(format_args!(
        "<path d=\"{path}\" fill=\"none\" stroke=\"#9ca3af\" stroke-width=\"1.5\" marker-end=\"url(#arrow)\"/>"
    ));
    if !label.is_empty() && from.x < to.x {
        // Between the two points in the middle of the way.
        let [before, after] = [way[(way.len() - 1) / 2], way[way.len() / 2]];
        let (x, y) = ((before.x + after.x) / 2.0, (before.y + after.y) / 2.0);
        let attributes = "font-size=\"10\" fill=\"#6b7280\" text-anchor=\"middle\" stroke=\"#ffffff\" stroke-width=\"4\" \
                          paint-order=\"stroke\"";
        svg.text(x, y - 4.0, attributes, label);
    }
}

fn circle(svg: &mut Svg, node: &ServiceNode, Place { x, y }: Place) {
    let statistics = &node.summary_statistics;
    let (name, kind) = match node.kind.as_deref() {
        Some("client") => ("Client", None),
        kind => (node.name.as_str(), kind),
    };
    let all = format!("{name} {}", kind.unwrap_or_default());
    svg.add(format_args!("<g><title>{}</title>", escaped(all.trim_end())));
    svg.add(format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RADIUS}\" fill=\"#ffffff\"/>"));
    if kind.is_none() && name == "Client" {
        svg.add(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RADIUS}\" fill=\"#f3f4f6\" stroke=\"#d1d5db\" stroke-width=\"1.5\"/>"
        ));
        person(svg, x, y);
    } else {
        ring(svg, statistics, x, y);
        let each = statistics.total_response_time / statistics.total_count.max(1) as f64;
        let centred = "text-anchor=\"middle\" fill=\"#1f2937\"";
        svg.text(x, y, &format!("font-size=\"11\" font-weight=\"600\" {centred}"), &time(each));
        let count = format!("{}×", statistics.total_count);
        svg.text(x, y + 13.0, "font-size=\"10\" text-anchor=\"middle\" fill=\"#6b7280\"", &count);
    }
    let (bold, small) = (
        "font-weight=\"600\" text-anchor=\"middle\" fill=\"#111827\"",
        "font-size=\"10\" text-anchor=\"middle\" fill=\"#6b7280\"",
    );
    svg.text(x, y + RADIUS + 18.0, bold, &fitted(name, NAME));
    if let Some(kind) = kind {
        svg.text(x, y + RADIUS + 32.0, small, &fitted(kind, KIND));
    }
    svg.add("</g>");
}

/// A head and shoulders.
fn person(svg: &mut Svg, x: f64, y: f64) {
    svg.add(format_args!(
        "<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"7\" fill=\"#9ca3af\"/><path d=\"M{:.1} {:.1}a13 13 0 0 1 26 0z\" \
         fill=\"#9ca3af\"/>",
        y - 7.0,
        x - 13.0,
        y + 16.0
    ));
}

/// A ring that shows which parts of the calls went how.
fn ring(svg: &mut Svg, statistics: &CallStatistics, x: f64, y: f64) {
    let errors = &statistics.error_statistics;
    let parts = [
        (Status::Ok, statistics.ok_count),
        (Status::Error, errors.other_count),
        (Status::Throttle, errors.throttle_count),
        (Status::Fault, statistics.fault_statistics.total_count),
    ];
    let total = statistics.total_count.max(1) as f64;
    let around = std::f64::consts::TAU * RADIUS;
    let mut before = 0.0;
    for (status, count) in parts.into_iter().filter(|(_, count)| *count != 0) {
        let long = around * count as f64 / total;
        svg.add(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RADIUS}\" fill=\"none\" stroke=\"{}\" stroke-width=\"5\" \
             stroke-dasharray=\"{long:.2} {:.2}\" stroke-dashoffset=\"{:.2}\" transform=\"rotate(-90 {x:.1} {y:.1})\"/>",
            status.colour(),
            around - long,
            -before
        ));
        before += long;
    }
}
