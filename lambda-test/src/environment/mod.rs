//! One execution environment: the walls around the engine.

mod driver;
mod in_flight;
mod inbox;
mod log;
mod process;
mod running_process;
mod server;
mod telemetry;
mod variables;

use std::{cell::Cell, rc::Rc, sync::Arc};

use tokio::sync::{mpsc, oneshot};

use crate::{
    kernel::SimContext,
    lifecycle::{Dispatch, Limits},
};
use driver::Driver;
use inbox::Message;

pub(crate) use in_flight::{Finished, InFlightHandle};
pub(crate) use process::Code;
pub use process::Program;
pub(crate) use server::FunctionInfo;
pub(crate) use variables::{VariablesOf, refused, region_of};

/// What is done with each line of a log, or event of telemetry, as it comes.
pub(crate) type OnText = Rc<dyn Fn(&str)>;

/// What an environment is made with.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) code: Code,
    /// Those with a process of their own, by their names.
    pub(crate) extensions: Rc<[(Arc<str>, Code)]>,
    pub(crate) variables: VariablesOf,
    /// What an extension is told of the function.
    pub(crate) about: Rc<FunctionInfo>,
    pub(crate) limits: Limits,
    pub(crate) sockets: bool,
    pub(crate) on_log: Option<OnText>,
    /// What is done with each event of telemetry.
    pub(crate) on_telemetry: Option<OnText>,
    /// How many invocations a process was started for.
    pub(crate) cold_starts: Rc<Cell<usize>>,
}

/// The service's end of an environment.
#[derive(Clone)]
pub(crate) struct EnvironmentHandle {
    messages: mpsc::UnboundedSender<Message>,
}

impl EnvironmentHandle {
    /// Makes an environment and begins its init phase.
    ///
    /// `on_idle` is called each time that an invocation is over and it could take another.
    pub(crate) fn start(
        world: &Rc<SimContext>,
        settings: Settings,
        on_idle: Box<dyn Fn()>,
    ) -> Self {
        let (messages, inbox) = mpsc::unbounded_channel();
        let driver = Driver::new(world.clone(), settings, messages.clone(), on_idle);
        world.spawn(driver.run(inbox));
        Self { messages }
    }

    /// Whether it can take invocations at all.
    pub(crate) fn is_alive(&self) -> bool {
        !self.messages.is_closed()
    }

    /// Hands it an invocation; it must not be busy.
    pub(crate) fn invoke(&self, dispatch: Arc<Dispatch>) -> InFlightHandle {
        let (flight, followed) = in_flight::begin(dispatch.request_id.clone());
        // A closed inbox drops the flight, which whoever follows it is told.
        let _ = self.messages.send(Message::Invoke(dispatch, flight));
        followed
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
        // An error says that it has ended already.
        let _ = receiver.await;
    }
}
