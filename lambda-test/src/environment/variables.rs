//! The environment variables of a process, made anew at every start.

use lambda_core::Variables;
use serde_json::Value;

use super::settings::FunctionInfo;
use crate::kernel::{BASE64, Random};

/// Returns the variables of a process that starts now, with the Runtime API at this address. The log stream and
/// what makes the credentials are the same for every process of an environment.
///
/// `LD_LIBRARY_PATH` is left out: a process of this machine has its libraries elsewhere.
///
/// "Precedence, later wins: customer, unreserved platform, credentials, runtime, platform."
pub(super) fn platform(
    info: &FunctionInfo,
    stream: &str,
    mut credentials: Random,
    runtime_api: &str,
) -> Variables {
    let mut variables = info.variables.clone();
    // The daemon has the address of the APIs, and a port of its own.
    let host = runtime_api.rsplit_once(':').map_or(runtime_api, |(host, _)| host);
    let elsewhere = format!("{host}:{DAEMON_PORT}");
    let daemon = info.daemon.as_deref().unwrap_or(&elsewhere);
    let (host, port) = daemon.rsplit_once(':').unwrap_or((host, DAEMON_PORT));
    let unreserved = [
        ("TZ", ":UTC"),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", daemon),
    ];
    for (name, value) in unreserved {
        if variables.get(name).is_none() {
            variables.set(name, value);
        }
    }
    let FunctionInfo { name, version, handler, log_group, region, initialization_type, .. } = info;
    let memory = info.memory_mb.to_string();
    let platform = [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("_HANDLER", handler),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_VERSION", version),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
        ("AWS_LAMBDA_LOG_GROUP_NAME", log_group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", stream),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", initialization_type),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        ("_AWS_XRAY_DAEMON_ADDRESS", host),
        ("_AWS_XRAY_DAEMON_PORT", port),
    ];
    for (name, value) in platform {
        variables.set(name, value);
    }
    if let Some(level) = info.logging.level() {
        variables.set("AWS_LAMBDA_LOG_FORMAT", "JSON");
        variables.set("AWS_LAMBDA_LOG_LEVEL", level.as_str());
    }
    if !CREDENTIALS.iter().any(|name| info.variables.get(name).is_some()) {
        let values = [
            format!("ASIA{}", credentials.letters(16, BASE32)),
            credentials.letters(40, BASE64),
            credentials.letters(360, BASE64),
        ];
        CREDENTIALS.iter().zip(values).for_each(|(name, value)| variables.set(*name, value));
    }
    variables
}

/// The letters of Base32.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Where the X-Ray daemon listens on Lambda. Here nothing does, unless the function is traced.
const DAEMON_PORT: &str = "2000";

/// Returns those of the variables of a runtime that the process of an extension has too.
pub(super) fn of_extension(variables: &Variables) -> Variables {
    let theirs = variables.iter().filter(|(name, _)| !RUNTIME_ONLY.contains(name));
    theirs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What extensions do not have.
/// Source: AWS Lambda developer guide, "Using the Lambda Extensions API", environment variables.
const RUNTIME_ONLY: [&str; 10] = [
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT",
    "_HANDLER",
];

/// A function on Lambda has those of its role, which are not real here. They may be given, all or none.
const CREDENTIALS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// Where a function is. Here it may be given.
const REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// Names that the service keeps for itself, but for those that may be given here.
/// Source: AWS Lambda developer guide, "Defined runtime environment variables".
const RESERVED: [&str; 14] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "AWS_LAMBDA_MAX_CONCURRENCY",
];

/// The region that a function's own variables name.
pub(crate) fn region_of(customer: &Variables) -> Option<String> {
    REGION.iter().find_map(|name| customer.get(name)).map(str::to_owned)
}

/// Why the service refuses these variables of a function's own.
pub(crate) fn refused(customer: &Variables) -> Option<String> {
    const SORRY: &str = "Lambda was unable to configure your environment variables because the \
                         environment variables you have provided";
    let names: Vec<&str> = customer.iter().map(|(name, _)| name).collect();
    let reserved: Vec<&str> =
        names.iter().copied().filter(|name| RESERVED.contains(name)).collect();
    if !reserved.is_empty() {
        return Some(format!(
            "{SORRY} contains reserved keys that are currently not supported for modification. \
             Reserved keys used in this request: {}",
            reserved.join(", ")
        ));
    }
    let own =
        customer.iter().filter(|(name, _)| !REGION.contains(name) && !CREDENTIALS.contains(name));
    let json = own.map(|(name, value)| format!("{}:{}", Value::from(name), Value::from(value)));
    let json = format!("{{{}}}", json.collect::<Vec<_>>().join(","));
    (4096 < json.len()).then(|| format!("{SORRY} exceeded the 4KB limit. String measured: {json}"))
}

/// Which names of these variables of a function's own do not match `[a-zA-Z]([a-zA-Z0-9_])+`.
pub(crate) fn invalid_names(customer: &Variables) -> Vec<&str> {
    let letters =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let allowed = |name: &str| {
        1 < name.len()
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && letters(name)
    };
    let names = customer.iter().map(|(name, _)| name);
    // A reserved name is refused later, in other words.
    names.filter(|name| !allowed(name) && !RESERVED.contains(name)).collect()
}
