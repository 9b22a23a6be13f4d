//! What must come of a batch, worked out millisecond by millisecond.

use lambda_events::BatchOrder;

use super::scripted::{Ends, Observed, Script, Way};

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waits,
    Runs { until: u64 },
    Done,
    Failed,
}

/// The same as a function that handles this batch in this way.
pub(crate) fn expect(order: BatchOrder, scripts: &[Script], way: Way) -> Observed {
    let lane = |place: usize| (scripts[place].lane != "-").then_some(&scripts[place].lane);
    let mut states = vec![State::Waits; scripts.len()];
    let mut began = Vec::new();
    for now in 0.. {
        let mut changed = true;
        while changed {
            changed = false;
            for place in 0..scripts.len() {
                if states[place] == (State::Runs { until: now }) {
                    let well = scripts[place].ends == Ends::Well;
                    states[place] = if well { State::Done } else { State::Failed };
                    changed = true;
                }
            }
            let runs = states.iter().filter(|it| matches!(it, State::Runs { .. })).count();
            let first_failed = states.iter().position(|it| *it == State::Failed);
            let may_begin = |place: &usize| {
                let before = |it: &usize| lane(*it).is_some() && lane(*it) == lane(*place);
                let in_order = (0..*place).filter(before).all(|it| states[it] == State::Done);
                let beyond =
                    order == BatchOrder::Checkpoint && first_failed.is_some_and(|it| it < *place);
                states[*place] == State::Waits && in_order && !beyond
            };
            let next = (0..scripts.len()).find(may_begin);
            if let (Some(place), false) = (next, way.stop == Some(now) || runs == way.concurrency) {
                states[place] = State::Runs { until: now + scripts[place].millis };
                began.push(place);
                changed = true;
            }
        }
        let running = states.iter().any(|it| matches!(it, State::Runs { .. }));
        if way.stop == Some(now) || !running {
            break;
        }
    }

    let out_of_time = |place: usize| {
        let held = (0..place)
            .any(|it| lane(it).is_some() && lane(it) == lane(place) && states[it] == State::Failed);
        matches!(states[place], State::Waits | State::Runs { .. }) && !held
    };
    let not_done: Vec<usize> = (0..scripts.len()).filter(|at| states[*at] != State::Done).collect();
    let why = |place: usize| match (states[place], scripts[place].ends) {
        (State::Failed, Ends::Panicking) => "Runtime.Panic",
        (State::Failed, _) => "Function.Error",
        _ if out_of_time(place) => "RecordOutOfTime",
        _ => "RecordHeldBack",
    };
    let (answered, told): (Vec<usize>, Vec<usize>) = match order {
        BatchOrder::Checkpoint => {
            let checkpoint: Vec<usize> = not_done.first().copied().into_iter().collect();
            let told = not_done.into_iter();
            let told = told.filter(|at| states[*at] != State::Waits || checkpoint == [*at]);
            (checkpoint.clone(), told.collect())
        }
        _ => (not_done.clone(), not_done),
    };
    let failures = told.into_iter().map(|place| (place, why(place).to_owned())).collect();
    Observed { answered, failures, began }
}
