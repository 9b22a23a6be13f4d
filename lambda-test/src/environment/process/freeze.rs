//! Stands still between invocations: what is frozen is not polled.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

/// Whether the futures behind it may be polled.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    frozen: bool,
    /// Those that wanted to be polled meanwhile.
    waiting: Vec<Waker>,
}

impl Gate {
    pub(crate) fn freeze(&self) {
        self.state().frozen = true;
    }

    pub(crate) fn thaw(&self) {
        let waiting = {
            let mut state = self.state();
            state.frozen = false;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// True when the gate is closed; the waker is called when it opens.
    fn holds(&self, waker: &Waker) -> bool {
        let mut state = self.state();
        let state = &mut *state;
        if state.frozen && !state.waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            state.waiting.push(waker.clone());
        }
        state.frozen
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is whole at every step, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A future behind a gate.
pub(crate) struct Frozen<F> {
    gate: Arc<Gate>,
    future: Pin<Box<F>>,
}

impl<F> Frozen<F> {
    pub(crate) fn new(gate: Arc<Gate>, future: F) -> Self {
        Self { gate, future: Box::pin(future) }
    }
}

impl<F: Future> Future for Frozen<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if self.gate.holds(context.waker()) {
            return Poll::Pending;
        }
        self.future.as_mut().poll(context)
    }
}
