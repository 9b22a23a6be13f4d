//! Whatever ends the command, ends the function and what it has started.

#![cfg(target_os = "linux")]

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A function that ignores the signals of terminals, with a child in its group and one in a session of
/// its own. It never asks for an event, and tells the three ids.
const FUNCTION: &str = "trap '' HUP INT TERM; sleep 3600 & one=$!; setsid sleep 3600 & \
                        echo ids $$ $one $!; wait; sleep 3600";

fn start() -> (Child, Vec<u32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-test"))
        .args(["invoke", "--timeout", "100", "--", "sh", "-c", FUNCTION])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines = BufReader::new(command.stderr.take().expect("it is piped")).lines();
    let ids = lines.map_while(Result::ok).find_map(|line| {
        let ids = line.strip_prefix("ids ")?.to_owned();
        ids.split(' ').map(|id| id.parse().ok()).collect::<Option<Vec<u32>>>()
    });
    (command, ids.expect("the ids"))
}

#[track_caller]
fn check(signal: &str, code: Option<i32>) {
    let (mut command, ids) = start();
    let kill = format!("kill -{signal} {}", command.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().is_ok_and(|status| status.success()));
    let status = command.wait().expect("it ends");
    assert_eq!(status.code(), code, "SIG{signal}: {:?}", status.signal());
    gone(&ids, signal);
}

/// Waits until none of these lives.
#[track_caller]
fn gone(ids: &[u32], signal: &str) {
    // A zombie is gone, whose parent has other things to do.
    let alive = |id: &&u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
    };
    let began = Instant::now();
    while let Some(id) = ids.iter().find(alive) {
        assert!(began.elapsed() < Duration::from_secs(20), "SIG{signal}: {id} of {ids:?} lives on");
        std::thread::yield_now();
    }
}

/// The function lived on with parent 1.
#[test]
fn a_function_ends_after_ctrl_c() {
    check("INT", Some(130));
}

#[test]
fn a_function_ends_after_sigterm() {
    check("TERM", Some(143));
}

#[test]
fn a_function_ends_after_kill_9() {
    check("KILL", None);
}

/// `lambda-test invoke yes --timeout 1` never timed out and took 1.3 GB in 6 s.
#[test]
fn a_function_that_writes_without_end_fills_no_memory() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-test"))
        .args(["invoke", "yes", "--timeout", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let began = Instant::now();
    let mut most = 0;
    let status = loop {
        // The high-water mark, until it ends.
        let status = std::fs::read_to_string(format!("/proc/{}/status", command.id()));
        let kib = status.unwrap_or_default().lines().find_map(|line| {
            line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
        });
        most = most.max(kib.unwrap_or(0));
        if let Some(status) = command.try_wait().expect("it is ours") {
            break status;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "it goes on");
        std::thread::yield_now();
    };
    assert_eq!(status.code(), Some(1));
    // 10 s of init, 1 s of invocation.
    assert!(11 <= began.elapsed().as_secs());
    assert!(0 < most && most < 60 * 1024, "{most} KiB");
}

/// Cargo and its build scripts went on, and the status was that of the raw signal.
#[test]
fn a_build_ends_with_the_command() {
    for (signal, code) in [("INT", Some(130)), ("TERM", Some(143)), ("KILL", None)] {
        let folder = format!("{}/builds {signal}", env!("CARGO_TARGET_TMPDIR"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(format!("{folder}/src")).expect("a folder");
        let file = |name: &str, text: &str| {
            std::fs::write(format!("{folder}/{name}"), text).expect("a file");
        };
        file("Cargo.toml", "[package]\nname = \"slow\"\nedition = \"2024\"\n[workspace]\n");
        file("src/main.rs", "fn main() {}");
        file(
            "build.rs",
            "fn main() { std::fs::write(\"id\", std::process::id().to_string()).unwrap(); \
             std::thread::sleep(std::time::Duration::from_secs(3600)); }",
        );
        let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-test"))
            .args(["invoke", "--bin", "slow"])
            .current_dir(&folder)
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let began = Instant::now();
        let id: u32 = loop {
            let id = std::fs::read_to_string(format!("{folder}/id")).unwrap_or_default();
            if let Ok(id) = id.parse() {
                break id;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "the build script did not start");
            std::thread::yield_now();
        };
        let kill = format!("kill -{signal} {}", command.id());
        assert!(
            Command::new("sh").args(["-c", &kill]).status().is_ok_and(|status| status.success())
        );
        assert_eq!(command.wait().expect("it ends").code(), code, "SIG{signal}");
        gone(&[id], signal);
    }
}
