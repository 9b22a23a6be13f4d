//! What goes wrong by order: faults of invocations, by count, at random or by a rule.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    fmt,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use crate::kernel::{Fault, Random, Recorder, SimContext, Timeline};

/// An invocation that is about to be handed to an environment, or an event that was accepted: what a
/// [rule](crate::Lambda::fault_rule) decides about.
#[derive(Debug)]
#[non_exhaustive]
pub struct Occasion<'a> {
    /// The name of the function.
    pub function: &'a str,
    /// The number of the invocation among those of the function, from 1; retries count too.
    pub number: u64,
    /// When, since the service began.
    pub at: Duration,
    /// The event.
    pub payload: &'a [u8],
    /// Whether it is an event that was accepted, of which [`Fault::Duplicate`] makes two; otherwise an invocation.
    pub is_accepted: bool,
}

/// The random numbers of a [rule](crate::Lambda::fault_rule): those of the seed and of the function.
pub struct Chance<'a>(&'a mut Random);

impl Chance<'_> {
    /// Returns `true` in this part of the cases, 0.0 to 1.0.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.0.fraction() < probability
    }

    /// Returns a number below the limit; 0 for a limit of 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0.next().checked_rem(limit).unwrap_or_default()
    }
}

impl fmt::Debug for Chance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

/// A rule: which fault an occasion has, if any.
pub(super) type Rule = Rc<dyn Fn(&Occasion<'_>, &mut Chance<'_>) -> Option<Fault>>;

/// The faults of a service.
#[derive(Default)]
pub(super) struct Faults {
    rules: RefCell<Vec<Rule>>,
    /// By the labels of functions.
    functions: RefCell<BTreeMap<Arc<str>, OfFunction>>,
    is_stopped: Cell<bool>,
    fired: RefCell<Vec<FiredFault>>,
    suppressed: RefCell<BTreeSet<FiredFault>>,
}

/// The faults of one function.
struct OfFunction {
    random: Random,
    /// How many invocations, and how many events, there were.
    numbers: [u64; 2],
    /// Faults of the next invocations, so many each.
    next: Vec<(usize, Fault)>,
    rules: Vec<Rule>,
}

/// A fault that happened: to which invocation of which function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FiredFault {
    pub(crate) function: Arc<str>,
    pub(crate) number: u64,
    is_accepted: bool,
    pub(crate) fault: Fault,
}

impl fmt::Display for FiredFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_accepted { "event" } else { "invocation" };
        write!(f, "{:?} of {what} {} of {}", self.fault, self.number, self.function)
    }
}

impl Faults {
    /// Returns whether no fault was asked for: the way of most services.
    fn is_empty(&self) -> bool {
        self.rules.borrow().is_empty() && self.functions.borrow().is_empty()
    }

    pub(super) fn add_rule(&self, rule: Rule) {
        self.rules.borrow_mut().push(rule);
    }

    pub(super) fn of_function(
        &self,
        context: &SimContext,
        label: &Arc<str>,
        change: impl FnOnce(&mut Vec<(usize, Fault)>, &mut Vec<Rule>),
    ) {
        let mut functions = self.functions.borrow_mut();
        let of = functions.entry(label.clone()).or_insert_with(|| OfFunction::new(context, label));
        change(&mut of.next, &mut of.rules);
    }

    /// Nothing goes wrong by order any more.
    pub(super) fn stop(&self) {
        self.is_stopped.set(true);
    }

    /// These faults do not happen, though the rules ask for them.
    pub(super) fn suppress(&self, faults: BTreeSet<FiredFault>) {
        self.suppressed.replace(faults);
    }

    /// Returns what happened so far.
    pub(super) fn fired(&self) -> Vec<FiredFault> {
        self.fired.borrow().clone()
    }

    /// Decides what goes wrong with an invocation, or with an event that was accepted.
    pub(super) fn decide(
        &self,
        context: &SimContext,
        (function, label): (&str, &Arc<str>),
        payload: &[u8],
        is_accepted: bool,
    ) -> Option<Fault> {
        if self.is_stopped.get() || self.is_empty() {
            return None;
        }
        let mut functions = self.functions.borrow_mut();
        let of = functions.entry(label.clone()).or_insert_with(|| OfFunction::new(context, label));
        let number = &mut of.numbers[usize::from(is_accepted)];
        *number += 1;
        let number = *number;
        let at = context.clock.elapsed();
        let occasion = Occasion { function, number, at, payload, is_accepted };
        let rules: Vec<Rule> = of.rules.iter().chain(&*self.rules.borrow()).cloned().collect();
        let fits =
            |fault: &Fault| matches!(fault, Fault::Duplicate | Fault::NotAccepted) == is_accepted;
        let counted = of.next.iter_mut().find(|(_, fault)| fits(fault));
        let mut fault = counted.map(|(left, fault)| {
            *left -= 1;
            *fault
        });
        // Each rule draws, whatever the others say, so that one more or less changes no other.
        for rule in rules {
            let asked = rule(&occasion, &mut Chance(&mut of.random)).filter(fits);
            fault = fault.or(asked);
        }
        let fired = FiredFault { function: label.clone(), number, is_accepted, fault: fault? };
        of.next.retain(|(left, _)| *left != 0);
        if self.suppressed.borrow().contains(&fired) {
            return None;
        }
        self.fired.borrow_mut().push(fired);
        fault
    }
}

impl OfFunction {
    fn new(context: &SimContext, label: &str) -> Self {
        let random = context.random(&format!("{label}/faults"));
        Self { random, numbers: [0; 2], next: Vec::new(), rules: Vec::new() }
    }
}

/// What is kept of a service that an exploration runs.
pub(crate) struct Explored {
    pub(super) faults: Rc<Faults>,
    pub(super) recorder: Recorder,
}

impl Explored {
    /// Returns the faults that happened.
    pub(crate) fn fired(&self) -> Vec<FiredFault> {
        self.faults.fired()
    }

    /// Returns what happened, as far as it is kept.
    pub(crate) fn timeline(&self) -> Timeline {
        self.recorder.all()
    }

    /// Returns what happened last, as far as a message shows it.
    pub(crate) fn last(&self) -> Timeline {
        self.recorder.last(self.recorder.next(), None)
    }
}

/// The rule that this part of all invocations has this fault.
pub(super) fn at_random(probability: f64, fault: Fault) -> Rule {
    Rc::new(move |_, chance| chance.happens(probability).then_some(fault))
}
