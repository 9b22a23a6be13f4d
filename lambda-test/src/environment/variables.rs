//! What a process sees in its variables, made anew at every start.

use std::{cell::RefCell, rc::Rc};

use lambda_core::Variables;

use crate::kernel::{Clock, Random};

/// What the variables of a function's processes are made of.
#[derive(Clone)]
pub(crate) struct VariablesOf {
    /// Those of the function's own.
    pub(crate) customer: Variables,
    pub(crate) function: String,
    pub(crate) region: String,
    pub(crate) memory_mb: u32,
    /// Chance of the function's own, so that a process more moves nobody else's.
    pub(crate) chance: Rc<RefCell<Random>>,
}

impl VariablesOf {
    /// The variables of a process that starts now and finds the Runtime API at this address.
    ///
    /// "Precedence, later wins: customer, unreserved platform, credentials, runtime, platform."
    pub(super) fn start(&self, clock: Clock, runtime_api: &str) -> Variables {
        self.platform(clock, runtime_api)
    }

    /// The same for the process of an extension, which is not told of the runtime's own things.
    pub(super) fn start_extension(&self, clock: Clock, runtime_api: &str) -> Variables {
        let all = self.platform(clock, runtime_api);
        let theirs = all.iter().filter(|(name, _)| !RUNTIME_ONLY.contains(name));
        theirs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn platform(&self, clock: Clock, runtime_api: &str) -> Variables {
        let mut variables = self.customer.clone();
        let unreserved = [
            ("TZ", ":UTC"),
            ("LANG", "en_US.UTF-8"),
            ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
            ("AWS_LAMBDA_LOG_FORMAT", "Text"),
        ];
        for (name, value) in unreserved {
            if variables.get(name).is_none() {
                variables.set(name, value);
            }
        }
        let (high, low) = {
            let mut chance = self.chance.borrow_mut();
            (chance.next(), chance.next())
        };
        let stream = format!("{}/[$LATEST]{high:016x}{low:016x}", clock.date());
        let memory = self.memory_mb.to_string();
        let group = format!("/aws/lambda/{}", self.function);
        let platform = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api),
            ("_HANDLER", "bootstrap"),
            ("LAMBDA_TASK_ROOT", "/var/task"),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
            ("AWS_LAMBDA_FUNCTION_NAME", &self.function),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
            ("AWS_LAMBDA_LOG_GROUP_NAME", &group),
            ("AWS_LAMBDA_LOG_STREAM_NAME", &stream),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_REGION", &self.region),
            ("AWS_DEFAULT_REGION", &self.region),
        ];
        for (name, value) in platform {
            variables.set(name, value);
        }
        if !CREDENTIALS.iter().any(|name| self.customer.get(name).is_some()) {
            CREDENTIALS.iter().for_each(|name| variables.set(*name, "test"));
        }
        variables
    }
}

/// What extensions are not told.
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

/// A function on Lambda has those of its role. Here they may be given, all or none.
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
    let letters =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let allowed = |name: &str| {
        1 < name.len()
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && letters(name)
    };
    if let Some(name) = names.iter().find(|name| !allowed(name)) {
        return Some(format!(
            "the environment variable is named `{name}`: Member must satisfy regular expression \
             pattern: [a-zA-Z]([a-zA-Z0-9_])+"
        ));
    }
    let bytes: usize = customer.iter().map(|(name, value)| name.len() + value.len()).sum();
    (4096 < bytes).then(|| format!("{SORRY} exceeded the 4KB limit: {bytes} bytes"))
}
