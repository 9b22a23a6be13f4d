//! Intervals of numbers: which of them have a number. Pure.

use std::collections::BTreeSet;

/// Intervals by numbers, both ends included.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    /// By their low ends, once they are sorted.
    all: Vec<(f64, f64, usize)>,
    /// The highest high end of each part: a tree whose root is 1, with the children of N at 2N and 2N + 1.
    highest: Vec<f64>,
    is_sorted: bool,
}

impl Intervals {
    pub(super) fn add(&mut self, low: f64, high: f64, number: usize) {
        self.all.push((low, high, number));
        self.is_sorted = false;
    }

    /// Collects the numbers of those that have a value.
    pub(super) fn find(&mut self, value: f64, found: &mut BTreeSet<usize>) {
        if self.all.is_empty() {
            return;
        }
        if !self.is_sorted {
            self.sort();
        }
        let end = self.all.partition_point(|(low, ..)| *low <= value);
        let leaves = self.highest.len() / 2;
        self.collect(1, 0, leaves, end, value, found);
    }

    fn sort(&mut self) {
        self.all.sort_by(|one, other| one.0.total_cmp(&other.0));
        let leaves = self.all.len().next_power_of_two();
        self.highest = vec![f64::NEG_INFINITY; 2 * leaves];
        for (at, (_, high, _)) in self.all.iter().enumerate() {
            self.highest[leaves + at] = *high;
        }
        for at in (1..leaves).rev() {
            self.highest[at] = self.highest[2 * at].max(self.highest[2 * at + 1]);
        }
        self.is_sorted = true;
    }

    /// Collects from the part of a node, which has `size` intervals from `begin`, those before `end`.
    fn collect(
        &self,
        node: usize,
        begin: usize,
        size: usize,
        end: usize,
        value: f64,
        found: &mut BTreeSet<usize>,
    ) {
        if end <= begin || self.highest[node] < value {
            return;
        }
        if size == 1 {
            found.insert(self.all[begin].2);
            return;
        }
        let half = size / 2;
        self.collect(2 * node, begin, half, end, value, found);
        self.collect(2 * node + 1, begin + half, half, end, value, found);
    }
}
