//! Where the services of a map stand, and which way the calls between them go.

use std::collections::{BTreeMap, BTreeSet};

use super::{map::label_width, svg::MARGIN};
use crate::xray::ServiceNode;

/// Between the names of two columns.
const GAP: f64 = 30.0;
/// Of circles without long names.
const NARROWEST: f64 = 110.0;
const ROW: f64 = 124.0;
/// What a call takes up in a column that it only goes through.
const WAY: f64 = 50.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 86.0;

/// How often columns are put in the order of what they are connected to.
const SWEEPS: usize = 8;

/// A point of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// The middles of all services, the ways of calls, and the size of the picture.
pub(super) struct Layout {
    pub(super) places: Vec<Place>,
    /// Of calls to a service that is further than in the next column, through which points they go.
    pub(super) ways: BTreeMap<(usize, usize), Vec<Place>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What stands in a column: the services first, then what is only gone through.
struct Points {
    columns: Vec<usize>,
    neighbours: Vec<Vec<usize>>,
    ways: BTreeMap<(usize, usize), Vec<usize>>,
    services: usize,
}

impl Layout {
    pub(super) fn of(services: &[ServiceNode]) -> Self {
        let points = Points::of(services);
        let last = points.columns.iter().copied().max().unwrap_or_default();
        let mut columns: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
        for (point, column) in points.columns.iter().enumerate() {
            columns[*column].push(point);
        }
        points.untangle(&mut columns);
        let tall = |column: &Vec<usize>| column.iter().map(|it| points.tall(*it)).sum::<f64>();
        let tallest = columns.iter().map(tall).fold(ROW, f64::max);
        let mut places = vec![Place::default(); points.columns.len()];
        let mut widths = vec![0.0; points.columns.len()];
        let mut right = MARGIN;
        for column in &columns {
            let own = column.iter().filter(|it| **it < points.services);
            let labels = own.map(|it| label_width(&services[*it]));
            let wide = (labels.fold(0.0, f64::max) + GAP).max(NARROWEST);
            // Each column in the middle.
            let mut top = (tallest - tall(column)) / 2.0;
            for point in column {
                let tall = points.tall(*point);
                let y = TOP - ROW / 2.0 + top + tall / 2.0;
                places[*point] = Place { x: right + wide / 2.0, y };
                widths[*point] = wide - GAP;
                top += tall;
            }
            right += wide;
        }
        let way = |(call, way): (&(usize, usize), &Vec<usize>)| {
            // Straight through a column.
            let through = |point: &usize| {
                let Place { x, y } = places[*point];
                [-0.5, 0.5].map(|part| Place { x: x + part * widths[*point], y })
            };
            let mut way: Vec<Place> = way.iter().flat_map(through).collect();
            if !way.is_empty() {
                // It turns next to the names of both.
                let next_to = |service: usize, part: f64| {
                    let Place { x, y } = places[service];
                    Place { x: x + part * label_width(&services[service]).max(NARROWEST - GAP), y }
                };
                way.insert(0, next_to(call.0, 0.5));
                way.push(next_to(call.1, -0.5));
            }
            (*call, way)
        };
        let ways = points.ways.iter().map(way).collect();
        places.truncate(points.services);
        Self { places, ways, width: right + MARGIN, height: TOP + tallest - ROW + BOTTOM }
    }
}

impl Points {
    fn of(services: &[ServiceNode]) -> Self {
        let mut points = Self {
            columns: columns(services),
            neighbours: vec![Vec::new(); services.len()],
            ways: BTreeMap::new(),
            services: services.len(),
        };
        for (from, node) in services.iter().enumerate() {
            for to in called(node, services.len()) {
                let mut way = vec![from];
                for column in points.columns[from] + 1..points.columns[to] {
                    way.push(points.columns.len());
                    points.columns.push(column);
                    points.neighbours.push(Vec::new());
                }
                way.push(to);
                for pair in way.windows(2) {
                    points.neighbours[pair[0]].push(pair[1]);
                    points.neighbours[pair[1]].push(pair[0]);
                }
                points.ways.insert((from, to), way[1..way.len() - 1].to_vec());
            }
        }
        points
    }

    fn tall(&self, point: usize) -> f64 {
        if point < self.services { ROW } else { WAY }
    }

    /// Puts the points of each column in the order of the middle of what they are connected to.
    fn untangle(&self, columns: &mut [Vec<usize>]) {
        let mut place = vec![0.0; self.columns.len()];
        let note = |column: &[usize], place: &mut [f64]| {
            for (row, point) in column.iter().enumerate() {
                place[*point] = row as f64 - column.len() as f64 / 2.0;
            }
        };
        columns.iter().for_each(|column| note(column, &mut place));
        for sweep in 0..SWEEPS {
            let to_left = sweep % 2 == 0;
            for number in 0..columns.len() {
                let column =
                    &mut columns[if to_left { number } else { columns.len() - 1 - number }];
                column.sort_by(|one, other| {
                    let [one, other] = [one, other].map(|it| self.middle(*it, to_left, &place));
                    one.total_cmp(&other)
                });
                note(column, &mut place);
            }
        }
    }

    /// The middle of what a point is connected to on one side; its own place where that is nothing.
    fn middle(&self, point: usize, to_left: bool, place: &[f64]) -> f64 {
        let own = self.columns[point];
        let is_near = |it: &&usize| {
            let other = self.columns[**it];
            if to_left { other < own } else { own < other }
        };
        let near = self.neighbours[point].iter().filter(is_near).map(|it| place[*it]);
        let (count, sum) = near.fold((0, 0.0), |(count, sum), it| (count + 1, sum + it));
        if count == 0 { place[point] } else { sum / f64::from(count) }
    }
}

/// The services that one calls, of those that are drawn.
pub(super) fn called(node: &ServiceNode, drawn: usize) -> impl Iterator<Item = usize> + '_ {
    node.edges.iter().map(|edge| edge.reference_id).filter(move |to| *to < drawn)
}

/// The column of each service: behind all that call it, but for calls that lead back.
fn columns(services: &[ServiceNode]) -> Vec<usize> {
    let count = services.len();
    let mut columns = vec![0; count];
    // 0 not visited, 1 on the way, 2 done: calls to what is on the way lead back.
    let mut state = vec![0_u8; count];
    let mut order = Vec::new();
    let mut back = BTreeSet::new();
    for first in 0..count {
        if state[first] != 0 {
            continue;
        }
        state[first] = 1;
        let mut stack = vec![(first, 0)];
        while let Some((node, next)) = stack.pop() {
            let Some(to) = called(&services[node], count).nth(next) else {
                state[node] = 2;
                order.push(node);
                continue;
            };
            stack.push((node, next + 1));
            if state[to] == 0 {
                state[to] = 1;
                stack.push((to, 0));
            } else if state[to] == 1 {
                back.insert((node, to));
            }
        }
    }
    for &node in order.iter().rev() {
        for to in called(&services[node], count) {
            if !back.contains(&(node, to)) {
                columns[to] = columns[to].max(columns[node] + 1);
            }
        }
    }
    columns
}
