//! One test: the runtime that it needs, and what is shown when it fails.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

use tokio::{runtime::Builder, sync::oneshot};

use crate::kernel::{Counted, TestScope, tracked, wait_for_outside};

/// What a test failed with, of any type. It exists so that `?` works in a test that returns nothing.
pub struct TestError(String);

/// Boxed errors and those of `anyhow` are no `Error`, so what is asked for is what they all have.
impl<E: fmt::Display + fmt::Debug> From<E> for TestError {
    fn from(error: E) -> Self {
        let (text, details) = (format!("{error:#}"), format!("{error:?}"));
        // A text is shown without quotes.
        if details == format!("{text:?}") {
            return Self(text);
        }
        // The sources are in the details at most.
        Self(if details.contains(&text) { details } else { format!("{text} ({details})") })
    }
}

impl fmt::Debug for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The runtime of a test: what the arguments of `#[lambda_test::test]` say, for doc tests and
/// harnesses of one's own.
///
/// ```
/// use std::time::Duration;
///
/// use lambda_test::Harness;
///
/// Harness::new().external_io(Duration::from_millis(30)).block_on(async {
///     // A thread answers after some real time, long before the virtual timeout.
///     let (sender, receiver) = tokio::sync::oneshot::channel();
///     std::thread::spawn(move || sender.send(7));
///     let answer = tokio::time::timeout(Duration::from_secs(1), receiver).await;
///     assert!(matches!(answer, Ok(Ok(7))));
/// });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Harness {
    seed: Option<u64>,
    external_io: Option<Duration>,
    real_time: bool,
}

impl Harness {
    /// Virtual time that waits for nothing from outside, and the seed 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the seed of every service that sets none itself, unless `LAMBDA_TEST_SEED` is set: see
    /// [`Lambda::seed`](crate::Lambda::seed).
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Lets virtual time wait for what comes from outside: a thread, or a program behind a socket. The
    /// clock goes on once nothing has happened for this long, in real time; so each time that
    /// everything waits costs as much. What a handler gives to `tokio::spawn` is not seen to happen:
    /// its whole wait must fit.
    ///
    /// # Panics
    ///
    /// It is zero.
    pub fn external_io(mut self, grace: Duration) -> Self {
        assert!(!grace.is_zero(), "`external_io` is 0 s: expected how long an answer may take");
        self.external_io = Some(grace);
        self
    }

    /// Real time, for [`Lambda::in_real_time`](crate::Lambda::in_real_time).
    pub fn real_time(mut self) -> Self {
        self.real_time = true;
        self
    }

    /// Drives a future on this thread.
    pub fn block_on<F: Future>(self, future: F) -> F::Output {
        self.drive(false, future)
    }

    fn drive<F: Future>(self, watched: bool, future: F) -> F::Output {
        let _current = ScopeGuard::begin(self, watched);
        let mut builder = Builder::new_current_thread();
        builder.enable_all().start_paused(!self.real_time);
        let tell = self
            .external_io
            .filter(|_| !self.real_time)
            .map(|grace| wait_for_outside(&mut builder, grace));
        let runtime = builder
            .build_local(Default::default())
            .expect("a runtime needs no more than a few descriptors");
        if let Some(tell) = tell {
            tell(runtime.handle().clone());
        }
        runtime.block_on(Counted(Box::pin(future)))
    }
}

/// Says on this thread which test runs, until it is dropped. One that is watched is ended by whoever
/// shows what happened in it.
struct ScopeGuard {
    watched: bool,
}

impl ScopeGuard {
    fn begin(harness: Harness, watched: bool) -> Self {
        let external_io = harness.external_io.filter(|_| !harness.real_time);
        TestScope::begin(harness.seed.unwrap_or_default(), external_io, watched);
        Self { watched }
    }
}

impl Drop for ScopeGuard {
    fn drop(&mut self) {
        if !self.watched {
            TestScope::end();
        }
    }
}

/// Drives a future in virtual time on this thread: what `#[lambda_test::test]` does, for doc tests.
/// [`Harness`] can do more.
pub fn block_on<F: Future>(future: F) -> F::Output {
    Harness::new().block_on(future)
}

/// Runs the body of a test. When it fails, the end of the timeline of each service that it made is shown, with
/// its seed and the command that replays it.
#[doc(hidden)]
#[track_caller]
pub fn run<F, E>(name: &str, harness: Harness, body: impl FnOnce() -> F)
where
    F: Future<Output = Result<(), E>> + 'static,
    E: fmt::Debug + 'static,
{
    let limit = Limit::from_variable();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        harness.drive(true, async {
            // A task of its own: what wakes the outermost future costs a system call each time.
            let task = tokio::task::spawn_local(tracked(Box::pin(body())));
            tokio::select! {
                ended = task => ended.unwrap_or_else(|ended| resume_unwind(ended.into_panic())),
                seconds = limit.exceeded() => panic!("the test is not over after {seconds} s: {LIMIT}"),
            }
        })
    }));
    let outside = TestScope::failure();
    match &ended {
        Ok(Ok(())) => {
            if let Some(message) = &outside {
                show(name, message);
            }
        }
        Ok(Err(error)) => show(name, &format!("{error:?}")),
        Err(panic) => show(name, panic.downcast_ref::<String>().map_or("", String::as_str)),
    }
    TestScope::end();
    match ended {
        Ok(Ok(())) => {
            if let Some(message) = outside {
                panic!("{message}");
            }
        }
        Ok(Err(error)) => panic!("{error:?}"),
        Err(panic) => resume_unwind(panic),
    }
}

/// The variable with the seconds of real time that a test may take.
const LIMIT: &str = "LAMBDA_TEST_LIMIT";

/// The real time that a test may take, where a limit is set: a test that waits for ever then fails with its
/// timeline. There is none by default, since a debugger and a heavy test are not faults.
struct Limit {
    exceeded: Option<oneshot::Receiver<u64>>,
    /// Dropped when the test is over, which ends the thread that waits.
    _running: Option<mpsc::Sender<()>>,
}

impl Limit {
    fn from_variable() -> Self {
        let Ok(text) = std::env::var(LIMIT) else { return Self { exceeded: None, _running: None } };
        let seconds: u64 = text
            .parse()
            .unwrap_or_else(|_| panic!("{LIMIT} is `{text}`: expected a number of seconds"));
        let (running, over) = mpsc::channel::<()>();
        let (sender, exceeded) = oneshot::channel();
        std::thread::spawn(move || {
            if over.recv_timeout(Duration::from_secs(seconds)) == Err(RecvTimeoutError::Timeout) {
                // The test may have ended in this moment.
                let _ = sender.send(seconds);
            }
        });
        Self { exceeded: Some(exceeded), _running: Some(running) }
    }

    /// Waits until the limit is exceeded.
    async fn exceeded(self) -> u64 {
        match self.exceeded {
            Some(exceeded) => match exceeded.await {
                Ok(seconds) => seconds,
                Err(_) => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }
}

#[expect(clippy::print_stderr, reason = "the harness shows a failing test's output")]
fn show(name: &str, message: &str) {
    let mut seeds = Vec::new();
    for (timeline, seed) in TestScope::services() {
        let timeline = timeline.to_string();
        // What the message of the failure shows itself is not shown again.
        if !message.contains(timeline.trim_end()) {
            eprintln!("\n{timeline}");
        }
        if !seeds.contains(&seed) {
            seeds.push(seed);
        }
    }
    if seeds.is_empty() {
        seeds.push(TestScope::seed());
    }
    for seed in seeds {
        eprintln!("seed {seed}; to replay: LAMBDA_TEST_SEED={seed} cargo test {name}");
    }
}
