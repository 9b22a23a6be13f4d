//! One test: the runtime that it needs, and what is shown when it fails.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use crate::ground::Current;

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
pub fn run<F, E>(name: &str, body: impl FnOnce() -> F)
where
    F: Future<Output = Result<(), E>> + 'static,
    E: fmt::Debug + 'static,
{
    let seed = match std::env::var("LAMBDA_TEST_SEED") {
        Ok(text) => text.parse().unwrap_or_else(|_| {
            panic!("LAMBDA_TEST_SEED is `{text}`: expected a number from 0 to {}", u64::MAX)
        }),
        Err(_) => Current::SEED,
    };
    Current::begin(seed);
    let ended = catch_unwind(AssertUnwindSafe(|| {
        block_on(async {
            // A task of its own: what wakes the outermost future costs a system call each time.
            let ended = tokio::task::spawn_local(body()).await;
            let ended = ended.unwrap_or_else(|ended| resume_unwind(ended.into_panic()));
            // Shown while the services still stand; after a panic they are shown below.
            if ended.is_err() {
                show(name, seed);
            }
            ended
        })
    }));
    match ended {
        Ok(Ok(())) => Current::end(),
        Ok(Err(error)) => panic!("{error:?}"),
        Err(panic) => {
            show(name, seed);
            Current::end();
            resume_unwind(panic)
        }
    }
}

#[expect(clippy::print_stderr, reason = "the harness shows a failing test's output")]
fn show(name: &str, seed: u64) {
    for world in Current::worlds() {
        eprintln!("\n{}", world.timeline());
    }
    eprintln!("seed {seed}; to replay: LAMBDA_TEST_SEED={seed} cargo test {name}");
}
