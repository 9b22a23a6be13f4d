//! What a caller knows when it has its answer, and what the service knows when an invocation is over.

use std::{fmt, future::poll_fn, sync::Arc};

use super::{
    Report,
    pending::Made,
    response::{Excerpt, Heard, heard},
};
use crate::kernel::Timeline;

/// An invocation whose caller has its answer: what `invoke(event).answer().await` gives. The
/// invocation may go on, until the runtime asks for the next event.
///
/// Dropping it is no more than not looking: the invocation goes on.
pub struct Answered {
    pub(super) heard: Heard,
    pub(super) made: Made,
}

/// An invocation that is over: what the caller received, what was logged, what the service reports.
#[derive(Clone)]
pub struct Outcome {
    pub(super) heard: Heard,
    pub(super) logs: Vec<Arc<str>>,
    /// None where the service refused the invocation, or ended.
    pub(super) report: Option<Report>,
}

heard!(Answered);
heard!(Outcome);

impl Answered {
    /// Waits until the invocation is over.
    pub async fn done(self) -> Outcome {
        let Self { heard, mut made } = self;
        let finished = poll_fn(|context| made.poll_done(context)).await;
        made.after(heard, finished)
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
    /// There is no report: the service refused the invocation, as
    /// [`service_error`](Self::service_error) says, or ended before it was over.
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
            let mut logs = self.logs().join("\n");
            if !logs.is_empty() {
                logs = format!("log:\n{logs}\n\n");
            }
            panic!("{failure}\n\n{logs}{}", self.heard.conversation());
        }
        self
    }
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("payload", &Excerpt(self.payload()))
            .field("function_error", &self.function_error())
            .field("service_error", &self.service_error())
            .field("latency", &self.latency())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("payload", &Excerpt(self.payload()))
            .field("function_error", &self.function_error())
            .field("service_error", &self.service_error())
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}
