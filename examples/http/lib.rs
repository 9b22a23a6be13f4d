//! HTTP functions a person would write, each with its test: each is an example of its own.
