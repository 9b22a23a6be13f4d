//! `_X_AMZN_TRACE_ID`, which the AWS SDK reads to join traces.
//!
//! It is set before each invocation, and empty where the header is missing. The variable belongs to the
//! whole process, so it is left alone in a simulated environment.
//!
//! [`start`](crate::start) puts it into the environment of the process once, before there are threads, and from
//! then on its text is written in place: the list of variables is not changed under whoever reads it, and nothing
//! is allocated. A thread that reads the variable in the moment of an invocation's beginning may see the text of
//! the one before, a part of it, or none.
//!
//! Where the program brought its own tokio runtime, there may be threads already, so the variable is set through
//! `std::env::set_var`: its lock is shared by all that read variables through Rust, the AWS SDK among them.

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

    const NAME: &str = "_X_AMZN_TRACE_ID";

    /// What the text has room for; trace headers have some hundred bytes.
    const ROOM: usize = 1024;

    /// The text that the process environment points to: name, `=`, value, and a closing NUL. It is never
    /// freed, since a reader may hold it. Empty where the variable was not put early.
    static TEXT: Mutex<&'static [AtomicU8]> = Mutex::new(&[]);

    fn text() -> MutexGuard<'static, &'static [AtomicU8]> {
        // A slice is whole at every step.
        TEXT.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the variable into the environment of the process, before there are threads.
    pub(crate) fn put_early() {
        let mut text = text();
        if !text.is_empty() {
            return;
        }
        let bytes = NAME.bytes().chain([b'=']).chain(std::iter::repeat_n(0, ROOM + 1));
        *text = Vec::leak(bytes.map(AtomicU8::new).collect());
        // SAFETY: the text ends in NUL and is never freed; its last byte stays NUL. No other thread may read
        // the environment at this moment: `start` calls this before the function has threads of its own.
        unsafe { libc::putenv(text.as_ptr().cast_mut().cast::<c_char>()) };
    }

    pub(crate) struct TraceVariable {
        in_process: bool,
    }

    impl TraceVariable {
        pub(crate) fn of(environment: &Environment) -> Self {
            let mut variable = Self { in_process: environment.is_process() };
            variable.set(None);
            variable
        }

        /// Sets the variable; empties it where there is no trace.
        pub(crate) fn set(&mut self, value: Option<&str>) {
            if !self.in_process {
                return;
            }
            let value = value.filter(|value| !value.contains('\0')).unwrap_or_default();
            let mut text = text();
            let room = text.get(NAME.len() + 1..).unwrap_or_default();
            if value.len() < room.len() {
                write(room, value);
            } else {
                // The environment does not point to the text from here on.
                *text = &[];
                set_variable(value);
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the place that writes it")]
    fn set_variable(value: &str) {
        // SAFETY: whoever reads variables through Rust shares the lock that this takes. Code that reads them
        // through C at this moment is excluded by the documentation of `run` and `Runtime::run`.
        unsafe { std::env::set_var(NAME, value) };
    }

    fn write(room: &[AtomicU8], value: &str) {
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

        #[track_caller]
        fn check(variable: &mut TraceVariable, value: &str, expected: &str) {
            variable.set(Some(value));
            assert_eq!(read().as_deref(), Some(expected));
            variable.set(None);
            assert_eq!(read().as_deref(), Some(""));
        }

        /// One test, since the variable is the process's: without a text of its own, with one, and where that is
        /// too short.
        #[test]
        fn the_variable_is_written_in_place_where_it_was_put_before_there_were_threads() {
            let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
            let mut variable = TraceVariable::of(&Environment::from_process());
            check(&mut variable, trace, trace);
            assert!(text().is_empty(), "it is set through the lock that readers share");

            put_early();
            let place = text().as_ptr();
            let long = "Root=".repeat(100);
            for value in [trace, "short", &long] {
                check(&mut variable, value, value);
            }
            check(&mut variable, "a\0b", "");
            assert_eq!(text().as_ptr(), place, "the list of variables is as it was");

            let longer = "x".repeat(5000);
            check(&mut variable, &longer, &longer);
            check(&mut variable, "short", "short");
        }
    }
}
