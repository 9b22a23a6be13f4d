//! An extension that has registered, and its loop.

#[cfg(feature = "telemetry")]
use std::{cell::Cell, future, pin::pin, task::Poll};
use std::{fmt, time::Duration};

use lambda_core::{
    Bootstrap, BoxError, Environment, FunctionError, USER_AGENT, error_type,
    rt::{catch_panic, panic_message, post, post_runtime},
    wire::ExtensionRequests,
};

#[cfg(feature = "telemetry")]
use crate::telemetry::{Batches, Subscription, TelemetryEvent, listen};
use crate::{
    ExtensionError, FunctionInfo, InvokeEvent, LifecycleEvent, Registration, ShutdownEvent,
    client::Client,
    handler::Handle,
    registration::{Registered, is_internal},
};

/// An extension that has registered.
///
/// Started, it waits for events and hands them to its handlers, until the environment ends. What a handler
/// fails with is told to the service as `exit/error` and ends the extension: the environment is reset.
pub struct Extension {
    client: Client,
    function: FunctionInfo,
    on_invoke: Option<Box<dyn Handle<InvokeEvent>>>,
    on_shutdown: Option<Box<dyn Handle<ShutdownEvent>>>,
    #[cfg(feature = "telemetry")]
    telemetry: Telemetry,
    #[cfg(feature = "telemetry")]
    on_telemetry: Option<Box<dyn Handle<Vec<TelemetryEvent>>>>,
}

/// The subscription of an extension to telemetry.
#[cfg(feature = "telemetry")]
pub(crate) enum Telemetry {
    /// None was requested.
    NotSubscribed,
    /// The environment has no telemetry, or the batches were taken.
    Absent,
    Subscribed(Batches),
}

#[cfg(feature = "telemetry")]
impl Telemetry {
    pub(crate) async fn subscribe(
        client: &mut Client,
        subscription: &Subscription,
    ) -> Result<Self, ExtensionError> {
        let no_response =
            |source: BoxError| ExtensionError::NoResponse { call: "telemetry", source };
        // "The listener must be bound before subscribing."
        let listening =
            listen(client.environment(), subscription.is_tcp(), subscription.most_waiting()).await;
        let (batches, address) = listening.map_err(|error| no_response(error.into()))?;
        let body = subscription.body(&address).map_err(|error| no_response(error.into()))?;
        if client.subscribe(body).await? {
            return Ok(Self::Subscribed(batches));
        }
        client.environment().log("this environment has no telemetry");
        Ok(Self::Absent)
    }

    #[track_caller]
    fn expect_subscribed(&self, method: &str) {
        assert!(
            !matches!(self, Self::NotSubscribed),
            "`{method}` needs a subscription: add `.telemetry(Subscription::new())` to the `Registration`"
        );
    }

    fn take(&mut self) -> Option<Batches> {
        match std::mem::replace(self, Self::Absent) {
            Self::Subscribed(batches) => Some(batches),
            Self::NotSubscribed | Self::Absent => None,
        }
    }
}

/// The time that a shutdown has where its deadline cannot be read: as much as the service gives external
/// extensions. Source: AWS Lambda developer guide, "Lambda execution environment lifecycle", Shutdown phase.
const NO_DEADLINE: Duration = Duration::from_secs(2);

/// What is kept of the time that a shutdown has, to end in.
const TO_END: Duration = Duration::from_millis(50);

impl Extension {
    /// Registers under the name of the executable: in a process of its own for invocations and for the end,
    /// in that of the function for invocations. [`Registration`] asks for something else.
    ///
    /// # Errors
    ///
    /// See [`ExtensionError`].
    pub async fn register(environment: &Environment) -> Result<Self, ExtensionError> {
        Registration::new().register(environment).await
    }

    pub(crate) fn new(
        client: Client,
        function: FunctionInfo,
        #[cfg(feature = "telemetry")] telemetry: Telemetry,
    ) -> Self {
        Self {
            client,
            function,
            on_invoke: None,
            on_shutdown: None,
            #[cfg(feature = "telemetry")]
            telemetry,
            #[cfg(feature = "telemetry")]
            on_telemetry: None,
        }
    }

    /// The function beside which it runs.
    pub fn function(&self) -> &FunctionInfo {
        &self.function
    }

    /// Is called with each invocation. Until it returns, the invocation is not over, and the environment
    /// is not frozen; its caller has the answer all the same.
    pub fn on_invoke<F, X>(mut self, handler: F) -> Self
    where
        F: AsyncFnMut(InvokeEvent) -> Result<(), X> + 'static,
        X: Into<BoxError> + 'static,
    {
        self.on_invoke = Some(Box::new(handler));
        self
    }

    /// Is called at the end of the environment. What takes longer than the service allows is dropped, and
    /// leaves a line in the log.
    pub fn on_shutdown<F, X>(mut self, handler: F) -> Self
    where
        F: AsyncFnMut(ShutdownEvent) -> Result<(), X> + 'static,
        X: Into<BoxError> + 'static,
    {
        self.on_shutdown = Some(Box::new(handler));
        self
    }

    /// Sets the handler of telemetry, which is called with each batch, also while the extension waits for
    /// events, and with what is left at the end, before the handler of the shutdown. It is never called in an
    /// environment without telemetry.
    ///
    /// # Panics
    ///
    /// Panics if the extension did not subscribe: see [`Registration::telemetry`].
    #[cfg(feature = "telemetry")]
    pub fn on_telemetry<F, X>(mut self, handler: F) -> Self
    where
        F: AsyncFnMut(Vec<TelemetryEvent>) -> Result<(), X> + 'static,
        X: Into<BoxError> + 'static,
    {
        self.telemetry.expect_subscribed("on_telemetry");
        self.on_telemetry = Some(Box::new(handler));
        self
    }

    /// Takes the batches of telemetry out of the extension, for a loop of your own in place of a handler.
    /// `None` in an environment without telemetry, and where they were taken before.
    ///
    /// # Panics
    ///
    /// Panics if the extension did not subscribe: see [`Registration::telemetry`].
    #[cfg(feature = "telemetry")]
    pub fn take_batches(&mut self) -> Option<Batches> {
        self.telemetry.expect_subscribed("take_batches");
        self.telemetry.take()
    }

    /// Says that it is ready, or done with the last event, and waits for the next one: for loops of one's
    /// own, in the place of handlers. After [`Shutdown`](LifecycleEvent::Shutdown) none follows. Handlers,
    /// that of telemetry too, are called by [`start`](Bootstrap::start) alone.
    ///
    /// # Errors
    ///
    /// See [`ExtensionError`]. The extension is to end then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: the next one waits for the same event.
    pub async fn next(&mut self) -> Result<LifecycleEvent, ExtensionError> {
        self.client.next().await
    }

    /// The events as a stream, in the place of handlers: asking for the next one says that the extension is
    /// done with the last. It ends after [`Shutdown`](LifecycleEvent::Shutdown), and after an error. Handlers are
    /// not called.
    #[cfg(feature = "stream")]
    pub fn into_events(self) -> crate::Events {
        crate::Events::new(self.client)
    }

    /// Hands events and telemetry to the handlers until the end.
    #[cfg(feature = "telemetry")]
    async fn run(&mut self) -> Result<(), BoxError> {
        let Some(mut handler) = self.on_telemetry.take() else { return self.run_events().await };
        let Some(mut telemetry) = self.telemetry.take() else { return self.run_events().await };
        let environment = self.client.environment().clone();
        let (waiting, handled_now) = (telemetry.waiting(), Cell::new(0));
        let ending = Cell::new(false);
        let mut handling = pin!(async {
            while let Some(events) = telemetry.next_unless(&ending).await {
                handled_now.set(events.len());
                caught(handler.handle(events)).await?;
                handled_now.set(0);
            }
            // Nobody can send any more.
            if ending.get() { Ok(()) } else { future::pending::<Result<(), BoxError>>().await }
        });
        let shutdown = {
            let mut events = pin!(self.until_shutdown());
            future::poll_fn(|context| match events.as_mut().poll(context) {
                Poll::Pending => {
                    handling.as_mut().poll(context).map(|handled| handled.map(|()| None))
                }
                Poll::Ready(shutdown) => Poll::Ready(shutdown.map(Some)),
            })
            .await?
        };
        let Some(shutdown) = shutdown else { return Ok(()) };
        // What has come by now is handled first.
        ending.set(true);
        match tokio::time::timeout(time_to_shut_down(&shutdown, &environment), handling).await {
            Ok(handled) => handled?,
            Err(_) => {
                let left = waiting.count() + handled_now.get();
                let records = if left == 1 { "record was" } else { "records were" };
                environment.log(&format!(
                    "{left} telemetry {records} not handled: the time to shut down was up"
                ));
            }
        }
        self.shut_down(shutdown).await
    }

    #[cfg(not(feature = "telemetry"))]
    async fn run(&mut self) -> Result<(), BoxError> {
        self.run_events().await
    }

    async fn run_events(&mut self) -> Result<(), BoxError> {
        let shutdown = self.until_shutdown().await?;
        self.shut_down(shutdown).await
    }

    /// Hands events to the handlers until the environment ends.
    async fn until_shutdown(&mut self) -> Result<ShutdownEvent, BoxError> {
        loop {
            match self.client.next().await? {
                LifecycleEvent::Invoke(invoke) => {
                    if let Some(handler) = &mut self.on_invoke {
                        caught(handler.handle(invoke)).await?;
                    }
                }
                LifecycleEvent::Shutdown(shutdown) => return Ok(shutdown),
                // "A client should treat unknown event types as ignorable."
                LifecycleEvent::Unknown(_) => {}
            }
        }
    }

    async fn shut_down(&mut self, shutdown: ShutdownEvent) -> Result<(), BoxError> {
        let Some(handler) = &mut self.on_shutdown else { return Ok(()) };
        let environment = self.client.environment().clone();
        let left = time_to_shut_down(&shutdown, &environment);
        let handling = caught(handler.handle(shutdown));
        match tokio::time::timeout(left, handling).await {
            Ok(ended) => ended,
            Err(_) => {
                environment.log("the shutdown was cut short: its time was up");
                Ok(())
            }
        }
    }
}

/// How long handlers may take once the environment ends.
fn time_to_shut_down(shutdown: &ShutdownEvent, environment: &Environment) -> Duration {
    let left = match shutdown.deadline_ms {
        0 => NO_DEADLINE,
        _ => shutdown.remaining_time(environment),
    };
    left.saturating_sub(TO_END)
}

/// A panic is an error.
async fn caught(handling: impl Future<Output = Result<(), BoxError>>) -> Result<(), BoxError> {
    catch_panic(handling).await.unwrap_or_else(|panic| {
        Err(FunctionError::new("Extension.Panic", panic_message(&*panic)).into())
    })
}

impl Bootstrap for Extension {
    type Error = BoxError;

    async fn start(mut self, environment: Environment) -> Result<(), BoxError> {
        let Err(error) = self.run().await else { return Ok(()) };
        // The service is the one that does not answer, or refuses, so it is not told.
        if !error.is::<ExtensionError>() {
            let report = error_type::report_dyn(&*error);
            if let Err(unreported) = self.client.exit_error(&report).await {
                environment.log(&format!("exit/error was not delivered: {unreported}"));
            }
        }
        Err(error)
    }

    /// An internal extension is a part of the runtime's process, whose init phase failed. An external one has
    /// nothing to report before it has registered, since the service does not know it until then.
    async fn init_failed(environment: &Environment, error: &FunctionError) -> Result<(), BoxError> {
        if is_internal(environment) {
            return post_runtime(environment, error).await;
        }
        let Some(Registered { identifier }) = environment.slot() else { return Ok(()) };
        let body = error.to_json();
        let requests = ExtensionRequests::new(&environment.api_address()?, USER_AGENT);
        post(environment, &requests.init_error(identifier, error, body.len()), &body).await
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extension").field("function", &self.function).finish_non_exhaustive()
    }
}
