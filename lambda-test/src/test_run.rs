//! One test: the runtime that it needs, and what is shown when it fails.

use std::{
    cell::RefCell,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::{Rc, Weak},
};

use crate::service::{SEED, World};

thread_local! {
    /// The test that runs on this thread.
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

struct Current {
    seed: u64,
    worlds: Vec<Weak<World>>,
}

/// The seed for a service made on this thread.
pub(crate) fn seed() -> u64 {
    CURRENT.with_borrow(|current| current.as_ref().map_or(SEED, |current| current.seed))
}

/// Shows the timeline of this service when the test around it fails.
pub(crate) fn watch(world: &Rc<World>) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(current) = current {
            current.worlds.push(Rc::downgrade(world));
        }
    });
}

/// What a test failed with, of any type. It exists so that `?` works in a test that returns nothing.
pub struct TestError(String);

impl<E: std::error::Error> From<E> for TestError {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            text = format!("{text}: {cause}");
            next = cause.source();
        }
        Self(text)
    }
}

impl fmt::Debug for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Drives a future in virtual time on this thread: what `#[lambda_test::test]` does, for doc tests
/// and harnesses of one's own.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build_local(Default::default())
        .expect("a runtime needs no more than a few descriptors")
        .block_on(future)
}

/// Runs the body of a test. When it fails, the seed, the command that replays it and the timeline of
/// every service that it made are shown.
#[doc(hidden)]
#[track_caller]
pub fn run<F: Future<Output = Result<(), E>>, E: fmt::Debug>(name: &str, body: impl FnOnce() -> F) {
    let seed = match std::env::var("LAMBDA_TEST_SEED") {
        Ok(text) => text.parse().unwrap_or_else(|_| {
            panic!("LAMBDA_TEST_SEED is `{text}`: expected a number from 0 to {}", u64::MAX)
        }),
        Err(_) => SEED,
    };
    CURRENT.set(Some(Current { seed, worlds: Vec::new() }));
    let ended = catch_unwind(AssertUnwindSafe(|| {
        block_on(async {
            let ended = body().await;
            // Shown while the services still stand; after a panic they are shown below.
            if ended.is_err() {
                show(name, seed);
            }
            ended
        })
    }));
    match ended {
        Ok(Ok(())) => CURRENT.set(None),
        Ok(Err(error)) => panic!("{error:?}"),
        Err(panic) => {
            show(name, seed);
            CURRENT.set(None);
            resume_unwind(panic)
        }
    }
}

#[expect(clippy::print_stderr, reason = "the harness shows a failing test's output")]
fn show(name: &str, seed: u64) {
    CURRENT.with_borrow(|current| {
        let worlds = current.iter().flat_map(|current| &current.worlds);
        for world in worlds.filter_map(Weak::upgrade) {
            eprintln!("\n{}", world.timeline());
        }
    });
    eprintln!("seed {seed}; to replay: LAMBDA_TEST_SEED={seed} cargo test {name}");
}
