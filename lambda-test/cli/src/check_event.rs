//! `lambda-test check-event`: what the types of lambda-events make of a payload.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use lambda_events::{
    Trigger,
    catalog::{self, Model},
};
use serde::Serialize;

use crate::{
    output::{print, say},
    payload::why_not_json,
    tree::Tree,
};

/// Reads payloads with the types of lambda-events and says whether they are written back the same.
///
/// Prints a line for each: FILE, the trigger that sends it, `parsed` or `refused`, `exact` or
/// `changed`; and, where it is not exact, the JSON path and why. An event that has no sign of any trigger is a
/// function's own, as one of Step Functions or of a caller: a type of your own is right for it.
///
/// Exit code 0: all are exact, or a function's own; 1: one is not; 2: a file cannot be read.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  lambda-test check-event event.json\n  lambda-test check-event events/\n  \
                  lambda-test sample sqs/fifo | lambda-test check-event -\n  \
                  lambda-test check-event --response-to sqs response.json"
)]
pub(crate) struct CheckEvent {
    /// Files with one payload each; folders, of which every `.json` file counts; `-` is stdin.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// They are responses to this trigger, not events.
    #[arg(long, value_name = "TRIGGER")]
    response_to: Option<Trigger>,

    /// They are events of this trigger, whatever they look like.
    #[arg(long = "as", value_name = "TRIGGER", conflicts_with = "response_to")]
    trigger: Option<Trigger>,

    /// An event of no known trigger is refused.
    #[arg(long)]
    strict: bool,

    /// A line of JSON for each.
    #[arg(long)]
    json: bool,
}

/// What a payload came to.
#[derive(Debug, Serialize)]
struct Checked {
    file: String,
    trigger: Option<&'static str>,
    #[serde(rename = "type")]
    model: Option<&'static str>,
    parsed: bool,
    exact: bool,
    /// It has no sign of any trigger.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    own: bool,
    /// What it means, though it is exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Where it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// What is there in the payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    /// What is written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
}

impl CheckEvent {
    pub(crate) fn run(self) -> ExitCode {
        let mut all_exact = true;
        for file in &self.files {
            let read = read(file);
            let payloads = match read {
                Ok(payloads) => payloads,
                Err(message) => {
                    say(&format!("error: {message}"));
                    return ExitCode::from(2);
                }
            };
            if payloads.is_empty() {
                say(&format!("no files: `{}` has none that ends in .json", file.display()));
            }
            for (file, json) in payloads {
                let checked = self.check(file, &json);
                all_exact &= checked.exact || checked.own;
                let line = match self.json {
                    true => serde_json::to_string(&checked).unwrap_or_default(),
                    false => checked.line(),
                };
                print(line.as_bytes());
                if let (Some(warning), false) = (&checked.warning, self.json) {
                    say(&format!("warning: {}: {warning}", checked.file));
                }
            }
        }
        if all_exact { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The payloads of a file, a folder or stdin, by their names.
fn read(path: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let name = path.display().to_string();
    if path == Path::new("-") {
        let mut json = Vec::new();
        let read = std::io::stdin().read_to_end(&mut json);
        read.map_err(|error| format!("stdin cannot be read: {error}"))?;
        return Ok(vec![(name, json)]);
    }
    if !path.is_dir() {
        let json =
            std::fs::read(path).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
        return Ok(vec![(name, json)]);
    }
    let entries = path.read_dir().map_err(|error| format!("`{name}` cannot be read: {error}"))?;
    let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    inside.retain(|path| path.is_dir() || path.extension().is_some_and(|end| end == "json"));
    inside.sort();
    let mut payloads = Vec::new();
    for path in inside {
        payloads.extend(read(&path)?);
    }
    Ok(payloads)
}

impl CheckEvent {
    /// Reads a payload and writes it back.
    fn check(&self, file: String, json: &[u8]) -> Checked {
        let given = self.response_to.or(self.trigger);
        let trigger = given.or_else(|| Trigger::detect(json));
        let refused = |reason: String| Checked {
            file: file.clone(),
            trigger: trigger.map(Trigger::as_str),
            model: None,
            parsed: false,
            exact: false,
            own: false,
            warning: None,
            reason: Some(reason),
            path: None,
            found: None,
            written: None,
        };
        if let Some(reason) = why_not_json(json) {
            return refused(format!("it is not JSON: {reason}"));
        }
        let original = match Tree::of(json) {
            Ok(original) => original,
            Err(error) => return refused(format!("it cannot be read: {error}")),
        };
        let Some(trigger) = trigger else {
            let own = !self.strict && !Trigger::has_sign(json);
            let reason = if own {
                "not a known trigger: a type of your own is right for it"
            } else {
                "no trigger that lambda-events knows sends this"
            };
            return Checked { own, ..refused(reason.to_owned()) };
        };
        let models: Vec<Model> = match self.response_to {
            None => catalog::event(trigger).into_iter().collect(),
            Some(_) => {
                catalog::responses().into_iter().filter(|model| model.trigger == trigger).collect()
            }
        };
        let batch = models.iter().find(|model| model.name == "BatchResponse");
        if let (Some(model), Tree::Token(null)) = (batch, &original) {
            // "An empty response: the whole batch is taken for a success."
            if null == "null" {
                return Checked {
                    model: Some(model.name),
                    parsed: true,
                    exact: true,
                    reason: None,
                    ..refused(String::new())
                };
            }
        }
        let checked = models.iter().map(|model| match model.round_trip(json) {
            Err(error) => Checked { model: Some(model.name), ..refused(error.to_string()) },
            Ok(written) => compare(refused(String::new()), model.name, &original, &written),
        });
        // A trigger may take one of several responses: the one that fits best is meant.
        let mut checked = checked
            .max_by_key(|checked| (checked.exact, checked.parsed))
            .unwrap_or_else(|| refused(format!("{trigger} takes no response")));
        if batch.is_some() && fails_whole_batch(&original) {
            checked.warning = Some("an empty `itemIdentifier` fails the whole batch".to_owned());
        }
        let dynamodb =
            matches!(trigger, Trigger::DynamoDb | Trigger::DynamoDbWindow | Trigger::Pipes);
        if let Some(path) = dynamodb.then(|| original.number_of_dynamodb()).flatten() {
            checked.warning = Some(format!("`{path}` is a number: DynamoDB writes it as a text"));
        }
        checked
    }
}

/// "An empty `itemIdentifier`: Lambda treats the batch as a complete failure."
/// Source: AWS Lambda developer guide, "Handling errors for an SQS event source in Lambda".
fn fails_whole_batch(response: &Tree) -> bool {
    let Some(Tree::List(failures)) = response.get("batchItemFailures") else { return false };
    let empty = |failure: &Tree| failure.get("itemIdentifier") == Some(&Tree::Text(String::new()));
    failures.iter().any(empty)
}

fn compare(checked: Checked, model: &'static str, original: &Tree, written: &str) -> Checked {
    let parsed = Checked { model: Some(model), parsed: true, reason: None, ..checked };
    let Ok(tree) = Tree::of(written.as_bytes()) else {
        return Checked { reason: Some("what was written is no JSON".to_owned()), ..parsed };
    };
    match original.difference(&tree) {
        None => Checked { exact: true, ..parsed },
        Some(found) => Checked {
            path: Some(found.path().to_owned()),
            found: found.from.map(Tree::to_string),
            written: found.to.map(Tree::to_string),
            ..parsed
        },
    }
}

impl Checked {
    fn line(&self) -> String {
        let head = format!("{} {}", self.file, self.trigger.unwrap_or("unknown"));
        let missing = "nothing".to_owned();
        match (self.parsed, &self.path) {
            (false, _) if self.own => {
                format!("{} {}", self.file, self.reason.as_deref().unwrap_or_default())
            }
            (false, _) => {
                format!("{head} refused: {}", self.reason.as_deref().unwrap_or_default())
            }
            (true, None) if self.exact => format!("{head} parsed exact"),
            (true, path) => format!(
                "{head} parsed changed: at `{}` {} became {}",
                path.as_deref().unwrap_or_default(),
                self.found.as_ref().unwrap_or(&missing),
                self.written.as_ref().unwrap_or(&missing),
            ),
        }
    }
}
