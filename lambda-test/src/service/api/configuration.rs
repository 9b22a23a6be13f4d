//! How a function is shown. Source: AWS Lambda API reference, "FunctionConfiguration".

use serde_json::{Value, json};

use super::super::{defaults::ON_DEMAND, function_state::FunctionState, version::VersionState};

/// Where a function is in a change of its state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As an update returns it, which is not over then.
    Updating,
    /// As it is now.
    Now,
    /// In a list, which has less.
    Listed,
}

/// Returns what is shown of a version under this ARN.
pub(super) fn of(
    function: &FunctionState,
    version: &VersionState,
    arn: &str,
    shown: Shown,
) -> Value {
    let content = &version.content;
    let configuration = &content.configuration;
    let clock = function.owner.clock;
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    let mut logging = json!({
        "LogFormat": if configuration.logging.is_json() { "JSON" } else { "Text" },
        "LogGroup": configuration.log_group_of(&function.name),
    });
    if let Some(level) = configuration.logging.level() {
        logging["ApplicationLogLevel"] = level.as_str().into();
        logging["SystemLogLevel"] = configuration.logging.system_level().as_str().into();
    }
    let region = &function.account.region;
    let modified = clock.iso_at(version.modified);
    let mut body = json!({
        "Architectures": [architecture],
        "CodeSha256": function.code_sha256(content.code_number),
        "CodeSize": 0,
        "Description": configuration.description,
        "EphemeralStorage": {"Size": 512},
        "FunctionArn": arn,
        "FunctionName": &*function.name,
        "Handler": configuration.handler,
        "LastModified": modified.replace('Z', "+0000"),
        "LoggingConfig": logging,
        "MemorySize": configuration.memory_mb,
        "PackageType": "Zip",
        "RevisionId": &**version.revision.borrow(),
        "Role": format!("arn:aws:iam::{}:role/{}", function.account.id, function.name),
        "Runtime": "provided.al2023",
        "RuntimeVersionConfig": {"RuntimeVersionArn": format!("arn:aws:lambda:{region}::runtime:{ON_DEMAND}")},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "Timeout": configuration.timeout.as_secs(),
        "TracingConfig": {"Mode": if configuration.is_traced { "Active" } else { "PassThrough" }},
        "Version": &*version.number,
    });
    let variables: serde_json::Map<String, Value> = configuration
        .variables
        .iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    if !variables.is_empty() {
        body["Environment"] = json!({"Variables": variables});
    }
    if let Some(arn) = &configuration.dead_letter {
        body["DeadLetterConfig"] = json!({"TargetArn": &**arn});
    }
    match shown {
        Shown::Listed => {
            if let Some(body) = body.as_object_mut() {
                body.remove("RuntimeVersionConfig");
            }
        }
        Shown::Now if function.is_pending() => {
            body["State"] = "Pending".into();
            body["StateReason"] = "The function is being created.".into();
            body["StateReasonCode"] = "Creating".into();
        }
        Shown::Updating | Shown::Now => {
            body["State"] = "Active".into();
            let is_updating = shown == Shown::Updating || function.is_updating();
            let status = if is_updating { "InProgress" } else { "Successful" };
            body["LastUpdateStatus"] = status.into();
        }
    }
    body
}
