//! Events as a stream.

use std::{
    fmt,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use crate::{ExtensionError, LifecycleEvent, client::Client};

/// The events of an extension, by [`Extension::into_events`](crate::Extension::into_events).
///
/// The first is asked for when the stream is polled first, which says that the extension is ready; each
/// poll after an event says that it is done with that one.
///
/// ```no_run
/// use std::pin::pin;
///
/// use futures_util::TryStreamExt as _;
/// use lambda_extension::{Environment, Error, Extension, LifecycleEvent};
///
/// async fn run(environment: Environment) -> Result<(), Error> {
///     let mut events = pin!(Extension::register(&environment).await?.into_events());
///     while let Some(event) = events.try_next().await? {
///         match event {
///             LifecycleEvent::Invoke(invoke) => environment.log(&invoke.request_id),
///             other => environment.log(&format!("{other:?}")),
///         }
///     }
///     Ok(())
/// }
/// ```
pub struct Events {
    client: Client,
    ended: bool,
}

impl Events {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, ended: false }
    }
}

impl Stream for Events {
    type Item = Result<LifecycleEvent, ExtensionError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        // The client goes on where the last of these futures stopped.
        let event = ready!(pin!(this.client.next()).poll(context));
        this.ended = matches!(event, Ok(LifecycleEvent::Shutdown(_)) | Err(_));
        Poll::Ready(Some(event))
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
