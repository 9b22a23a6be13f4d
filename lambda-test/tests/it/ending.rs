//! What a function has started ends with it, and everything ends with the program that simulates.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use lambda_core::{Bootstrap, Environment};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, Program};

/// Set for a process that is to be a function and no test.
const FUNCTION: &str = "LAMBDA_TEST_SPAWNING";

/// Set for a process that is to simulate until it is killed.
const PARENT: &str = "LAMBDA_TEST_PARENT";

/// A function that starts a child in its group and one in a session of its own, and answers with the
/// ids of all three.
async fn app(_: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async |_: u8| {
        let mut ids = vec![std::process::id()];
        for program in [&["sleep", "3600"][..], &["setsid", "sleep", "3600"]] {
            ids.push(Command::new(program[0]).args(&program[1..]).spawn()?.id());
        }
        Ok::<_, Error>(ids)
    }))
}

/// This program again, as a function that ignores SIGHUP.
fn function() -> Program {
    let this = std::env::current_exe().expect("this program has a path");
    let name = "ending::what_a_function_runs";
    let program =
        Program::new("/bin/sh").arg("-c").arg("trap '' HUP; exec \"$0\" \"$@\"").arg(this);
    ["--exact", name, "--nocapture", "--test-threads=1"].into_iter().fold(program, Program::arg)
}

#[test]
fn what_a_function_runs() {
    if std::env::var_os(FUNCTION).is_some() {
        let _ = lambda_runtime::start(app);
        std::process::exit(1);
    }
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
    let function = lambda.function("f", function()).env(FUNCTION, "1").create();
    let ids: Vec<u32> = function.invoke(0).await.assert_ok().json().expect("ids");
    assert_eq!(ids.len(), 3);
    function.shut_down().await;
    wait_for_the_end_of(&ids);
}

#[test]
fn what_a_parent_runs() {
    if std::env::var_os(PARENT).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(Default::default())
        .expect("a runtime");
    runtime.block_on(async {
        let lambda = Lambda::in_real_time();
        let function = lambda.function("f", function()).env(FUNCTION, "1").create();
        let ids: Vec<u32> = function.invoke(0).await.assert_ok().json().expect("ids");
        // The function is frozen from now on.
        println!("\nids {ids:?}");
        std::future::pending::<()>().await;
    });
}

/// A function lived on with parent 1, a looping one for ever.
#[cfg(target_os = "linux")]
#[test]
fn a_frozen_function_outlived_a_killed_simulator() {
    let this = std::env::current_exe().expect("this program has a path");
    let mut parent = Command::new(this)
        .args(["--exact", "ending::what_a_parent_runs", "--nocapture", "--test-threads=1"])
        .env(PARENT, "1")
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
