//! Compile errors of what cannot be a handler, or not of its event: each program of `compile_errors/src/bin` is wrong in one
//! way, and its first line is a sentence that the compiler must say of it.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde::Deserialize;

/// A line of `cargo check`.
#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Diagnostic {
    rendered: Option<String>,
}

#[test]
fn each_mistake_gets_a_message_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile_errors");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--bins", "--keep-going", "--offline", "--message-format", "json"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_errors"))
        .output()
        .expect("cargo starts");
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(Message { target: Some(target), message: Some(message) }) =
            serde_json::from_str(line)
        else {
            continue;
        };
        said.entry(target.name).or_default().push_str(&message.rendered.unwrap_or_default());
    }
    let programs = std::fs::read_dir(folder.join("src/bin")).expect("a folder").flatten();
    let mut seen = 0;
    for program in programs {
        let text = std::fs::read_to_string(program.path()).expect("a program");
        let sentence = text.lines().next().and_then(|line| line.strip_prefix("//! "));
        let sentence = sentence.expect("its first line says what is expected");
        let name = program.file_name().to_string_lossy().trim_end_matches(".rs").to_owned();
        let said = said.get(&name).unwrap_or_else(|| {
            panic!("{name} compiles: {}", String::from_utf8_lossy(&output.stderr))
        });
        // The compiler breaks lines as it likes.
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words(said).contains(&words(sentence)),
            "{name} does not say {sentence:?}:\n{said}"
        );
        seen += 1;
    }
    assert_eq!(seen, 11);
}
