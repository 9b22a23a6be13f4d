//! Where subscribers of the user's own write to.

use std::io;

use lambda_core::rt::current;
use tracing_subscriber::fmt::MakeWriter;

/// Writes what a subscriber of your own makes to the log of the environment whose code runs: stderr on Lambda, and in a
/// test what `outcome.logs()` returns.
///
/// ```
/// tracing_subscriber::fmt()
///     .without_time()
///     .with_ansi(false)
///     .with_writer(lambda_runtime::tracing::LogWriter)
///     .try_init()?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
///
/// What one record writes is one or more lines of the log. The text is not changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogWriter;

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = RecordWriter;

    fn make_writer(&'a self) -> RecordWriter {
        RecordWriter(Vec::new())
    }
}

/// What one record writes. It is in the log once this is dropped.
#[derive(Debug)]
pub struct RecordWriter(Vec<u8>);

impl io::Write for RecordWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for RecordWriter {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.0);
        let environment = current();
        // Line by line, since line ends within one are taken out.
        text.lines().filter(|line| !line.is_empty()).for_each(|line| environment.log(line));
    }
}
