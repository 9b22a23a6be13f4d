//! The simulated service, tested by conversation. Each file is a chapter; the timelines are both
//! assertion and documentation.

mod api;
mod asynchronous;
mod concurrency;
mod cuts;
mod cutting;
mod determinism;
mod effects;
#[cfg(unix)]
mod ending;
mod ergonomics;
mod explore;
mod external_io;
mod faults;
mod freeze;
mod lifecycle;
mod logs;
mod metrics;
#[cfg(target_os = "linux")]
mod outside;
mod pool;
mod raw;
#[cfg(unix)]
mod real_time;
mod recorded;
mod recordings;
mod records;
mod recursion;
mod response;
mod rules;
mod service;
mod service_errors;
mod sources;
mod streams;
mod terminate;
mod tracing;
mod versions;
mod xray;

/// The program with what tests start as processes, in `tests/programs`. `cargo test --test it` alone does not build
/// it anew.
fn program() -> std::path::PathBuf {
    let this = std::env::current_exe().expect("this program has a path");
    let target = this.parent().and_then(std::path::Path::parent).expect("a folder of the target");
    let program = target.join("examples/test_programs");
    assert!(
        program.exists(),
        "`{}` is missing: `cargo test -p lambda-test` builds it, and so does \
         `cargo build -p lambda-test --example test_programs`",
        program.display()
    );
    program
}
