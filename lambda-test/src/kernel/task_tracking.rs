//! The tasks that are ours: how many live, and how often they are polled.

use std::{
    cell::Cell,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

thread_local! {
    static ALIVE: Cell<usize> = const { Cell::new(0) };
    static POLLS: Cell<u64> = const { Cell::new(0) };
    static INPUTS: Cell<u64> = const { Cell::new(0) };
}

/// Counts a task as ours for as long as its future lives.
struct Alive;

impl Alive {
    fn begin() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get().saturating_sub(1));
    }
}

/// A future that becomes a task of its own, known as ours.
pub(crate) fn tracked<F: Future + Unpin>(future: F) -> impl Future<Output = F::Output> {
    let (alive, mut future) = (Alive::begin(), Counted(future));
    poll_fn(move |context| {
        let _ = &alive;
        Pin::new(&mut future).poll(context)
    })
}

/// A future whose polls are counted.
pub(crate) struct Counted<F>(pub(crate) F);

impl<F: Future + Unpin> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        POLLS.set(POLLS.get().wrapping_add(1));
        Pin::new(&mut self.0).poll(context)
    }
}

/// How many tasks live on this thread's runtime that are not ours.
pub(crate) fn untracked_alive() -> usize {
    let alive = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    alive.saturating_sub(ALIVE.get())
}

/// Notes that something happened in an environment of this thread: a call, a line, an end, a time that is up.
pub(crate) fn note_input() {
    INPUTS.set(INPUTS.get().wrapping_add(1));
}

/// How much has happened in the environments of this thread.
pub(crate) fn inputs() -> u64 {
    INPUTS.get()
}

/// How often ours were polled on this thread.
pub(crate) fn polls() -> u64 {
    POLLS.get()
}
