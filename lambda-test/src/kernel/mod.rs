//! What every part of a simulated service stands on; it knows none of them.

mod api_call;
mod cells;
mod clock;
mod connections;
mod display;
mod endings;
mod external_io;
mod fault;
mod millis;
mod payload;
mod random;
mod record;
mod recorder;
mod sim_context;
mod source_event;
mod task_tracking;
mod test_scope;
mod text;
mod timeline;
mod traced;
mod waits;
mod work;

pub use api_call::{
    ApiCall, RegisterRequest, ResponseMode, SubscribeRequest, TelemetrySubscription,
};
pub(crate) use cells::{cells, clear_cells, note_cell};
pub(crate) use clock::{Clock, is_paused};
pub use clock::{Real, Time, Virtual};
pub(crate) use connections::KnownSockets;
pub(crate) use endings::billed;
pub use endings::{EventEnd, Exit, InvocationEnd, ReportStatus, ResetReason};
pub(crate) use external_io::wait_for_outside;
pub use fault::Fault;
pub use payload::Payload;
pub(crate) use random::{BASE64, Random};
pub use record::{
    ExtensionEvent, ExtensionStatus, ProcessRole, Record, RecordKind, ShutdownReason,
};
pub(crate) use recorder::Recorder;
pub(crate) use sim_context::{ServiceOwner, SimContext};
pub use source_event::SourceEvent;
pub(crate) use task_tracking::{Counted, inputs, note_input, tracked, untracked_alive};
pub(crate) use test_scope::TestScope;
pub(crate) use text::cut;
pub use timeline::Timeline;
pub use traced::{TraceLink, TracedInvocation};
pub(crate) use waits::Waits;
pub(crate) use work::{Task, Work};
