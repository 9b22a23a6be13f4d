//! What a person and what a program reads: stderr and stdout.

use std::io::{self, Write as _};

/// To stderr; stdout is for what was asked for.
pub(crate) fn say(line: &str) {
    // A closed stderr fails nothing.
    let _ = writeln!(io::stderr(), "{line}");
}

/// A log event to stderr: lines within it are divided by `\r`, and each gets a line of its own.
pub(crate) fn say_event(event: &str) {
    say(&event.split('\r').collect::<Vec<_>>().join("\n  "));
}

/// A part of a response to stdout, at once. A reader that has gone fails nothing.
pub(crate) fn print_part(part: &[u8]) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(part).and_then(|()| stdout.flush());
}

/// To stdout. A reader that has gone, as with `| head`, fails nothing.
pub(crate) fn print(line: &[u8]) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(line).and_then(|()| stdout.write_all(b"\n"));
}
