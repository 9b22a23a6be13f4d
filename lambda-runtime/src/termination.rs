//! How a process that is asked to end finishes what it has in hand.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use lambda_core::{BoxFuture, Environment};

/// Whether the process was asked to end.
pub(crate) struct Termination {
    environment: Environment,
    asked: BoxFuture<()>,
    come: bool,
}

/// When an invocation times out.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(pub(crate) SystemTime);

impl Deadline {
    /// Has passed, as where the deadline is unknown.
    pub(crate) const UNKNOWN: Self = Self(SystemTime::UNIX_EPOCH);
}

impl Termination {
    pub(crate) fn of(environment: &Environment) -> Self {
        let environment = environment.clone();
        let asking = environment.clone();
        let asked = Box::pin(async move { asking.terminated().await });
        Self { environment, asked, come: false }
    }

    fn poll_come(&mut self, context: &mut Context<'_>) -> bool {
        if !self.come {
            self.come = self.asked.as_mut().poll(context).is_ready();
        }
        self.come
    }

    /// What comes of this; `None` when the process is asked to end first.
    pub(crate) async fn or<F: Future>(&mut self, mut work: Pin<&mut F>) -> Option<F::Output> {
        if self.come {
            return None;
        }
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.poll_come(context) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// What comes of this; `None` when the process is asked to end and the deadline passes before.
    pub(crate) async fn finish<F: Future>(
        &mut self,
        mut work: Pin<&mut F>,
        deadline: Deadline,
    ) -> Option<F::Output> {
        if let Some(output) = self.or(work.as_mut()).await {
            return Some(output);
        }
        self.until(work, deadline).await
    }

    #[cold]
    async fn until<F: Future>(
        &mut self,
        mut work: Pin<&mut F>,
        Deadline(deadline): Deadline,
    ) -> Option<F::Output> {
        // Where nobody says when it times out, nobody waits for it either.
        let left = deadline.duration_since(self.environment.now()).unwrap_or(Duration::ZERO);
        tokio::time::timeout(left, work.as_mut()).await.ok()
    }
}
