//! What a function has unless it is configured: the one place of these literals.

/// The account of functions, unless the service is asked for another one.
pub(super) const ACCOUNT: &str = "123456789012";

/// The region of functions, unless the service or the function is asked for another one.
pub(super) const REGION: &str = "us-east-1";

/// The version of a function that was not published.
pub(super) const LATEST: &str = "$LATEST";

/// The handler of a function that sets none: the file that a custom runtime has.
pub(super) const HANDLER: &str = "bootstrap";

/// How environments are initialized that are made for an invocation.
pub(super) const ON_DEMAND: &str = "on-demand";

/// How environments are initialized that are made ahead.
pub(super) const PROVISIONED: &str = "provisioned-concurrency";
