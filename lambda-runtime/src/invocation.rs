//! One event handed to the function.

use bytes::Bytes;

use crate::Context;

/// An invocation before its payload is read: bytes and context.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Invocation {
    /// The event, byte for byte as the service sent it.
    pub payload: Bytes,
    /// What is known besides the event.
    pub context: Context,
}

impl Invocation {
    /// An invocation with this payload in this context.
    pub fn new(payload: impl Into<Bytes>, context: Context) -> Self {
        Self { payload: payload.into(), context }
    }
}

/// An event and its context, as a handler receives them in one.
#[derive(Clone, Debug)]
pub struct LambdaEvent<T> {
    /// The event.
    pub payload: T,
    /// What is known besides the event.
    pub context: Context,
}

impl<T> LambdaEvent<T> {
    /// An event in this context.
    pub fn new(payload: T, context: Context) -> Self {
        Self { payload, context }
    }

    /// The event and its context.
    pub fn into_parts(self) -> (T, Context) {
        (self.payload, self.context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_two_parts() {
        let context = Context::default();
        assert_eq!(LambdaEvent::new(7, context.clone()).into_parts(), (7, context));
    }
}
