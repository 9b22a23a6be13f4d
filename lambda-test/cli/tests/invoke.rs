//! Exit codes and words of `lambda-test invoke`: 0 for an answer, 1 for a failed function, 2 for
//! misuse.

#![cfg(unix)]

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

fn invoke(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-test"));
    command.arg("invoke").args(arguments);
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn check(arguments: &[&str], status: i32, said: &str) {
    let output = invoke(arguments).output().expect("the command starts");
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {stderr}");
    assert!(stderr.contains(said), "{arguments:?}: {stderr}");
}

/// A folder of this test's own, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // One that an earlier run left behind.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("it is within")).expect("a folder");
        fs::write(&path, content).expect("a file");
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn misuse_is_distinguished_from_a_function_that_fails() {
    check(&[], 2, "nothing to invoke: give a PROGRAM, --example or --bin");
    check(&["/no/such/program"], 2, "`/no/such/program` could not be started");
    check(&["/bin/true", "--payload", "{"], 2, "--payload is not JSON");
    check(&["/bin/true", "--payload-file", "/no/such/file"], 2, "payload file `/no/such/file`");
    check(&["/bin/true", "--payload", "1", "--payload-file", "-"], 2, "cannot be used with");
    check(&["/bin/true", "--env", "NAME"], 2, "expected NAME=VALUE");
    check(&["/bin/true", "--timeout", "901"], 2, "901 is not in 1..=900");
    check(&["/bin/true", "--memory", "64"], 2, "64 is not in 128..=10240");
    check(&["/bin/true", "--release"], 2, "a PROGRAM is not built: give --example or --bin");
    check(&["/bin/true", "--tenant", "a\nb"], 2, "a header has no control characters");
    check(&["/bin/true", "--client-context", "{"], 2, "it is no JSON");
    check(&["/bin/true"], 1, "true ended before it answered");
    check(&["/bin/false"], 1, "REPORT RequestId: ");
}

/// Cut to 6,291,556 bytes in silence, with exit code 0.
#[test]
fn an_event_of_seven_megabytes_is_refused() {
    let folder = Folder::new("large");
    let file = folder.file("large.json", "x".repeat(7_000_000).replacen('x', "\"", 1) + "\"");
    check(&["/bin/true", "--payload-file", &file], 2, "413 RequestEntityTooLargeException");
}

/// "expected value at line 1 column 1".
#[test]
fn an_event_that_is_not_json_is_explained() {
    let folder = Folder::new("encodings");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let marked = [&[0xff, 0xfe][..], &wide("{}")].concat();
    for (content, said) in [
        (&b"\xef\xbb\xbf{}"[..], "it begins with a byte order mark (EF BB BF)"),
        (&marked, "it is UTF-16; save it as UTF-8"),
        (&wide("{}"), "it is UTF-16; save it as UTF-8"),
        (b"{\"a\":\"\xff\"}", "byte 7 is not UTF-8"),
        (b"not json", "expected ident at line 1 column 2"),
    ] {
        let file = folder.file("event.json", content);
        check(&["/bin/true", "--payload-file", &file], 2, said);
        // The service is the one that refuses it, with a line of JSON too.
        check(&["/bin/true", "--payload-file", &file], 2, "400 InvalidRequestContentException");
        let output = invoke(&["/bin/true", "--json", "--payload-file", &file]).output();
        let output = output.expect("the command starts");
        let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(line["status"], 400, "{}", stderr(&output));
    }
    for text in ["file://x.json", "@x.json"] {
        let said = "it looks like the name of a file, which is --payload-file x.json";
        check(&["/bin/true", "--payload", text], 2, said);
    }
}

/// It answered by one of two programs, and the next time by the other.
#[test]
fn two_packages_with_one_binary_name_are_told_apart() {
    let folder = Folder::new("two packages");
    let root =
        folder.file("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\"]\n");
    for package in ["a", "b"] {
        let manifest = format!(
            "[package]\nname = \"{package}\"\nedition = \"2024\"\n\
             [features]\nloud = []\n\
             [[bin]]\nname = \"bootstrap\"\npath = \"main.rs\"\n"
        );
        folder.file(&format!("{package}/Cargo.toml"), manifest);
        let main =
            format!("fn main() {{ println!(\"{package} {{}}\", cfg!(feature = \"loud\")); }}");
        folder.file(&format!("{package}/main.rs"), main);
    }
    let invoke = |more: &[&str], status: i32, said: &str| {
        let arguments = ["--manifest-path", &root, "--bin"];
        check(&[&arguments[..], more].concat(), status, said);
    };
    let several = "2 packages have a bin named `bootstrap`: a, b; choose one with --package";
    invoke(&["bootstrap"], 2, several);
    for package in ["a", "b", "a"] {
        invoke(&["bootstrap", "--package", package], 1, &format!("{package} false"));
    }
    invoke(&["bootstrap", "-p", "b", "--features", "loud"], 1, "b true");
    invoke(&["bootstrap", "-p", "b", "--profile", "release"], 1, "b false");
    invoke(&["bootstrap", "-p", "c"], 2, "package `c` has no bin named `bootstrap`");
    invoke(&["other"], 2, "no package has a bin named `other`; there are: bootstrap, bootstrap");
}

const SHOWS_VARIABLES: [&str; 4] = ["--", "sh", "-c", "env | sort"];

/// Overridden by `us-east-1` and `test` in silence.
#[test]
fn region_and_credentials_can_be_set() {
    let given = ["--env", "AWS_REGION=eu-central-1", "--env", "AWS_ACCESS_KEY_ID=mine"];
    check(&[&given[..], &SHOWS_VARIABLES].concat(), 1, "AWS_ACCESS_KEY_ID=mine\n");
    check(&[&given[..], &SHOWS_VARIABLES].concat(), 1, "AWS_REGION=eu-central-1\n");
    let reserved = ["--env", "AWS_LAMBDA_FUNCTION_NAME=x"];
    check(&[&reserved[..], &SHOWS_VARIABLES].concat(), 2, "Reserved keys used in this request");
    let mut command = invoke(&[&["--aws-env"][..], &SHOWS_VARIABLES].concat());
    let of_a_shell =
        [("AWS_REGION", "eu-west-3"), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    let output = command.envs(of_a_shell).env_remove("AWS_SESSION_TOKEN").output();
    let stderr = stderr(&output.expect("the command starts"));
    for (name, value) in of_a_shell {
        assert!(stderr.contains(&format!("{name}={value}\n")), "{stderr}");
    }
    assert!(!stderr.contains("AWS_SESSION_TOKEN"), "{stderr}");
    let output = invoke(&["/bin/true", "--aws-env"]).env_remove("AWS_ACCESS_KEY_ID").output();
    let output = output.expect("the command starts");
    assert_eq!(output.status.code(), Some(2));
}

/// The same ids, trace and log stream every time.
#[test]
fn two_runs_have_different_ids() {
    let ids = |more: &[&str]| {
        let output = invoke(&[&["/bin/true"], more].concat()).output().expect("it starts");
        let text = stderr(&output);
        let id = text.split("RequestId: ").nth(1).and_then(|rest| rest.split('\t').next());
        (id.expect("a report").to_owned(), text)
    };
    let (one, two) = (ids(&[]), ids(&[]));
    assert_ne!(one.0, two.0);
    let seed = one.1.split("--seed ").nth(1).expect("the seed is said").trim().to_owned();
    assert_eq!(ids(&["--seed", &seed]).0, one.0);
}

/// It was not found.
#[test]
fn a_program_on_the_callers_path_is_found() {
    let folder = Folder::new("on the path");
    let program = folder.file("my-function", "#!/bin/sh\necho it was me\n");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&program, executable).expect("its own file");
    let path = std::env::var("PATH").unwrap_or_default();
    let output =
        invoke(&["my-function"]).env("PATH", format!("{}:{path}", folder.0.display())).output();
    let stderr = stderr(&output.expect("it starts"));
    assert!(stderr.contains("it was me"), "{stderr}");
}

#[test]
fn everything_as_json_for_machines() {
    let output =
        invoke(&["--json", "--seed", "7", "--", "sh", "-c", "echo hello; exit 3"]).output();
    let output = output.expect("it starts");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(1), ""));
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(line["functionError"]["errorType"], "Runtime.ExitError");
    assert_eq!(line["payload"], line["functionError"].as_object().map_or_else(Default::default, |error| {
        serde_json::json!({"errorType": error["errorType"], "errorMessage": error["errorMessage"]})
    }));
    // In the init phase, and again within the invocation.
    assert_eq!(line["logs"], serde_json::json!(["hello", "hello"]));
    assert_eq!(line["report"]["status"], "error Runtime.ExitError");
    assert_eq!(line["seed"], 7);
    assert_eq!((&line["status"], &line["executedVersion"]), (&200.into(), &"$LATEST".into()));
    assert_eq!(line["functionErrorKind"], "Unhandled");
    let tail = line["logTail"].as_str().unwrap_or_default();
    assert!(tail.starts_with("START RequestId: ") && tail.contains("Status: error"), "{tail}");
    let timeline = line["timeline"].as_array().expect("records");
    assert_eq!(timeline[0]["kind"], "initStarted");
    let exited = timeline.iter().filter(|record| record["kind"]["exited"]["status"] == 3);
    assert_eq!(exited.count(), 2);
    let done = &timeline.last().expect("records")["kind"]["invocationEnded"];
    assert_eq!(done["result"]["errorType"], "Runtime.ExitError");
}

/// What the caller says reaches the function, and several events reach one environment.
#[test]
fn a_caller_says_more_than_an_event() {
    let Some(python) = python() else { return };
    let function = r#"
import json, os, urllib.request
api = "http://%s/2018-06-01/runtime/invocation/" % os.environ["AWS_LAMBDA_RUNTIME_API"]
number = 0
while True:
    event = urllib.request.urlopen(api + "next")
    number += 1
    seen = {name.lower().removeprefix("lambda-runtime-"): value for name, value in event.headers.items()}
    seen.update(number=number, event=json.load(event))
    id = seen["aws-request-id"]
    urllib.request.urlopen(api + id + "/response", json.dumps(seen).encode())
"#;
    let folder = Folder::new("caller");
    let function = folder.file("function.py", function);
    let (cold, warm) = (folder.file("cold.json", "\"cold\""), folder.file("warm.json", "\"warm\""));
    let output = invoke(&[python.as_str(), &function, "--payload-file", &cold, &warm])
        .args([
            "--client-context",
            "{\"custom\":{\"a\":1}}",
            "--trace",
            "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
        ])
        .args(["--tenant", "blue", "--cognito-identity", "us-east-1:ada,us-east-1:pool"])
        .args(["--timeout", "20"])
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{}", stderr(&output));
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["event"], &lines[1]["event"]), (&"cold".into(), &"warm".into()));
    assert_eq!((&lines[0]["number"], &lines[1]["number"]), (&1.into(), &2.into()));
    for line in lines {
        assert_eq!(line["client-context"], "{\"custom\":{\"a\":1}}");
        // The service counts in `Lineage` how often the chain has come to the function.
        let trace = line["trace-id"].as_str().expect("a header");
        let sent = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=";
        assert!(trace.starts_with(sent) && trace.ends_with(":1"), "{trace}");
        assert_eq!(line["aws-tenant-id"], "blue");
        let identity = line["cognito-identity"].as_str().expect("an identity");
        assert!(identity.contains("us-east-1:ada") && identity.contains("us-east-1:pool"));
    }
    assert_eq!(stderr(&output).matches("Init Duration").count(), 1);
}

fn python() -> Option<String> {
    let found = Command::new("python3").arg("--version").output().is_ok();
    found.then(|| "python3".to_owned())
}

/// `log_shipper` beside `orders` runs as its docs say, which CI does.
#[test]
fn an_extension_that_cannot_be_started_is_named() {
    let said = "extension `nope`: `./nope` could not be started";
    check(&["--extension", "./nope", "--", "/bin/sleep", "5"], 2, said);
    check(&["--extension", "/", "--", "/bin/sleep", "5"], 2, "--extension /: no file");
    // One that ends before it has registered.
    let said = "extension `true` ended with exit status 0";
    check(&["--extension", "/bin/true", "--", "/bin/sleep", "5"], 1, said);
    // Beside one that only has not registered yet.
    let folder = Folder::new("one extension ends");
    let sleeps = script(&folder, "sleeps", "exec sleep 60");
    let crashes = ["--extension", &sleeps, "--extension", "/bin/false", "--", "/bin/sleep", "5"];
    check(&crashes, 1, "extension `false` ended with exit status 1");
}

/// A script in a file of its own, which is an executable.
fn script(folder: &Folder, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let file = folder.file(name, format!("#!/bin/sh\n{text}\n"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
    file
}

const REGISTER: &str = "curl -s -o /dev/null -D headers -d '{\"events\":[\"INVOKE\"]}' \
    -H 'Lambda-Extension-Name: NAME' http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension/register; \
    id=$(sed -n 's/^lambda-extension-identifier: *//Ip' headers | tr -d '\\r'); \
    next() { curl -s -o /dev/null -H \"Lambda-Extension-Identifier: $id\" \
    http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension/event/next; }";

/// A function that responds, and then does this.
const RESPOND: &str = "curl -s -o /dev/null -D headers http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next; \
    id=$(sed -n 's/^lambda-runtime-aws-request-id: *//Ip' headers | tr -d '\\r'); \
    curl -s -o /dev/null -d '\"done\"' \
    http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response";

fn curl() -> bool {
    Command::new("curl").arg("--version").output().is_ok()
}

/// Invokes a function together with an extension that runs this script; it fails, and this is said.
#[track_caller]
fn check_extension(name: &str, text: &str, said: &str) {
    if !curl() {
        return;
    }
    let folder = Folder::new(name);
    let cd = format!("cd '{}'", folder.0.display());
    let function = format!("{cd}; mkdir -p f; cd f; {RESPOND}; {RESPOND}");
    let function = script(&folder, "function", &function);
    let extension = script(&folder, name, &format!("{cd}; {text}"));
    check(&["--timeout", "1", "--extension", &extension, "--", &function], 1, said);
}

/// It was reported as a function that timed out.
#[test]
fn an_extension_that_does_not_register_is_named() {
    check_extension("sleeps", "exec sleep 60", "extension `sleeps` did not register");
}

#[test]
fn an_extension_that_registers_under_another_name_is_named() {
    let text = format!("{}; next; sleep 60", REGISTER.replace("NAME", "another"));
    let said = "an extension registered as `another`: expected `other`, the name of its file";
    check_extension("other", &text, said);
}

/// It was reported as a response, with exit code 0.
#[test]
fn an_extension_that_does_not_come_back_is_named() {
    let text = format!("{}; next; sleep 60", REGISTER.replace("NAME", "busy"));
    let said = "extension `busy` received an INVOKE event and did not ask for the next one in time";
    check_extension("busy", &text, said);
}

/// Exit code 0, without a word.
#[test]
fn a_function_that_ends_after_its_response_has_failed() {
    if !curl() {
        return;
    }
    let folder = Folder::new("ends after its response");
    let cd = format!("cd '{}'", folder.0.display());
    for (exit, status) in [(0, "Runtime.ExitError"), (3, "Runtime.ExitError")] {
        let function = script(&folder, "function", &format!("{cd}; {RESPOND}; exit {exit}"));
        let output = invoke(&[&function]).output().expect("the command starts");
        let said = stderr(&output);
        assert_eq!((output.status.code(), &*stdout(&output)), (Some(1), "\"done\"\n"), "{said}");
        assert!(
            said.contains("the response was delivered, and after it the environment ended"),
            "{said}"
        );
        let output = invoke(&[&function, "--json"]).output().expect("the command starts");
        let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(line["payload"], "done");
        let ended = line["environmentEnded"].as_str().expect("a sentence");
        assert!(ended.contains(status), "{ended}");
    }
}

/// `l1\rl2\rl3`: lines overwrote each other on a terminal.
#[test]
fn lines_within_a_log_event_are_printed_below_each_other() {
    let printing = ["sh", "-c", "printf 'l1\\rl2\\rl3\\n'; exec sleep 5"];
    let output = invoke(&[&["--timeout", "1", "--"][..], &printing].concat()).output();
    let said = stderr(&output.expect("the command starts"));
    assert!(said.contains("l1\n  l2\n  l3\n"), "{said}");
}

#[test]
fn the_handler_is_configured() {
    let shows = ["sh", "-c", "echo handler $_HANDLER; exec sleep 5"];
    let output =
        invoke(&[&["--timeout", "1", "--handler", "file.function", "--"][..], &shows].concat());
    let said = stderr(&{ output }.output().expect("the command starts"));
    assert!(said.contains("handler file.function"), "{said}");
}

#[cfg(not(feature = "events"))]
#[test]
fn a_command_that_is_left_out_names_its_feature() {
    for arguments in
        [&["check-event", "--strict", "x.json"][..], &["sample"], &["sample", "--help"]]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_lambda-test")).args(arguments).output();
        let output = output.expect("it starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("the feature `events`"), "{}", stderr(&output));
    }
}

/// The second part is sent once the first one was printed.
#[test]
fn parts_of_a_streamed_response_are_printed_as_they_come() {
    if !curl() {
        return;
    }
    let folder = Folder::new("a stream");
    let go = folder.0.join("go").display().to_string();
    let respond = format!(
        "curl -s -o /dev/null -D headers http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next
         id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: *\\([^\r]*\\).*/\\1/Ip' headers)
         (printf one; until [ -e '{go}' ]; do sleep 0.01; done; printf two) | curl -s -o /dev/null -X POST -T - \
             -H 'Lambda-Runtime-Function-Response-Mode: streaming' -H 'Expect:' \
             http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response
         curl -s http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next"
    );
    let program = script(&folder, "streaming", &format!("cd '{}'\n{respond}", folder.0.display()));
    let mut running = invoke(&["--stream", "--timeout", "60", &program])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut first = [0; 3];
    running.stdout.as_mut().expect("it is piped").read_exact(&mut first).expect("a part");
    assert_eq!(&first, b"one");
    folder.file("go", "");
    let output = running.wait_with_output().expect("it ends");
    assert_eq!(
        (&*stdout(&output), output.status.code()),
        ("two\n", Some(0)),
        "{}",
        stderr(&output)
    );
    assert!(stderr(&output).contains("REPORT RequestId"), "{}", stderr(&output));
    check(&["/bin/true", "--stream", "--json"], 2, "cannot be used with");
}

#[test]
fn a_log_of_json_has_the_levels_that_are_chosen() {
    let line = |level: &str| format!(r#"{{"timestamp":"2026-01-01T00:00:00Z","level":"{level}"}}"#);
    let (debug, error) = (line("DEBUG"), line("ERROR"));
    let script = format!(
        "echo $AWS_LAMBDA_LOG_FORMAT $AWS_LAMBDA_LOG_LEVEL; echo '{debug}'; echo '{error}'; exit 3"
    );
    let run = |option: &str| {
        let mut arguments = vec!["--", "sh", "-c", &script];
        if !option.is_empty() {
            arguments.insert(0, option);
        }
        let output = invoke(&arguments).output().expect("the command starts");
        let text = stderr(&output);
        (
            text.contains("JSON DEBUG"),
            text.contains("JSON INFO"),
            text.contains(&debug),
            text.contains(&error),
        )
    };
    assert_eq!(run(""), (false, false, true, true));
    assert_eq!(run("--log-json"), (false, true, false, true));
    assert_eq!(run("--log-json=debug"), (true, false, true, true));
    check(
        &["--log-json=loud", "--", "true"],
        2,
        "expected trace, debug, info, warn, error or fatal",
    );
}
