//! Virtual time that waits for threads and sockets.

use std::{
    future::pending,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    panic::Location,
    time::{Duration, Instant},
};

use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::{Lambda, RecordKind};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
    time::{sleep, timeout},
};

const ANSWER_TAKES: Duration = Duration::from_millis(10);

/// A server in threads of its own, which answers one byte after 10 ms of real time.
#[expect(clippy::disallowed_methods, reason = "the threads of the server are real")]
fn slow_server() -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let (mut stream, mut byte) = (stream, [0]);
                while stream.read_exact(&mut byte).is_ok() {
                    std::thread::sleep(ANSWER_TAKES);
                    if stream.write_all(&byte).is_err() {
                        return;
                    }
                }
            });
        }
    });
    Ok(address)
}

async fn ask(address: SocketAddr, times: usize) -> Result<u8, Error> {
    let mut stream = TcpStream::connect(address).await?;
    let mut byte = [7];
    for _ in 0..times {
        stream.write_all(&byte).await?;
        stream.read_exact(&mut byte).await?;
    }
    Ok(byte[0])
}

/// Asks the server, or waits for a thread.
fn asks(server: SocketAddr) -> impl lambda_runtime::App<fn(Environment) -> Asks> {
    async move |environment: Environment| Ok::<_, Error>(Asks { server, environment })
}

struct Asks {
    server: SocketAddr,
    environment: Environment,
}

impl Bootstrap for Asks {
    type Error = Error;

    async fn start(self, environment: Environment) -> Result<(), Error> {
        let Self { server, environment: own } = self;
        let handler = async move |how: String| match &*how {
            "socket" => ask(server, 1).await,
            "thread" => {
                let (sender, receiver) = oneshot::channel();
                std::thread::spawn(move || {
                    #[expect(clippy::disallowed_methods, reason = "the thread is real")]
                    std::thread::sleep(ANSWER_TAKES);
                    sender.send(7)
                });
                Ok(receiver.await?)
            }
            // Six round trips in a row, within a task of the environment.
            "task" => {
                let (sender, receiver) = oneshot::channel();
                own.spawn(async move {
                    let answer = ask(server, 6).await;
                    let _ = sender.send(answer.is_ok());
                });
                Ok(u8::from(receiver.await?) * 7)
            }
            other => Err(format!("no such way: {other}").into()),
        };
        Runtime::new(handler).start(environment).await
    }
}

#[lambda_test::test(external_io = "30ms")]
async fn a_hundred_calls_of_a_loopback_server_are_answered_in_virtual_time() {
    let lambda = Lambda::new();
    let function = lambda.function("f", asks(slow_server()?)).create();
    for _ in 0..100 {
        assert_eq!(function.invoke("socket").await.assert_ok().json::<u8>()?, 7);
    }
    // No virtual time has passed for it.
    assert_eq!(lambda.elapsed(), Duration::ZERO);
}

/// "Task timed out after 3.00 seconds", at once.
#[lambda_test::test(external_io = "30ms")]
async fn a_handler_that_waits_for_a_thread_timed_out_at_once() {
    let lambda = Lambda::new();
    let function = lambda.function("f", asks(slow_server()?)).create();
    for how in ["thread", "task", "thread", "task"] {
        assert_eq!(function.invoke(how).await.assert_ok().json::<u8>()?, 7, "{how}");
    }
}

/// Virtual hours still pass at once: each idle period costs one grace.
#[lambda_test::test(external_io = "30ms")]
async fn fifteen_virtual_minutes_pass_beside_it() {
    let lambda = Lambda::new();
    let function = lambda.function("f", asks(slow_server()?)).create();
    function.invoke("socket").await.assert_ok();
    let began = Instant::now();
    lambda.advance(Duration::from_secs(900)).await;
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(lambda.elapsed(), Duration::from_secs(900));
}

/// A timeout in virtual time, of a handler that waits for one thing: whether the way out stands below the timeline.
#[track_caller]
fn check_overtaken(
    what: &'static str,
    handler: impl AsyncFn() + Clone + 'static,
    expected: bool,
) -> impl Future<Output = ()> {
    let caller = Location::caller();
    async move {
        let lambda = Lambda::new();
        let app = async move |_: Environment| {
            let handler = handler.clone();
            Ok::<_, Error>(Runtime::new(async move |_: u8| {
                handler().await;
                Ok::<_, Error>(0)
            }))
        };
        let outcome = lambda.function("f", app).create().invoke(7).await;
        let error = outcome.function_error().expect("it timed out");
        assert!(error.error_message.ends_with("Error: Task timed out after 3.00 seconds"));
        let timeline = lambda.timeline().to_string();
        let explained = timeline.contains("#[lambda_test::test(external_io = \"30ms\")]");
        assert_eq!(explained, expected, "{what}, {caller}\n{timeline}");
    }
}

#[lambda_test::test]
async fn a_timeout_explains_external_io_where_the_handler_waited_for_more_than_a_timer() {
    /// Longer than its timeout.
    const LONG: Duration = Duration::from_secs(9);

    check_overtaken("a timer", async || sleep(LONG).await, false).await;
    check_overtaken("a timer that is up with the timeout", async || sleep(LONG / 3).await, false)
        .await;
    check_overtaken("nothing", pending, false).await;
    let thread = async || {
        let (sender, receiver) = oneshot::channel();
        std::thread::spawn(move || {
            #[expect(clippy::disallowed_methods, reason = "the thread is real")]
            std::thread::sleep(ANSWER_TAKES);
            sender.send(())
        });
        let _ = receiver.await;
    };
    check_overtaken("a thread", thread, true).await;
    check_overtaken(
        "a thread for a while",
        async move || drop(timeout(LONG, thread()).await),
        true,
    )
    .await;
    let server = slow_server()?;
    check_overtaken("a socket", async move || drop(ask(server, 1).await), true).await;
}

/// A handler that blocks its thread past the timeout is named.
#[lambda_test::test]
async fn a_handler_that_blocks_its_thread_is_named() {
    async fn blocks(_: Environment) -> Result<impl Bootstrap, Error> {
        Ok(Runtime::new(async |event: u8| {
            #[expect(clippy::disallowed_methods, reason = "it is what is tested")]
            std::thread::sleep(Duration::from_millis(1_100));
            Ok::<_, Error>(event)
        }))
    }
    let lambda = Lambda::new();
    let function = lambda.function("f", blocks).timeout(Duration::from_secs(1)).create();
    let outcome = function.invoke(7).await;
    assert!(outcome.timeline().iter().any(|record| record.kind == RecordKind::Blocked));
}
