//! What queues, streams, rules and schedules cost: `cargo bench -p lambda-test --bench sources`, or with `-- --quick`
//! in some seconds.
//!
//! It prints figures and asserts none of them. Instructions are counted by callgrind, over 2N messages minus N, so that
//! cold starts cancel out; they need `valgrind`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::{
    process::Command,
    time::{Duration, Instant, SystemTime},
};

use lambda_events::{kinesis::KinesisEvent, sqs::SqsEvent};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Function, Lambda, Queue, ScheduleExpression, StartingPosition};
use serde_json::json;

/// The argument of a run under callgrind, followed by the numbers of queues and of messages.
const COUNTED: &str = "--counted";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == COUNTED) {
        let number = |at: usize| arguments[at].parse::<usize>().expect("a number");
        return counted(number(place + 1), number(place + 2));
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let messages = if quick { 100_000 } else { 1_000_000 };
    let (seconds, growth) = queue(messages);
    row(&format!("seconds for {messages} messages of a queue"), seconds);
    row("KiB of growth over them, after the first tenth", growth);
    let hours = if quick { 1 } else { 24 };
    let name = format!("seconds for {hours} h of a stream: 16 shards, 10 records a second");
    row(&name, stream(hours));
    for rules in [10, 10_000] {
        row(&format!("µs to find the rules of an event, {rules} rules"), rules_of(rules, quick));
    }
    row("seconds for a year of 20 schedules", schedules());
    for queues in [1, 100] {
        row(&format!("instructions for a message, {queues} queues"), instructions(queues));
    }
}

fn row(name: &str, figure: f64) {
    println!("{name:64} {figure:12.1}");
}

/// Runs it as `#[lambda_test::test]` does: in virtual time, in a task.
fn in_a_test<T: 'static>(body: impl Future<Output = T> + 'static) -> T {
    lambda_test::block_on(async { tokio::task::spawn_local(body).await.expect("no panic") })
}

/// A function that reads its messages, and each queue mapped to it.
fn mapped(lambda: &Lambda, queues: usize) -> (Function, Vec<Queue>) {
    let handle = async |event: SqsEvent| {
        let _ =
            event.records.iter().map(|it| it.body.as_deref().map_or(0, str::len)).sum::<usize>();
        Ok::<_, Error>(())
    };
    let function = lambda.function("orders", Runtime::new(handle)).create();
    let queues = (0..queues).map(|number| {
        let queue = lambda.queue(&format!("orders-{number}"));
        function.on(&queue).create();
        queue
    });
    let queues = queues.collect();
    (function, queues)
}

/// Sends messages as fast as they are handled, 1,000 at once.
async fn send(lambda: &Lambda, queues: &[Queue], messages: usize) {
    for chunk in 0..messages.div_ceil(1_000) {
        for number in 0..1_000.min(messages - 1_000 * chunk) {
            queues[number % queues.len()].send(r#"{"id":7,"total":2899}"#);
        }
        lambda.until_idle().await;
    }
    assert!(queues.iter().all(|queue| queue.messages().is_empty()));
}

fn queue(messages: usize) -> (f64, f64) {
    in_a_test(async move {
        let lambda = Lambda::new().timeline_limit(0);
        let (_function, queues) = mapped(&lambda, 1);
        let began = Instant::now();
        send(&lambda, &queues, messages / 10).await;
        let before = resident();
        send(&lambda, &queues, messages - messages / 10).await;
        (began.elapsed().as_secs_f64(), resident() - before)
    })
}

/// Rules as a bus has them: each kind of operator, each looking for something of its own.
fn rules_of(rules: usize, quick: bool) -> f64 {
    in_a_test(async move {
        let lambda = Lambda::new();
        let bus = lambda.event_bus("shop");
        for number in 0..rules {
            let total = 10 * number;
            let pattern = match number % 5 {
                0 => json!({"source": ["orders"], "detail": {"id": [number.to_string()]}}),
                1 => {
                    json!({"source": ["orders"], "detail": {"customer": [{"prefix": format!("customer-{number}-")}]}})
                }
                2 => json!({"detail": {"total": [{"numeric": [">=", total, "<", total + 10]}]}}),
                3 => {
                    json!({"detail": {"file": [{"wildcard": format!("/{number}/*.jpg")}], "state": ["new"]}})
                }
                _ => {
                    json!({"detail": {"file": [{"suffix": format!("-{number}.png")}], "state": [{"anything-but": "old"}]}})
                }
            };
            bus.rule(format!("rule-{number}")).pattern(&pattern).create();
        }
        let event = json!({
            "source": "orders", "detail-type": "Order paid", "resources": [],
            "detail": {"id": "5", "customer": "customer-6-ada", "total": 75, "file": "/8/a.jpg", "state": "new"},
        });
        let lookups = if quick { 2_000 } else { 20_000 };
        // The first one sorts.
        assert_eq!(bus.matching_rules(&event).len(), 4);
        let began = Instant::now();
        for _ in 0..lookups {
            assert_eq!(bus.matching_rules(&event).len(), 4);
        }
        began.elapsed().as_secs_f64() * 1e6 / f64::from(lookups)
    })
}

/// The expressions of AWS's documentation, in a time zone whose clocks change.
fn schedules() -> f64 {
    let expressions = [
        "cron(0 10 * * ? *)",
        "cron(15 12 * * ? *)",
        "cron(0 18 ? * MON-FRI *)",
        "cron(0 8 1 * ? *)",
        "cron(0/15 * * * ? *)",
        "cron(0/10 * ? * MON-FRI *)",
        "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(0/30 20-2 ? * MON-FRI *)",
        "cron(15 10 ? * 6L 2026-2027)",
        "cron(* * ? * SAT#3 *)",
        "cron(0 2 ? * SAT *)",
        "cron(5,35 14 * * ? *)",
        "cron(*/15 * * * ? *)",
        "cron(1-31/30 1-1 ? * 1,7 *)",
        "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)",
        "cron(30-30 13-13 ? * 2,4,6 *)",
        "rate(1 minute)",
        "rate(5 minutes)",
        "rate(1 hours)",
        "rate(7 days)",
    ];
    let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let end = begin + Duration::from_secs(365 * 24 * 3600);
    let began = Instant::now();
    for expression in expressions {
        let read = ScheduleExpression::of_scheduler(expression).expect("an expression");
        let read = read.in_time_zone("Europe/Berlin").expect("a time zone");
        assert!(read.occurrences(begin).take_while(|at| *at < end).count() > 0);
    }
    began.elapsed().as_secs_f64()
}

/// Records with a key each, one of which fails as often as it may be tried.
fn stream(hours: u64) -> f64 {
    in_a_test(async move {
        let lambda = Lambda::new().timeline_limit(0);
        let handle = async |event: KinesisEvent| {
            let is_poison =
                |it: &lambda_events::kinesis::KinesisRecord| it.kinesis.data.0 == b"poison";
            let fails = event.records.iter().any(is_poison);
            if fails { Err(Error::from("poison")) } else { Ok(()) }
        };
        let function = lambda.function("clicks", Runtime::new(handle)).create();
        let stream = lambda.stream("clicks").shards(16);
        let failed = lambda.queue("failed");
        let mapping = function.on(&stream).starting_position(StartingPosition::TrimHorizon);
        let mapping = mapping.window(Duration::from_secs(10)).bisect_batch_on_function_error();
        let mapping = mapping.maximum_retry_attempts(10).on_failure(&failed);
        let mapping = mapping.create();
        let began = Instant::now();
        for second in 0..hours * 3600 {
            for number in 0..10 {
                let is_poison = second == 60 && number == 0;
                let data = if is_poison { &b"poison"[..] } else { &br#"{"page":"/orders"}"#[..] };
                stream.put(&format!("user-{second}-{number}"), data);
            }
            lambda.advance(Duration::from_secs(1)).await;
        }
        lambda.until_idle().await;
        assert_eq!((mapping.lag(), failed.messages().len()), (0, 1));
        began.elapsed().as_secs_f64()
    })
}

fn counted(queues: usize, messages: usize) {
    in_a_test(async move {
        let lambda = Lambda::new();
        let (_function, queues) = mapped(&lambda, queues);
        send(&lambda, &queues, messages).await;
    });
}

/// Instructions for one message, over 20,000 of them minus 10,000.
fn instructions(queues: usize) -> f64 {
    let count = |messages: usize| -> Option<f64> {
        let program = std::env::current_exe().ok()?;
        let counted = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args([COUNTED, &queues.to_string(), &messages.to_string()])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&counted.stderr).into_owned();
        let (_, rest) = text.split_once("Collected : ")?;
        rest.split_whitespace().next()?.parse().ok()
    };
    match (count(10_000), count(20_000)) {
        (Some(once), Some(twice)) => (twice - once) / 10_000.0,
        _ => f64::NAN,
    }
}

/// What this process holds of memory, in KiB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(f64::NAN)
}
