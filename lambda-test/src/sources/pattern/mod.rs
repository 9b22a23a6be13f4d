//! Patterns of events: which events match. Pure.
//!
//! A pattern is read by `reader` and `compile` into alternatives of paths; an event is flattened by `fields` into leaves of
//! paths, and matches where each path of the pattern has a leaf, all of them in one place of each list around them. `index`
//! finds the patterns of many that an event matches.
//!
//! Source: Amazon EventBridge user guide, "Comparison operators for use in event patterns"; AWS Lambda developer guide,
//! "Control which events Lambda sends to your function"; the source of Event Ruler, which EventBridge uses.

mod alternative;
mod cidr;
mod compile;
mod fields;
mod index;
mod intervals;

mod number;
mod operator;
mod reader;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use serde_json::{Map, Value};

use self::{
    alternative::Alternative,
    fields::{Fields, Places, joined},
};
pub(super) use self::{alternative::wildcard, compile::Dialect, index::Index, reader::Malformed};

/// A pattern: an event matches one of its rules.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    rules: Vec<Rule>,
    /// The keys at the top, each once.
    pub(super) top: BTreeSet<String>,
}

/// Paths that must match, all of them.
type Rule = BTreeMap<String, Rc<Key>>;

/// What a path must have.
#[derive(Debug, PartialEq)]
struct Key {
    /// One of these.
    alternatives: Vec<Alternative>,
    /// In how many objects it is.
    depth: usize,
}

/// What a pattern wants of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Leaf,
    Object,
}

impl Pattern {
    /// # Errors
    ///
    /// The text is not a JSON object, or something in it is not a pattern.
    pub(super) fn parse(text: &str, dialect: Dialect) -> Result<Self, Malformed> {
        compile::pattern(text, dialect)
    }

    /// Returns what the pattern wants of a key at its top; absent where nothing.
    pub(super) fn shape(&self, name: &str) -> Option<Shape> {
        let mut shapes = self.rules.iter().flat_map(BTreeMap::keys).filter_map(|path| {
            let rest = path.strip_prefix(name)?;
            match rest.chars().next() {
                None => Some(Shape::Leaf),
                Some('.') => Some(Shape::Object),
                Some(_) => None,
            }
        });
        shapes.next()
    }

    /// Returns the pattern without a key at its top.
    pub(super) fn without(&self, name: &str) -> Self {
        let mut without = self.clone();
        let is_below = |path: &String| {
            path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        for rule in &mut without.rules {
            rule.retain(|path, _| !is_below(path));
        }
        without
    }

    /// Returns in how many combinations of values it has: those of a rule are multiplied, each as often as it is deep.
    pub(super) fn combinations(&self) -> usize {
        let of = |rule: &Rule| {
            rule.values().fold(1_usize, |all, key| {
                all.saturating_mul(key.alternatives.len().saturating_mul(key.depth))
            })
        };
        self.rules.iter().map(of).fold(0, usize::saturating_add)
    }

    /// Whether a key is below another one.
    pub(super) fn is_nested(&self) -> bool {
        self.rules.iter().flat_map(BTreeMap::values).any(|key| 1 < key.depth)
    }

    pub(super) fn matches(&self, event: &Map<String, Value>) -> bool {
        let fields = Fields::of(event);
        self.rules.iter().any(|rule| first_failure(rule, &fields).is_none())
    }

    /// Returns the first path that does not match, such as `body.total`, or `body.$or` where none of several; nothing where the
    /// event matches.
    pub(super) fn why_not(&self, event: &Map<String, Value>) -> Option<String> {
        let fields = Fields::of(event);
        let failures: Option<Vec<&str>> =
            self.rules.iter().map(|rule| first_failure(rule, &fields)).collect();
        let failures = failures?;
        let (first, rest) = failures.split_first()?;
        if rest.iter().all(|other| other == first) {
            return Some((*first).to_owned());
        }
        // What they have in common is where the choice is.
        let mut common: Vec<&str> = first.split('.').collect();
        for other in rest {
            let same = common.iter().zip(other.split('.')).take_while(|(one, it)| *one == it);
            common.truncate(same.count());
        }
        common.push("$or");
        Some(common.join("."))
    }
}

/// Returns the first path of a rule at which nothing matches any more.
fn first_failure<'a>(rule: &'a Rule, fields: &Fields) -> Option<&'a str> {
    // In which places of lists what has matched so far may be.
    let mut reached = BTreeSet::from([Places::new()]);
    for (position, (path, key)) in rule.iter().enumerate() {
        let leaves = fields.get(path);
        let matching: Vec<&Places> = leaves
            .iter()
            .filter(|(leaf, _)| key.alternatives.iter().any(|one| one.matches(leaf)))
            .map(|(_, places)| places)
            .collect();
        let may_be_absent = key.alternatives.contains(&Alternative::Exists(false));
        let mut next = BTreeSet::new();
        for places in &reached {
            next.extend(matching.iter().filter_map(|more| joined(places, more)));
            let is_present = || leaves.iter().any(|(_, more)| joined(places, more).is_some());
            if may_be_absent && !is_present() {
                next.insert(places.clone());
            }
        }
        if next.is_empty() {
            return Some(path);
        }
        reached = forget(next, rule, position, fields);
    }
    None
}

/// Leaves out the lists in which no later path is: what is in them is decided.
fn forget(
    reached: BTreeSet<Places>,
    rule: &Rule,
    position: usize,
    fields: &Fields,
) -> BTreeSet<Places> {
    if reached.len() < 2 {
        return reached;
    }
    let later = rule.keys().skip(position + 1).flat_map(|path| fields.get(path));
    let lists: BTreeSet<u32> =
        later.flat_map(|(_, places)| places).map(|(list, _)| *list).collect();
    let keep =
        |places: Places| places.into_iter().filter(|(list, _)| lists.contains(list)).collect();
    reached.into_iter().map(keep).collect()
}
