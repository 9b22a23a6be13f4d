//! Tumbling windows: batches that share a state. Pure.
//!
//! Source: AWS Lambda developer guide, "Stateful processing with Kinesis Data Streams in Lambda".

use std::{rc::Rc, sync::Arc, time::Duration};

use super::log_state::LogRecord;

/// "State of at most 1 MB per shard; a window with more ends early."
const STATE_BYTES: usize = 1024 * 1024;

/// The windows of a shard.
pub(super) struct Tumbling {
    length: Duration,
    open: Option<Open>,
}

/// A window of which a batch was tried.
struct Open {
    shard: Arc<str>,
    start: Duration,
    state: String,
    /// Whether the state is too large.
    is_cut_short: bool,
    /// Whether the function was invoked for it.
    was_invoked: bool,
}

/// What an invocation has of its window.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WindowPart {
    pub(super) shard: Arc<str>,
    pub(super) start: Duration,
    pub(super) end: Duration,
    /// JSON.
    pub(super) state: String,
    pub(super) is_final: bool,
    pub(super) is_cut_short: bool,
}

impl Tumbling {
    /// "Up to 2 minutes of waiting if no records arrive."
    pub(super) const PATIENCE: Duration = Duration::from_secs(120);

    pub(super) fn new(length: Duration) -> Self {
        Self { length, open: None }
    }

    /// Whether a window waits for its end.
    pub(super) fn is_open(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.was_invoked)
    }

    pub(super) fn is_cut_short(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.is_cut_short)
    }

    /// The end of the window that is open, or of that of the next record. Windows begin at multiples of their length.
    pub(super) fn end_for(&mut self, next: Option<&Rc<LogRecord>>) -> Option<Duration> {
        if self.open.is_none() {
            let next = next?;
            let at = next.arrived.as_nanos();
            let length = self.length.as_nanos();
            let start = u64::try_from(at / length * length).unwrap_or(u64::MAX);
            let start = Duration::from_nanos(start);
            self.open = Some(Open {
                shard: next.shard.clone(),
                start,
                state: "{}".to_owned(),
                is_cut_short: false,
                was_invoked: false,
            });
        }
        self.open.as_ref().map(|open| open.start + self.length)
    }

    /// What an invocation has of the window that is open, if one is.
    pub(super) fn part(&mut self, is_final: bool) -> Option<WindowPart> {
        let open = self.open.as_mut()?;
        open.was_invoked = true;
        Some(WindowPart {
            shard: open.shard.clone(),
            start: open.start,
            end: open.start + self.length,
            state: open.state.clone(),
            is_final,
            is_cut_short: open.is_cut_short,
        })
    }

    /// The function has answered.
    pub(super) fn answered(&mut self, part: &WindowPart, state: Option<String>) {
        if part.is_final {
            self.open = None;
            return;
        }
        if let Some(state) = state {
            self.keep(state);
        }
    }

    /// The state that the next invocation for the window has.
    pub(super) fn state(&self) -> &str {
        self.open.as_ref().map_or("{}", |open| &open.state)
    }

    /// Keeps the state, unless it is too large.
    pub(super) fn keep(&mut self, state: String) {
        if let Some(open) = &mut self.open {
            match STATE_BYTES < state.len() {
                true => open.is_cut_short = true,
                false => open.state = state,
            }
        }
    }

    /// A batch of the window is not tried any more.
    pub(super) fn given_up(&mut self, part: &WindowPart) {
        if part.is_final {
            self.open = None;
        }
    }
}
