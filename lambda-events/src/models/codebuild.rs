//! AWS CodeBuild: changes of builds and their phases, through EventBridge.
//!
//! Source: AWS CodeBuild user guide, "Build notifications sample", "Build notifications input format
//! reference", read 2026-11-26.

use lambda_events_macros::model;

use crate::{Number, RawJson};

/// The detail of a change of a build, or of a phase of it: `EventBridgeEvent<CodeBuildChange>`.
///
/// Source: AWS CodeBuild user guide, "Build notifications input format reference".
#[model]
pub struct CodeBuildChange {
    /// `IN_PROGRESS`, `SUCCEEDED`, `FAILED`, `STOPPED`; absent of phases.
    #[key = "build-status"]
    pub build_status: Option<String>,
    /// The project.
    #[key = "project-name"]
    pub project_name: String,
    /// The ARN of the build.
    #[key = "build-id"]
    pub build_id: String,
    /// The phase that is over; of phases only, as the following.
    #[key = "completed-phase"]
    pub completed_phase: Option<String>,
    /// How it ended: `SUCCEEDED`, `FAILED`, `FAULT`, `TIMED_OUT`, `STOPPED`.
    #[key = "completed-phase-status"]
    pub completed_phase_status: Option<String>,
    /// What it had to say, as `[: ]`.
    #[key = "completed-phase-context"]
    pub completed_phase_context: Option<String>,
    /// How long it took, in seconds.
    #[key = "completed-phase-duration-seconds"]
    pub completed_phase_duration_seconds: Option<Number>,
    /// When it began, as `Sep 1, 2017 4:42:34 AM`.
    #[key = "completed-phase-start"]
    pub completed_phase_start: Option<String>,
    /// When it ended, as `Sep 1, 2017 4:42:34 AM`.
    #[key = "completed-phase-end"]
    pub completed_phase_end: Option<String>,
    /// The phase that the build is in.
    #[key = "current-phase"]
    pub current_phase: Option<String>,
    /// What it has to say, as `[]`.
    #[key = "current-phase-context"]
    pub current_phase_context: Option<String>,
    /// All of the build.
    #[key = "additional-information"]
    pub additional_information: Option<CodeBuildInformation>,
    /// The version of this form: `1`.
    #[key = "version"]
    pub version: Option<String>,
}

/// All of a build.
///
/// Source: AWS CodeBuild user guide, "Build notifications input format reference".
#[model]
pub struct CodeBuildInformation {
    /// What it makes.
    #[key = "artifact"]
    pub artifact: Option<CodeBuildArtifact>,
    /// Where it runs.
    #[key = "environment"]
    pub environment: Option<CodeBuildEnvironment>,
    /// After how many minutes it is stopped.
    #[key = "timeout-in-minutes"]
    pub timeout_in_minutes: Option<Number>,
    /// Whether it is over.
    #[key = "build-complete"]
    pub build_complete: Option<bool>,
    /// Its number.
    #[key = "build-number"]
    pub build_number: Option<Number>,
    /// Who began it.
    #[key = "initiator"]
    pub initiator: Option<String>,
    /// When it began, as `Sep 1, 2017 4:12:29 PM`.
    #[key = "build-start-time"]
    pub build_start_time: Option<String>,
    /// What it builds.
    #[key = "source"]
    pub source: Option<CodeBuildSource>,
    /// Which version of that.
    #[key = "source-version"]
    pub source_version: Option<String>,
    /// Where its logs are.
    #[key = "logs"]
    pub logs: Option<CodeBuildLogs>,
    /// Its phases so far.
    #[key = "phases"]
    pub phases: Vec<CodeBuildPhase>,
    /// Its network, where it has one of its own.
    #[key = "vpc-config"]
    pub vpc_config: Option<RawJson>,
    /// Its cache.
    #[key = "cache"]
    pub cache: Option<RawJson>,
    /// Its network interface, where it has one.
    #[key = "networkInterface"]
    pub network_interface: Option<RawJson>,
}

/// What a build makes.
///
/// Source: AWS CodeBuild user guide, "Build notifications input format reference".
#[model]
pub struct CodeBuildArtifact {
    /// Its MD5.
    #[key = "md5sum"]
    pub md5sum: Option<String>,
    /// Its SHA-256.
    #[key = "sha256sum"]
    pub sha256sum: Option<String>,
    /// Its ARN.
    #[key = "location"]
    pub location: Option<String>,
}

/// Where a build runs.
///
/// Source: AWS CodeBuild user guide, "Build notifications input format reference".
#[model]
pub struct CodeBuildEnvironment {
    /// The image.
    #[key = "image"]
    pub image: Option<String>,
    /// Whether it may run Docker.
    #[key = "privileged-mode"]
    pub privileged_mode: Option<bool>,
    /// The machine: `BUILD_GENERAL1_SMALL`.
    #[key = "compute-type"]
    pub compute_type: Option<String>,
    /// `LINUX_CONTAINER`, …
    #[key = "type"]
    pub kind: Option<String>,
    /// With which credentials the image is pulled.
    #[key = "image-pull-credentials-type"]
    pub image_pull_credentials_type: Option<String>,
    /// Its variables.
    #[key = "environment-variables"]
    pub environment_variables: Vec<CodeBuildVariable>,
}

/// A variable of a build.
///
/// Source: AWS CodeBuild user guide, "Build notifications input format reference".
#[model]
pub struct CodeBuildVariable {
    /// Its name.
    #[key = "name"]
    pub name: String,
    /// `PLAINTEXT`, `PARAMETER_STORE`, `SECRETS_MANAGER`.
    #[key = "type"]
    pub kind: Option<String>,
    /// Its value, or where that is kept.
    #[key = "value"]
    pub value: Option<String>,
}

/// What a build builds.
///
/// Source: AWS CodeBuild user guide, "Build notifications input format reference".
#[model]
pub struct CodeBuildSource {
    /// Where it is.
    #[key = "location"]
    pub location: Option<String>,
    /// `S3`, `GITHUB`, `CODECOMMIT`, …
    #[key = "type"]
    pub kind: Option<String>,
    /// The file that says how.
    #[key = "buildspec"]
    pub buildspec: Option<String>,
}

/// Where the logs of a build are.
///
/// Source: AWS CodeBuild user guide, "Build notifications input format reference".
#[model]
pub struct CodeBuildLogs {
    /// The group.
    #[key = "group-name"]
    pub group_name: Option<String>,
    /// The stream.
    #[key = "stream-name"]
    pub stream_name: Option<String>,
    /// A link to them.
    #[key = "deep-link"]
    pub deep_link: Option<String>,
}

/// A phase of a build.
///
/// Source: AWS CodeBuild user guide, "Build notifications input format reference".
#[model]
pub struct CodeBuildPhase {
    /// What it had to say.
    #[key = "phase-context"]
    pub phase_context: Option<Vec<String>>,
    /// When it began, as `Sep 1, 2017 4:12:29 PM`.
    #[key = "start-time"]
    pub start_time: Option<String>,
    /// When it ended; absent while it goes on.
    #[key = "end-time"]
    pub end_time: Option<String>,
    /// How long it took.
    #[key = "duration-in-seconds"]
    pub duration_in_seconds: Option<Number>,
    /// `SUBMITTED`, `QUEUED`, `PROVISIONING`, `DOWNLOAD_SOURCE`, `INSTALL`, `PRE_BUILD`, `BUILD`,
    /// `POST_BUILD`, `UPLOAD_ARTIFACTS`, `FINALIZING`, `COMPLETED`.
    #[key = "phase-type"]
    pub phase_type: String,
    /// How it ended; absent while it goes on.
    #[key = "phase-status"]
    pub phase_status: Option<String>,
}
