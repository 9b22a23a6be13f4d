//! One execution environment: the engine with its processes, servers and callers.

mod driver;
mod egress;
mod in_flight;
mod inbox;
mod log;
mod log_events;
mod logging;
mod process;
mod running_process;
mod server;
mod settings;
mod telemetry;
mod variables;

use std::{rc::Rc, sync::Arc};

use tokio::sync::{mpsc, oneshot};

use crate::{
    kernel::{Fault, SimContext},
    lifecycle::Dispatch,
};
use driver::Driver;
use inbox::Message;

pub(crate) use egress::Allowed;
pub(crate) use in_flight::{
    Finished, FunctionResponse, InFlightCount, InFlightHandle, Part, Permit,
};
pub(crate) use log_events::{LogEvents, Written, log_stream};
pub(crate) use logging::Logging;
#[cfg(unix)]
pub use process::ChildGroup;
pub(crate) use process::Code;
pub use process::Program;
pub(crate) use settings::{Deviations, FunctionInfo, Observers, OnText, Settings};
pub(crate) use variables::{invalid_names, refused, region_of};

/// What an environment reports to the pool that keeps it.
pub(crate) enum EnvironmentEvent {
    /// It can take so many invocations, in addition to those that it has taken so far.
    Available { tokens: usize, warm: bool, taken: u64 },
    /// An invocation is over, for which a process was started or not.
    InvocationEnded { cold_start: bool },
}

/// Is called with each event of an environment.
pub(crate) type OnEvent = Box<dyn Fn(EnvironmentEvent)>;

/// The service's end of an environment.
#[derive(Clone)]
pub(crate) struct EnvironmentHandle {
    /// The number of the environment in its service.
    number: usize,
    messages: mpsc::UnboundedSender<Message>,
}

impl PartialEq for EnvironmentHandle {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl EnvironmentHandle {
    /// Makes an environment and begins its init phase. `index` is its number among those of its function.
    pub(crate) fn start(
        context: &Rc<SimContext>,
        settings: Rc<Settings>,
        index: usize,
        on_event: OnEvent,
    ) -> Self {
        let (messages, inbox) = mpsc::unbounded_channel();
        let number = context.recorder.add_environment(settings.info.name.clone());
        let driver =
            Driver::new(context.clone(), settings, number, index, messages.clone(), on_event);
        context.spawn(Box::new(driver).run(inbox));
        Self { number, messages }
    }

    /// Returns the number of the environment in its service.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Hands over an invocation; the environment must not be busy.
    pub(crate) fn invoke(
        &self,
        context: &SimContext,
        dispatch: Arc<Dispatch>,
        permit: Permit,
        streamed: bool,
        fault: Option<Fault>,
    ) -> InFlightHandle {
        let (in_flight, handle) =
            in_flight::begin(dispatch.request_id.clone(), self.number, permit, streamed, fault);
        let (messages, invoke) =
            (self.messages.clone(), Message::Invoke(dispatch, Box::new(in_flight)));
        // A closed inbox drops the invocation, which its handle reports.
        if let Some(Fault::Latency(latency)) = fault {
            context.spawn(async move {
                tokio::time::sleep(latency).await;
                let _ = messages.send(invoke);
            });
        } else {
            let _ = messages.send(invoke);
        }
        handle
    }

    /// Kills its process, which it did not expect.
    pub(crate) fn kill(&self) {
        // One that has ended has no process.
        let _ = self.messages.send(Message::Kill);
    }

    /// Sends SIGTERM to its process.
    pub(crate) fn terminate(&self) {
        // One that has ended has no process.
        let _ = self.messages.send(Message::Terminate);
    }

    /// Ends it.
    pub(crate) async fn shut_down(&self) {
        let (sender, receiver) = oneshot::channel();
        let _ = self.messages.send(Message::ShutDown(sender));
        // An error means that it has ended already.
        let _ = receiver.await;
    }
}
