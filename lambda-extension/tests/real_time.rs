//! An extension as a child process, over sockets, in real time.

#![cfg(unix)]

use std::time::Duration;

use lambda_extension::{
    Environment, Error, Extension, Registration,
    telemetry::{LogLine, Subscription, TelemetryEvent, TelemetryRecord},
};
use lambda_runtime::Runtime;
use lambda_test::{Lambda, ProcessRole, Program, RecordKind};

/// Set for a process that is to be an extension and no test.
const CHILD: &str = "LAMBDA_TEST_CHILD";

/// This program again, as an extension, which is called as its file.
fn child() -> (String, Program) {
    let path = std::env::current_exe().expect("this program has a path");
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let arguments = ["--exact", "what_a_child_process_runs", "--nocapture", "--test-threads=1"];
    (name, arguments.into_iter().fold(Program::new(path), Program::arg))
}

/// Says what it hears of the function.
async fn app(environment: Environment) -> Result<Extension, Error> {
    let subscription = Subscription::new().timeout(Duration::from_millis(25));
    let registration = Registration::new().telemetry(subscription);
    let extension = registration.register(&environment).await?;
    let log = environment.clone();
    let hear = async move |events: Vec<TelemetryEvent>| {
        for event in events {
            if let TelemetryRecord::Function(LogLine::Text(line)) = event.record {
                log.log(&format!("heard {line}"));
            }
        }
        Ok::<_, Error>(())
    };
    let extension = extension.on_telemetry(hear);
    Ok(extension.on_shutdown(async move |shutdown| {
        environment.log(&format!("the end: {:?}", shutdown.reason));
        Ok::<_, Error>(())
    }))
}

#[test]
fn what_a_child_process_runs() {
    if std::env::var_os(CHILD).is_some() {
        let code = lambda_extension::start(app);
        let failed = format!("{code:?}") != format!("{:?}", std::process::ExitCode::SUCCESS);
        std::process::exit(i32::from(failed));
    }
}

#[tokio::test(flavor = "local")]
async fn a_program_hears_its_function_and_ends_when_it_is_told() {
    let lambda = Lambda::in_real_time();
    let (name, program) = child();
    let function = async |environment: Environment| {
        Ok::<_, Error>(Runtime::new(async move |number: u64| {
            environment.log(&format!("number {number}"));
            Ok::<_, Error>(())
        }))
    };
    let function = lambda
        .function("numbers", function)
        .env(CHILD, "1")
        .extension(name.clone(), program)
        .create();
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
                if line.starts_with("heard") || line.starts_with("the end") =>
            {
                lines.push(line.to_string());
            }
            RecordKind::Logged(_) | RecordKind::Called(_) => {}
            fact => facts.push(fact.to_string()),
        }
    }
    assert_eq!(lines, ["heard number 7", "the end: Spindown"], "{timeline}");
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
