//! The layers of `src/`, from the lowest up. A file names its own layer and those below it, never one
//! above.
//!
//! ```text
//! explore       a property with many seeds
//! test_run      the runtime of a test, and what is shown when it fails
//! aws_api       (to come) the AWS API over HTTP
//! front_end     callers by HTTP: API Gateway, function URL, load balancer, VPC Lattice
//! api_call      the API that manages functions, by the names of its operations
//! xray          traces: segments of what happens, and questions about them
//! sources       event source mappings, and what pushes events
//! service       functions, pools of environments, invocations and their outcomes
//! environment   one execution environment: processes, the Runtime API, the driver of the engine
//! lifecycle     the engine: pure, without clock, randomness, input or output
//! kernel        clock, randomness, records, timeline: names no other layer
//! ```

use std::{collections::VecDeque, fs, path::Path};

const LAYERS: [&str; 11] = [
    "kernel",
    "lifecycle",
    "environment",
    "service",
    "xray",
    "sources",
    "api_call",
    "front_end",
    "aws_api",
    "test_run",
    "explore",
];

/// The layer of a file, by its path in `src/`; none for `lib.rs`, which is above all.
fn layer(path: &str) -> Option<usize> {
    let first = path.split('/').next().unwrap_or_default();
    LAYERS.iter().position(|layer| *layer == first.trim_end_matches(".rs"))
}

/// How many `super::` lead from a file to the root of the crate.
fn depth(path: &str) -> usize {
    let modules = path.trim_end_matches(".rs").split('/').filter(|name| *name != "mod");
    modules.count()
}

/// The layers that a file names after `crate::`, or after as many `super::` as lead to the root.
fn named(path: &str, text: &str) -> Vec<usize> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let root = "super::".repeat(depth(path));
    let code = code.replace(&root, "crate::");
    let mut names = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(group) => names.extend(first_names(group)),
            None => {
                let end = after.find(|c: char| !c.is_alphanumeric() && c != '_');
                names.push(after[..end.unwrap_or(after.len())].to_owned());
            }
        }
    }
    names.iter().filter_map(|name| LAYERS.iter().position(|layer| layer == name)).collect()
}

/// The names at the first level of a group of imports, which begins after its brace.
fn first_names(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut names = VecDeque::from([String::new()]);
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && (character.is_alphanumeric() || character == '_') {
            names[0].push(character);
        } else {
            names.push_front(String::new());
        }
    }
    names.into()
}

/// The imports of a file from a layer above its own.
fn imports_from_above(path: &str, text: &str) -> Vec<String> {
    let Some(own) = layer(path) else { return Vec::new() };
    let above = named(path, text).into_iter().filter(|layer| *layer > own);
    above
        .map(|above| format!("{path} names {}, which is above {}", LAYERS[above], LAYERS[own]))
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
fn no_file_names_a_layer_above_its_own() {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut all);
    let unknown: Vec<&String> = all
        .iter()
        .map(|(path, _)| path)
        .filter(|path| *path != "lib.rs" && layer(path).is_none())
        .collect();
    assert!(unknown.is_empty(), "in no layer: {unknown:?}");
    let above: Vec<String> =
        all.iter().flat_map(|(path, text)| imports_from_above(path, text)).collect();
    assert!(above.is_empty(), "{}", above.join("\n"));
}

#[track_caller]
fn check(path: &str, text: &str, above: &[&str]) {
    assert_eq!(imports_from_above(path, text), above, "{text}");
}

#[test]
fn a_planted_import_from_above_is_found() {
    let planted = "use crate::{\n    kernel::{Clock, SimContext},\n    service::Lambda,\n};\n";
    let found = ["environment/mod.rs names service, which is above environment"];
    check("environment/mod.rs", planted, &found);
    let found = ["kernel/record.rs names lifecycle, which is above kernel"];
    check("kernel/record.rs", "fn f(_: crate::lifecycle::Effect) {}", &found);
    check("kernel/record.rs", "use super::super::lifecycle::Effect;", &found);
    check("kernel/record.rs", "use super::super::{clock, lifecycle::Effect};", &found);
    let found = ["lifecycle/standard/stop.rs names sources, which is above lifecycle"];
    check("lifecycle/standard/stop.rs", "use super::super::super::sources::Queue;", &found);
    check(
        "lifecycle/standard/mod.rs",
        "use super::super::sources::Queue;",
        &["lifecycle/standard/mod.rs names sources, which is above lifecycle"],
    );
}

#[test]
fn an_import_from_below_is_allowed() {
    let down = "use crate::kernel::SimContext;\n// use crate::test_run::run;\n";
    check("service/pool.rs", down, &[]);
    // A module of that name within the layer is not the layer.
    check("environment/server/reply.rs", "use super::super::sources::Feed;", &[]);
}
