//! What a process sees in its variables, made anew at every start.

use std::{cell::RefCell, rc::Rc};

use lambda_core::Variables;

use crate::ground::{Clock, Random};

/// What the variables of a function's processes are made of.
#[derive(Clone)]
pub(crate) struct VariablesOf {
    /// Those of the function's own.
    pub(crate) customer: Variables,
    pub(crate) function: String,
    pub(crate) region: &'static str,
    pub(crate) memory_mb: u32,
    /// Chance of the function's own, so that a process more moves nobody else's.
    pub(crate) chance: Rc<RefCell<Random>>,
}

impl VariablesOf {
    /// The variables of a process that starts now and finds the Runtime API at this address.
    ///
    /// "Precedence, later wins: customer, unreserved platform, credentials, runtime, platform."
    pub(super) fn start(&self, clock: Clock, runtime_api: &str) -> Variables {
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
            ("AWS_REGION", self.region),
            ("AWS_DEFAULT_REGION", self.region),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_SESSION_TOKEN", "test"),
        ];
        for (name, value) in platform {
            variables.set(name, value);
        }
        variables
    }
}
