//! Functions that run under AWS's emulator.

use std::time::Duration;

use lambda_core::{Bootstrap, BoxError, Environment};
use lambda_runtime::{Error, Runtime};

/// Sleeps for as many seconds as the event.
pub(crate) async fn sleeper(seconds: u64) -> Result<u64, Error> {
    println!("event");
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    Ok(seconds)
}

/// Says at its end how many invocations there were.
pub(crate) fn closing() -> impl Bootstrap {
    let count = std::rc::Rc::new(std::cell::Cell::new(0));
    let closes = count.clone();
    let runtime = Runtime::new(async move |event: u64| {
        count.set(count.get() + 1);
        Ok::<_, Error>(event)
    });
    runtime.on_shutdown(async move || println!("closed after {}", closes.get()))
}

/// A runtime and an internal extension, which registers in the init phase.
pub(crate) async fn with_extension(environment: Environment) -> Result<impl Bootstrap, Error> {
    let extension = Extension::register(&environment).await?;
    Ok((Runtime::new(async |event: u64| Ok::<_, Error>(event)), extension))
}

/// An internal extension, written on the core alone.
struct Extension {
    connection: lambda_core::Connection,
    identifier: String,
}

impl Extension {
    async fn register(environment: &Environment) -> Result<Self, Error> {
        let mut connection = environment.connect(&environment.api_address()?).await?;
        let body = br#"{"events":["INVOKE"]}"#;
        let head = format!(
            "POST /2020-01-01/extension/register HTTP/1.1\r\nhost: x\r\n\
             lambda-extension-name: within\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        // The identifier is a header that the connection does not keep, so it is read from the stream.
        connection.send(head.as_bytes(), body).await?;
        let mut stream = connection.into_transport();
        let mut text = Vec::new();
        while !text.windows(4).any(|end| end == b"\r\n\r\n") {
            tokio::io::AsyncReadExt::read_buf(&mut stream, &mut text).await?;
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        let identifier = text
            .lines()
            .find_map(|line| line.strip_prefix("Lambda-Extension-Identifier: "))
            .ok_or_else(|| format!("it is not registered: {text}"))?
            .to_owned();
        let connection = environment.connect(&environment.api_address()?).await?;
        println!("registered");
        Ok(Self { connection, identifier })
    }
}

impl Bootstrap for Extension {
    type Error = BoxError;

    async fn start(mut self, _: Environment) -> Result<(), BoxError> {
        loop {
            let head = format!(
                "GET /2020-01-01/extension/event/next HTTP/1.1\r\nhost: x\r\n\
                 lambda-extension-identifier: {}\r\n\r\n",
                self.identifier
            );
            self.connection.send(head.as_bytes(), b"").await?;
            let event = self.connection.receive().await?;
            println!("extension {}", event.status);
        }
    }
}
