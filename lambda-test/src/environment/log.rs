//! The log of an environment: lines from any thread, bounded, for the invocation under way.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use super::Logging;
use crate::kernel::cut;

/// What is kept for an invocation: the oldest lines go first.
const MOST_BYTES: usize = 1024 * 1024;

/// What a line takes besides its text.
const LINE_BYTES: usize = 64;

/// What is kept of one line.
pub(crate) const MOST_OF_LINE: usize = 256 * 1024;

/// The log of an environment. Clones are one log.
#[derive(Clone, Default)]
pub(crate) struct Log {
    state: Arc<Mutex<State>>,
    written: Arc<Notify>,
}

impl Log {
    /// Another log, of another process, that wakes whoever waits for this one.
    pub(super) fn sibling(&self) -> Self {
        Self { state: Arc::default(), written: self.written.clone() }
    }
}

/// Where one process writes its lines; what it writes after its end is not heard.
#[derive(Clone)]
pub(crate) struct LogWriter {
    log: Log,
    process: u64,
    logging: Logging,
}

#[derive(Default)]
struct State {
    /// The process that is heard.
    process: u64,
    lines: VecDeque<Arc<str>>,
    bytes: usize,
    /// How many of them, the last ones, have not been heard yet.
    unread: usize,
    lost: Lost,
}

/// Lines that had to go.
#[derive(Default)]
struct Lost {
    lines: usize,
    bytes: usize,
}

impl Log {
    /// For a process that starts now; those before it are not heard any more.
    pub(crate) fn writer(&self, process: u64, logging: Logging) -> LogWriter {
        self.state().process = process;
        LogWriter { log: self.clone(), process, logging }
    }

    /// Nobody is heard until the next process starts.
    pub(super) fn close(&self) {
        self.state().process = 0;
    }

    /// Waits for lines that have not been heard.
    pub(super) async fn written(&self) {
        self.written.notified().await;
    }

    /// The lines that have not been heard yet.
    pub(super) fn unread(&self) -> Vec<Arc<str>> {
        let mut state = self.state();
        let unread = mem::take(&mut state.unread);
        let read = state.lines.len() - unread;
        state.lines.iter().skip(read).cloned().collect()
    }

    /// The lines since this was called last; where some had to go, a line says how many.
    pub(super) fn take(&self) -> Vec<Arc<str>> {
        let mut state = self.state();
        (state.bytes, state.unread) = (0, 0);
        let Lost { lines, bytes } = mem::take(&mut state.lost);
        let lost = (lines != 0).then(|| {
            let most = MOST_BYTES / 1024;
            format!("({lines} lines, {bytes} bytes, came before: the last {most} KiB are kept)")
                .into()
        });
        lost.into_iter().chain(mem::take(&mut state.lines)).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole at every step, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogWriter {
    /// Writes a line, or as many as the text has.
    pub(crate) fn write(&self, text: &str) {
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            self.write_line(line.trim_end_matches('\r'), 0);
        }
    }

    /// Writes a line of which so many bytes are gone already. An empty one does not become a log event, and the service
    /// does not keep one below the level that is configured.
    pub(crate) fn write_line(&self, line: &str, cut: usize) {
        if (line.is_empty() && cut == 0) || !self.logging.keeps(line) {
            return;
        }
        {
            let mut state = self.log.state();
            if state.process != self.process {
                return;
            }
            state.push(line, cut);
        }
        self.log.written.notify_one();
    }
}

impl State {
    fn push(&mut self, line: &str, gone: usize) {
        let kept = cut(line, MOST_OF_LINE);
        let text: Arc<str> = match gone + line.len() - kept.len() {
            0 => kept.into(),
            more => format!("{kept} … ({more} bytes more)").into(),
        };
        self.bytes += text.len() + LINE_BYTES;
        self.lines.push_back(text);
        self.unread += 1;
        while MOST_BYTES < self.bytes {
            let Some(line) = self.lines.pop_front() else { break };
            self.bytes -= line.len() + LINE_BYTES;
            self.lost.lines += 1;
            self.lost.bytes += line.len();
            self.unread = self.unread.min(self.lines.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (Log, LogWriter) {
        let log = Log::default();
        let writer = log.writer(1, Logging::default());
        (log, writer)
    }

    #[tokio::test]
    async fn the_oldest_lines_go_and_one_line_says_how_many() {
        let (log, writer) = log();
        for number in 0..20_000 {
            writer.write(&format!("line {number:05}"));
        }
        let lines = log.take();
        let kept = MOST_BYTES / (LINE_BYTES + 10);
        assert_eq!(lines.len(), kept + 1);
        let (gone, bytes) = (20_000 - kept, (20_000 - kept) * 10);
        assert_eq!(
            &*lines[0],
            format!("({gone} lines, {bytes} bytes, came before: the last 1024 KiB are kept)")
        );
        assert_eq!(&**lines.last().expect("lines"), "line 19999");
        assert!(log.take().is_empty());
    }

    #[tokio::test]
    async fn a_long_line_is_cut() {
        let (log, writer) = log();
        writer.write(&("ü".repeat(MOST_OF_LINE) + "\nnext"));
        let lines = log.take();
        assert!(lines[0].ends_with(&format!("ü … ({MOST_OF_LINE} bytes more)")));
        assert_eq!(&*lines[1], "next");
    }

    #[tokio::test]
    async fn a_line_is_read_once_and_kept_until_it_is_taken() {
        let (log, writer) = log();
        writer.write("one");
        assert_eq!(log.unread().len(), 1);
        writer.write("two");
        assert_eq!(log.unread(), ["two".into()]);
        assert_eq!(log.take(), ["one".into(), "two".into()]);
    }

    #[tokio::test]
    async fn a_process_that_has_ended_is_not_read() {
        let (log, writer) = log();
        log.close();
        writer.write("late");
        let next = log.writer(2, Logging::default());
        writer.write("later");
        next.write("heard");
        assert_eq!(log.take(), ["heard".into()]);
    }
}
