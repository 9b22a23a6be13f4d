//! The docs of every type say where AWS documents it.

use std::{fs, path::Path};

fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
}

#[test]
fn every_model_and_every_word_list_names_its_source() {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let mut types = 0;
    // The tests of the codec have a model and a word list of their own.
    for (file, text) in all.iter().filter(|(file, _)| !file.contains("codec")) {
        let mut docs = String::new();
        let mut is_type = false;
        for line in text.lines().map(str::trim) {
            if let Some(doc) = line.strip_prefix("///") {
                docs.push_str(doc);
            } else if line.starts_with("#[model") {
                is_type = true;
            } else if line.starts_with("words! {") {
                is_type = true;
                docs.clear();
            } else if is_type && (line.starts_with("pub struct") || line.starts_with("pub enum")) {
                types += 1;
                assert!(docs.contains("Source: "), "{file}: {line}");
                is_type = false;
                docs.clear();
            } else if !line.starts_with('#') {
                docs.clear();
            }
        }
    }
    assert!(types > 120, "{types}");
}
