//! What every part of a simulated service stands on; it knows none of them.

mod clock;
mod current;
mod random;
mod timeline;
mod world;

pub(crate) use clock::{Clock, is_paused};
pub use clock::{Real, Time, Virtual};
pub(crate) use current::Current;
pub(crate) use random::Random;
pub use timeline::Timeline;
pub(crate) use timeline::{Recorder, Side};
pub(crate) use world::World;
