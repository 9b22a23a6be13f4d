//! What a child process writes, line by line into the log.

use std::{
    cell::{Cell, RefCell},
    io,
    os::fd::OwnedFd,
    rc::Rc,
};

use tokio::net::unix::pipe;

use crate::environment::log::{LogWriter, MOST_OF_LINE};

/// As much as a pipe holds: who has read that has all that was written before.
const PIPE: usize = 64 * 1024;

/// One stream of a child process.
pub(super) struct Output {
    pipe: pipe::Receiver,
    log: LogWriter,
    /// The line that has no end yet.
    line: RefCell<Vec<u8>>,
    /// How much of that line was not kept.
    cut: Cell<usize>,
}

/// Whether more may come.
#[derive(PartialEq)]
enum Stream {
    Open,
    Ended,
}

impl Output {
    pub(super) fn new(pipe: OwnedFd, log: LogWriter) -> io::Result<Self> {
        let pipe = pipe::Receiver::from_owned_fd(pipe)?;
        Ok(Self { pipe, log, line: RefCell::default(), cut: Cell::new(0) })
    }

    /// Reads to the end of the stream.
    pub(super) async fn follow(self: Rc<Self>) {
        while self.pipe.readable().await.is_ok() && self.read() == Stream::Open {
            // A stream that never pauses leaves time for others.
            tokio::task::yield_now().await;
        }
        self.end_line();
    }

    /// Logs what was written until now; text without a line end is a line.
    pub(super) fn flush(&self) {
        self.read();
        self.end_line();
    }

    /// Reads what is there, and no more than a pipe holds.
    fn read(&self) -> Stream {
        let mut buffer = [0; 8 * 1024];
        for _ in 0..PIPE / buffer.len() {
            match self.pipe.try_read(&mut buffer) {
                Ok(0) => return Stream::Ended,
                Ok(length) => self.take(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Stream::Open,
                Err(_) => return Stream::Ended,
            }
        }
        Stream::Open
    }

    fn take(&self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            let mut line = self.line.borrow_mut();
            let kept = text.len().min(MOST_OF_LINE.saturating_sub(line.len()));
            line.extend_from_slice(&text[..kept]);
            self.cut.set(self.cut.get() + text.len() - kept);
            drop(line);
            if ends {
                self.write_line();
            }
        }
    }

    fn end_line(&self) {
        if !self.line.borrow().is_empty() {
            self.write_line();
        }
    }

    fn write_line(&self) {
        let mut line = self.line.borrow_mut();
        let text = String::from_utf8_lossy(&line);
        self.log.write_line(text.trim_end_matches('\r'), self.cut.take());
        line.clear();
        line.shrink_to(PIPE);
    }
}
