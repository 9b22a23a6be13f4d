//! The rules of the service, each with the test that shows it: `tests/recorded/rules.txt`.

use std::{collections::BTreeSet, fs, path::Path};

/// The names of the functions in a folder of sources.
fn functions(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            functions(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let after = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
            names.extend(after.map(str::to_owned));
        }
    }
}

#[test]
fn each_rule_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = BTreeSet::new();
    functions(&root.join("tests/it"), &mut names);
    functions(&root.join("src"), &mut names);
    let rules = crate::recordings::read("rules.txt");
    let mut count = 0;
    for line in rules.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [_, _, test] = columns[..] else { panic!("three columns: {line}") };
        assert!(names.contains(test), "there is no test `{test}`: {line}");
        count += 1;
    }
    assert!(70 < count, "{count}");
}
