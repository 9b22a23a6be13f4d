//! `_X_AMZN_TRACE_ID`, which the AWS SDK reads to join traces.
//!
//! It is set before each invocation, "and removed when the header is missing". The variable belongs
//! to the whole process, so it is left alone in a simulated environment.

use lambda_core::Environment;

#[cfg(all(unix, feature = "trace-variable"))]
pub(crate) use process::TraceVariable;

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

#[cfg(all(unix, feature = "trace-variable"))]
mod process {
    #![expect(unsafe_code, reason = "the process environment can be changed in no other way")]

    use std::ffi::c_char;

    use super::Environment;

    const NAME: &str = "_X_AMZN_TRACE_ID";

    /// Two buffers that take turns. `setenv` would keep a copy of every distinct value for ever:
    /// 28 MB over 200,000 invocations with glibc.
    pub(crate) struct TraceVariable {
        in_process: bool,
        buffers: [&'static mut [u8]; 2],
        /// The buffer that the process environment points to.
        current: Option<usize>,
    }

    impl TraceVariable {
        pub(crate) fn of(environment: &Environment) -> Self {
            Self {
                in_process: environment.is_process(),
                buffers: [&mut [], &mut []],
                current: None,
            }
        }

        /// Sets the variable, or removes it.
        pub(crate) fn set(&mut self, value: Option<&str>) {
            if !self.in_process {
                return;
            }
            match value.filter(|value| !value.contains('\0')) {
                Some(value) => self.put(value),
                None => self.remove(),
            }
        }

        fn put(&mut self, value: &str) {
            // `NAME=value` and the closing NUL.
            let length = NAME.len() + 1 + value.len() + 1;
            let turn = self.current.map_or(0, |current| 1 - current);
            let buffer = &mut self.buffers[turn];
            if buffer.len() < length {
                // Never freed, since a reader may still hold it; it at least doubles, so all that is
                // ever left behind is less than the longest value twice over.
                *buffer = vec![0; length.next_power_of_two().max(256)].leak();
            }
            let parts = [NAME.as_bytes(), b"=", value.as_bytes(), b"\0"];
            let mut at = 0;
            for part in parts {
                buffer[at..at + part.len()].copy_from_slice(part);
                at += part.len();
            }
            // SAFETY: the string ends in NUL and is never freed. It is not written to while the
            // environment points to it: the turns alternate. As with `std::env::set_var`, no other
            // thread may read the environment through C at the same moment; between invocations of
            // a standard function nothing of the handler runs but what it left behind.
            unsafe { libc::putenv(buffer.as_mut_ptr().cast::<c_char>()) };
            self.current = Some(turn);
        }

        fn remove(&mut self) {
            // SAFETY: as above.
            unsafe { std::env::remove_var(NAME) };
            self.current = None;
        }
    }
}
