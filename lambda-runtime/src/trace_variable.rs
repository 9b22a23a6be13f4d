//! `_X_AMZN_TRACE_ID`, which the AWS SDK reads to join traces.
//!
//! It is set before each invocation, and empty where the header is missing. The variable belongs to the
//! whole process, so it is left alone in a simulated environment.
//!
//! It is put into the environment of the process once, before there are threads, and its text is
//! written in place from then on: the list of variables is not changed under whoever reads it. A thread
//! that reads the variable in the moment of an invocation's beginning may see the text of the one
//! before, a part of it, or none.

use lambda_core::Environment;

#[cfg(all(unix, feature = "trace-variable"))]
pub(crate) use process::{TraceVariable, put_early};

/// Without the feature, or where there is no `putenv`, the variable is not touched.
#[cfg(not(all(unix, feature = "trace-variable")))]
pub(crate) struct TraceVariable;

#[cfg(not(all(unix, feature = "trace-variable")))]
impl TraceVariable {
    pub(crate) fn of(_: &Environment) -> Self {
        Self
    }

    pub(crate) fn set(&mut self, _: Option<&str>) {}
}

#[cfg(not(all(unix, feature = "trace-variable")))]
pub(crate) fn put_early() {}

#[cfg(all(unix, feature = "trace-variable"))]
mod process {
    #![expect(unsafe_code, reason = "the process environment can be changed in no other way")]

    use std::{
        ffi::c_char,
        sync::{
            Mutex, MutexGuard, PoisonError,
            atomic::{AtomicU8, Ordering::Relaxed},
        },
    };

    use super::Environment;

    const NAME: &[u8] = b"_X_AMZN_TRACE_ID=";

    /// What the variable has room for at first; trace headers have some hundred bytes.
    const ROOM: usize = 1024;

    /// The text that the process environment points to: name, value, and a closing NUL. It is never
    /// freed, since a reader may hold it.
    static TEXT: Mutex<&'static [AtomicU8]> = Mutex::new(&[]);

    fn text() -> MutexGuard<'static, &'static [AtomicU8]> {
        // A slice is whole at every step.
        TEXT.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the variable into the environment of the process, before there are threads.
    pub(crate) fn put_early() {
        let mut text = text();
        if text.is_empty() {
            *text = put(ROOM);
        }
    }

    /// A text with an empty value and so much room, in the environment of the process.
    #[cold]
    fn put(room: usize) -> &'static [AtomicU8] {
        let bytes = NAME.iter().copied().chain(std::iter::repeat_n(0, room + 1));
        let text: &'static [AtomicU8] = Vec::leak(bytes.map(AtomicU8::new).collect());
        // SAFETY: the text ends in NUL and is never freed; its last byte stays NUL. As with
        // `std::env::set_var`, no other thread may read the environment through C at this moment:
        // this happens once, before the function has threads of its own, and again only for a header
        // that is longer than any before it.
        unsafe { libc::putenv(text.as_ptr().cast_mut().cast::<c_char>()) };
        text
    }

    pub(crate) struct TraceVariable {
        in_process: bool,
    }

    impl TraceVariable {
        pub(crate) fn of(environment: &Environment) -> Self {
            let in_process = environment.is_process();
            if in_process {
                put_early();
            }
            Self { in_process }
        }

        /// Sets the variable; empties it where there is no trace.
        pub(crate) fn set(&mut self, value: Option<&str>) {
            if self.in_process {
                write(value.filter(|value| !value.contains('\0')).unwrap_or_default());
            }
        }
    }

    fn write(value: &str) {
        let mut text = text();
        if text.len() < NAME.len() + value.len() + 1 {
            *text = put(value.len().next_power_of_two());
        }
        let room = &text[NAME.len()..];
        // Empty until it is whole, for whoever begins to read it now.
        room[0].store(0, Relaxed);
        let mut bytes = room.iter().zip(value.bytes());
        let first = bytes.next();
        bytes.for_each(|(place, byte)| place.store(byte, Relaxed));
        room[value.len()].store(0, Relaxed);
        if let Some((place, byte)) = first {
            place.store(byte, Relaxed);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        /// What is in the process environment, as C reads it.
        fn read() -> Option<String> {
            std::env::var("_X_AMZN_TRACE_ID").ok()
        }

        /// One test, since the variable is the process's: set, emptied, longer than its room, NUL.
        #[test]
        fn the_variable_is_written_in_place_and_never_removed() {
            let mut variable = TraceVariable::of(&Environment::from_process());
            assert_eq!(read().as_deref(), Some(""));
            let place = text().as_ptr();
            let long = "Root=".repeat(100);
            for value in ["Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", "short", &long] {
                variable.set(Some(value));
                assert_eq!(read().as_deref(), Some(value));
                variable.set(None);
                assert_eq!(read().as_deref(), Some(""));
            }
            variable.set(Some("a\0b"));
            assert_eq!(read().as_deref(), Some(""));
            assert_eq!(text().as_ptr(), place, "the list of variables is as it was");
            let longer = "x".repeat(5000);
            variable.set(Some(&longer));
            assert_eq!(read().as_deref(), Some(&*longer));
            variable.set(Some("short"));
            assert_eq!(read().as_deref(), Some("short"));
        }
    }
}
