//! Compiles the code of the README.

/// The code of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
