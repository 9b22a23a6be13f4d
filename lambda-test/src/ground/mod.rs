//! What every part of a simulated service stands on; it knows none of them.

mod call;
mod clock;
mod current;
mod done;
mod known;
mod millis;
mod outside;
mod random;
mod record;
mod timeline;
mod words;
mod world;

pub use call::{Call, Registration, ResponseMode, Subscribing, Wanted};
pub(crate) use clock::{Clock, is_paused};
pub use clock::{Real, Time, Virtual};
pub(crate) use current::Current;
pub(crate) use done::billed;
pub use done::{Done, Exit, ReportStatus, ResetReason};
pub(crate) use known::{Counted, known, unknown_alive};
pub(crate) use outside::wait_for_outside;
pub(crate) use random::Random;
pub use record::{ExtensionEvent, ExtensionStanding, Fact, Party, Record, ShutdownReason};
pub(crate) use timeline::Recorder;
pub use timeline::Timeline;
pub(crate) use world::{Standing, World};
