//! Builds an example or binary with cargo and says where the program is.

use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, Stdio},
};

use clap::Args;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// What is to be built, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is invoked: a program, or what cargo builds first")]
pub(crate) struct Build {
    /// Build and invoke this example of the workspace.
    #[arg(long, value_name = "NAME", conflicts_with = "bin")]
    pub(crate) example: Option<String>,

    /// Build and invoke this binary of the workspace.
    #[arg(long, value_name = "NAME")]
    pub(crate) bin: Option<String>,

    /// The package that has it, where several do.
    #[arg(long, short, value_name = "NAME")]
    package: Option<String>,

    /// The Cargo.toml of the package or workspace, if it is not of this folder or above.
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,

    /// Build with these features, separated by commas; may be given several times.
    #[arg(long, short = 'F', value_name = "FEATURES")]
    features: Vec<String>,

    /// Build with optimizations.
    #[arg(long, short, conflicts_with = "profile")]
    release: bool,

    /// Build with this profile.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

#[cfg(unix)]
use lambda_test::ChildGroup as Cargo;
#[cfg(not(unix))]
use tokio::process::Child as Cargo;

#[cfg(unix)]
fn start(command: &mut tokio::process::Command) -> std::io::Result<Cargo> {
    Cargo::spawn(command)
}

#[cfg(not(unix))]
fn start(command: &mut tokio::process::Command) -> std::io::Result<Cargo> {
    command.kill_on_drop(true).spawn()
}

/// What `cargo metadata` says.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// A line of `cargo build`.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    target: Option<Target>,
}

impl Target {
    fn is(&self, kind: &str, name: &str) -> bool {
        self.name == name && self.kind.iter().any(|of| of == kind)
    }
}

impl Build {
    /// The kind and name of what is to be built; none where a program is given.
    pub(crate) fn target(&self) -> Option<(&'static str, &str)> {
        let example = self.example.as_deref().map(|name| ("example", name));
        example.or_else(|| self.bin.as_deref().map(|name| ("bin", name)))
    }

    /// Whether anything is said about how to build.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.package.is_some()
            || self.manifest_path.is_some()
            || !self.features.is_empty()
            || self.release
            || self.profile.is_some()
    }

    /// Builds the target; cargo's own progress and errors go to stderr as they come.
    ///
    /// # Errors
    ///
    /// No package or several have it, cargo is missing, the build failed, or no program came of it.
    pub(crate) async fn build(&self, kind: &str, name: &str) -> Result<PathBuf, String> {
        let package = self.package_of(kind, name)?;
        let mut command = self.cargo("build");
        command.args(["--message-format=json-render-diagnostics", "--package", &package]);
        command.args([&format!("--{kind}"), name]);
        for features in &self.features {
            command.args(["--features", features]);
        }
        if self.release {
            command.arg("--release");
        }
        if let Some(profile) = &self.profile {
            command.args(["--profile", profile]);
        }
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        // Build scripts end with this command too.
        let mut child =
            start(&mut command).map_err(|error| format!("cargo could not be started: {error}"))?;
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines();
        let mut program = None;
        while let Ok(Some(line)) = lines.next_line().await {
            // Lines that are no artifact carry other fields.
            let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
            if message.target.is_some_and(|target| target.is(kind, name)) {
                program = message.executable.or(program);
            }
        }
        let status = child.wait().await.map_err(|error| format!("cargo was lost: {error}"))?;
        match program {
            Some(program) if status.success() => Ok(program),
            _ if status.success() => Err(format!("cargo built no program for --{kind} {name}")),
            _ => Err(format!("cargo build --package {package} --{kind} {name} failed")),
        }
    }

    /// The one package that has the target.
    fn package_of(&self, kind: &str, name: &str) -> Result<String, String> {
        let output = self
            .cargo("metadata")
            .args(["--no-deps", "--format-version", "1"])
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cargo could not be started: {error}"))?;
        if !output.status.success() {
            return Err("cargo does not know this workspace".to_owned());
        }
        let Metadata { packages } = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("cargo metadata is not understood: {error}"))?;
        let has = |package: &&Package| package.targets.iter().any(|target| target.is(kind, name));
        let named: Vec<&str> =
            packages.iter().filter(has).map(|package| package.name.as_str()).collect();
        match (&self.package, &named[..]) {
            (Some(package), _) if named.contains(&package.as_str()) => Ok(package.clone()),
            (Some(package), _) => Err(format!("package `{package}` has no {kind} named `{name}`")),
            (None, [package]) => Ok((*package).to_owned()),
            (None, []) => {
                let targets = packages.iter().flat_map(|package| &package.targets);
                let there: Vec<&str> = targets
                    .filter(|target| target.kind.iter().any(|of| of == kind))
                    .map(|target| target.name.as_str())
                    .collect();
                let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
                Err(format!("no package has a {kind} named `{name}`; there are: {there}"))
            }
            (None, several) => Err(format!(
                "{} packages have a {kind} named `{name}`: {}; choose one with --package",
                several.len(),
                several.join(", ")
            )),
        }
    }

    fn cargo(&self, subcommand: &str) -> Command {
        // Set by cargo for what it runs; else the one on the path.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.arg(subcommand);
        if let Some(path) = &self.manifest_path {
            command.arg("--manifest-path").arg(path);
        }
        command
    }
}
