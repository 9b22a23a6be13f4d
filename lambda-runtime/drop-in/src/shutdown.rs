//! What runs when the process is asked to end.

use std::sync::{Mutex, PoisonError};

use crate::BoxFuture;

/// What runs then.
type Hook = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// One for a process, as the crate has it; in a test the runtime that starts next takes it.
static HOOK: Mutex<Option<Hook>> = Mutex::new(None);

/// Runs this once the process was asked to end and the invocation in flight is over: then `run` returns. Call it before
/// `run`, which registers what makes Lambda ask.
pub async fn spawn_graceful_shutdown_handler<Fut>(hook: impl FnOnce() -> Fut + Send + 'static)
where
    Fut: Future<Output = ()> + Send + 'static,
{
    let hook: Hook = Box::new(move || Box::pin(hook()));
    *HOOK.lock().unwrap_or_else(PoisonError::into_inner) = Some(hook);
}

/// Takes out what is to run.
pub(crate) fn take() -> Option<Hook> {
    HOOK.lock().unwrap_or_else(PoisonError::into_inner).take()
}
