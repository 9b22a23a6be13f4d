//! Panics of user code, caught and reported.

use std::{
    any::Any,
    cell::Cell,
    future::{self, Future},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

/// Awaits a future and returns a panic of any of its polls as an error.
///
/// # Errors
///
/// The payload of the panic.
pub async fn catch_panic<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    // The future is dropped with this one after a panic and never polled again.
    future::poll_fn(|context| {
        let before = CATCHING.replace(true);
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        CATCHING.set(before);
        match poll {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Returns whether a panic on this thread is caught and reported by [`catch_panic`], so that a panic hook
/// need not report it.
pub fn is_catching_panics() -> bool {
    CATCHING.get()
}

/// Returns the text of a panic, or a placeholder for a payload that is not text.
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "a panic without text",
    }
}
