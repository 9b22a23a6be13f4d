//! Events as lines of JSON.

use std::io::{self, Write};

use super::TelemetryEvent;

/// Events as lines of JSON, one each, as they came.
///
/// ```
/// use lambda_extension::telemetry::{JsonLines, TelemetryEvent};
///
/// let batch = br#"[{"time":"2026-01-01T00:00:00.000Z","type":"function","record":"hello"}]"#;
/// let mut written = Vec::new();
/// JsonLines::new(&mut written).write(&TelemetryEvent::batch(batch)?)?;
/// assert_eq!(
///     String::from_utf8(written)?,
///     "{\"time\":\"2026-01-01T00:00:00.000Z\",\"type\":\"function\",\"record\":\"hello\"}\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Standard output of an extension is a part of the function's log, so one that writes there
/// is not to be subscribed to lines of extensions: it would receive its own.
#[derive(Debug)]
pub struct JsonLines<W> {
    writer: W,
}

impl<W: Write> JsonLines<W> {
    /// Lines for this writer, as [`stdout`](std::io::stdout).
    pub fn new(writer: W) -> Self {
        Self { writer }
    }

    /// Writes the events, and flushes.
    ///
    /// # Errors
    ///
    /// The writer failed.
    pub fn write(&mut self, events: &[TelemetryEvent]) -> io::Result<()> {
        let mut lines = String::new();
        for event in events {
            // Between tokens only: a text has none.
            lines.extend(event.as_json().chars().filter(|letter| *letter != '\n'));
            lines.push('\n');
        }
        self.writer.write_all(lines.as_bytes())?;
        self.writer.flush()
    }
}
