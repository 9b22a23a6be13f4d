//! `lambda-test sample`: an event as its trigger sends it.

use std::process::ExitCode;

use clap::Args;
use lambda_events::samples;

use crate::{
    output::{print, say},
    tree::Tree,
};

/// Prints an event as its trigger sends it, to invoke a function with.
///
/// Exit code 0: printed; 2: there is no such sample, or a --set leads nowhere.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  lambda-test sample --list\n  \
                  lambda-test sample s3/object-created --set Records[0].s3.object.key=a.txt\n  \
                  lambda-test sample sqs/batch | lambda-test invoke --example sqs_batch --payload-file -"
)]
pub(crate) struct Sample {
    /// The sample, as FAMILY/NAME: see --list.
    #[arg(value_name = "TRIGGER", required_unless_present = "list")]
    trigger: Option<String>,

    /// Sets the value at a path in the event; JSON, or else text. May be given several times. A key with a dot is
    /// quoted: '"CodePipeline.job".id=7'.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = path_and_value)]
    changes: Vec<(String, String)>,

    /// On one line, as the service sends it.
    #[arg(long)]
    compact: bool,

    /// Lists the samples.
    #[arg(long, conflicts_with_all = ["trigger", "changes"])]
    list: bool,
}

fn path_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.is_empty() => Ok((path.to_owned(), value.to_owned())),
        _ => Err("expected PATH=VALUE, such as Records[0].body=hello".to_owned()),
    }
}

impl Sample {
    pub(crate) fn run(self) -> ExitCode {
        if self.list {
            for sample in samples::all() {
                print(format!("{:34} {}", sample.name, sample.about).as_bytes());
            }
            return ExitCode::SUCCESS;
        }
        match self.event() {
            Ok(event) => {
                let text = if self.compact { event.to_string() } else { format!("{event:#}") };
                print(text.as_bytes());
                ExitCode::SUCCESS
            }
            Err(message) => {
                say(&format!("error: {message}"));
                ExitCode::from(2)
            }
        }
    }

    fn event(&self) -> Result<Tree, String> {
        let name = self.trigger.as_deref().unwrap_or_default();
        let sample = samples::named(name).ok_or_else(|| no_such(name))?;
        let mut event = Tree::of(&sample.bytes()).map_err(|error| error.to_string())?;
        for (path, value) in &self.changes {
            event.set(path, Tree::from_argument(value))?;
        }
        Ok(event)
    }
}

/// Those of the same family are probably meant.
fn no_such(name: &str) -> String {
    let family = name.split('/').next().unwrap_or_default();
    let near: Vec<&str> = samples::all()
        .iter()
        .map(|sample| sample.name)
        .filter(|known| known.split('/').next() == Some(family))
        .collect();
    match near.is_empty() {
        true => format!("no sample is called `{name}`; `lambda-test sample --list` names them"),
        false => format!("no sample is called `{name}`; of this family are: {}", near.join(", ")),
    }
}
