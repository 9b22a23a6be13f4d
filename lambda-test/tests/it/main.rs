//! The simulated service, tested by conversation. Each file is a chapter; the timelines are both
//! assertion and documentation.

mod cuts;
mod determinism;
mod freeze;
mod lifecycle;
mod raw;
#[cfg(unix)]
mod real_time;
mod service;
