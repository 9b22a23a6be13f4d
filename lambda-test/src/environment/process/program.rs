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

    /// Where it is: a bare name is looked for on the path of this process, since that of the function
    /// is the service's.
    #[cfg(unix)]
    pub(crate) fn resolved(&self) -> PathBuf {
        if self.path.components().count() != 1 || self.path.is_absolute() {
            return self.path.clone();
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let candidates = std::env::split_paths(&path).map(|folder| folder.join(&self.path));
        candidates.into_iter().find(|candidate| candidate.is_file()).unwrap_or(self.path.clone())
    }

    #[cfg(not(unix))]
    pub(crate) fn refuse(&self, start: &super::Start) {
        let reason = "child processes can be suspended on Unix only".into();
        (start.events)(super::ProcessEvent::Exited(crate::kernel::Exit::NotStarted(reason)));
    }
}
