//! What a function has started ends with it, and everything ends with the program that simulates.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use lambda_test::{Lambda, Program};

use crate::program;

/// A function that ignores SIGHUP: see `tests/programs/spawning.rs`.
fn function() -> Program {
    Program::new("/bin/sh").arg("-c").arg("trap '' HUP; exec \"$0\" spawning").arg(program())
}

/// Waits until these processes are gone; a zombie is, whose parent has other things to do.
#[track_caller]
fn wait_for_the_end_of(ids: &[u32]) {
    let alive = |id: &&u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
    };
    let began = Instant::now();
    while ids.iter().any(|id| alive(&id)) {
        let alive: Vec<&u32> = ids.iter().filter(alive).collect();
        assert!(began.elapsed() < Duration::from_secs(20), "{alive:?} of {ids:?} live on");
        std::thread::yield_now();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "local")]
async fn what_a_function_has_started_ends_with_its_environment() {
    let lambda = Lambda::in_real_time();
    let function = lambda.function("f", function()).create();
    let ids: Vec<u32> = function.invoke(0).await.assert_ok().json().expect("ids");
    assert_eq!(ids.len(), 3);
    function.shut_down().await;
    wait_for_the_end_of(&ids);
}

/// A function lived on with parent 1, a looping one for ever.
#[cfg(target_os = "linux")]
#[test]
fn a_frozen_function_ends_with_a_killed_simulator() {
    let mut parent = Command::new(program())
        .arg("simulating")
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts");
    let lines = BufReader::new(parent.stdout.take().expect("it is piped")).lines();
    let ids =
        lines.map_while(Result::ok).find_map(|line| line.strip_prefix("ids ").map(str::to_owned));
    let ids: Vec<u32> = serde_json::from_str(&ids.expect("the ids")).expect("numbers");
    parent.kill().expect("it runs");
    parent.wait().expect("it ends");
    wait_for_the_end_of(&ids);
}
