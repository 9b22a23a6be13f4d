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
    tree::Tree,
};

/// Reads payloads with the types of lambda-events and says whether they are written back the same.
///
/// Prints a line for each: FILE, the trigger that sends it, `parsed` or `refused`, `exact` or
/// `changed`; and, where it is not exact, the JSON path and why. Exit code 0: all are exact; 1: one
/// is not; 2: a file cannot be read.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  lambda-test check-event event.json\n  lambda-test check-event events/\n  \
                  lambda-test sample sqs/fifo | lambda-test check-event -\n  \
                  lambda-test check-event --response-to sqs answer.json"
)]
pub(crate) struct CheckEvent {
    /// Files with one payload each; folders, of which every `.json` file counts; `-` is stdin.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// They are answers to this trigger, not events.
    #[arg(long, value_name = "TRIGGER")]
    response_to: Option<Trigger>,

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
            for (file, json) in payloads {
                let checked = check(file, &json, self.response_to);
                all_exact &= checked.exact;
                let line = match self.json {
                    true => serde_json::to_string(&checked).unwrap_or_default(),
                    false => checked.line(),
                };
                print(line.as_bytes());
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

/// Reads a payload and writes it back.
fn check(file: String, json: &[u8], response_to: Option<Trigger>) -> Checked {
    let trigger = response_to.or_else(|| Trigger::detect(json));
    let refused = |reason: String| Checked {
        file: file.clone(),
        trigger: trigger.map(Trigger::as_str),
        model: None,
        parsed: false,
        exact: false,
        reason: Some(reason),
        path: None,
        found: None,
        written: None,
    };
    let original = match Tree::of(json) {
        Ok(original) => original,
        Err(error) => return refused(format!("it is no JSON: {error}")),
    };
    let Some(trigger) = trigger else {
        return refused("no trigger that lambda-events knows sends this".to_owned());
    };
    let models: Vec<Model> = match response_to {
        None => catalog::event(trigger).into_iter().collect(),
        Some(_) => {
            catalog::responses().into_iter().filter(|model| model.trigger == trigger).collect()
        }
    };
    let checked = models.iter().map(|model| match model.round_trip(json) {
        Err(error) => Checked { model: Some(model.name), ..refused(error.to_string()) },
        Ok(written) => compare(refused(String::new()), model.name, &original, &written),
    });
    // A trigger may take one of several answers: the one that fits best is meant.
    checked
        .max_by_key(|checked| (checked.exact, checked.parsed))
        .unwrap_or_else(|| refused(format!("{trigger} takes no answer")))
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
