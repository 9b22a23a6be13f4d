//! An extension as a child process, over sockets, in real time.

#![cfg(unix)]

use lambda_extension::{Environment, Error};
use lambda_runtime::Runtime;
use lambda_test::{Lambda, ProcessRole, Program, RecordKind};

/// The extension of `tests/programs`, which registers under the name of its file.
fn child() -> (String, Program) {
    let this = std::env::current_exe().expect("this program has a path");
    let target = this.parent().and_then(std::path::Path::parent).expect("a folder of the target");
    let path = target.join("examples/test_extension");
    assert!(
        path.exists(),
        "`{}` is missing: `cargo test -p lambda-extension` builds it",
        path.display()
    );
    ("test_extension".to_owned(), Program::new(path))
}

#[tokio::test(flavor = "local")]
async fn a_program_receives_telemetry_and_ends_at_the_shutdown() {
    let lambda = Lambda::in_real_time();
    let (name, program) = child();
    let function = async |environment: Environment| {
        Ok::<_, Error>(Runtime::new(async move |number: u64| {
            environment.log(&format!("number {number}"));
            Ok::<_, Error>(())
        }))
    };
    let function = lambda.function("numbers", function).extension(name.clone(), program).create();
    function.invoke(7).await.assert_ok();
    function.shut_down().await;

    let timeline = lambda.timeline();
    let of_extension = timeline.iter().filter(
        |record| matches!(&record.process, Some(ProcessRole::Extension(extension)) if **extension == *name),
    );
    // Its lines come over one pipe and its calls over another: only each of them has an order.
    let (mut lines, mut facts) = (Vec::new(), Vec::new());
    for record in of_extension {
        match &record.kind {
            RecordKind::Logged(line)
                if line.starts_with("received") || line.starts_with("the end") =>
            {
                lines.push(line.to_string());
            }
            RecordKind::Logged(_) | RecordKind::Called(_) => {}
            fact => facts.push(fact.to_string()),
        }
    }
    assert_eq!(lines, ["received number 7", "the end: Spindown"], "{timeline}");
    let expected = [
        "subscribed to platform, function",
        "Ready",
        "INVOKE",
        "telemetry: 9 events",
        "SHUTDOWN spindown",
        "(exit status 0)",
    ];
    assert_eq!(facts, expected, "{timeline}");
}
