//! Virtual time that waits for threads and sockets.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use lambda_test::{Lambda, RecordKind};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
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

/// Without it the timeout stands in the payload in the service's words, and the way out below the
/// conversation.
#[lambda_test::test]
async fn a_timeout_in_virtual_time_explains_external_io() {
    let lambda = Lambda::new();
    let function = lambda.function("f", asks(slow_server()?)).create();
    let outcome = function.invoke("thread").await;
    assert!(outcome.is_timeout());
    let error = outcome.function_error().expect("it timed out");
    assert!(error.error_message.ends_with("Error: Task timed out after 3.00 seconds"));
    assert!(lambda.timeline().to_string().contains("#[lambda_test::test(external_io = \"30ms\")]"));
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
