//! Functions that use the network of this machine, each with its test: each is an example of its own.
