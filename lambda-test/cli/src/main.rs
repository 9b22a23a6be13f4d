//! The command `lambda-test`.

fn main() {}
