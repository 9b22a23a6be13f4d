//! Functions with extensions, each with its test: each is an example of its own.
