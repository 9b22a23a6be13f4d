//! What every fixture comes to.
//!
//! The table: `cargo test -p lambda-events --test corpus -- --nocapture table`

use std::collections::BTreeMap;

use lambda_events::{Trigger, catalog::AnyEvent};

use crate::{fixtures, tree::Tree, types};

#[derive(Default)]
struct Row {
    files: u32,
    events: u32,
    parsed: u32,
    exact: u32,
    detected: u32,
}

#[test]
fn the_table_of_every_fixture() {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut wrong = Vec::new();
    for fixture in fixtures::all() {
        let name = fixture.name();
        let row = rows.entry(fixture.folder.clone()).or_default();
        row.files += 1;
        let Some((ways, trigger)) = types::of(&fixture.folder, &fixture.file) else {
            wrong.push(format!("{name}: the list of folders has no type for it"));
            continue;
        };
        let original = Tree::of(&fixture.text);
        for (n, (way, read)) in ways.direct.into_iter().enumerate() {
            match read(&fixture.text) {
                Err(error) => wrong.push(format!("{name} {way}: {error}")),
                Ok(written) => {
                    row.parsed += u32::from(n == 0);
                    match Tree::of(&written) == original {
                        true => row.exact += u32::from(n == 0),
                        false => wrong.push(format!("{name} {way} is written as {written}")),
                    }
                }
            }
        }
        if fixture.is_event() {
            row.events += 1;
            let detected = Trigger::detect(fixture.text.as_bytes());
            match detected == trigger {
                true => row.detected += 1,
                false => wrong.push(format!("{name} is detected as {detected:?}")),
            }
        }
    }
    println!("{:32} files parsed exact events detected", "folder");
    for (folder, row) in &rows {
        let Row { files, events, parsed, exact, detected } = row;
        println!("{folder:32} {files:5} {parsed:6} {exact:5} {events:6} {detected:8}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn any_event_is_the_model_of_its_trigger_and_written_as_it_came() {
    let mut unknown = 0;
    let mut all = 0;
    for fixture in fixtures::all().iter().filter(|fixture| fixture.is_event()) {
        let name = fixture.name();
        let event: AnyEvent = serde_json::from_str(&fixture.text).expect(&name);
        let written = serde_json::to_string(&event).expect(&name);
        assert_eq!(Tree::of(&written), Tree::of(&fixture.text), "{name}");
        assert_eq!(event.trigger(), Trigger::detect(fixture.text.as_bytes()), "{name}");
        unknown += u32::from(matches!(event, AnyEvent::Unknown(_)));
        all += 1;
    }
    assert!(all > 200 && unknown < 20, "{unknown} of {all} are unknown");
}
