//! The simulated service, tested by conversation. Each file is a chapter; the timelines are both
//! assertion and documentation.

mod answer;
mod cuts;
mod determinism;
mod effects;
#[cfg(unix)]
mod ending;
mod ergonomics;
mod freeze;
mod lifecycle;
mod outside;
mod raw;
#[cfg(unix)]
mod real_time;
mod records;
mod service;
mod service_errors;
mod terminate;
