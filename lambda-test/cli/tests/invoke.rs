//! Exit codes and words of `lambda-test invoke`: 0 for an answer, 1 for a failed function, 2 for
//! misuse.

#![cfg(unix)]

use std::process::Command;

#[track_caller]
fn check(arguments: &[&str], status: i32, said: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_lambda-test"))
        .arg("invoke")
        .args(arguments)
        .output()
        .expect("the command starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {stderr}");
    assert!(stderr.contains(said), "{arguments:?}: {stderr}");
}

#[test]
fn misuse_is_told_apart_from_a_function_that_fails() {
    check(&[], 2, "nothing to invoke: give a PROGRAM, --example or --bin");
    check(&["/no/such/program"], 2, "`/no/such/program` could not be started");
    check(&["/bin/true", "--payload", "{"], 2, "--payload is no JSON");
    check(&["/bin/true", "--payload-file", "/no/such/file"], 2, "payload file `/no/such/file`");
    check(&["/bin/true", "--payload", "1", "--payload-file", "-"], 2, "cannot be used with");
    check(&["/bin/true", "--env", "NAME"], 2, "expected NAME=VALUE");
    check(&["/bin/true", "--timeout", "901"], 2, "901 is not in 1..=900");
    check(&["/bin/true", "--memory", "64"], 2, "64 is not in 128..=10240");
    check(&["/bin/true"], 1, "true ended before it answered");
    check(&["/bin/false"], 1, "REPORT RequestId: ");
}
