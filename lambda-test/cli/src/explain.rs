//! Which process an invocation failed by, and what it did not do.

use std::collections::BTreeMap;

use lambda_test::{ApiCall, Exit, ExtensionEvent, Outcome, ProcessRole, RecordKind};

/// How far an extension came.
#[derive(Default)]
struct Progress<'a> {
    /// Whether it has registered.
    registered: bool,
    /// Whether it was sent an event, and has not asked for the next one.
    has_event: bool,
    exit: Option<&'a Exit>,
    /// It registered under this name, in place of one of these.
    unexpected: Option<(&'a str, Vec<&'a str>)>,
}

/// Sentences on the extensions that kept an invocation from going well, each with the name of one.
pub(crate) fn extensions(outcome: &Outcome) -> Vec<String> {
    let timeline = outcome.timeline();
    let mut all: BTreeMap<&str, Progress<'_>> = BTreeMap::new();
    let mut reset = false;
    for record in &timeline {
        reset |= matches!(record.kind, RecordKind::Reset(_) | RecordKind::InitFailed { .. });
        let Some(ProcessRole::Extension(name)) = &record.process else { continue };
        let progress = all.entry(name).or_default();
        match &record.kind {
            RecordKind::Called(ApiCall::Register(_)) => progress.registered = true,
            RecordKind::Called(ApiCall::NextEvent { .. }) => progress.has_event = false,
            RecordKind::Told(ExtensionEvent::Invoke) => progress.has_event = true,
            // The reset of an environment ends it too.
            RecordKind::Exited(exit) if !reset => progress.exit = Some(exit),
            RecordKind::ExtensionState(status) if status.state == "Started" => {
                progress.registered = false;
            }
            RecordKind::UnexpectedName { registered, expected } => {
                let expected = expected.iter().map(|name| &**name).collect();
                progress.unexpected = Some((registered, expected));
            }
            _ => {}
        }
    }
    // What one that ended kept the others from is not theirs.
    let ended = all.values().any(|it| it.exit.is_some() || it.unexpected.is_some());
    let concerned =
        all.iter().filter(|(_, it)| !ended || it.exit.is_some() || it.unexpected.is_some());
    let states = concerned.filter_map(|(name, progress)| {
        let Progress { registered, has_event, exit, unexpected } = progress;
        Some(match (unexpected, exit) {
            (Some((registered, expected)), _) => format!(
                "an extension registered as `{registered}`: expected `{}`, the name of its file",
                expected.join("` or `")
            ),
            (None, Some(exit @ Exit::NotStarted(_))) => format!("extension `{name}`: {exit}"),
            (None, Some(exit)) => format!("extension `{name}` ended with {exit}; see its log above"),
            (None, None) if !registered => format!(
                "extension `{name}` did not register: a program in /opt/extensions calls \
                 POST /2020-01-01/extension/register in the init phase"
            ),
            (None, None) if *has_event => format!(
                "extension `{name}` received an INVOKE event and did not ask for the next one in time \
                 (GET /2020-01-01/extension/event/next)"
            ),
            (None, None) => return None,
        })
    });
    states.collect()
}
