//! Where the services of a map stand, and which way the calls between them go.

use std::collections::{BTreeMap, BTreeSet};

use super::map::label_width;
use crate::xray::ServiceMap;

/// Between the names of two columns.
const GAP: f64 = 30.0;
/// Of circles without long names.
const NARROWEST: f64 = 110.0;
const ROW: f64 = 124.0;
/// What a call takes up in a column that it only goes through.
const WAY: f64 = 50.0;
const MARGIN: f64 = 20.0;
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
    pub(super) fn of(map: &ServiceMap) -> Self {
        let points = Points::of(map);
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
            let services = column.iter().filter(|it| **it < points.services);
            let labels = services.map(|it| label_width(&map.services[*it]));
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
            (*call, way.iter().flat_map(through).collect())
        };
        let ways = points.ways.iter().map(way).collect();
        places.truncate(points.services);
        Self { places, ways, width: right + MARGIN, height: TOP + tallest - ROW + BOTTOM }
    }
}

impl Points {
    fn of(map: &ServiceMap) -> Self {
        let services = map.services.len();
        let mut points = Self {
            columns: columns(map),
            neighbours: vec![Vec::new(); services],
            ways: BTreeMap::new(),
            services,
        };
        for (from, node) in map.services.iter().enumerate() {
            for to in node.edges.iter().map(|edge| edge.reference_id) {
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
        for sweep in 0..SWEEPS {
            let to_left = sweep % 2 == 0;
            let order: Vec<usize> = if to_left {
                (0..columns.len()).collect()
            } else {
                (0..columns.len()).rev().collect()
            };
            for column in order {
                let mut place = vec![0.0; self.columns.len()];
                for points in columns.iter() {
                    for (row, point) in points.iter().enumerate() {
                        place[*point] = row as f64 - points.len() as f64 / 2.0;
                    }
                }
                let middle = |point: &usize| {
                    let is_near = |it: &&usize| {
                        let (other, own) = (self.columns[**it], self.columns[*point]);
                        if to_left { other < own } else { own < other }
                    };
                    let near: Vec<f64> = self.neighbours[*point]
                        .iter()
                        .filter(is_near)
                        .map(|it| place[*it])
                        .collect();
                    if near.is_empty() {
                        place[*point]
                    } else {
                        near.iter().sum::<f64>() / near.len() as f64
                    }
                };
                columns[column].sort_by(|one, other| middle(one).total_cmp(&middle(other)));
            }
        }
    }
}

/// The column of each service: behind all that call it, but for calls that lead back.
fn columns(map: &ServiceMap) -> Vec<usize> {
    let count = map.services.len();
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
            let Some(edge) = map.services[node].edges.get(next) else {
                state[node] = 2;
                order.push(node);
                continue;
            };
            stack.push((node, next + 1));
            let to = edge.reference_id;
            if state[to] == 0 {
                state[to] = 1;
                stack.push((to, 0));
            } else if state[to] == 1 {
                back.insert((node, to));
            }
        }
    }
    for &node in order.iter().rev() {
        for to in map.services[node].edges.iter().map(|edge| edge.reference_id) {
            if !back.contains(&(node, to)) {
                columns[to] = columns[to].max(columns[node] + 1);
            }
        }
    }
    columns
}
