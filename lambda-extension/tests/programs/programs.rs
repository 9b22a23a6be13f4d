//! What a test starts as a process of its own: not a test, and not an example to read.

use std::time::Duration;

use lambda_extension::{
    Environment, Error, Extension, Registration,
    telemetry::{LogLine, Subscription, TelemetryEvent, TelemetryRecord},
};

/// Logs the lines that it receives of the function.
async fn app(environment: Environment) -> Result<Extension, Error> {
    let subscription = Subscription::new().timeout(Duration::from_millis(25));
    let registration = Registration::new().telemetry(subscription);
    let extension = registration.register(&environment).await?;
    let log = environment.clone();
    let on_batch = async move |events: Vec<TelemetryEvent>| {
        for event in events {
            if let TelemetryRecord::Function(LogLine::Text(line)) = event.record {
                log.log(&format!("received {line}"));
            }
        }
        Ok::<_, Error>(())
    };
    let extension = extension.on_telemetry(on_batch);
    Ok(extension.on_shutdown(async move |shutdown| {
        environment.log(&format!("the end: {:?}", shutdown.reason));
        Ok::<_, Error>(())
    }))
}

fn main() -> std::process::ExitCode {
    lambda_extension::start(app)
}
