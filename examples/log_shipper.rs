//! An external extension that ships what a function and the service say, as lines of JSON, to whoever takes
//! them: here its own standard output. As an extension it is a file in `/opt/extensions`, which a layer
//! brings.
//!
//! It is no function, so it runs beside one; its test does that:
//!
//!     cargo test -q -p examples --example log_shipper

use std::{io::Write as _, process::ExitCode};

use lambda_extension::{
    Bootstrap, Environment, Error, Extension, Registration, Shutdown,
    telemetry::{Subscription, TelemetryEvent, TelemetryRecord},
};

/// Takes a line.
type Ship = fn(&Environment, &str);

async fn shipper(environment: Environment, ship: Ship) -> Result<Extension, Error> {
    // Called as its file; it is told of no invocations, so it holds none open.
    let registration = Registration::new().name("log_shipper");
    let events = [lambda_extension::Event::Shutdown];
    let extension = registration.events(&events).register(&environment).await?;
    let log = environment.clone();
    let shipping = async move |events: Vec<TelemetryEvent>| {
        for event in &events {
            if let TelemetryRecord::LogsDropped(dropped) = &event.record {
                log.log(&format!("{} records were lost", dropped.dropped_records));
            }
            ship(&log, event.as_json());
        }
        Ok::<_, Error>(())
    };
    let extension = extension.on_telemetry(Subscription::new(), shipping).await?;
    Ok(extension.on_shutdown(async move |shutdown: Shutdown| {
        environment.log(&format!("all is shipped, {:?}", shutdown.remaining_time(&environment)));
        Ok::<_, Error>(())
    }))
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    // Whoever reads it may have gone.
    shipper(environment, |_, line| drop(writeln!(std::io::stdout().lock(), "{line}"))).await
}

fn main() -> ExitCode {
    lambda_extension::start(app)
}

#[cfg(test)]
mod tests {
    use lambda_runtime::Runtime;
    use lambda_test::{Fact, Lambda, Party};
    use serde_json::Value;

    use super::*;

    #[lambda_test::test]
    async fn everything_is_shipped_before_the_end() {
        let lambda = Lambda::new();
        let function = async |environment: Environment| {
            Ok::<_, Error>(Runtime::new(async move |order: u64| {
                environment.log(&format!("order {order}"));
                Ok::<_, Error>(())
            }))
        };
        let shipped = async |environment: Environment| {
            shipper(environment, |environment, line| environment.log(line)).await
        };
        let orders = lambda.function("orders", function).extension("log_shipper", shipped).create();
        orders.invoke(7).await.assert_ok();
        orders.shut_down().await;

        let timeline = lambda.timeline();
        let lines = timeline.iter().filter_map(|record| match (&record.party, &record.fact) {
            (Some(Party::Extension(_)), Fact::Logged(line)) => Some(&**line),
            _ => None,
        });
        let lines: Vec<&str> = lines.collect();
        let kinds: Vec<String> = lines
            .iter()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .map(|event| event["type"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(
            kinds,
            [
                "platform.initStart",
                "platform.telemetrySubscription",
                "platform.initRuntimeDone",
                "platform.extension",
                "platform.initReport",
                "platform.start",
                "function",
                "platform.runtimeDone",
                "platform.report",
            ]
        );
        // Its budget is two seconds, of which nothing is used yet in virtual time.
        assert_eq!(lines.last(), Some(&"all is shipped, 2s"));
    }
}
