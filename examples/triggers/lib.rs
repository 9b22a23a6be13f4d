//! Functions for each kind of trigger, each with its test: each is an example of its own.
