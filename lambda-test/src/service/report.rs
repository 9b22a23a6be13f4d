//! What the service reports of an invocation.

use std::{fmt, time::Duration};

use crate::kernel::{InvocationEnd, ReportStatus, billed};

/// The facts of the REPORT line of an invocation.
///
/// `Display` writes the line as the service does. What the simulator cannot know, it leaves out:
/// an application in this process has no memory of its own.
/// Source: AWS Lambda developer guide, "Viewing logs", and `REPORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The id of the invocation.
    pub request_id: String,
    /// From handing out the event until the runtime asked for the next one.
    pub duration: Duration,
    /// Duration and init duration together, rounded up to whole milliseconds.
    pub billed_duration: Duration,
    /// The configured memory.
    pub memory_mb: u32,
    /// The most memory that the process used; absent for an application in this process.
    pub max_memory_used_mb: Option<u32>,
    /// The init phase, on the first invocation of an environment whose init phase did not fail.
    pub init_duration: Option<Duration>,
    /// How the environment was lost; absent when it was not.
    pub status: Option<ReportStatus>,
    pub(crate) cold_start: bool,
}

impl Report {
    /// A view of what was recorded of the end of an invocation.
    pub(crate) fn of(request_id: &str, done: &InvocationEnd) -> Self {
        let InvocationEnd {
            duration,
            init_duration,
            cold_start,
            memory_mb,
            max_memory_used_mb,
            ..
        } = *done;
        Self {
            request_id: request_id.to_owned(),
            duration,
            billed_duration: billed(duration + init_duration.unwrap_or_default()),
            memory_mb,
            max_memory_used_mb,
            init_duration,
            status: done.status.clone(),
            cold_start,
        }
    }

    /// Whether a process was started for this invocation.
    pub fn cold_start(&self) -> bool {
        self.cold_start
    }
}

/// Durations have two decimals, trailing zeros kept.
struct Millis(Duration);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ms", self.0.as_secs_f64() * 1000.0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let billed = self.billed_duration.as_millis();
        write!(f, "REPORT RequestId: {}\tDuration: {}\t", self.request_id, Millis(self.duration))?;
        write!(f, "Billed Duration: {billed} ms\tMemory Size: {} MB\t", self.memory_mb)?;
        if let Some(used) = self.max_memory_used_mb {
            write!(f, "Max Memory Used: {used} MB\t")?;
        }
        if let Some(duration) = self.init_duration {
            write!(f, "Init Duration: {}\t", Millis(duration))?;
        }
        match &self.status {
            None => Ok(()),
            Some(ReportStatus::Timeout) => write!(f, "Status: timeout\t"),
            Some(ReportStatus::Error(error_type)) => {
                write!(f, "Status: error\tError Type: {error_type}\t")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_written_as_the_service_writes_it() {
        let mut report = Report {
            request_id: "8fc6f963".to_owned(),
            duration: Duration::from_micros(201_670),
            billed_duration: billed(Duration::from_micros(681_920)),
            memory_mb: 2048,
            max_memory_used_mb: Some(81),
            init_duration: Some(Duration::from_micros(480_250)),
            status: None,
            cold_start: true,
        };
        assert_eq!(
            report.to_string(),
            "REPORT RequestId: 8fc6f963\tDuration: 201.67 ms\tBilled Duration: 682 ms\t\
             Memory Size: 2048 MB\tMax Memory Used: 81 MB\tInit Duration: 480.25 ms\t"
        );
        (report.max_memory_used_mb, report.init_duration) = (None, None);
        report.status = Some(ReportStatus::Error("Runtime.ExitError".into()));
        assert_eq!(
            report.to_string(),
            "REPORT RequestId: 8fc6f963\tDuration: 201.67 ms\tBilled Duration: 682 ms\t\
             Memory Size: 2048 MB\tStatus: error\tError Type: Runtime.ExitError\t"
        );
    }
}
