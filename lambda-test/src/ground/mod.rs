//! What every part of a simulated service stands on; it knows none of them.

mod clock;
mod current;
mod known;
mod outside;
mod random;
mod record;
mod timeline;
mod words;
mod world;

pub(crate) use clock::{Clock, is_paused};
pub use clock::{Real, Time, Virtual};
pub(crate) use current::Current;
pub(crate) use known::{Counted, known, unknown_alive};
pub(crate) use outside::wait_for_outside;
pub(crate) use random::Random;
pub(crate) use record::billed;
pub use record::{
    Call, Done, Exit, ExtensionEvent, ExtensionStanding, Fact, Party, Record, Registration,
    ReportStatus, ResetReason, ResponseMode, ShutdownReason, Subscribing, Wanted,
};
pub(crate) use timeline::Recorder;
pub use timeline::Timeline;
pub(crate) use world::{Standing, World};
