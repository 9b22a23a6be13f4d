//! What a caller knows when it has its answer, and what the service knows when an invocation is over.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::oneshot;

use super::{
    Report,
    heard::{Heard, heard},
};
use crate::{
    environment::Finished,
    ground::{Done, Timeline},
    lifecycle::RequestId,
};

/// An invocation whose caller has its answer: what `invoke(event).answer().await` gives. The
/// invocation may go on, until the runtime asks for the next event.
///
/// Dropping it is no more than not looking: the invocation goes on.
pub struct Answered {
    pub(super) heard: Heard,
    pub(super) rest: Rest,
}

/// What is still to be heard of an invocation.
pub(super) enum Rest {
    /// The service refused it, so there is nothing.
    Nothing,
    /// Its end, and the memory that its report shows.
    End { request_id: RequestId, memory_mb: u32, done: oneshot::Receiver<Finished> },
}

/// An invocation that is over: what the caller received, what was logged, what the service reports.
#[derive(Clone)]
pub struct Outcome {
    heard: Heard,
    logs: Vec<Arc<str>>,
    report: Option<Report>,
}

heard!(Answered);
heard!(Outcome);

impl Answered {
    /// Waits until the invocation is over.
    pub async fn done(self) -> Outcome {
        let Self { mut heard, rest } = self;
        let (report, logs) = match rest {
            Rest::Nothing => (None, Vec::new()),
            Rest::End { request_id, memory_mb, done } => {
                // The service has ended, and with it the invocation.
                let lost = |_| Finished { done: Done::lost(), logs: Vec::new() };
                let Finished { done, logs } = done.await.unwrap_or_else(lost);
                (Some(Report::of(&request_id, done, memory_mb)), logs)
            }
        };
        heard.part.end = heard.recorder.length();
        Outcome { heard, logs, report }
    }

    /// What happened in the service from the call until the answer, whatever else was under way.
    pub fn timeline(&self) -> Timeline {
        self.heard.recorder.part(self.heard.part.clone())
    }

    /// The answer, if there is one of the function.
    ///
    /// # Panics
    ///
    /// The function failed, or the service refused the invocation; the message holds the error and the
    /// whole conversation.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        if let Some(failure) = &self.heard.failure {
            panic!("{failure}\n\n{}", self.heard.conversation());
        }
        self
    }
}

impl Outcome {
    /// The lines that the function logged.
    pub fn logs(&self) -> Vec<&str> {
        self.logs.iter().map(|line| &**line).collect()
    }

    /// What the service reports.
    ///
    /// # Panics
    ///
    /// The service refused the invocation, so there is no report:
    /// [`service_error`](Self::service_error) says why.
    #[track_caller]
    pub fn report(&self) -> &Report {
        match (&self.report, &self.heard.failure) {
            (Some(report), _) => report,
            (None, Some(failure)) => panic!("there is no report: {failure}"),
            (None, None) => panic!("there is no report"),
        }
    }

    /// What happened in the service from the call until the invocation was over, whatever else was
    /// under way. Of a service that has gone on for long, the first records are no longer kept.
    ///
    /// ```
    /// # use lambda_core::{Bootstrap, BoxError, Environment};
    /// # struct Broken;
    /// # impl Bootstrap for Broken {
    /// #     type Error = BoxError;
    /// #     async fn start(self, _: Environment) -> Result<(), BoxError> { Ok(()) }
    /// # }
    /// # lambda_test::block_on(async {
    /// let lambda = lambda_test::Lambda::new();
    /// let outcome = lambda.function("broken", || Broken).create().invoke(1).await;
    /// assert!(outcome.timeline().to_string().contains("Runtime.ExitError"));
    /// # });
    /// ```
    pub fn timeline(&self) -> Timeline {
        self.heard.recorder.part(self.heard.part.clone())
    }

    /// The outcome, if the function answered.
    ///
    /// # Panics
    ///
    /// The function failed, or the service refused the invocation; the message holds the error, the
    /// log and the whole conversation.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        if let Some(failure) = &self.heard.failure {
            let logs = self.logs().join("\n");
            panic!("{failure}\n\nlog:\n{logs}\n\n{}", self.heard.conversation());
        }
        self
    }
}

impl Done {
    /// An invocation that went down with its service.
    fn lost() -> Self {
        Self {
            result: Err("Sandbox.Failure".into()),
            answered_after: Duration::ZERO,
            duration: Duration::ZERO,
            init_duration: None,
            cold_start: false,
            status: None,
            max_memory_used_mb: None,
        }
    }
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("function_error", &self.function_error())
            .field("service_error", &self.service_error())
            .field("latency", &self.latency())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("function_error", &self.function_error())
            .field("service_error", &self.service_error())
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}
