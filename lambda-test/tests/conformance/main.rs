//! One set of scenarios, two servers: the simulator and AWS's emulator.
//!
//! `conformance/run` fetches the emulator and runs this; without it nothing is compared. Where the two
//! differ on purpose, `differences.toml` says so, with the reason and its source: an entry that
//! is missing fails, and so does one that is stale. The emulator finds external extensions in
//! `/opt/extensions` alone, and in its mode for managed instances the function in `/var/task`, so what needs
//! them runs apart from the rest, where these folders may be made.

#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "what was compared is said")]

mod emulator;
mod external;
mod files;
#[cfg(target_os = "linux")]
mod processes;
mod scenarios;
mod script;
mod simulator;
mod telemetry;

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;

/// The timeout of the function, in seconds.
const TIMEOUT: u64 = 3;

/// The process in whose place the test talks. It says who it is, and ends as signals tell it.
pub(crate) fn process(name: &str) -> String {
    format!(
        "trap 'kill $!; exit 7' USR1; trap 'kill $!; exit 0' USR2; \
         echo process {name} $$ $AWS_LAMBDA_RUNTIME_API; while :; do sleep 20 & wait $!; done"
    )
}

/// Name, process id and address of the API, once such a process has said them.
pub(crate) fn introduced(line: &str) -> Option<Introduced> {
    let (_, words) = line.split_once("process ")?;
    let mut words = words.trim().split(' ');
    let (name, id, address) = (words.next()?, words.next()?, words.next()?);
    Some(Introduced { name: name.to_owned(), id: id.parse().ok()?, address: address.to_owned() })
}

/// What a process says of itself.
pub(crate) struct Introduced {
    pub(crate) name: String,
    pub(crate) id: i32,
    pub(crate) address: String,
}

/// A conversation of a raw runtime and a caller.
pub(crate) struct Scenario {
    /// What it shows.
    pub(crate) name: &'static str,
    /// Where the contract says so.
    pub(crate) rule: &'static str,
    /// What the caller sends as client context.
    pub(crate) client_context: Option<&'static str>,
    /// The files in `/opt/extensions`; with a dash before its name one cannot be executed.
    pub(crate) extensions: &'static [&'static str],
    /// Whether the emulator runs in its mode for managed instances, which alone has telemetry.
    pub(crate) managed: bool,
    script: &'static str,
}

impl Scenario {
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.script.lines().map(str::trim).filter(|line| !line.is_empty())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Differences {
    everywhere: Vec<Everywhere>,
    difference: Vec<Difference>,
}

/// A difference that is meant wherever it occurs: one text in the place of another.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Everywhere {
    simulator: String,
    emulator: String,
    reason: String,
    source: String,
}

/// A difference between the arms that is meant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    scenario: String,
    /// Which of the things seen, from 1; the caller's answer is the last.
    seen: usize,
    simulator: String,
    emulator: String,
    reason: String,
    source: String,
}

#[tokio::test(flavor = "local")]
async fn the_simulator_and_the_emulator_respond_alike() {
    compare(scenarios::all(), true).await;
}

#[tokio::test(flavor = "local")]
#[ignore = "it needs /opt/extensions and /var/task for itself, which conformance/run makes"]
async fn external_extensions_receive_the_same() {
    compare(external::all().into_iter().chain(telemetry::all()).collect(), false).await;
}

/// A runtime of its own, made with the client of lambda-runtime.
#[tokio::test(flavor = "local")]
async fn the_runtime_for_shells_runs_under_the_emulator() {
    let Some(emulator) = std::env::var_os("LAMBDA_EMULATOR").map(PathBuf::from) else {
        println!("LAMBDA_EMULATOR is not set, so no shell was run");
        return;
    };
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples"));
    let (program, event) = (example("shell_runtime"), r#"{"text":"Hello"}"#);
    let invoke =
        async |handler| emulator::invoke_once(&emulator, &program, handler, &folder, event).await;
    let response = invoke("shell/function.handler").await;
    assert_eq!(response, "Echoing request: '{\"text\":\"Hello\"}'\n");
    let response = invoke("shell/function.fail").await;
    assert!(
        response.contains(r#""errorType":"Shell.Failed","errorMessage":"out of paper""#),
        "{response}"
    );
}

/// The Telemetry API of the service itself, and an extension made with `lambda-extension`.
#[tokio::test(flavor = "local")]
#[ignore = "it needs /opt/extensions and /var/task for itself, which conformance/run makes"]
async fn the_log_shipper_ships_the_telemetry_of_the_emulator() {
    let Some(emulator) = std::env::var_os("LAMBDA_EMULATOR").map(PathBuf::from) else {
        println!("LAMBDA_EMULATOR is not set, so nothing was shipped");
        return;
    };
    let (port, posts) = telemetry::collect().await.expect("a port");
    let variable = ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://127.0.0.1:{port}"));
    let (function, extension) = (example("orders"), example("log_shipper"));
    let event = r#"{"lines":[{"price":7,"quantity":2}]}"#;
    let answer = emulator::invoke_managed(&emulator, &function, &extension, variable, event).await;
    assert_eq!(answer, r#"{"total":14}"#);
    let posts = posts.lock().expect("nobody panics");
    let spans = posts.iter().filter(|(path, _)| path == "/v1/traces");
    let spans: Vec<String> =
        spans.map(|(_, body)| String::from_utf8_lossy(body).into_owned()).collect();
    // Names stand in the bytes of OTLP as they are.
    for name in ["function", "init", "responseLatency", "responseDuration"] {
        assert!(spans.iter().any(|span| span.contains(name)), "no {name} in {spans:?}");
    }
    println!("{} posts of spans, with the parts that the emulator tells", spans.len());
}

/// A built example.
fn example(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("this program has a path");
    let folder = this.parent().and_then(std::path::Path::parent).expect("a folder of the target");
    let path = folder.join("examples").join(name);
    assert!(path.exists(), "`cargo build --example {name}` came before");
    path
}

/// Runs each in both, and fails where they differ and it is not meant.
async fn compare(scenarios: Vec<Scenario>, everywhere_is_met: bool) {
    let differences: Differences =
        toml::from_str(include_str!("differences.toml")).expect("a list of differences");
    let mut meant = BTreeMap::new();
    let names: Vec<&str> = scenarios.iter().map(|scenario| scenario.name).collect();
    for difference in &differences.difference {
        assert!(!difference.reason.is_empty() && !difference.source.is_empty());
        let place = (difference.scenario.clone(), difference.seen);
        let all = scenarios::all().into_iter().chain(external::all()).chain(telemetry::all());
        let mut all = all;
        assert!(all.any(|it| it.name == place.0), "there is no scenario {}", place.0);
        if !names.contains(&&*place.0) {
            continue;
        }
        let both = (difference.simulator.clone(), difference.emulator.clone());
        assert!(meant.insert(place, both).is_none(), "{} stands twice", difference.scenario);
    }
    let counted = meant.len();
    let mut everywhere = vec![0; differences.everywhere.len()];
    let Some(emulator) = std::env::var_os("LAMBDA_EMULATOR").map(PathBuf::from) else {
        println!(
            "{} scenarios; LAMBDA_EMULATOR is not set, so nothing was compared",
            scenarios.len()
        );
        return;
    };
    let (mut problems, mut compared) = (Vec::new(), 0);
    // For work on some: `ONLY=extension` compares those whose names have the word.
    let only = std::env::var("ONLY").unwrap_or_default();
    for scenario in scenarios.iter().filter(|scenario| scenario.name.contains(&*only)) {
        let mut ours = simulator::run(scenario).await;
        let mut theirs = emulator::run(&emulator, scenario).await;
        // The clock of both arms is real: on a machine that was busy elsewhere one of them may have
        // run out of time. What differs in truth differs again.
        let place = |at: usize| (scenario.name.to_owned(), at + 1);
        for _ in 0..2 {
            let same = |(at, (our, their)): (usize, (&String, &String))| {
                let our = replaced(our, &differences.everywhere);
                our == *their
                    || meant.get(&place(at)).is_some_and(|both| *both == (our, their.clone()))
            };
            if ours.len() == theirs.len() && ours.iter().zip(&theirs).enumerate().all(same) {
                break;
            }
            println!("{}: tried again", scenario.name);
            ours = simulator::run(scenario).await;
            theirs = emulator::run(&emulator, scenario).await;
        }
        let mut differing = 0;
        for (difference, met) in differences.everywhere.iter().zip(&mut everywhere) {
            assert!(!difference.reason.is_empty() && !difference.source.is_empty());
            for our in ours.iter_mut().filter(|our| our.contains(&difference.simulator)) {
                *our = our.replace(&difference.simulator, &difference.emulator);
                *met += 1;
            }
        }
        for at in 0..ours.len().max(theirs.len()) {
            let nothing = "(nothing)".to_owned();
            let (our, their) =
                (ours.get(at).unwrap_or(&nothing), theirs.get(at).unwrap_or(&nothing));
            compared += 1;
            let place = (scenario.name.to_owned(), at + 1);
            match meant.remove(&place) {
                Some(both) if (&both.0, &both.1) == (our, their) && our != their => differing += 1,
                Some(_) => {
                    problems.push(format!("stale difference: {place:?}\n  {our}\n  {their}"))
                }
                None if our == their => {}
                None => problems.push(format!(
                    "{place:?} ({})\n  simulator: {our}\n  emulator:  {their}",
                    scenario.rule
                )),
            }
        }
        println!(
            "{} ({}): {} things seen, {differing} differ as meant",
            scenario.name,
            scenario.rule,
            ours.len()
        );
    }
    if only.is_empty() {
        problems.extend(meant.keys().map(|place| format!("stale difference: {place:?}")));
    }
    if only.is_empty() && everywhere_is_met {
        let stale = everywhere.iter().zip(&differences.everywhere).filter(|(met, _)| **met == 0);
        problems.extend(stale.map(|(_, stale)| format!("stale difference: {}", stale.simulator)));
    }
    println!(
        "{} scenarios, {compared} things compared, {} differences meant in single places and \
         {} everywhere",
        scenarios.len(),
        counted,
        differences.everywhere.len()
    );
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What the simulator showed, with the differences that are meant everywhere put in.
fn replaced(our: &str, everywhere: &[Everywhere]) -> String {
    let replace = |our: String, difference: &Everywhere| {
        our.replace(&difference.simulator, &difference.emulator)
    };
    everywhere.iter().fold(our.to_owned(), replace)
}

/// "AWS's emulator runs the built example 1,000 times over one TCP connection."
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "local")]
async fn an_example_answers_the_emulator_a_thousand_times_over_one_connection() {
    let Some(emulator) = std::env::var_os("LAMBDA_EMULATOR").map(PathBuf::from) else {
        println!("LAMBDA_EMULATOR is not set, so the example was not run");
        return;
    };
    let orders = example("orders");
    let (right, connections) = emulator::invoke(&emulator, &orders, 1000).await;
    println!("{right} of 1000 invocations answered, {connections} connection to the Runtime API");
    assert_eq!((right, connections), (1000, 1));
}
