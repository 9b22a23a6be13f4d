//! Notes which invocation is handled, where log records, metrics or spans are to state it.

use lambda_core::{Environment, rt::CurrentInvocation, wire::Headers};

/// An invocation begins.
#[cfg(any(feature = "metrics", feature = "tracing"))]
#[inline]
pub(crate) fn enter(environment: &Environment, headers: &Headers, cold_start: bool) {
    if lambda_core::rt::is_tracking() {
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

/// The one that is handled.
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub(crate) fn invocation(environment: &Environment) -> Option<CurrentInvocation> {
    environment.invocation()
}

/// Nothing reads it.
#[cfg(not(any(feature = "metrics", feature = "tracing")))]
#[inline]
pub(crate) fn enter(_: &Environment, _: &Headers, _: bool) {}

/// Nothing reads it.
#[cfg(not(any(feature = "metrics", feature = "tracing")))]
#[inline]
pub(crate) fn leave(_: &Environment) {}

/// Nothing notes it.
#[cfg(not(any(feature = "metrics", feature = "tracing")))]
#[inline]
pub(crate) fn invocation(_: &Environment) -> Option<CurrentInvocation> {
    None
}
