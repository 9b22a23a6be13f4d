//! Extensions with a loop of their own: streams, batches, and tower services.

use std::{cell::RefCell, rc::Rc, time::Duration};

use expect_test::expect;
use futures_util::StreamExt as _;
use lambda_extension::{
    Bootstrap, Environment, Error, Extension, InvokeEvent, LifecycleEvent, Registration,
    ShutdownEvent, by_service,
    telemetry::{Subscription, TelemetryEvent},
};
use lambda_runtime::Runtime;
use lambda_test::{IntoCode, Lambda, Virtual};
use tower::service_fn;

/// What an extension saw.
type Seen = Rc<RefCell<Vec<String>>>;

/// Runs a function with the extension `x` for two invocations, and ends it.
async fn run<M>(extension: impl IntoCode<Virtual, M>) {
    let app = async |environment: Environment| {
        Ok::<_, Error>(Runtime::new(async move |millis: u64| {
            environment.log(&format!("sleeps for {millis} ms"));
            tokio::time::sleep(Duration::from_millis(millis)).await;
            Ok::<_, Error>(())
        }))
    };
    let function = Lambda::new().function("sleep", app).extension("x", extension).create();
    for millis in [50, 70] {
        function.invoke(millis).await.assert_ok();
    }
    function.shut_down().await;
}

async fn register(environment: &Environment) -> Result<Extension, Error> {
    Ok(Registration::new().name("x").register(environment).await?)
}

/// A program that is an extension by a loop.
struct Looping<F>(F);

impl<F: AsyncFnOnce(Environment) -> Result<(), Error> + 'static> Bootstrap for Looping<F> {
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        (self.0)(environment).await
    }
}

#[lambda_test::test]
async fn events_are_a_stream_that_ends_with_the_environment() {
    let seen = Seen::default();
    let heard = seen.clone();
    run(async move |environment: Environment| {
        let extension = register(&environment).await?;
        assert!(format!("{extension:?}").starts_with("Extension { function: "), "{extension:?}");
        let mut events = extension.into_events();
        assert_eq!(format!("{events:?}"), "Events { .. }");
        let heard = heard.clone();
        Ok::<_, Error>(Looping(async move |_| {
            while let Some(event) = events.next().await {
                let what = match event? {
                    LifecycleEvent::Invoke(_) => "invoke".to_owned(),
                    other => format!("{other:?}"),
                };
                heard.borrow_mut().push(what);
            }
            heard.borrow_mut().push("ended".to_owned());
            Ok(())
        }))
    })
    .await;
    expect![[r#"
        invoke
        invoke
        Shutdown(ShutdownEvent { deadline_ms: 1767225602120, reason: Spindown })
        ended"#]]
    .assert_eq(&seen.borrow().join("\n"));
}

#[lambda_test::test]
async fn batches_arrive_alongside_a_loop_of_events() {
    let seen = Seen::default();
    let heard = seen.clone();
    run(async move |environment: Environment| {
        // Batches arrive while it waits for an event, which is not lost by that.
        let subscription = Subscription::new().timeout(Duration::from_millis(25));
        let registration = Registration::new().name("x").telemetry(subscription);
        let mut extension = registration.register(&environment).await?;
        let mut batches = extension.take_batches().ok_or("there is no telemetry")?;
        let heard = heard.clone();
        Ok::<_, Error>(Looping(async move |_| {
            let on_batch = |events: Vec<TelemetryEvent>| {
                heard.borrow_mut().push(format!("{} records", events.len()));
            };
            loop {
                tokio::select! {
                    Some(events) = batches.next() => on_batch(events),
                    event = extension.next() => match event? {
                        LifecycleEvent::Shutdown(_) => break,
                        _ => heard.borrow_mut().push("invoke".to_owned()),
                    }
                }
            }
            while let Some(events) = batches.try_next() {
                on_batch(events);
            }
            Ok(())
        }))
    })
    .await;
    expect![[r#"
        invoke
        7 records
        invoke
        4 records
        2 records"#]]
    .assert_eq(&seen.borrow().join("\n"));
}

#[lambda_test::test]
async fn handlers_may_be_tower_services() {
    let seen = Seen::default();
    let heard = seen.clone();
    run(async move |environment: Environment| {
        let (invoked, told, ended) = (heard.clone(), heard.clone(), heard.clone());
        let on_invoke = service_fn(move |_: InvokeEvent| {
            invoked.borrow_mut().push("invoke".to_owned());
            async { Ok::<_, Error>(()) }
        });
        let on_telemetry = service_fn(move |events: Vec<TelemetryEvent>| {
            told.borrow_mut().push(format!("{} records", events.len()));
            async { Ok::<_, Error>(()) }
        });
        let on_shutdown = service_fn(move |shutdown: ShutdownEvent| {
            ended.borrow_mut().push(format!("{:?}", shutdown.reason));
            async { Ok::<_, Error>(()) }
        });
        let registration = Registration::new().name("x").telemetry(Subscription::new());
        let extension = registration.register(&environment).await?;
        let extension = extension.on_invoke(by_service(on_invoke));
        let extension = extension.on_telemetry(by_service(on_telemetry));
        Ok::<_, Error>(extension.on_shutdown(by_service(on_shutdown)))
    })
    .await;
    expect![[r#"
        invoke
        invoke
        13 records
        Spindown"#]]
    .assert_eq(&seen.borrow().join("\n"));
}

#[lambda_test::test]
async fn a_handler_of_telemetry_without_a_subscription_names_what_is_missing() {
    let app = async |environment: Environment| {
        Ok::<_, Error>(register(&environment).await?.on_telemetry(async |_| Ok::<_, Error>(())))
    };
    let lambda = Lambda::new();
    let function = lambda.function("x", Runtime::new(async |_: ()| Ok::<_, Error>(())));
    function.extension("x", app).create().invoke(()).await;
    let timeline = lambda.timeline().to_string();
    let named = "add `.telemetry(Subscription::new())` to the `Registration`";
    assert!(timeline.contains(named), "{timeline}");
}
