//! What is no model does not compile, and the error says what is wrong.

use std::{fs, path::Path, process::Command};

/// Compiles structs as models and hands over what the compiler says.
fn compile(source: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("not-models");
    fs::create_dir_all(folder.join("src")).expect("a folder");
    let manifest = format!(
        "[package]\nname = \"not-models\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\nlambda-events-macros = {{ path = {:?} }}\n",
        env!("CARGO_MANIFEST_DIR")
    );
    // Beside it stands the workspace that the manifest of the macros inherits from.
    fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    fs::write(folder.join("src/lib.rs"), source).expect("a file");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--target-dir"])
        .arg(folder.join("target"))
        .current_dir(&folder)
        .output()
        .expect("cargo runs");
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn each_error_says_what_is_wrong() {
    let many: String = (0..64).map(|n| format!("#[key = \"k{n}\"] pub f{n}: String,\n")).collect();
    let said = compile(&format!(
        "use lambda_events_macros::model;\n\
         #[model] pub struct NoKey {{ pub a: String }}\n\
         #[model] pub struct Unknown {{ #[key = \"a\"] #[optional] pub a: String }}\n\
         #[model] pub struct Twice {{ #[key = \"a\"] #[key = \"b\"] pub a: String }}\n\
         #[model] pub struct Empty {{}}\n\
         #[model] pub struct Many {{ {many} }}\n"
    ));
    for sentence in [
        "the field `a` needs a `#[key = …]`",
        "`#[optional]` is no attribute of a field of a model",
        "`#[key = \"b\"]` is no attribute of a field of a model",
        "`Empty` names no field",
        "`Many` names more than 63 fields",
    ] {
        assert!(said.contains(sentence), "{sentence}\n{said}");
    }
}
