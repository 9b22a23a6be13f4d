//! The conversation of runtime and platform, recorded and printed.

use std::{cell::RefCell, collections::VecDeque, fmt, ops::Range, rc::Rc, time::Duration};

/// Entries that are kept unless a test asks for more.
const KEPT: usize = 10_000;

/// What happened in a simulated service, oldest first. `Display` prints it in columns; the number of
/// the environment stands before a line when there are several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    entries: VecDeque<Entry>,
    left_out: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    at: Duration,
    environment: usize,
    side: Side,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Runtime,
    Platform,
}

/// The one timeline of a service. What wants a part of it keeps where that begins and ends, and looks
/// it up when it is asked for.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Rc<RefCell<Timeline>>);

impl Recorder {
    pub(crate) fn note(&self, at: Duration, environment: usize, side: Side, text: String) {
        self.0.borrow_mut().note(at, environment, side, text);
    }

    /// How many entries there were so far.
    pub(crate) fn length(&self) -> usize {
        let timeline = self.0.borrow();
        timeline.left_out + timeline.entries.len()
    }

    /// The entries between two lengths that are still kept.
    pub(crate) fn part(&self, part: Range<usize>) -> Timeline {
        let timeline = self.0.borrow();
        let kept = timeline.left_out;
        let entries = timeline.entries.iter().take(part.end.saturating_sub(kept));
        Timeline {
            entries: entries.skip(part.start.saturating_sub(kept)).cloned().collect(),
            left_out: kept.saturating_sub(part.start).min(part.len()),
        }
    }

    /// Everything that is kept.
    pub(crate) fn all(&self) -> Timeline {
        self.0.borrow().clone()
    }
}

impl Timeline {
    fn note(&mut self, at: Duration, environment: usize, side: Side, text: String) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
            self.left_out += 1;
        }
        self.entries.push_back(Entry { at, environment, side, text });
    }

    /// How many entries there were before the first one that is kept.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.entries.front().map(|entry| entry.environment);
        let several = self.entries.iter().any(|entry| Some(entry.environment) != first);
        writeln!(f, "ms       runtime                       platform")?;
        if self.left_out != 0 {
            writeln!(f, "         ({} entries left out)", self.left_out)?;
        }
        for Entry { at, environment, side, text } in &self.entries {
            let number = if several { format!("[{environment}] ") } else { String::new() };
            let millis = at.as_millis();
            match side {
                Side::Runtime => writeln!(f, "{millis:<8} {number}{text}")?,
                Side::Platform => writeln!(f, "{millis:<8} {:<29} {number}{text}", "")?,
            }
        }
        Ok(())
    }
}
