//! One conversation of each kind, cut after every byte in both directions, once by a reset and once
//! by silence: nothing hangs, nothing that was acknowledged is lost, and the next invocation is
//! answered.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use expect_test::{Expect, expect};
use lambda_core::{ApiAddress, Bootstrap, BoxFuture, Environment, Host, Transport};
use lambda_runtime::{Error, Runtime};
use lambda_test::{Lambda, Outcome};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Direction {
    ToService,
    ToRuntime,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
    Reset,
    Silence,
}

#[derive(Clone, Copy)]
struct Cut {
    direction: Direction,
    manner: Manner,
    /// The bytes that pass before it.
    after: usize,
}

/// An environment whose first connection is cut.
struct CuttingHost {
    inner: Environment,
    cut: Cut,
    /// Whether a connection has been cut, or is to be.
    taken: Arc<AtomicBool>,
    /// The bytes that passed on the first connection in the direction of the cut.
    passed: Arc<AtomicUsize>,
}

impl Host for CuttingHost {
    fn connect(&self, address: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        let (inner, address, cut) = (self.inner.clone(), address.clone(), self.cut);
        let first = !self.taken.swap(true, Ordering::Relaxed);
        let passed = self.passed.clone();
        Box::pin(async move {
            let service = inner.connect(&address).await?.into_transport();
            if !first {
                return Ok(service);
            }
            let (runtime, middle) = tokio::io::duplex(64 * 1024);
            tokio::spawn(carry(middle, service, cut, passed));
            Ok(Transport::Memory(runtime))
        })
    }

    fn now(&self) -> SystemTime {
        self.inner.now()
    }

    fn log(&self, line: &str) {
        self.inner.log(line);
    }

    fn random(&self) -> u64 {
        self.inner.random()
    }

    fn spawn(&self, task: BoxFuture<()>) {
        self.inner.spawn(task);
    }
}

/// Carries bytes between runtime and service until the cut.
async fn carry(
    runtime: impl AsyncRead + AsyncWrite,
    service: impl AsyncRead + AsyncWrite,
    cut: Cut,
    passed: Arc<AtomicUsize>,
) {
    // Borrowed below, so that in silence they stay open.
    let (mut from_runtime, mut to_runtime) = tokio::io::split(runtime);
    let (mut from_service, mut to_service) = tokio::io::split(service);
    let limit = |direction| if cut.direction == direction { cut.after } else { usize::MAX };
    let counts = |direction| (cut.direction == direction).then(|| passed.clone());
    let there = pass(
        &mut from_runtime,
        &mut to_service,
        limit(Direction::ToService),
        counts(Direction::ToService),
    );
    let back = pass(
        &mut from_service,
        &mut to_runtime,
        limit(Direction::ToRuntime),
        counts(Direction::ToRuntime),
    );
    tokio::select! {
        biased;
        () = there => {}
        () = back => {}
    }
    match cut.manner {
        // Both streams are dropped.
        Manner::Reset => {}
        Manner::Silence => std::future::pending().await,
    }
}

/// Ends when one side does, or after so many bytes.
async fn pass(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    mut limit: usize,
    passed: Option<Arc<AtomicUsize>>,
) {
    let mut bytes = [0; 4096];
    while limit != 0 {
        let most = limit.min(bytes.len());
        let Ok(length @ 1..) = from.read(&mut bytes[..most]).await else { return };
        if to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
        limit -= length;
        if let Some(passed) = &passed {
            passed.fetch_add(length, Ordering::Relaxed);
        }
    }
}

/// What the function does; the kinds of conversation.
#[derive(Clone, Copy)]
enum Kind {
    Buffered,
    Failed,
    InitError,
}

struct Function {
    kind: Kind,
    environment: Environment,
}

impl Bootstrap for Function {
    type Error = Error;

    async fn start(self, _: Environment) -> Result<(), Error> {
        let kind = self.kind;
        let handler = async move |event: u64| match kind {
            Kind::Failed if event == 1 => Err(Error::from("on demand")),
            _ => Ok(event),
        };
        Runtime::new(handler).start(self.environment).await
    }
}

/// Two invocations, the first conversation cut. Returns both outcomes, and how much passed.
async fn converse(kind: Kind, cut: Cut) -> (Outcome, Outcome, usize) {
    let lambda = Lambda::new();
    let passed = Arc::new(AtomicUsize::new(0));
    let taken = Arc::new(AtomicBool::new(false));
    let counted = passed.clone();
    let app = async move |inner: Environment| {
        let variables = inner.variables().clone();
        let (taken, passed) = (taken.clone(), counted.clone());
        let environment = Environment::new(variables, CuttingHost { inner, cut, taken, passed });
        match kind {
            Kind::InitError => {
                // The post goes through the environment that is cut.
                let failing = async |_: Environment| Err::<Function, Error>("no table".into());
                lambda_core::rt::run_app(&failing, environment).await?;
                Err("it failed".into())
            }
            _ => Ok::<_, Error>(Function { kind, environment }),
        }
    };
    let function = lambda.function("f", app).create();
    let first = function.invoke(1).await;
    let at_first = passed.load(Ordering::Relaxed);
    (first, function.invoke(2).await, at_first)
}

fn words(outcome: &Outcome) -> String {
    match outcome.function_error() {
        Some(error) => format!(
            "{} ({})",
            error.error_type,
            error.error_message.split(": ").last().unwrap_or("")
        ),
        None => format!("answered {}", String::from_utf8_lossy(outcome.payload())),
    }
}

async fn check(kind: Kind, expected: Expect) {
    let mut table = String::new();
    for direction in [Direction::ToService, Direction::ToRuntime] {
        for manner in [Manner::Reset, Manner::Silence] {
            // As much as passes without a cut.
            let cut = Cut { direction, manner, after: usize::MAX };
            let (_, _, whole) = converse(kind, cut).await;
            let mut ranges: Vec<(usize, usize, String)> = Vec::new();
            for after in 0..=whole {
                let (first, second, _) = converse(kind, Cut { after, ..cut }).await;
                let seen = format!("{}, then {}", words(&first), words(&second));
                match ranges.last_mut() {
                    Some((_, end, last)) if *last == seen => *end = after,
                    _ => ranges.push((after, after, seen)),
                }
            }
            for (begin, end, seen) in ranges {
                table
                    .push_str(&format!("{direction:?} {manner:?} after {begin}..={end}: {seen}\n"));
            }
        }
    }
    expected.assert_eq(&table);
}

#[lambda_test::test]
async fn an_answered_conversation_cut_at_every_byte() {
    check(Kind::Buffered, expect![[r#"
        ToService Reset after 0..=314: answered 1, then answered 2
        ToService Reset after 315..=315: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered 2
        ToService Reset after 316..=427: answered 1, then answered 2
        ToService Silence after 0..=110: answered 1, then answered 2
        ToService Silence after 111..=315: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        ToService Silence after 316..=426: answered 1, then answered 2
        ToService Silence after 427..=427: answered 1, then Sandbox.Timedout (Task timed out after 3.00 seconds)
        ToRuntime Reset after 0..=440: answered 1, then answered 2
        ToRuntime Silence after 0..=347: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        ToRuntime Silence after 348..=440: answered 1, then answered 2
    "#]]).await;
}

#[lambda_test::test]
async fn a_failed_conversation_cut_at_every_byte() {
    check(Kind::Failed, expect![[r#"
        ToService Reset after 0..=364: Function.Error (on demand), then answered 2
        ToService Reset after 365..=437: Runtime.TruncatedResponse (HTTP request detected as truncated), then answered 2
        ToService Reset after 438..=549: Function.Error (on demand), then answered 2
        ToService Silence after 0..=110: Function.Error (on demand), then answered 2
        ToService Silence after 111..=437: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        ToService Silence after 438..=548: Function.Error (on demand), then answered 2
        ToService Silence after 549..=549: Function.Error (on demand), then Sandbox.Timedout (Task timed out after 3.00 seconds)
        ToRuntime Reset after 0..=440: Function.Error (on demand), then answered 2
        ToRuntime Silence after 0..=347: Sandbox.Timedout (Task timed out after 3.00 seconds), then answered 2
        ToRuntime Silence after 348..=440: Function.Error (on demand), then answered 2
    "#]]).await;
}

#[lambda_test::test]
async fn an_init_error_cut_at_every_byte() {
    check(
        Kind::InitError,
        expect![[r#"
        ToService Reset after 0..=283: Function.Error (no table), then Function.Error (no table)
        ToService Silence after 0..=283: Function.Error (no table), then Function.Error (no table)
        ToRuntime Reset after 0..=93: Function.Error (no table), then Function.Error (no table)
        ToRuntime Silence after 0..=93: Function.Error (no table), then Function.Error (no table)
    "#]],
    )
    .await;
}
