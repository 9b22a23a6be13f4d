//! Every fixture is read, written back the same, and stands every change of one field, however it is
//! read.

mod fixtures;
mod mutations;
mod promised;
mod table;
mod tree;
mod types;
