//! The payloads in `fixtures/`, one folder for each trigger.

use std::{fs, path::Path};

/// A payload.
pub(crate) struct Fixture {
    pub(crate) folder: String,
    pub(crate) file: String,
    pub(crate) text: String,
}

impl Fixture {
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.folder, self.file)
    }

    /// Whether it is what a trigger sends: no answer, and no part of an event.
    pub(crate) fn is_event(&self) -> bool {
        !self.file.starts_with("response-") && !self.file.starts_with("inner-")
    }
}

pub(crate) fn all() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut fixtures = Vec::new();
    for folder in fs::read_dir(root).expect("the fixtures are there") {
        let folder = folder.expect("a folder").path();
        for file in folder.read_dir().into_iter().flatten() {
            let file = file.expect("a file").path();
            let name = |path: &Path| {
                path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            };
            let text = fs::read_to_string(&file).expect("a text");
            fixtures.push(Fixture { folder: name(&folder), file: name(&file), text });
        }
    }
    fixtures.sort_by_key(Fixture::name);
    assert!(!fixtures.is_empty());
    fixtures
}
