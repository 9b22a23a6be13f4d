//! Where the emulator looks for functions and extensions.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use crate::{Scenario, process};

/// Where the emulator looks for external extensions.
const EXTENSIONS: &str = "/opt/extensions";

/// Where it looks for the function in its mode for managed instances.
pub(crate) const TASK: &str = "/var/task";

/// Files of extensions and of the function, taken away again when this is dropped.
pub(crate) struct Files(Vec<PathBuf>);

impl Files {
    /// Those in whose place the test talks.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let mut files = Self(Vec::new());
        for name in scenario.extensions {
            match name.strip_prefix('-') {
                Some(name) => files.write(EXTENSIONS, name, name, 0o644),
                None => files.write(EXTENSIONS, name, name, 0o755),
            }
        }
        if scenario.managed {
            files.write(TASK, "bootstrap", "runtime", 0o755);
        }
        files
    }

    /// Programs that are there already: a function and an extension.
    pub(crate) fn copied(function: &Path, extension: &Path) -> Self {
        let mut files = Self(Vec::new());
        let name = extension.file_name().expect("a file");
        for (from, to) in [
            (function, Path::new(TASK).join("bootstrap")),
            (extension, Path::new(EXTENSIONS).join(name)),
        ] {
            files.0.push(to.clone());
            fs::copy(from, to).expect("it may be written");
        }
        files
    }

    fn write(&mut self, folder: &str, file: &str, name: &str, mode: u32) {
        let path = Path::new(folder).join(file);
        fs::write(&path, format!("#!/bin/sh\n{}\n", process(name))).expect("it may be written");
        self.0.push(path.clone());
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is there");
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        for path in &self.0 {
            // What is gone is gone.
            let _ = fs::remove_file(path);
        }
    }
}
