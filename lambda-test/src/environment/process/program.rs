//! A program to be started as `bootstrap`.

use std::{ffi::OsString, path::PathBuf};

/// A program in any language that speaks the Runtime API: what the service would start as
/// `bootstrap`.
///
/// It runs as a child process with the environment variables of its function and no others.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) path: PathBuf,
    pub(crate) args: Vec<OsString>,
}

impl Program {
    /// The program at this path, or of this name on the path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), args: Vec::new() }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    #[cfg(not(unix))]
    pub(crate) fn refuse(&self, start: super::Start) -> super::Process {
        use super::Said;
        use crate::ground::Exit;
        let reason = "child processes can be frozen on Unix only".into();
        (start.tell)(Said::Exited(Exit::NotStarted(reason)));
        super::Process::None
    }
}
