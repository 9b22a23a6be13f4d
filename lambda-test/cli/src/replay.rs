//! `lambda-test replay`: a test from what failed in production.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{
    output::{print, say},
    payload::Payload,
    production::Production,
};

/// Writes a failing test from an event of production.
///
/// FILE has an event, an on-failure record of a destination, a message of a dead-letter queue (as `aws sqs receive-message`
/// prints it, or as a function receives it), or a line of a log with the event as JSON. Of several messages the first is
/// taken, of several lines the last that has an event. The event becomes the fixture
/// `tests/fixtures/NAME.json`, as it is; the test `tests/NAME.rs` invokes the function with it and wants it to succeed.
///
/// The function is the program of the package, in real time; with --app it is an application of its library, in virtual time.
///
/// Exit code 0: written; 2: there is no event in it, or a file exists already.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  lambda-test replay dead-letter.json --app orders::app\n  \
                  aws sqs receive-message --queue-url $DLQ --message-attribute-names All | lambda-test replay -\n  \
                  lambda-test replay record.json --bin bootstrap --name out_of_stock"
)]
pub(crate) struct Replay {
    /// What production left; `-` is stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The application that the test runs, as a path in the library of the package: what `lambda.function(…)` takes.
    #[arg(long, value_name = "PATH", conflicts_with = "bin")]
    app: Option<String>,

    /// The program that the test runs; the package's own name unless given.
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,

    /// The name of the test; from the function or the file unless given.
    #[arg(long, value_parser = identifier)]
    name: Option<String>,

    /// The package, where its tests are written.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    package: PathBuf,

    /// Replaces files that exist.
    #[arg(long)]
    force: bool,
}

fn identifier(text: &str) -> Result<String, String> {
    let name = sanitized(text);
    if name == text { Ok(name) } else { Err(format!("expected a name such as `{name}`")) }
}

/// The nearest name that a test may have.
fn sanitized(text: &str) -> String {
    let mut name: String = text
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '_' })
        .collect();
    if !name.starts_with(|it: char| it.is_ascii_lowercase()) {
        name.insert_str(0, "replay_");
    }
    name
}

impl Replay {
    pub(crate) fn run(self) -> ExitCode {
        match self.write() {
            Ok(written) => {
                for path in written {
                    print(path.display().to_string().as_bytes());
                }
                ExitCode::SUCCESS
            }
            Err(message) => {
                say(&format!("error: {message}"));
                ExitCode::from(2)
            }
        }
    }

    fn write(&self) -> Result<[PathBuf; 2], String> {
        let bytes = Payload::File(self.file.clone()).read()?.bytes;
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| format!("`{}` is not UTF-8", self.file.display()))?;
        let found = Production::read(&text)
            .map_err(|why| format!("`{}` has no event: {why}", self.file.display()))?;
        let name = self.name.clone().unwrap_or_else(|| self.name_of(&found));
        let tests = self.package.join("tests");
        let fixture = tests.join("fixtures").join(format!("{name}.json"));
        let test = tests.join(format!("{name}.rs"));
        if let (false, Some(path)) =
            (self.force, [&fixture, &test].into_iter().find(|it| it.exists()))
        {
            return Err(format!("`{}` exists: give another --name, or --force", path.display()));
        }
        let source = self.test(&name, &found)?;
        write(&fixture, &found.event)?;
        write(&test, &source)?;
        Ok([test, fixture])
    }

    fn name_of(&self, found: &Production) -> String {
        let stem = self.file.file_stem().map(|it| it.to_string_lossy().into_owned());
        let stem = stem.filter(|stem| stem != "-");
        sanitized(&format!("replay_{}", found.function.clone().or(stem).unwrap_or_default()))
            .trim_end_matches('_')
            .to_owned()
    }

    /// The text of the test.
    fn test(&self, name: &str, found: &Production) -> Result<String, String> {
        let function = found.function.as_deref().unwrap_or("function");
        let mut known = format!("The event was found in {}.", found.origin);
        if let Some(id) = &found.request_id {
            known += &format!("\nRequest id: {id}");
        }
        let error = [&found.error_type, &found.error_message];
        let error: Vec<&str> = error.into_iter().flatten().map(String::as_str).collect();
        if !error.is_empty() {
            known += &format!("\nIn production it failed with: {}", error.join(": "));
        }
        let known = comment(&known);
        let (attribute, service, code, uses) = match &self.app {
            Some(app) => ("#[lambda_test::test]", "Lambda::new()", app.clone(), "Lambda"),
            None => {
                let bin = match &self.bin {
                    Some(bin) => bin.clone(),
                    None => package_name(&self.package)?,
                };
                let program = format!("Program::new(env!(\"CARGO_BIN_EXE_{bin}\"))");
                let real = "#[lambda_test::test(real_time)]";
                (real, "Lambda::in_real_time()", program, "Lambda, Program")
            }
        };
        Ok(format!(
            r#"//! An event that failed in production.

use lambda_test::{{{uses}}};

{known}{attribute}
async fn {name}() {{
    let lambda = {service};
    let function = lambda.function({function:?}, {code}).create();
    let event = include_bytes!("fixtures/{name}.json");
    function.invoke_raw(event).await.assert_ok();
}}
"#
        ))
    }
}

/// Lines of a comment, with nothing in them that ends one: what production left is text of others.
fn comment(text: &str) -> String {
    let hidden = |it: char| {
        it.is_control()
            || matches!(it, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let line = |line: &str| {
        let line: String = line.chars().map(|it| if hidden(it) { ' ' } else { it }).collect();
        format!("/// {}", line.trim_end()).trim_end().to_owned() + "\n"
    };
    text.lines().map(line).collect()
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("`{}` cannot be written: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

/// The name in the manifest of a package.
fn package_name(package: &Path) -> Result<String, String> {
    let manifest = package.join("Cargo.toml");
    let shown = manifest.display();
    let text = fs::read_to_string(&manifest).map_err(|error| {
        format!("`{shown}` cannot be read: {error}; --package names the folder of the package, --app or --bin the function")
    })?;
    let (_, rest) = text.split_once("[package]").unwrap_or(("", ""));
    let section = rest.split("\n[").next().unwrap_or_default();
    let name = section.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "name").then(|| value.trim().trim_matches('"').to_owned())
    });
    name.ok_or_else(|| format!("`{shown}` has no package: --app or --bin names the function"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replay() -> Replay {
        Replay {
            file: "dead.json".into(),
            app: Some("orders::app".to_owned()),
            bin: None,
            name: None,
            package: ".".into(),
            force: false,
        }
    }

    #[test]
    fn text_of_production_stays_within_comments_and_literals() {
        let found = Production {
            event: "{}".to_owned(),
            origin: "an event",
            function: Some("a\", std::process::abort(), \"".to_owned()),
            request_id: Some("1\nfn evil() {}\r\nfn two() {}\rfn three() {}".to_owned()),
            error_type: Some("A\u{2028}\u{202e}".to_owned()),
            error_message: Some("first\n\n\u{1b}[2Jlast".to_owned()),
        };
        let test = replay().test("t", &found).expect("a test");
        let (comment, code) = test.split_once("#[").expect("a test");
        let comment: Vec<&str> = comment.lines().skip(4).collect();
        assert_eq!(
            comment,
            [
                "/// The event was found in an event.",
                "/// Request id: 1",
                "/// fn evil() {}",
                "/// fn two() {} fn three() {}",
                "/// In production it failed with: A  : first",
                "///",
                "///  [2Jlast",
            ]
        );
        let named = r#"lambda.function("a\", std::process::abort(), \"", orders::app)"#;
        assert!(code.contains(named), "{code}");
    }
}
