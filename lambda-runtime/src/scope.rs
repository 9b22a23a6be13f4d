//! Notes which invocation is handled, where log records, metrics or spans are to state it.

use lambda_core::{Environment, wire::Headers};

/// An invocation begins.
#[cfg(any(feature = "metrics", feature = "tracing"))]
#[inline]
pub(crate) fn enter(environment: &Environment, headers: &Headers, cold_start: bool) {
    use lambda_core::rt::{CurrentInvocation, is_tracking};

    if is_tracking() {
        environment.set_invocation(Some(CurrentInvocation::new(headers.clone(), cold_start)));
    }
}

/// It is over, with what runs after it.
#[cfg(any(feature = "metrics", feature = "tracing"))]
#[inline]
pub(crate) fn leave(environment: &Environment) {
    if lambda_core::rt::is_tracking() {
        environment.set_invocation(None);
    }
}

/// Nothing reads it.
#[cfg(not(any(feature = "metrics", feature = "tracing")))]
#[inline]
pub(crate) fn enter(_: &Environment, _: &Headers, _: bool) {}

/// Nothing reads it.
#[cfg(not(any(feature = "metrics", feature = "tracing")))]
#[inline]
pub(crate) fn leave(_: &Environment) {}
