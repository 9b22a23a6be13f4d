//! Functions a person would write, each with its test.
