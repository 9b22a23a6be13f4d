//! Nothing: see `tests/runs.rs`.
