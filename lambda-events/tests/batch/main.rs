//! Batches in the simulator: what each source is answered, and random batches against a second
//! implementation that is slow and obvious.

mod chunks;
mod random;
mod reference;
mod scripted;
mod table;
mod told;
