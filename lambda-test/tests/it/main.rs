//! The simulated service, tested by conversation. Each file is a chapter; the timelines are both
//! assertion and documentation.

mod cuts;
mod determinism;
mod effects;
#[cfg(unix)]
mod ending;
mod ergonomics;
mod external_io;
mod freeze;
mod lifecycle;
mod pool;
mod raw;
#[cfg(unix)]
mod real_time;
mod records;
mod response;
mod service;
mod service_errors;
mod terminate;
