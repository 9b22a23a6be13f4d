//! The house: storeys of `src/`, from the ground up. A file names its own storey and those below it,
//! never one above.
//!
//! ```text
//! test_run      what a test is run in, and what is shown when it fails
//! service       functions, which environment takes an invocation, what a caller says and hears
//! environment   one execution environment: processes, the Runtime API, the engine's walls
//! lifecycle     the engine: pure, without clock, chance or input and output
//! ground        clock, chance, records, timeline: knows nobody
//! ```

use std::{fs, path::Path};

const STOREYS: [&str; 5] = ["ground", "lifecycle", "environment", "service", "test_run"];

/// The storey of a file, by its path in `src/`; none for `lib.rs`, which stands above all.
fn storey(path: &str) -> Option<usize> {
    let first = path.split('/').next().unwrap_or_default();
    STOREYS.iter().position(|storey| *storey == first.trim_end_matches(".rs"))
}

/// The storeys that a file names in `use crate::…` and `crate::…`.
fn named(text: &str) -> Vec<usize> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut names = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            // What stands before a `::` at the first level of the braces.
            Some(inside) => {
                let mut depth = 1;
                let mut word = String::new();
                for character in inside.chars() {
                    match character {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                    if depth == 1 && (character.is_alphanumeric() || character == '_') {
                        word.push(character);
                    } else {
                        names.push(std::mem::take(&mut word));
                    }
                }
            }
            None => {
                let end = after.find(|c: char| !c.is_alphanumeric() && c != '_');
                names.push(after[..end.unwrap_or(after.len())].to_owned());
            }
        }
    }
    names.iter().filter_map(|name| STOREYS.iter().position(|storey| storey == name)).collect()
}

/// The arrows of a file that point up.
fn arrows_up(path: &str, text: &str) -> Vec<String> {
    let Some(own) = storey(path) else { return Vec::new() };
    let up = named(text).into_iter().filter(|storey| *storey > own);
    up.map(|above| format!("{path} names {}, which stands above {}", STOREYS[above], STOREYS[own]))
        .collect()
}

fn files(folder: &Path, within: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = format!("{within}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{name}/"), found);
        } else if name.ends_with(".rs") {
            found.push((name, fs::read_to_string(entry.path()).expect("a text")));
        }
    }
}

#[test]
fn no_arrow_points_up() {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut all);
    let unknown: Vec<&String> = all
        .iter()
        .map(|(path, _)| path)
        .filter(|path| *path != "lib.rs" && storey(path).is_none())
        .collect();
    assert!(unknown.is_empty(), "in no storey: {unknown:?}");
    let up: Vec<String> = all.iter().flat_map(|(path, text)| arrows_up(path, text)).collect();
    assert!(up.is_empty(), "{}", up.join("\n"));
}

#[test]
fn a_planted_arrow_is_found() {
    let planted = "use crate::{\n    ground::{Clock, World},\n    service::Lambda,\n};\n";
    assert_eq!(
        arrows_up("environment/mod.rs", planted),
        ["environment/mod.rs names service, which stands above environment"]
    );
    assert_eq!(
        arrows_up("ground/world.rs", "fn f(_: crate::lifecycle::Done) {}"),
        ["ground/world.rs names lifecycle, which stands above ground"]
    );
    let down = "use crate::ground::World;\n// use crate::test_run::run;\n";
    assert!(arrows_up("service/pool.rs", down).is_empty());
}
