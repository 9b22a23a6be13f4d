//! What the simulated service costs: `cargo bench -p lambda-test`, or with `-- --quick` in a minute.
//!
//! It prints figures and asserts none: compare two states on one machine. Instructions are counted by
//! callgrind, over 2N invocations minus N, so that cold starts cancel out; they need `valgrind`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::{
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::{Fault, Function, Lambda, explore};

async fn echo(_: Environment) -> Result<impl Bootstrap, Error> {
    Ok(Runtime::new(async |event: u64| {
        // Virtual seconds, by which an environment is busy.
        tokio::time::sleep(Duration::from_secs(event)).await;
        Ok::<_, Error>(event)
    }))
}

/// The argument of a run under callgrind, followed by a count of idle environments and one of invocations.
const COUNTED: &str = "--counted";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == COUNTED) {
        let number = |at: usize| arguments[at].parse::<u32>().expect("a number");
        counted(number(place + 1), number(place + 2));
        return;
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let scale = if quick { 1 } else { 10 };
    // First, so that no memory of another row is used again.
    let many = 1_000 * scale as usize;
    row(&format!("KiB for an idle environment, of {many}"), || memory(many));
    for idle in [1, 10, 10_000] {
        if quick && idle == 10_000 {
            continue;
        }
        let name = format!("instructions for an invocation with {idle} idle environments");
        row(&name, || instructions(idle));
    }
    row("invocations a second, one function, one environment", || per_second(10_000 * scale));
    for idle in [1, 10, 100, 1_000, 10_000] {
        if quick && idle == 10_000 {
            continue;
        }
        let name = format!("µs for an invocation with {idle} idle environments");
        row(&name, || with_idle(idle, 2_000 * scale));
    }
    let many = 100_000 * scale;
    row(&format!("KiB of growth over {many} invocations, after 20,000"), || growth(many));
    row("instructions for an invocation, 10 functions of 1,000 environments", || instructions(0));
    row("seconds for a day of one event each second, of which some fail", day);
    row("seeds a second of three functions under faults, explored", || explored(100 * scale));
    row("seeds a second of a small scenario", || seeds(200 * scale));
}

fn row(name: &str, measure: impl FnOnce() -> f64) {
    println!("{name:64} {:12.2}", measure());
}

fn function(lambda: &Lambda) -> Function {
    lambda.function("echo", echo).timeout(Duration::from_secs(900)).create()
}

async fn invoke(function: &Function, times: u64) -> Duration {
    let began = Instant::now();
    for _ in 0..times {
        black_box(function.invoke(0).await).assert_ok();
    }
    began.elapsed()
}

/// Runs it as `#[lambda_test::test]` does: in virtual time, in a task.
fn in_a_test<T: 'static>(body: impl Future<Output = T> + 'static) -> T {
    lambda_test::block_on(async { tokio::task::spawn_local(body).await.expect("no panic") })
}

fn per_second(times: u64) -> f64 {
    in_a_test(async move {
        let lambda = Lambda::new();
        let function = function(&lambda);
        invoke(&function, times / 10).await;
        times as f64 / invoke(&function, times).await.as_secs_f64()
    })
}

/// A service without limits that a benchmark would meet.
fn unlimited() -> Lambda {
    Lambda::new().account_concurrency(1_000_000).scaling_rate(1_000_000)
}

/// A function with so many environments, all idle.
async fn idle(lambda: &Lambda, environments: usize) -> Function {
    idle_one(lambda, "echo", environments).await
}

async fn idle_one(lambda: &Lambda, name: &str, environments: usize) -> Function {
    let function = lambda.function(name, echo).timeout(Duration::from_secs(900)).create();
    let busy: Vec<_> = (0..environments)
        .map(|_| {
            let function = function.clone();
            tokio::task::spawn_local(async move { function.invoke(1).await })
        })
        .collect();
    for outcome in busy {
        outcome.await.expect("no panic").assert_ok();
    }
    assert_eq!(function.environments(), environments);
    function
}

/// So many invocations, for a run that is counted.
fn counted(environments: u32, times: u32) {
    in_a_test(async move {
        let lambda = unlimited();
        let value = Runtime::new(async |event: serde_json::Value| Ok::<_, Error>(event));
        if environments == 0 {
            return ten_functions(&lambda, times).await;
        }
        let function = match environments {
            1 => lambda.function("value", value).create(),
            _ => idle(&lambda, environments as usize).await,
        };
        for _ in 0..times {
            black_box(function.invoke(0).await).assert_ok();
        }
    });
}

/// Invokes ten functions in turn, each with 1,000 environments.
async fn ten_functions(lambda: &Lambda, times: u32) {
    let mut functions = Vec::new();
    for number in 0..10 {
        functions.push(idle_one(lambda, &format!("echo-{number}"), 1_000).await);
    }
    for function in functions.iter().cycle().take(times as usize) {
        black_box(function.invoke(0).await).assert_ok();
    }
}

/// Five orders, each an event whose function invokes two others: on as many threads as there are cores.
fn explored(times: u64) -> f64 {
    let explored = explore(0..times, async |lambda| {
        lambda.fail_at_random(0.1, Fault::Throttle);
        lambda.fail_at_random(0.1, Fault::Crash);
        let _rates = lambda.stub("rates", |_: u64| Ok(1));
        let _mails = lambda.stub("mails", |_: u64| Ok(true));
        let service = lambda.clone();
        let orders = Runtime::new(move |order: u64| {
            let [rates, mails] = ["rates", "mails"].map(|name| service.invoke(name, order));
            async move {
                rates.await.json::<u64>()?;
                mails.await.json::<bool>()?;
                Ok::<_, Error>(())
            }
        });
        let orders = lambda.function("orders", orders).create();
        for order in 0..5 {
            orders.invoke(order).event().await.assert_ok();
        }
        lambda.until_idle().await;
        Ok::<_, Error>(())
    });
    explored.seeds as f64 / explored.took.as_secs_f64()
}

/// A day of one asynchronous invocation each second: one of a hundred fails and is tried again.
fn day() -> f64 {
    let began = Instant::now();
    in_a_test(async {
        let lambda = unlimited().timeline_limit(0);
        let done = lambda.queue("done");
        let function = lambda.function("echo", echo).on_success(&done).create();
        function.fail_at_random(0.01, Fault::Crash);
        for second in 0..24 * 60 * 60_u64 {
            function.invoke(second % 2).event().await.assert_ok();
            lambda.advance(Duration::from_secs(1)).await;
        }
        lambda.until_idle().await;
        assert!(86_300 < done.messages().len());
    });
    began.elapsed().as_secs_f64()
}

/// The instructions of one invocation; 0 where `valgrind` is not installed.
fn instructions(environments: usize) -> f64 {
    const TIMES: u64 = 1_000;
    let count = |times: u64| {
        let run = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().expect("this program has a path"))
            .args([COUNTED, &environments.to_string(), &times.to_string()])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&run.stderr).into_owned();
        let line = text.lines().find_map(|line| line.split("Collected :").nth(1))?;
        line.trim().parse::<u64>().ok()
    };
    match (count(2 * TIMES), count(TIMES)) {
        (Some(more), Some(less)) => (more - less) as f64 / TIMES as f64,
        _ => 0.0,
    }
}

fn with_idle(environments: usize, times: u64) -> f64 {
    in_a_test(async move {
        let lambda = unlimited();
        let function = idle(&lambda, environments).await;
        invoke(&function, times / 10).await;
        invoke(&function, times).await.as_secs_f64() * 1e6 / times as f64
    })
}

/// What this process keeps in memory, in KiB; 0 where that cannot be known.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    number.unwrap_or_default()
}

fn memory(environments: usize) -> f64 {
    in_a_test(async move {
        let lambda = unlimited();
        let before = resident();
        let function = idle(&lambda, environments).await;
        let after = resident();
        drop(function);
        (after - before) / environments as f64
    })
}

fn growth(times: u64) -> f64 {
    in_a_test(async move {
        let lambda = unlimited();
        let function = function(&lambda);
        invoke(&function, 20_000).await;
        let before = resident();
        invoke(&function, times).await;
        resident() - before
    })
}

fn seeds(times: u64) -> f64 {
    let began = Instant::now();
    for seed in 0..times {
        in_a_test(async move {
            let lambda = Lambda::new().seed(seed);
            let function = function(&lambda);
            function.invoke(1).await.assert_ok();
            assert!(function.invoke(901).await.is_timeout());
            function.invoke(1).await.assert_ok();
        });
    }
    times as f64 / began.elapsed().as_secs_f64()
}
