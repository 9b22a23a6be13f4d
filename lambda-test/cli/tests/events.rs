//! `lambda-test check-event` and `lambda-test sample`, as a shell sees them.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

#[track_caller]
fn run(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lambda-test"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // The command may have refused its arguments before it reads.
    let _ = child.stdin.take().expect("it is piped").write_all(stdin.as_bytes());
    child.wait_with_output().expect("the command ends")
}

#[track_caller]
fn check(arguments: &[&str], stdin: &str, code: i32, stdout: &str, stderr: &str) {
    let output = run(arguments, stdin);
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout);
    assert_eq!(String::from_utf8_lossy(&output.stderr), stderr);
    assert_eq!(output.status.code(), Some(code));
}

#[test]
fn a_payload_is_exact_or_the_reason_is_reported() {
    let check =
        |stdin: &str, code, stdout: &str| check(&["check-event", "-"], stdin, code, stdout, "");
    check(
        r#"{"Records":[{"messageId":"1","eventSource":"aws:sqs","new":1.50}]}"#,
        0,
        "- sqs parsed exact\n",
    );
    check(
        r#"{"Records":[{"eventSource":"aws:sqs"}]}"#,
        1,
        "- sqs refused: missing field `messageId` at `Records[0]`\n",
    );
    check(
        r#"{"Records":"#,
        1,
        "- unknown refused: it is not JSON: EOF while parsing a value at line 1 column 11\n",
    );
    check("", 1, "- unknown refused: it is not JSON: it is empty\n");
    let marked = "- unknown refused: it is not JSON: it begins with a byte order mark (EF BB BF); save it \
                  as UTF-8 without one\n";
    check("\u{feff}{}", 1, marked);
    check("{\0}\0", 1, "- unknown refused: it is not JSON: it is UTF-16; save it as UTF-8\n");
}

/// It was refused, with exit code 1.
#[test]
fn an_event_of_a_functions_own_is_not_refused_unless_that_is_asked_for() {
    let own = r#"{"orderId":7,"items":[]}"#;
    let line = "- not a known trigger: a type of your own is right for it\n";
    check(&["check-event", "-"], own, 0, line, "");
    check(&["check-event", "-"], "7", 0, line, "");
    let unknown = "- unknown refused: no trigger that lambda-events knows sends this\n";
    check(&["check-event", "--strict", "-"], own, 1, unknown, "");
    // A near miss may be a trigger's.
    check(&["check-event", "-"], r#"{"Records":[{"eventSource":"aws:new"}]}"#, 1, unknown, "");
    let missing = "- sqs refused: missing field `Records`\n";
    check(&["check-event", "--as", "sqs", "-"], own, 1, missing, "");
}

#[test]
fn a_response_that_fails_a_whole_batch_is_warned_about() {
    let arguments = ["check-event", "--response-to", "sqs", "-"];
    let warning = "warning: -: an empty `itemIdentifier` fails the whole batch\n";
    let exact = "- sqs parsed exact\n";
    check(&arguments, r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, 0, exact, warning);
    check(&arguments, "null", 0, exact, "");
    check(&arguments, "{}", 0, exact, "");
}

#[test]
fn a_number_of_dynamodb_that_is_not_a_text_is_warned_about() {
    let json = r#"{"Records":[{"eventSource":"aws:dynamodb","dynamodb":{"Keys":{"id":{"N":5}}}}]}"#;
    let warning =
        "warning: -: `Records[0].dynamodb.Keys.id.N` is a number: DynamoDB writes it as a text\n";
    check(&["check-event", "-"], json, 0, "- dynamodb parsed exact\n", warning);
}

#[test]
fn a_folder_without_files_is_named() {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/no events");
    std::fs::create_dir_all(folder).expect("a folder");
    let line = format!("no files: `{folder}` has none that ends in .json\n");
    check(&["check-event", folder], "", 0, "", &line);
}

#[test]
fn a_key_with_a_dot_is_quoted() {
    let set = r#""CodePipeline.job".id=7"#;
    let output = run(&["sample", "codepipeline/job", "--compact", "--set", set], "");
    let sample = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(sample.starts_with(r#"{"CodePipeline.job":{"id":7,"#), "{sample}");
}

#[test]
fn an_answer_is_checked_as_one() {
    let arguments = ["check-event", "--response-to", "sqs", "-"];
    check(
        &arguments,
        r#"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#,
        0,
        "- sqs parsed exact\n",
        "",
    );
    let arguments = ["check-event", "--response-to", "api-gateway-http-authorizer", "--json", "-"];
    check(
        &arguments,
        r#"{"principalId":"me","policyDocument":{"Statement":[]}}"#,
        0,
        "{\"file\":\"-\",\"trigger\":\"api-gateway-http-authorizer\",\"type\":\"AuthorizerResponse\",\
         \"parsed\":true,\"exact\":true}\n",
        "",
    );
    let arguments = ["check-event", "--response-to", "s3", "-"];
    check(&arguments, "{}", 1, "- s3 refused: s3 takes no response\n", "");
    let output = run(&["check-event", "--response-to", "s4", "-"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no trigger is called `s4`"));
}

#[test]
fn a_folder_is_checked_file_by_file() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../lambda-events/fixtures/kinesis");
    let output = run(&["check-event", fixtures], "");
    let stdout = String::from_utf8_lossy(&output.stdout).replace(fixtures, "kinesis");
    assert_eq!(
        stdout,
        "kinesis/go-kinesis-event.json kinesis parsed exact\n\
         kinesis/java-kinesis-event.json kinesis parsed exact\n"
    );
    assert_eq!(output.status.code(), Some(0));
    let output = run(&["check-event", "/nowhere.json"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .starts_with("error: `/nowhere.json` cannot be read")
    );
}

#[test]
fn a_sample_is_printed_changed_and_checked() {
    let set = "Records[0].s3.object.key=b.txt";
    let output = run(&["sample", "s3/object-created", "--compact", "--set", set], "");
    let sample = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(sample.contains(r#""key":"b.txt""#), "{sample}");
    check(&["check-event", "-"], &sample, 0, "- s3 parsed exact\n", "");

    let list = run(&["sample", "--list"], "");
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    for line in list.lines() {
        let name = line.split(' ').next().expect("a name");
        let output = run(&["sample", name], "");
        let checked = run(&["check-event", "-"], &String::from_utf8_lossy(&output.stdout));
        assert_eq!(checked.status.code(), Some(0), "{name}");
    }
    assert!(list.lines().count() > 40);
}

#[test]
fn what_leads_nowhere_is_refused_with_what_is_there() {
    let of_family = "error: no sample is called `sqs/queue`; of this family are: sqs/batch, sqs/fifo, \
                     sqs/dead-letter\n";
    check(&["sample", "sqs/queue"], "", 2, "", of_family);
    let none = "error: no sample is called `moon`; `lambda-test sample --list` names them\n";
    check(&["sample", "moon"], "", 2, "", none);
    let nowhere = "error: `Records[5].body` leads nowhere: no element `5` in a list of 2\n";
    check(&["sample", "sqs/batch", "--set", "Records[5].body=x"], "", 2, "", nowhere);
}
