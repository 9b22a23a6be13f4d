//! Builds an example or binary with cargo and says where the program is.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use serde::Deserialize;

/// What is to be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `cargo build --example NAME`.
    Example(String),
    /// `cargo build --bin NAME`.
    Bin(String),
}

impl Target {
    fn flag_and_name(&self) -> (&'static str, &str) {
        match self {
            Self::Example(name) => ("--example", name),
            Self::Bin(name) => ("--bin", name),
        }
    }
}

#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    target: Option<MessageTarget>,
}

#[derive(Deserialize)]
struct MessageTarget {
    name: String,
    kind: Vec<String>,
}

/// Builds the target; cargo's own progress and errors go to stderr as they come.
///
/// # Errors
///
/// Cargo is missing, the build failed, or no program came of it.
pub(crate) fn build(target: &Target, release: bool) -> Result<PathBuf, String> {
    let (flag, name) = target.flag_and_name();
    // Set by cargo for what it runs; else the one on the path.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--message-format=json-render-diagnostics", flag, name]);
    if release {
        command.arg("--release");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    let stdout = child.stdout.take().expect("stdout is piped");
    let kind = flag.trim_start_matches('-');
    let mut program = None;
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        // Lines that are no artifact carry other fields.
        let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
        let named = message
            .target
            .is_some_and(|target| target.name == name && target.kind.iter().any(|of| of == kind));
        if named {
            program = message.executable.or(program);
        }
    }
    let status = child.wait().map_err(|error| format!("cargo was lost: {error}"))?;
    match program {
        Some(program) if status.success() => Ok(program),
        _ if status.success() => Err(format!("cargo built no program for {flag} {name}")),
        _ => Err(format!("cargo build {flag} {name} failed")),
    }
}
