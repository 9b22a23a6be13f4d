//! Many seeds: what goes wrong by chance is found, replayed and shrunk.

#[path = "../programs/lost_update.rs"]
mod lost_update;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use lambda_runtime::{Error, Runtime};
use lambda_test::{Fault, Lambda, TestError, explore};

use crate::program;

/// The message with which an exploration fails.
fn failure<F: Future<Output = Result<(), TestError>>>(
    property: impl Fn(Lambda) -> F + Sync,
) -> String {
    let exploring = AssertUnwindSafe(|| explore(1..1000, property));
    let panic = catch_unwind(exploring).expect_err("it fails");
    panic.downcast_ref::<String>().expect("a message").clone()
}

/// A bug that takes a crash and a throttle, among duplicates, crashes and throttles that do not matter.
#[test]
fn a_lost_update_is_found_and_its_faults_are_shrunk_to_the_two_that_matter() {
    let message = failure(lost_update::orders_are_added_once);
    let (needed, rest) = message.split_once("faults are needed:\n").expect("faults");
    assert!(needed.contains("the balance is 400 after 5 orders of 100\n2 of "), "{needed}");
    let mut faults: Vec<&str> = rest.lines().take(2).map(str::trim).collect();
    faults.sort_unstable();
    assert!(
        faults[0].starts_with("Crash of invocation ") && faults[0].ends_with(" of orders"),
        "{rest}"
    );
    assert!(
        faults[1].starts_with("Throttle of invocation ") && faults[1].ends_with(" of rates"),
        "{rest}"
    );

    let seed = message.split_once("LAMBDA_TEST_SEED=").expect("a seed").1;
    let seed = seed.split(' ').next().expect("a number");
    assert!(message.starts_with(&format!("seed {seed} of ")), "{message}");
    check_replays(seed, 10);
}

#[test]
#[ignore = "ten seconds: .ci/long processes"]
fn a_lost_update_is_replayed_in_a_hundred_processes() {
    let message = failure(lost_update::orders_are_added_once);
    let seed = message.split_once("LAMBDA_TEST_SEED=").expect("a seed").1;
    check_replays(seed.split(' ').next().expect("a number"), 100);
}

/// Each of so many processes prints the same for a seed.
fn check_replays(seed: &str, runs: usize) {
    let mut first = None;
    for run in 0..runs {
        let replayed =
            Command::new(program()).arg("lost-update").env("LAMBDA_TEST_SEED", seed).output();
        let replayed = replayed.expect("it starts");
        let printed = String::from_utf8_lossy(&replayed.stderr).into_owned();
        let printed = printed.split_once("seed ").expect("a message").1.to_owned();
        assert!(printed.contains("the balance is 400"), "run {run}: {printed}");
        match &first {
            None => first = Some(printed),
            Some(first) => assert_eq!(*first, printed, "run {run} differs"),
        }
    }
}

/// It states how much was tried.
#[lambda_test::test(seeds = 1..50)]
async fn an_event_that_is_throttled_runs_once(lambda: Lambda) {
    let done = lambda.queue("done");
    let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
    let function = lambda.function("double", double).on_success(&done).create();
    lambda.fail_at_random(0.3, Fault::Throttle);
    function.invoke(7).event().await.assert_ok();
    lambda.until_idle().await;
    assert_eq!(done.messages().len(), 1);
}

#[test]
fn an_exploration_states_what_it_has_reached() {
    let explored = explore(1..100, async |lambda| {
        let double = Runtime::new(async |n: u64| Ok::<_, Error>(2 * n));
        let function = lambda.function("double", double).create();
        lambda.fail_at_random(0.5, Fault::Crash);
        for n in 0..10 {
            function.invoke(n).await;
        }
        Ok::<_, TestError>(())
    });
    assert_eq!(explored.seeds, 99);
    assert!((300..700).contains(&explored.faults), "{explored}");
    // Those of a function without extensions that responds or crashes.
    assert!((8..14).contains(&explored.cells), "{explored}");
    let shown = explored.to_string();
    assert!(shown.starts_with("99 seeds, ") && shown.ends_with(" states with inputs"), "{shown}");
}

/// What the machine gives is not the seed's.
#[test]
fn a_property_that_is_not_the_same_twice_is_named() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let message = failure(async |lambda| {
        let wait = RUNS.fetch_add(1, Relaxed);
        let sleeper = Runtime::new(async move |_: u64| {
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            Ok::<_, Error>(())
        });
        lambda.function("f", sleeper).create().invoke(1).await;
        Ok(())
    });
    assert!(message.starts_with("seed 1 is not the same twice"), "{message}");

    // Also where hundreds of things happen behind it that are the same.
    static FAILS: AtomicU64 = AtomicU64::new(0);
    let message = failure(async |lambda| {
        let fails = FAILS.fetch_add(1, Relaxed);
        let handler = Runtime::new(async move |n: u64| match n == 0 && fails % 2 == 0 {
            true => Err(Error::from("only now")),
            false => Ok(()),
        });
        let function = lambda.function("f", handler).create();
        for n in 0..100 {
            function.invoke(n).await;
        }
        Ok(())
    });
    assert!(message.starts_with("seed 1 is not the same twice"), "{message}");
}

#[test]
#[should_panic = "the seeds are 5..5: expected at least one, as in 1..1000"]
fn seeds_that_are_none_are_refused() {
    explore(5..5, async |_| Ok::<_, TestError>(()));
}

/// "After the faults stop, a liveness phase must end with nothing stuck."
#[test]
fn what_is_stuck_after_the_faults_is_a_failure() {
    let message = failure(async |lambda| {
        let forever =
            Runtime::new(async |_: u64| std::future::pending::<Result<(), Error>>().await);
        let forever = lambda.function("f", forever).create();
        // Each is tried again when it has ended.
        let again = lambda.clone();
        lambda.on_record(move |record| {
            if matches!(record.kind, lambda_test::RecordKind::EventEnded(_)) {
                let again = again.clone();
                tokio::task::spawn_local(async move { again.invoke("f", 1).event().await });
            }
        });
        forever.invoke(1).event().await.assert_ok();
        std::mem::forget(forever);
        Ok(())
    });
    assert!(
        message.contains("the service is not idle 48 h after its faults have stopped"),
        "{message}"
    );
}
