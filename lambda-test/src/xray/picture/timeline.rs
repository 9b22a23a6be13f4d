//! A trace as a timeline: a row for each segment and subsegment.

use super::svg::{BOLD, MARGIN, Status, Svg, escaped, fitted, time, width};
use crate::xray::{
    Segment, Trace,
    tree::{Node, Tree},
};

/// How many rows are drawn; the others are counted.
const ROWS: usize = 500;

const ROW: f64 = 26.0;
const NAMES: f64 = 330.0;
const BARS: f64 = 610.0;
const TOP: f64 = 84.0;

pub(in crate::xray) fn timeline(trace: &Trace) -> String {
    let tree = Tree::of(trace);
    // What X-Ray infers has the times of the subsegment above it.
    let rows: Vec<(usize, &Node<'_>)> =
        tree.nodes.iter().enumerate().filter(|(_, node)| !node.is_inferred).collect();
    let scale = Scale::of(trace);
    let drawn = rows.len().min(ROWS);
    let left_out = rows.len() - drawn;
    let height = TOP + ROW * drawn as f64 + MARGIN + if left_out == 0 { 0.0 } else { ROW };
    let title = format!("Trace {}", trace.id);
    let mut svg = Svg::new(MARGIN + NAMES + BARS + MARGIN, height, &title);
    head(&mut svg, trace, &scale);
    grid(&mut svg, &scale, TOP + ROW * drawn as f64);
    for (number, (place, node)) in rows.iter().take(drawn).enumerate() {
        row(&mut svg, node, node.holder == *place, &scale, TOP + ROW * number as f64);
    }
    if left_out != 0 {
        let text = format!("and {left_out} more");
        svg.text(MARGIN, TOP + ROW * drawn as f64 + 17.0, "fill=\"#6b7280\"", &text);
    }
    svg.finish()
}

/// What is shorter has no scale.
const NOTHING: f64 = 1e-6;

/// Which instants are where.
struct Scale {
    start: f64,
    duration: f64,
}

impl Scale {
    /// From the first begin, of an init phase too, to the last end.
    fn of(trace: &Trace) -> Self {
        let (mut start, mut end) = (f64::INFINITY, f64::NEG_INFINITY);
        for segment in &trace.segments {
            segment.each(&mut |it| {
                start = start.min(it.start_time);
                end = end.max(it.end_time.unwrap_or(it.start_time));
            });
        }
        let is_empty = !start.is_finite() || !end.is_finite();
        let (start, end) = if is_empty { (0.0, 0.0) } else { (start, end) };
        Self { start, duration: (end - start).max(NOTHING) }
    }

    /// What is in progress may take as long as all.
    fn end_of(&self, segment: &Segment) -> f64 {
        segment.end_time.unwrap_or(self.start + self.duration)
    }

    fn x(&self, at: f64) -> f64 {
        let part = ((at - self.start) / self.duration).clamp(0.0, 1.0);
        MARGIN + NAMES + part * BARS
    }

    /// Times for lines: four to eight, in round steps.
    fn ticks(&self) -> Vec<f64> {
        let rough = self.duration / 6.0;
        let round: &[f64] = if rough < 30.0 { &[1.0, 2.0, 5.0, 10.0] } else { &[] };
        let step = if let Some(last) = round.last() {
            let base = 10_f64.powf(rough.log10().floor());
            round.iter().map(|it| it * base).find(|it| rough <= *it).unwrap_or(last * base)
        } else {
            let steps = [60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 21_600.0, 86_400.0];
            let days = (rough / 86_400.0).ceil() * 86_400.0;
            steps.into_iter().find(|it| rough <= *it).unwrap_or(days)
        };
        let ticks = (0..20).map(|it| f64::from(it) * step);
        ticks
            .take_while(|it| *it <= self.duration && (*it == 0.0 || NOTHING < self.duration))
            .collect()
    }
}

fn head(svg: &mut Svg, trace: &Trace, scale: &Scale) {
    let root = trace.root();
    svg.text(
        MARGIN,
        30.0,
        "font-size=\"16\" font-weight=\"600\" fill=\"#111827\"",
        &fitted(root.map_or("no segment", |it| &it.name), 500.0),
    );
    let status = root.map_or(Status::Ok, Status::of);
    let counts = (trace.functions().len(), trace.has_fault());
    let functions = match counts.0 {
        0 => String::new(),
        1 => ", 1 function".to_owned(),
        many => format!(", {many} functions"),
    };
    let words = match (status, counts.1) {
        (Status::Ok, true) => "something failed",
        (Status::Ok, false) => "ok",
        (Status::Error, _) => "error",
        (Status::Throttle, _) => "throttled",
        (Status::Fault, _) => "failed",
    };
    let text = format!("{}: {}{functions}, {words}", trace.id, time(scale.duration));
    svg.text(MARGIN, 50.0, "fill=\"#6b7280\"", &text);
}

fn grid(svg: &mut Svg, scale: &Scale, bottom: f64) {
    for tick in scale.ticks() {
        let x = scale.x(scale.start + tick);
        svg.add(format_args!(
            "<line x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"#e5e7eb\"/>",
            TOP - 6.0
        ));
        let attributes = "font-size=\"11\" fill=\"#9ca3af\" text-anchor=\"middle\"";
        svg.text(x, TOP - 12.0, attributes, &time(tick));
    }
}

fn row(svg: &mut Svg, node: &Node<'_>, is_segment: bool, scale: &Scale, top: f64) {
    let segment = &node.segment;
    let indent = 14.0 * node.depth.min(10) as f64;
    let (status, middle) = (Status::of(segment), top + ROW / 2.0);
    svg.add(format_args!("<g><title>{}</title>", escaped(&tooltip(segment))));
    svg.add(format_args!(
        "<circle cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"4\" fill=\"{}\"/>",
        MARGIN + indent + 4.0,
        status.colour()
    ));
    let (weight, bold) = if is_segment { ("600", BOLD) } else { ("400", 1.0) };
    let name = fitted(&segment.name, (NAMES - indent - 24.0) / bold);
    let attributes = format!("font-weight=\"{weight}\" fill=\"#1f2937\"");
    let x = MARGIN + indent + 14.0;
    svg.text(x, middle + 4.0, &attributes, &name);
    // What it is a part of, where there is room for it.
    if let Some(kind) = segment.origin.as_deref().map(|it| it.trim_start_matches("AWS::")) {
        let after = x + width(&name) * bold + 8.0;
        let room = (MARGIN + NAMES - 10.0 - after) * 1.15;
        if 50.0 < room {
            let attributes = "font-size=\"10\" fill=\"#9ca3af\"";
            svg.text(after, middle + 4.0, attributes, &fitted(kind, room));
        }
    }
    let (from, to) = (scale.x(segment.start_time), scale.x(scale.end_of(segment)));
    let is_partial = segment.in_progress == Some(true);
    let opacity = match (is_partial, is_segment) {
        (true, _) => "0.15",
        (_, true) => "1",
        _ => "0.6",
    };
    let long = (to - from).max(2.0);
    let outline = if is_partial { status.colour() } else { "none" };
    svg.add(format_args!(
        "<rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"12\" rx=\"2\" fill=\"{}\" \
         fill-opacity=\"{opacity}\" stroke=\"{outline}\" stroke-dasharray=\"3 2\"/>",
        middle - 6.0,
        status.colour()
    ));
    duration(svg, segment, [from, from + long], middle);
    svg.add("</g>");
}

/// How long it took, behind its bar, before it, or in it.
fn duration(svg: &mut Svg, segment: &Segment, [from, to]: [f64; 2], middle: f64) {
    let mut text = time(segment.duration());
    if segment.in_progress == Some(true) {
        "in progress".clone_into(&mut text);
    }
    let long = width(&text) + 8.0;
    let (x, anchor, colour) = if to + long <= MARGIN + NAMES + BARS {
        (to + 5.0, "start", "#4b5563")
    } else if MARGIN + NAMES <= from - long {
        (from - 5.0, "end", "#4b5563")
    } else {
        (from + 6.0, "start", "#ffffff")
    };
    let attributes = format!("font-size=\"11\" fill=\"{colour}\" text-anchor=\"{anchor}\"");
    svg.text(x, middle + 4.0, &attributes, &text);
}

/// What a browser shows of a row.
fn tooltip(segment: &Segment) -> String {
    let mut lines = vec![segment.name.clone()];
    lines.extend(segment.origin.clone());
    lines.push(time(segment.duration()));
    lines.extend(segment.status().map(|it| format!("status {it}")));
    lines.extend(segment.error_message().map(str::to_owned));
    lines.join(", ")
}
