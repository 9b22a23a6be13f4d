//! What external extensions are told, in legal and illegal orders.

use crate::{Scenario, scenarios::scenario};

fn with(extensions: &'static [&'static str], scenario: Scenario) -> Scenario {
    Scenario { extensions, ..scenario }
}

/// The rules are numbered as in the notes on the contract. Besides what a line may be elsewhere, `shut down`
/// ends the environment.
pub(crate) fn all() -> Vec<Scenario> {
    vec![
        with(
            &["x"],
            scenario(
                "an external extension is told of an invocation and of the end",
                "extensions §5, §8, §9",
                "is there?
                 x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 1 POST runtime/invocation/{id}/response 7
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next &
                 returned
                 shut down
                 x:2 answer
                 x: exit 0",
            ),
        ),
        with(
            &["x", "y"],
            scenario(
                "the runtime starts once every file has registered",
                "extensions §8",
                "x:1 registers INVOKE
                 is there?
                 y:1 registers
                 is there?
                 x:2 asks as {x1} &
                 y:2 asks as {x2} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 1 POST runtime/invocation/{id}/response 7
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next &",
            ),
        ),
        with(
            &["x"],
            scenario(
                "the invocation is not handed out before all are ready",
                "extensions §8",
                "x:1 registers SHUTDOWN
                 1 GET runtime/invocation/next &
                 x:2 asks as {x1} &
                 1 answer
                 1 POST runtime/invocation/{id}/response 7
                 1 GET runtime/invocation/next &",
            ),
        ),
        with(
            &["x"],
            scenario(
                "an external extension registers twice",
                "extensions §3, §7",
                "x:1 registers INVOKE and SHUTDOWN
                 x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 x:1 registers INVOKE and SHUTDOWN
                 1 POST runtime/invocation/{id}/response 7
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next &",
            ),
        ),
        with(
            &["x"],
            scenario(
                "a second event/next while one waits",
                "extensions §7",
                "x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 1 POST runtime/invocation/{id}/response 7
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next &
                 returned
                 x:3 asks as {x1}",
            ),
        ),
        with(
            &["x"],
            scenario(
                "an extension that ends with 0 in an invocation",
                "extensions §7",
                "x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 x: exit 0
                 returned",
            ),
        ),
        with(
            &["x"],
            scenario(
                "an extension that ends with 7 in an invocation",
                "extensions §7",
                "x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 x: exit 7
                 returned",
            ),
        ),
        with(
            &["x"],
            scenario(
                "an extension that reports before it ends",
                "extensions §7",
                "x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 x:1 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.NoTable] POST /2020-01-01/extension/exit/error {}
                 x:1 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.NoTable] POST /2020-01-01/extension/exit/error {}
                 x: exit 7
                 returned",
            ),
        ),
        with(
            &["x"],
            scenario(
                "an extension that ends after the answer",
                "extensions §17",
                "x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 1 POST runtime/invocation/{id}/response 7
                 x: exit 7
                 returned",
            ),
        ),
        with(
            &["x"],
            scenario(
                "an external extension reports an init error",
                "extensions §7",
                "x:1 registers INVOKE and SHUTDOWN
                 x:1 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.NoTable] POST /2020-01-01/extension/init/error {}
                 x:1 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.NoTable] POST /2020-01-01/extension/init/error {}
                 x:2 asks as {x1}
                 x: exit 7
                 returned",
            ),
        ),
        with(
            &["x"],
            scenario(
                "the runtime takes too long and the extension is told",
                "extensions §5, §9",
                "x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 x:2 asks as {x1} &
                 x:2 answer
                 x: exit 0
                 returned",
            ),
        ),
        with(
            &["x"],
            scenario(
                "an external extension that does not come back",
                "extensions §8",
                "x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 1 GET runtime/invocation/next &
                 returned",
            ),
        ),
        with(
            &["x"],
            scenario(
                "the runtime crashes and the extension is told",
                "extensions §5",
                "x:1 registers INVOKE and SHUTDOWN
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 x:2 asks as {x1} &
                 exit 7
                 x:2 answer
                 x: exit 0
                 returned",
            ),
        ),
        with(
            &["x"],
            scenario(
                "one that does not want to be told of the end is killed",
                "extensions §9",
                "x:1 registers INVOKE
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 1 POST runtime/invocation/{id}/response 7
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next &
                 returned
                 shut down
                 x:2 answer",
            ),
        ),
        with(
            &["x"],
            scenario(
                "telemetry",
                "extensions §10",
                "x:1 registers INVOKE and SHUTDOWN
                 x:1 [lambda-extension-identifier: {x1}] PUT /2022-07-01/telemetry {\"schemaVersion\":\"2025-01-29\",\"types\":[\"platform\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:9\"}}
                 x:1 [lambda-extension-identifier: {x1}] PUT /2020-08-15/logs {}
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next
                 x:2 answer
                 1 POST runtime/invocation/{id}/response 7
                 x:2 asks as {x1} &
                 1 GET runtime/invocation/next &",
            ),
        ),
        with(
            &["-x"],
            scenario(
                "a file that is no program",
                "extensions §7",
                "returned",
            ),
        ),
        with(
            &["x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10"],
            scenario(
                "eleven extensions",
                "extensions §7, §15",
                "returned",
            ),
        ),
    ]
}
