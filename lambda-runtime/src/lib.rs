//! Runs a Rust function in an AWS Lambda execution environment.
