//! Every fixture is read, written back the same, and stands every change of one field, however it is
//! read.

mod fixtures;
mod mutations;
mod required;
mod table;
mod tree;
mod types;
