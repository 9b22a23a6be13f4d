//! The life of a function with extensions, as both sides see it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use expect_test::{Expect, expect};
use lambda_extension::{Environment, Error, Extension, LifecycleEventKind, Registration};
use lambda_runtime::Runtime;
use lambda_test::{Lambda, Record};

/// Waits for the time that its event says.
async fn sleep(millis: u64) -> Result<u64, Error> {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    Ok(millis)
}

/// An external extension of this name that takes 30 ms to register, 20 ms for an invocation and 100 ms for
/// the end.
fn external(name: &'static str) -> impl AsyncFn(Environment) -> Result<Extension, Error> {
    async move |environment: Environment| {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let extension = Registration::new().name(name).register(&environment).await?;
        Ok(extension
            .on_invoke(async |_| {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok::<_, Error>(())
            })
            .on_shutdown(async move |shutdown| {
                tokio::time::sleep(Duration::from_millis(100)).await;
                environment.log(&format!("flushed after {:?}", shutdown.reason));
                Ok::<_, Error>(())
            }))
    }
}

#[track_caller]
fn check(lambda: &Lambda, expected: Expect) {
    expected.assert_eq(&lambda.timeline().to_string());
}

/// The caller has its response at the timeout, and the extension 100 ms to shut down after it.
#[lambda_test::test]
async fn a_warm_environment_is_taken_while_another_is_being_reset() {
    let lambda = Lambda::new();
    let function = lambda.function("sleep", Runtime::new(sleep)).timeout(Duration::from_secs(1));
    let function = function.extension("flush", external("flush")).create();
    let mut slow = function.invoke(5000);
    let (response, fast) = tokio::join!(slow.response(), function.invoke(5));
    assert!(response.is_timeout());
    fast.assert_ok();

    let outcome = function.invoke(5).await;
    let id = Some(&*outcome.report().request_id);
    let timeline = outcome.timeline();
    let mut of_this = timeline.iter().filter(|record| record.request_id.as_deref() == id);
    assert!(of_this.all(|record| record.environment == Some(2)), "{timeline}");
    assert!(!outcome.report().cold_start());
    let is_reset = |record: &Record| record.kind.to_string().starts_with("log: flushed");
    assert!(!lambda.timeline().iter().any(is_reset), "{}", lambda.timeline());
    assert_eq!(function.environments(), 2);
}

#[lambda_test::test]
async fn without_an_extension_nobody_is_notified() {
    let lambda = Lambda::new();
    let function = lambda.function("sleep", Runtime::new(sleep)).create();
    function.invoke(5).await.assert_ok();
    function.shut_down().await;
    check(
        &lambda,
        expect![[r#"
        ms       runtime                       platform
        0                                      init
        0        GET next
        0                                      init done in 0 ms
        0                                      invoke
        5        POST response
        5        GET next
        5                                      responded with 1 bytes, 5 ms
        5                                      shut down
    "#]],
    );
}

#[lambda_test::test]
async fn an_extension_registers_first_returns_last_and_is_notified_of_the_end() {
    let lambda = Lambda::new();
    let function = lambda
        .function("sleep", Runtime::new(sleep))
        .extension("flush", external("flush"))
        .create();
    let mut invocation = function.invoke(5);
    invocation.response().await.assert_ok();
    assert_eq!(lambda.elapsed(), Duration::from_millis(35));
    invocation.await.assert_ok();
    function.shut_down().await;
    check(
        &lambda,
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            30       flush: POST register [INVOKE, SHUTDOWN]
            30                                     runtime starts
            30       flush: GET event/next
            30       GET next
            30                                     flush: Ready
            30                                     init done in 30 ms
            30                                     invoke
            30                                     flush: INVOKE
            35       POST response
            35       GET next
            35                                     runtime done
            50       flush: GET event/next
            50                                     responded with 1 bytes, 20 ms
            50                                     shut down
            50                                     SIGTERM
            50       (exit status 0)
            50                                     flush: SHUTDOWN spindown
            150      flush: log: flushed after Spindown
            150      flush: (exit status 0)
        "#]],
    );
}

#[lambda_test::test]
async fn ten_extensions_are_waited_for_and_an_eleventh_fails_the_init_phase() {
    const NAMES: [&str; 11] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
    let lambda = Lambda::new();
    let with = |count: usize| {
        let function = lambda.function("sleep", Runtime::new(sleep));
        NAMES[..count]
            .iter()
            .fold(function, |function, name| function.extension(*name, external(name)))
    };
    let ten = with(10).create();
    let outcome = ten.invoke(5).await;
    assert_eq!(outcome.assert_ok().report().duration, Duration::from_millis(20));
    ten.delete().await;
    // Ten are told at once.
    assert_eq!(lambda.elapsed(), Duration::from_millis(150));

    let outcome = with(11).create().invoke(5).await;
    outcome.assert_error("Extension.TooManyExtensions");
}

#[lambda_test::test]
async fn an_extension_that_returns_too_late_times_the_invocation_out_after_its_response() {
    let slow = async |environment: Environment| {
        let extension = Registration::new().name("slow").register(&environment).await?;
        Ok::<_, Error>(extension.on_invoke(async |_| {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok::<_, Error>(())
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("sleep", Runtime::new(sleep)).extension("slow", slow).create();
    let mut invocation = function.invoke(5);
    let response = invocation.response().await;
    assert_eq!(response.assert_ok().payload(), "5");
    let outcome = invocation.await;
    assert_eq!(outcome.report().duration, Duration::from_secs(3));
    // The next one waits until all have gone.
    function.invoke(7).response().await.assert_ok();
    check(
        &lambda,
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            0        slow: POST register [INVOKE, SHUTDOWN]
            0                                      runtime starts
            0        slow: GET event/next
            0        GET next
            0                                      slow: Ready
            0                                      init done in 0 ms
            0                                      invoke
            0                                      slow: INVOKE
            5        POST response
            5        GET next
            5                                      runtime done
            3000                                   reset: timeout
            3000                                   responded with 1 bytes, 3000 ms
            3000                                   SIGTERM
            3000     (exit status 0)
            5000                                   invoke
            5000     slow: POST register [INVOKE, SHUTDOWN]
            5000                                   runtime starts
            5000     slow: GET event/next
            5000     GET next
            5000                                   slow: Ready
            5000                                   init done in 0 ms
            5000                                   slow: INVOKE
            5007     POST response
        "#]],
    );
}

#[lambda_test::test]
async fn one_that_fails_says_so_and_takes_the_invocation_with_it() {
    let failing = async |environment: Environment| {
        let extension = Registration::new().name("failing").register(&environment).await?;
        Ok::<_, Error>(extension.on_invoke(async |_| Err::<(), Error>("no table".into())))
    };
    let lambda = Lambda::new();
    let function =
        lambda.function("sleep", Runtime::new(sleep)).extension("failing", failing).create();
    let outcome = function.invoke(500).await;
    let error = outcome.assert_error("Extension.ExitError");
    assert!(error.error_message.ends_with("Error: exit status 1"), "{}", error.error_message);
    check(
        &lambda,
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            0        failing: POST register [INVOKE, SHUTDOWN]
            0                                      runtime starts
            0        failing: GET event/next
            0        GET next
            0                                      failing: Ready
            0                                      init done in 0 ms
            0                                      invoke
            0                                      failing: INVOKE
            0        failing: POST extension exit/error Extension.Error
            0        failing: log: error: no table
            0        failing: (exit status 1)
            0                                      reset: failure
            0                                      failed: Extension.ExitError, 0 ms
        "#]],
    );
}

#[lambda_test::test]
async fn one_whose_init_phase_fails_after_it_has_registered_says_so() {
    let failing = async |environment: Environment| {
        Registration::new().name("failing").register(&environment).await?;
        Err::<Extension, Error>("no table".into())
    };
    let lambda = Lambda::new();
    let function =
        lambda.function("sleep", Runtime::new(sleep)).extension("failing", failing).create();
    function.invoke(5).await.assert_error("Extension.InitError");
    check(
        &lambda,
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            0        failing: POST register [INVOKE, SHUTDOWN]
            0                                      runtime starts
            0        failing: log: init failed: Function.Error: no table
            0        GET next
            0        failing: POST extension init/error Extension.Error
            0        failing: (exit status 1)
            0                                      failing: Exited
            0                                      init failed after 0 ms: error Extension.InitError
            0                                      invoke
            0        failing: POST register [INVOKE, SHUTDOWN]
            0                                      runtime starts
            0        failing: log: init failed: Function.Error: no table
            0        GET next
            0        failing: POST extension init/error Extension.Error
            0        failing: (exit status 1)
            0                                      failing: Exited
            0                                      reset: failure
            0                                      failed: Extension.InitError, 0 ms
        "#]],
    );
}

#[lambda_test::test]
async fn an_internal_one_registers_before_the_runtime_asks_and_ends_with_it() {
    let app = async |environment: Environment| {
        let extension = Registration::new().name("inside").register(&environment).await?;
        let extension = extension.on_invoke(async |_| {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, Error>(())
        });
        Ok::<_, Error>((Runtime::new(sleep), extension))
    };
    let lambda = Lambda::new();
    let function = lambda.function("sleep", app).create();
    function.invoke(5).await.assert_ok();
    function.shut_down().await;
    check(
        &lambda,
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            0        inside: POST register [INVOKE]
            0        inside: GET event/next
            0        GET next
            0                                      inside: Ready
            0                                      init done in 0 ms
            0                                      invoke
            0                                      inside: INVOKE
            5        POST response
            5        GET next
            5                                      runtime done
            20       inside: GET event/next
            20                                     responded with 1 bytes, 20 ms
            20                                     shut down
            20                                     SIGTERM
            20       (exit status 0)
        "#]],
    );
}

#[lambda_test::test]
async fn an_internal_one_cannot_ask_for_the_end_and_not_come_late() {
    let asks = async |environment: Environment| {
        let asked = Registration::new().name("inside").events(&[LifecycleEventKind::Shutdown]);
        let refused = asked.register(&environment).await.err().ok_or("it was taken")?;
        environment.log(&refused.to_string());
        Ok::<_, Error>(Runtime::new(async move |_: u64| {
            let refused = Registration::new().name("late").register(&environment).await.err();
            Ok::<_, Error>(refused.map(|refused| refused.to_string()))
        }))
    };
    let lambda = Lambda::new();
    let outcome = lambda.function("asks", asks).create().invoke(5).await;
    assert_eq!(
        outcome.logs(),
        ["register was refused with 403: Extension.InvalidEventType: \
          SHUTDOWN: ShutdownEventNotSupportedForInternalExtension"],
    );
    assert_eq!(
        outcome.json::<String>()?,
        "register was refused with 403: Extension.RegistrationClosed: \
         Extension registration closed already",
    );
}

/// It registered as the test's executable, and was refused.
#[lambda_test::test]
async fn an_extension_within_the_test_has_the_name_under_which_it_was_added() {
    let flusher = async |environment: Environment| {
        let extension = Extension::register(&environment).await?;
        Ok::<_, Error>(extension.on_shutdown(async move |_| {
            environment.log("flushed");
            Ok::<_, Error>(())
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("sleep", Runtime::new(sleep)).extension("flusher", flusher);
    let function = function.create();
    function.invoke(5).await.assert_ok();
    function.shut_down().await;
    let timeline = lambda.timeline().to_string();
    assert!(timeline.contains("flusher: POST register [INVOKE, SHUTDOWN]"), "{timeline}");
    assert!(timeline.contains("flusher: log: flushed"), "{timeline}");
}

#[lambda_test::test]
async fn one_that_registers_under_another_name_keeps_the_runtime_from_starting() {
    let other = async |environment: Environment| {
        let registration = Registration::new().name("other").events(&[LifecycleEventKind::Invoke]);
        Ok::<_, Error>(registration.register(&environment).await?)
    };
    let lambda = Lambda::new();
    let function = lambda.function("sleep", Runtime::new(sleep)).extension("flush", other);
    let log = Rc::new(RefCell::new(String::new()));
    let lines = log.clone();
    let function =
        function.on_log(move |line| *lines.borrow_mut() += &format!("{line}\n")).create();
    function.invoke(5).await.assert_timeout();
    expect![[r#"
        other: registered as `other`: expected `flush`, as it was added
        other: registered as `other`: expected `flush`, as it was added
    "#]]
    .assert_eq(&log.borrow());
    check(
        &lambda,
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            0        other: POST register [INVOKE]
            0                                      other: registered as `other`: expected `flush`, as it was added
            0        other: GET event/next
            10000                                  flush: Started
            10000                                  other: Ready
            10000                                  init failed after 10000 ms: timeout
            10000                                  invoke
            10000    other: POST register [INVOKE]
            10000                                  other: registered as `other`: expected `flush`, as it was added
            10000    other: GET event/next
            13000                                  flush: Started
            13000                                  other: Ready
            13000                                  reset: timeout
            13000                                  failed: Sandbox.Timedout, 3000 ms
        "#]],
    );
}

#[lambda_test::test]
async fn what_takes_too_long_at_the_end_is_cut_short() {
    let slow = async |environment: Environment| {
        let extension = Registration::new().name("slow").register(&environment).await?;
        Ok::<_, Error>(extension.on_shutdown(async |_| {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok::<_, Error>(())
        }))
    };
    let lambda = Lambda::new();
    let function = lambda.function("sleep", Runtime::new(sleep)).extension("slow", slow).create();
    function.invoke(0).await.assert_ok();
    function.shut_down().await;
    check(
        &lambda,
        expect![[r#"
            ms       runtime                       platform
            0                                      init
            0        slow: POST register [INVOKE, SHUTDOWN]
            0                                      runtime starts
            0        slow: GET event/next
            0        GET next
            0                                      slow: Ready
            0                                      init done in 0 ms
            0                                      invoke
            0                                      slow: INVOKE
            0        POST response
            0        slow: GET event/next
            0        GET next
            0                                      runtime done
            0                                      responded with 1 bytes, 0 ms
            0                                      shut down
            0                                      SIGTERM
            0        (exit status 0)
            0                                      slow: SHUTDOWN spindown
            1950     slow: log: the shutdown was cut short: its time was up
            1950     slow: (exit status 0)
        "#]],
    );
}
