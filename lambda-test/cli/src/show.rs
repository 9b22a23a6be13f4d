//! What came of an invocation, for people and for the exit code.

use std::process::ExitCode;

use lambda_test::Outcome;

use crate::{
    explain,
    output::{print, say},
};

/// What an invocation means for the exit code of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Succeeded,
    Failed,
    /// The service refuses it, or nothing could be started.
    Refused,
}

impl Verdict {
    pub(crate) fn of(outcome: &Outcome) -> Self {
        match (outcome.service_error(), outcome.function_error()) {
            (Some(_), _) => Self::Refused,
            (None, Some(error)) if is_not_started(&error.error_type) => Self::Refused,
            (None, Some(_)) => Self::Failed,
            (None, None) if environment_ended(outcome).is_some() => Self::Failed,
            (None, None) => Self::Succeeded,
        }
    }

    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Succeeded => ExitCode::SUCCESS,
            Self::Failed => ExitCode::FAILURE,
            Self::Refused => ExitCode::from(2),
        }
    }
}

/// Whether a program could not be started: that of the function, or an extension.
fn is_not_started(error_type: &str) -> bool {
    matches!(error_type, "Runtime.InvalidEntrypoint" | "Extension.LaunchError")
}

/// How the environment of an invocation ended though the function had responded.
pub(crate) fn environment_ended(outcome: &Outcome) -> Option<String> {
    let responded = outcome.function_error().is_none() && outcome.service_error().is_none();
    let status = responded.then(|| outcome.report().status.as_ref()).flatten()?;
    Some(format!(
        "the response was delivered, and after it the environment ended ({status}): a function asks for the \
         next event and does not exit"
    ))
}

/// The response to stdout, unless it was printed as it came, and everything else to stderr; the log was shown as it came.
pub(crate) fn for_people(outcome: &Outcome, name: &str, streamed: bool) {
    if let Some(error) = outcome.service_error() {
        say(&format!("error: the service refuses the event: {error}"));
        return;
    }
    let extensions = explain::extensions(outcome);
    let Some(error) = outcome.function_error() else {
        say(outcome.report().to_string().trim_end());
        if !streamed {
            print(outcome.payload());
        }
        match (environment_ended(outcome), extensions.is_empty()) {
            (Some(ended), true) => say(&ended),
            (Some(_), false) => extensions.iter().for_each(|reason| say(reason)),
            (None, _) => {}
        }
        return;
    };
    if error.error_type == "Runtime.InvalidEntrypoint" {
        let message = error.error_message.split_once("Error: ").map(|(_, message)| message);
        say(&format!("error: {}", message.unwrap_or(&error.error_message)));
        return;
    }
    say(outcome.report().to_string().trim_end());
    print(outcome.payload());
    if !extensions.is_empty() {
        extensions.iter().for_each(|reason| say(reason));
        return;
    }
    match error.error_type.as_str() {
        "Runtime.ExitError" => say(&format!(
            "{name} ended before it answered. A Lambda function runs on and asks for the next \
             event; see its log above"
        )),
        "Sandbox.Timedout" if never_asked(outcome) && outcome.logs().is_empty() => {
            say(&format!(
                "{name} timed out and never asked for an event: a Lambda function does; if it is slow, \
                 give it more time with --timeout"
            ));
        }
        _ => say(&format!("{name} failed: {error}")),
    }
}

/// Whether the process that timed out was started for this invocation and has not asked for an event.
fn never_asked(outcome: &Outcome) -> bool {
    outcome.report().cold_start() && outcome.report().init_duration.is_none()
}
