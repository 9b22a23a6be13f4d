//! Every rule of the Runtime API that a buffered invocation can show, legal and illegal orders.

use crate::Scenario;

pub(crate) fn scenario(name: &'static str, rule: &'static str, script: &'static str) -> Scenario {
    Scenario { name, rule, client_context: None, extensions: &[], managed: false, script }
}

/// The rules are numbered as in the notes on the contract. The line `returned` waits for the caller's
/// answer, `exit N` and `kill` end the bootstrap; the others are those of `Runtime::line`.
pub(crate) fn all() -> Vec<Scenario> {
    vec![
        scenario(
            "an answer reaches the caller",
            "§2, §4.1",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response {\"a\":1}
             1 GET runtime/invocation/next &",
        ),
        Scenario {
            client_context: Some("x"),
            ..scenario(
                "next tells what the caller said of itself",
                "§3.1",
                "1 GET runtime/invocation/next
                 1 POST runtime/invocation/{id}/response 7
                 1 GET runtime/invocation/next &",
            )
        },
        scenario(
            "ping",
            "§1",
            "1 GET ping
             1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "unknown paths are 404",
            "§1, §2, §8",
            "1 GET nothing
             1 GET /nothing
             1 GET runtime/restore/next
             1 POST runtime/restore/error {}
             1 GET /2021-04-23/credentials
             1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "wrong methods are 405",
            "§1",
            "1 POST ping
             1 POST runtime/invocation/next
             1 GET runtime/invocation/x/response
             1 GET runtime/invocation/x/error
             1 PUT runtime/init/error
             1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a continue is sent where it is expected",
            "§1",
            "1 GET runtime/invocation/next
             1 [expect: 100-continue] POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "next again hands out the same event",
            "§3.3",
            "1 GET runtime/invocation/next
             1 GET runtime/invocation/next
             2 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "next with a body",
            "§3.3",
            "1 GET runtime/invocation/next body
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "next while a response is posted",
            "§3.3, §9",
            "1 GET runtime/invocation/next
             2 begin runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next
             2 end
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a second post waits for the first and is refused",
            "§4.2, §9",
            "1 GET runtime/invocation/next
             2 begin runtime/invocation/{id}/response 7
             3 POST runtime/invocation/{id}/response 8 &
             2 end
             3 answer
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "answers before any invocation",
            "§4.2 check 1, §9 Started",
            "1 POST runtime/invocation/x/response 7
             1 POST runtime/invocation/x/error {}
             1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an id that is not current",
            "§4.2 check 1",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/x/response 7
             1 POST runtime/invocation/x/error {}
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a second answer",
            "§4.2 check 2, §9 ResponseSent",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 POST runtime/invocation/{id}/response 8
             1 POST runtime/invocation/{id}/error {}
             1 POST runtime/init/error {}
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an answer after an error",
            "§4.2 check 2, §9",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/error {}
             1 POST runtime/invocation/{id}/response 8
             1 POST runtime/invocation/{id}/error {}
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an answer after the invocation is over",
            "§4.2, §9 Ready",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &
             returned
             2 POST runtime/invocation/{id}/response 8
             2 POST runtime/invocation/{id}/error {}
             2 POST runtime/init/error {}",
        ),
        scenario(
            "a streamed response is collected for a caller who waits for all of it",
            "§4.3",
            "1 GET runtime/invocation/next
             2 [lambda-runtime-function-response-mode: streaming|trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body] begin runtime/invocation/{id}/response one
             2 piece two
             2 end
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a streamed response may be empty",
            "§4.3",
            "1 GET runtime/invocation/next
             1 [lambda-runtime-function-response-mode: streaming] POST runtime/invocation/{id}/response
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a streamed response that fails is an error for a caller who waits for all of it",
            "§4.3",
            "1 GET runtime/invocation/next
             2 [lambda-runtime-function-response-mode: streaming|trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body] begin runtime/invocation/{id}/response one
             2 fail OrderError sold out
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a streamed response that is too large for a caller who waits for all of it",
            "§4.3",
            "1 GET runtime/invocation/next
             2 [lambda-runtime-function-response-mode: streaming|trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body] begin runtime/invocation/{id}/response one
             2 piece {6291560}
             2 end
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "the response mode streaming in capitals",
            "§4.2 check 3",
            "1 GET runtime/invocation/next
             1 [lambda-runtime-function-response-mode: Streaming] POST runtime/invocation/{id}/response 7
             1 POST runtime/invocation/{id}/response 7
             1 POST runtime/invocation/{id}/error {}
             1 GET runtime/invocation/next",
        ),
        scenario(
            "the response mode buffered",
            "§4.2 check 3",
            "1 GET runtime/invocation/next
             1 [lambda-runtime-function-response-mode: buffered] POST runtime/invocation/{id}/response 7",
        ),
        scenario(
            "an empty response mode",
            "§4.2 check 3",
            "1 GET runtime/invocation/next
             1 [lambda-runtime-function-response-mode: ] POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a truncated body",
            "§4.2 check 4",
            "1 GET runtime/invocation/next
             2 cut runtime/invocation/{id}/response",
        ),
        scenario(
            "the largest answer",
            "§4.2 check 5",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response {6291556}
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an answer that is too large",
            "§4.2 check 5",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response {6291557}
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an empty answer",
            "§4.1",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a chunked answer",
            "§4.1",
            "1 GET runtime/invocation/next
             2 begin runtime/invocation/{id}/response [1,2]
             2 end
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an error reaches the caller byte for byte",
            "§5",
            "1 GET runtime/invocation/next
             1 [lambda-runtime-function-error-type: Function.Bad] POST runtime/invocation/{id}/error not <json> & more
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an error with an empty body and an odd content type",
            "§5",
            "1 GET runtime/invocation/next
             1 [content-type: a b c] POST runtime/invocation/{id}/error
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an error with its cause in the body",
            "§6.3",
            "1 GET runtime/invocation/next
             1 [content-type: application/vnd.aws.lambda.error.cause+json] POST runtime/invocation/{id}/error {\"errorMessage\":\"m\",\"errorType\":\"T\",\"stackTrace\":[],\"errorCause\":{}}
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a body with a cause that cannot be read",
            "§6.3",
            "1 GET runtime/invocation/next
             1 [content-type: application/vnd.aws.lambda.error.cause+json] POST runtime/invocation/{id}/error nothing
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a cause in the header",
            "§6.2",
            "1 GET runtime/invocation/next
             1 [lambda-runtime-function-xray-error-cause: {\"working_directory\":\"/var/task\"}] POST runtime/invocation/{id}/error {}
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "a cause in the header that cannot be read",
            "§6.2",
            "1 GET runtime/invocation/next
             1 [lambda-runtime-function-xray-error-cause: nothing] POST runtime/invocation/{id}/error {}
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an init error while an invocation is in hand",
            "§7, §9 Running",
            "1 GET runtime/invocation/next
             1 POST runtime/init/error {}
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "after an init error everything is refused",
            "§7, §9 InitError",
            "1 [lambda-runtime-function-error-type: Function.NoTable] POST runtime/init/error {\"errorType\":\"T\",\"errorMessage\":\"m\"}
             1 POST runtime/init/error {}
             1 GET runtime/invocation/next
             1 POST runtime/invocation/x/response 7",
        ),
        scenario(
            "of two idle calls one is answered",
            "§3.3",
            "1 GET runtime/invocation/next &
             1 answer
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &
             2 GET runtime/invocation/next &
             returned",
        ),
        scenario(
            "a process that exits with a status",
            "§6.4",
            "1 GET runtime/invocation/next
             exit 7",
        ),
        scenario(
            "a process that exits with 0",
            "§6.4",
            "1 GET runtime/invocation/next
             exit 0",
        ),
        scenario(
            "a process that is killed",
            "§6.4",
            "1 GET runtime/invocation/next
             kill",
        ),
        scenario(
            "a process that exits after its answer",
            "§6.4, lifecycle §5",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             exit 7",
        ),
        scenario(
            "a timeout",
            "§6.4",
            "1 GET runtime/invocation/next",
        ),
        scenario(
            "an answer without the next call",
            "§3.2, §17",
            "1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7",
        ),
        scenario(
            "features and releases are taken",
            "§11",
            "1 [user-agent: release/1|lambda-runtime-features: (a) b] GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an internal extension is told of invocations",
            "extensions §3, §5, §6",
            "1 [lambda-extension-name: a] POST /2020-01-01/extension/register {\"events\":[\"INVOKE\"]}
             2 [lambda-extension-identifier: {x1}] GET /2020-01-01/extension/event/next &
             1 GET runtime/invocation/next
             2 answer
             1 POST runtime/invocation/{id}/response 7
             2 [lambda-extension-identifier: {x1}] GET /2020-01-01/extension/event/next &
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "one without events takes part in the init phase only",
            "extensions §6",
            "1 [lambda-extension-name: a] POST /2020-01-01/extension/register {}
             2 [lambda-extension-identifier: {x1}] GET /2020-01-01/extension/event/next &
             1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "registrations that are refused",
            "extensions §3",
            "1 POST /2020-01-01/extension/register {\"events\":[]}
             1 [lambda-extension-name: a] POST /2020-01-01/extension/register
             1 [lambda-extension-name: a] POST /2020-01-01/extension/register [7]
             1 [lambda-extension-name: a] POST /2020-01-01/extension/register {\"configurationKeys\":[\"k\"]}
             1 [lambda-extension-name: c] POST /2020-01-01/extension/register {\"events\":[\"invoke\"]}
             1 [lambda-extension-name: d] POST /2020-01-01/extension/register {\"events\":[\"SHUTDOWN\"]}
             1 [lambda-extension-name: b|lambda-extension-accept-feature: other, accountId] POST /2020-01-01/extension/register {\"events\":[]}
             1 [lambda-extension-name: b] POST /2020-01-01/extension/register {\"events\":[]}
             2 [lambda-extension-identifier: {x1}] GET /2020-01-01/extension/event/next &
             1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an extension registers too late",
            "extensions §3, §6",
            "1 GET runtime/invocation/next
             2 [lambda-extension-name: a] POST /2020-01-01/extension/register {\"events\":[]}
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "identifiers that are none",
            "extensions §4",
            "1 GET /2020-01-01/extension/event/next
             1 [lambda-extension-identifier: 7] GET /2020-01-01/extension/event/next
             1 [lambda-extension-identifier: 00000000-0000-4000-8000-000000000000] GET /2020-01-01/extension/event/next
             1 [lambda-extension-function-error-type: Extension.X] POST /2020-01-01/extension/init/error {}
             1 [lambda-extension-identifier: 7|lambda-extension-function-error-type: Extension.X] POST /2020-01-01/extension/exit/error {}
             1 [lambda-extension-identifier: 00000000-0000-4000-8000-000000000000|lambda-extension-function-error-type: Extension.X] POST /2020-01-01/extension/init/error {}
             1 [lambda-extension-identifier: 00000000-0000-4000-8000-000000000000|lambda-extension-function-error-type: Extension.X] POST /2020-01-01/extension/exit/error {}
             1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
        scenario(
            "an extension reports an init error",
            "extensions §7",
            "1 [lambda-extension-name: a] POST /2020-01-01/extension/register {\"events\":[\"INVOKE\"]}
             1 [lambda-extension-identifier: {x1}] POST /2020-01-01/extension/init/error {}
             1 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.NoTable] POST /2020-01-01/extension/init/error {}
             1 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.NoTable] POST /2020-01-01/extension/init/error
             1 [lambda-extension-identifier: {x1}] GET /2020-01-01/extension/event/next
             1 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.X] POST /2020-01-01/extension/exit/error {}
             exit 7
             returned",
        ),
        scenario(
            "an extension reports an exit error",
            "extensions §7",
            "1 [lambda-extension-name: a] POST /2020-01-01/extension/register {\"events\":[\"INVOKE\"]}
             2 [lambda-extension-identifier: {x1}] GET /2020-01-01/extension/event/next &
             1 GET runtime/invocation/next
             2 answer
             2 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.X] POST /2020-01-01/extension/init/error {}
             2 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.NoTable] POST /2020-01-01/extension/exit/error {}
             2 [lambda-extension-identifier: {x1}|lambda-extension-function-error-type: Extension.NoTable] POST /2020-01-01/extension/exit/error {}
             2 [lambda-extension-identifier: {x1}] GET /2020-01-01/extension/event/next
             exit 7
             returned",
        ),
        scenario(
            "an extension that does not come back",
            "extensions §8",
            "1 [lambda-extension-name: a] POST /2020-01-01/extension/register {\"events\":[\"INVOKE\"]}
             2 [lambda-extension-identifier: {x1}] GET /2020-01-01/extension/event/next &
             1 GET runtime/invocation/next
             2 answer
             returned",
        ),
        scenario(
            "wrong methods of the Extensions API are 405",
            "extensions §2",
            "1 GET /2020-01-01/extension/register
             1 POST /2020-01-01/extension/event/next
             1 GET /2020-01-01/extension/init/error
             1 GET /2020-01-01/extension/nothing
             1 GET runtime/invocation/next
             1 POST runtime/invocation/{id}/response 7
             1 GET runtime/invocation/next &",
        ),
    ]
}
