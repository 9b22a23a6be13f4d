//! Many patterns, of which an event matches some. Pure.
//!
//! Each rule of a pattern waits at one of its paths, the one at which the fewest wait that an event with its value meets: an
//! event looks at what waits for its own values only, and checks those rules whole. Rules that look for a text in the middle,
//! for what is not there or for anything but something are looked at whenever an event has their path.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::{
    Key, Pattern,
    alternative::{Alternative, Like},
    cidr,
    fields::{Fields, Leaf},
    first_failure,
    intervals::Intervals,
    number::Written,
};

/// Patterns by numbers, which are given to them when they are added.
#[derive(Debug, Default)]
pub(crate) struct Index {
    patterns: BTreeMap<usize, Pattern>,
    next: usize,
    paths: HashMap<String, Waiting>,
    /// Those that want nothing that an event has.
    always: Vec<usize>,
}

/// What waits at one path.
#[derive(Debug, Default)]
struct Waiting {
    by_value: HashMap<Exact, Vec<usize>>,
    by_edge: BTreeMap<Edge, HashMap<String, Vec<usize>>>,
    by_range: Intervals,
    others: Vec<usize>,
}

/// A value by which rules are found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Exact {
    Text(String),
    SmallLetters(String),
    Address(std::net::IpAddr),
    Word(&'static str),
    /// The bits of a float.
    Number(u64),
    /// One that cannot be compared, as it is written.
    Digits(String),
}

/// Which part of a text is looked up: of so many bytes, in small letters or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    is_suffix: bool,
    in_small_letters: bool,
    length: usize,
}

/// How one alternative is found.
enum Anchor {
    Value(Exact),
    Edge(Edge, String),
    Range(f64, f64),
    Other,
}

impl Index {
    /// Adds a pattern, and returns its number.
    pub(crate) fn add(&mut self, pattern: &Pattern) -> usize {
        let number = self.next;
        self.next += 1;
        for rule in &pattern.rules {
            let best = rule
                .iter()
                .filter_map(|(path, key)| Some((self.cost(path, key)?, path, key)))
                .min_by_key(|(cost, ..)| *cost);
            match best {
                Some((_, path, key)) => {
                    let waiting = self.paths.entry(path.clone()).or_default();
                    for alternative in &key.alternatives {
                        waiting.add(anchor(alternative), number);
                    }
                }
                None => self.always.push(number),
            }
        }
        self.patterns.insert(number, pattern.clone());
        number
    }

    /// Removes a pattern. What waits for it is found no more.
    pub(crate) fn remove(&mut self, number: usize) {
        self.patterns.remove(&number);
    }

    /// Returns the numbers of the patterns that an event matches, in their order.
    pub(crate) fn matching(&mut self, event: &Map<String, Value>) -> Vec<usize> {
        let fields = Fields::of(event);
        let mut candidates: BTreeSet<usize> = self.always.iter().copied().collect();
        for (path, leaves) in fields.iter() {
            let Some(waiting) = self.paths.get_mut(path) else { continue };
            candidates.extend(&waiting.others);
            for (leaf, _) in leaves {
                waiting.find(leaf, &mut candidates);
            }
        }
        let matches = |number: &usize| {
            let pattern = self.patterns.get(number);
            pattern.is_some_and(|it| {
                it.rules.iter().any(|rule| first_failure(rule, &fields).is_none())
            })
        };
        candidates.into_iter().filter(matches).collect()
    }

    /// Returns how many rules an event would meet here; absent where what is absent matches.
    fn cost(&self, path: &str, key: &Key) -> Option<usize> {
        if key.alternatives.contains(&Alternative::Exists(false)) {
            return None;
        }
        let waiting = self.paths.get(path);
        let of = |alternative| match (anchor(alternative), waiting) {
            (Anchor::Other, waiting) => 2 + waiting.map_or(0, |it| it.others.len()),
            (Anchor::Range(..), _) => 1,
            (_, None) => 0,
            (Anchor::Value(value), Some(waiting)) => {
                waiting.by_value.get(&value).map_or(0, Vec::len)
            }
            (Anchor::Edge(edge, text), Some(waiting)) => {
                let texts = waiting.by_edge.get(&edge);
                texts.and_then(|texts| texts.get(&text)).map_or(0, Vec::len)
            }
        };
        key.alternatives.iter().map(of).max()
    }
}

impl Waiting {
    fn add(&mut self, anchor: Anchor, number: usize) {
        match anchor {
            Anchor::Value(value) => self.by_value.entry(value).or_default().push(number),
            Anchor::Edge(edge, text) => {
                let texts = self.by_edge.entry(edge).or_default();
                texts.entry(text).or_default().push(number);
            }
            Anchor::Range(low, high) => self.by_range.add(low, high, number),
            Anchor::Other => self.others.push(number),
        }
    }

    /// Collects what waits for a leaf.
    fn find(&mut self, leaf: &Leaf, found: &mut BTreeSet<usize>) {
        let mut values = Vec::new();
        match leaf {
            Leaf::Text(text) => {
                values.push(Exact::Text(text.clone()));
                let small = text.to_lowercase();
                if let Some(Ok(address)) = cidr::address(text) {
                    values.push(Exact::Address(address));
                }
                for (edge, texts) in &self.by_edge {
                    let text = if edge.in_small_letters { &small } else { text };
                    let part = match edge.is_suffix {
                        true => text.len().checked_sub(edge.length).and_then(|at| text.get(at..)),
                        false => text.get(..edge.length),
                    };
                    found.extend(part.and_then(|part| texts.get(part)).into_iter().flatten());
                }
                values.push(Exact::SmallLetters(small));
            }
            Leaf::Number(number) => {
                values.push(of_number(number));
                if let Some(value) = number.value {
                    self.by_range.find(value, found);
                }
            }
            Leaf::Word(word) => values.push(Exact::Word(word)),
        }
        for value in values {
            found.extend(self.by_value.get(&value).into_iter().flatten());
        }
    }
}

fn of_number(number: &Written) -> Exact {
    match number.value {
        // Zero has two forms.
        Some(value) => Exact::Number((value + 0.0).to_bits()),
        None => Exact::Digits(number.text.clone()),
    }
}

fn anchor(alternative: &Alternative) -> Anchor {
    let edge = |text: &str, is_suffix, in_small_letters| {
        let edge = Edge { is_suffix, in_small_letters, length: text.len() };
        Anchor::Edge(edge, text.to_owned())
    };
    match alternative {
        Alternative::Text(text) => Anchor::Value(Exact::Text(text.clone())),
        Alternative::Address(_, address) => Anchor::Value(Exact::Address(*address)),
        Alternative::Number(number) => Anchor::Value(of_number(number)),
        Alternative::Word(word) => Anchor::Value(Exact::Word(word)),
        Alternative::Numeric(range) => Anchor::Range(
            range.low.map_or(f64::NEG_INFINITY, |low| low.value),
            range.high.map_or(f64::INFINITY, |high| high.value),
        ),
        Alternative::Like(like) => match like {
            Like::Prefix(text) => edge(text, false, false),
            Like::Suffix(text) => edge(text, true, false),
            Like::PrefixIgnoringCase(text) => edge(text, false, true),
            Like::SuffixIgnoringCase(text) => edge(text, true, true),
            Like::IgnoringCase(text) => Anchor::Value(Exact::SmallLetters(text.clone())),
            Like::Wildcard(parts) => match (parts.first(), parts.last()) {
                (Some(only), _) if parts.len() == 1 => Anchor::Value(Exact::Text(only.clone())),
                (Some(head), _) if !head.is_empty() => edge(head, false, false),
                (_, Some(tail)) if !tail.is_empty() => edge(tail, true, false),
                _ => Anchor::Other,
            },
        },
        Alternative::AnythingBut(_) | Alternative::Exists(_) | Alternative::Cidr(_) => {
            Anchor::Other
        }
    }
}
