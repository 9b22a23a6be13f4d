//! Each effect that the engine asks for is performed by the walls: a process starts and is killed,
//! calls are response, timers fall due and are taken away, everything freezes and thaws, callers are
//! told their answer and the end, and facts are recorded.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use lambda_core::{Bootstrap, BoxError, Environment};
use lambda_runtime::Runtime;
use lambda_test::{Function, Lambda, RecordKind};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// What became of the processes of a function.
#[derive(Clone, Default)]
struct Seen {
    started: Rc<Cell<usize>>,
    killed: Rc<Cell<usize>>,
    /// When the process was polled by its own clock, in seconds since the first.
    ticks: Rc<RefCell<Vec<u64>>>,
}

/// Counts its drop, as a process that is killed.
struct Process(Seen);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.killed.set(self.0.killed.get() + 1);
    }
}

impl Bootstrap for Process {
    type Error = BoxError;

    async fn start(self, environment: Environment) -> Result<(), BoxError> {
        let (seen, first) = (self.0.clone(), Instant::now());
        let ticking = async {
            loop {
                seen.ticks.borrow_mut().push(first.elapsed().as_secs());
                sleep(SECOND).await;
            }
        };
        let handler = async |seconds: u64| {
            sleep(Duration::from_secs(seconds)).await;
            Ok::<_, BoxError>(seconds)
        };
        tokio::select! {
            ended = Runtime::new(handler).start(environment) => ended,
            () = ticking => Ok(()),
        }
    }
}

fn function(lambda: &Lambda, seen: &Seen) -> Function {
    let seen = seen.clone();
    let app = move || {
        seen.started.set(seen.started.get() + 1);
        Process(seen.clone())
    };
    lambda.function("f", app).create()
}

#[lambda_test::test]
async fn a_process_is_started_and_killed() {
    let (lambda, seen) = (Lambda::new(), Seen::default());
    let function = function(&lambda, &seen);
    let counts = || (seen.started.get(), seen.killed.get());
    assert_eq!(counts(), (0, 0));
    function.invoke(0).await.assert_ok();
    assert_eq!(counts(), (1, 0));
    // A timeout kills it; the next invocation starts another one.
    assert!(function.invoke(4).await.is_timeout());
    assert_eq!(counts(), (1, 1));
    function.invoke(0).await.assert_ok();
    assert_eq!(counts(), (2, 1));
    function.shut_down().await;
    assert_eq!(counts(), (2, 2));
}

#[lambda_test::test]
async fn what_is_frozen_stands_still_until_it_thaws() {
    let (lambda, seen) = (Lambda::new(), Seen::default());
    let function = function(&lambda, &seen);
    function.invoke(2).await.assert_ok();
    lambda.advance(100 * SECOND).await;
    assert_eq!(*seen.ticks.borrow(), [0, 1, 2]);
    function.invoke(1).await.assert_ok();
    assert_eq!(*seen.ticks.borrow(), [0, 1, 2, 102, 103]);
}

/// The timer of one invocation is not that of the next one.
#[lambda_test::test]
async fn a_timer_is_set_and_taken_away() {
    let (lambda, seen) = (Lambda::new(), Seen::default());
    let function = function(&lambda, &seen);
    for _ in 0..3 {
        function.invoke(2).await.assert_ok();
    }
    // Long after the last deadline nothing has fallen due.
    lambda.advance(100 * SECOND).await;
    assert_eq!((seen.started.get(), lambda.elapsed()), (1, 106 * SECOND));
    assert!(function.invoke(4).await.is_timeout());
    assert_eq!(lambda.elapsed(), 109 * SECOND);
}

/// Calls get their responses, a caller receives its response and then the end, and both are recorded.
#[lambda_test::test]
async fn calls_and_callers_get_their_responses() {
    let (lambda, seen) = (Lambda::new(), Seen::default());
    let function = function(&lambda, &seen);
    let mut invocation = function.invoke(1);
    let response = invocation.response().await;
    assert_eq!(response.assert_ok().json::<u64>()?, 1);
    assert_eq!(invocation.await.assert_ok().report().duration, SECOND);
    let timeline = lambda.timeline();
    let facts: Vec<&RecordKind> = timeline.iter().map(|record| &record.kind).collect();
    assert!(matches!(
        facts[..],
        [
            RecordKind::InitStarted,
            RecordKind::Called(_),
            RecordKind::InitDone { .. },
            RecordKind::InvocationStarted,
            RecordKind::Called(_),
            RecordKind::Called(_),
            RecordKind::InvocationEnded(_),
        ]
    ));
}
