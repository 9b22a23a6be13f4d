//! A host whose first connection is cut: after any byte, in either direction, in any manner.

use std::{
    fmt::Write as _,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use lambda_core::{ApiAddress, BoxFuture, Environment, Host, Listener, Transport};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Direction {
    ToService,
    FromService,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Manner {
    /// Both sides are closed: what is written to it is refused.
    Reset,
    /// The service closes its side. What is written to it afterwards is accepted, and lost.
    Close,
    /// It stays open, and nothing passes.
    #[allow(dead_code, reason = "not every test that includes this file waits for time limits")]
    Silence,
}

#[derive(Clone, Copy)]
pub(crate) struct Cut {
    direction: Direction,
    manner: Manner,
    /// The bytes that pass before it.
    after: usize,
}

/// The one connection of a test that is cut, and how much passed on it.
#[derive(Clone)]
pub(crate) struct Cutting {
    cut: Cut,
    taken: Arc<AtomicBool>,
    passed: Arc<AtomicUsize>,
}

impl Cutting {
    fn new(cut: Cut) -> Self {
        Self { cut, taken: Arc::default(), passed: Arc::default() }
    }

    /// This environment, whose first connection is cut; that of one environment of a test, the first one.
    pub(crate) fn environment(&self, inner: &Environment) -> Environment {
        let host = CuttingHost { inner: inner.clone(), cutting: self.clone() };
        Environment::new(inner.variables().clone(), host)
    }

    pub(crate) fn passed(&self) -> usize {
        self.passed.load(Ordering::Relaxed)
    }
}

/// Cuts conversations in both directions, in these manners, after every byte or every so many bytes.
/// `converse` has one, and returns what came of it and how much passed until then. Equal outcomes share a line.
pub(crate) async fn table(
    manners: &[Manner],
    step: usize,
    converse: impl AsyncFn(Cutting) -> (String, usize),
) -> String {
    let mut table = String::new();
    for direction in [Direction::ToService, Direction::FromService] {
        for &manner in manners {
            let cut = |after| Cutting::new(Cut { direction, manner, after });
            // As much as passes without a cut.
            let (_, whole) = converse(cut(usize::MAX)).await;
            let mut ranges: Vec<(usize, usize, String)> = Vec::new();
            for after in (0..=whole).step_by(step) {
                let (seen, _) = converse(cut(after)).await;
                match ranges.last_mut() {
                    Some((_, end, last)) if *last == seen => *end = after,
                    _ => ranges.push((after, after, seen)),
                }
            }
            for (begin, end, seen) in ranges {
                let _ = writeln!(table, "{direction:?} {manner:?} after {begin}..={end}: {seen}");
            }
        }
    }
    table
}

struct CuttingHost {
    inner: Environment,
    cutting: Cutting,
}

impl Host for CuttingHost {
    fn connect(&self, address: &ApiAddress) -> BoxFuture<io::Result<Transport>> {
        let (inner, address) = (self.inner.clone(), address.clone());
        let Cutting { cut, taken, passed } = self.cutting.clone();
        let first = !taken.swap(true, Ordering::Relaxed);
        Box::pin(async move {
            let service = inner.connect(&address).await?.into_transport();
            if !first {
                return Ok(service);
            }
            let (client, middle) = tokio::io::duplex(64 * 1024);
            tokio::spawn(carry(middle, service, cut, passed));
            Ok(Transport::Memory(client))
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

    fn listen(&self) -> BoxFuture<io::Result<Listener>> {
        let inner = self.inner.clone();
        Box::pin(async move { inner.listen().await })
    }
}

/// Carries bytes between a client and the service until the cut.
async fn carry(
    client: impl AsyncRead + AsyncWrite,
    service: impl AsyncRead + AsyncWrite,
    cut: Cut,
    passed: Arc<AtomicUsize>,
) {
    // Borrowed below, so that in silence they stay open.
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_service, mut to_service) = tokio::io::split(service);
    let limit = |direction| if cut.direction == direction { cut.after } else { usize::MAX };
    let counts = |direction| (cut.direction == direction).then(|| passed.clone());
    let there = pass(
        &mut from_client,
        &mut to_service,
        limit(Direction::ToService),
        counts(Direction::ToService),
    );
    let back = pass(
        &mut from_service,
        &mut to_client,
        limit(Direction::FromService),
        counts(Direction::FromService),
    );
    tokio::select! {
        biased;
        () = there => {}
        () = back => {}
    }
    match cut.manner {
        // Both streams are dropped.
        Manner::Reset => {}
        Manner::Close => {
            drop((from_service, to_service));
            let _ = to_client.shutdown().await;
            let _ = tokio::io::copy(&mut from_client, &mut tokio::io::sink()).await;
        }
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
