//! One seed, one timeline: also in a hundred processes.

#[path = "../programs/timeline.rs"]
mod timeline;

use std::process::Command;

use crate::program;
use timeline::timeline;

#[test]
fn another_seed_is_another_timeline() {
    let of = |seed| lambda_test::block_on(timeline(seed, false));
    assert_eq!(of(42), of(42));
    assert_ne!(of(42), of(43));
}

/// Ids and chance are made of labels, so that a test does not change when a function is added to it.
#[test]
fn one_more_function_changes_nothing_for_the_others() {
    let ids = |another_function| {
        let timeline = lambda_test::block_on(timeline(42, another_function));
        timeline.lines().last().map(str::to_owned)
    };
    assert_eq!(ids(false), ids(true));
}

#[test]
fn processes_with_one_seed_print_one_timeline() {
    check_processes(10);
}

#[test]
#[ignore = "half a minute: .ci/long processes"]
fn a_hundred_processes_with_one_seed_print_one_timeline() {
    check_processes(100);
}

fn check_processes(runs: usize) {
    let mut first = None;
    for run in 0..runs {
        let printed = Command::new(program()).arg("timeline").output().expect("it starts");
        assert!(printed.status.success(), "run {run} failed");
        let printed = String::from_utf8_lossy(&printed.stdout).into_owned();
        assert!(1000 < printed.len(), "run {run} printed nothing to compare: {printed}");
        match &first {
            None => first = Some(printed),
            Some(first) => assert_eq!(*first, printed, "run {run} differs"),
        }
    }
}
