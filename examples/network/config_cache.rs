//! An external extension that keeps a configuration at hand: functions ask it over loopback, which costs
//! them nothing, and it reads the store, here a file, once a minute at the most.
//!
//! It is no function, so it runs beside one; its test does that:
//!
//!     cargo test -q -p examples-network --example config_cache

use std::{cell::RefCell, process::ExitCode, rc::Rc, time::Duration};

use http_body_util::Full;
use hyper::{Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use lambda_extension::{Bootstrap, Environment, Error, LifecycleEventKind, Registration};
use tokio::net::TcpListener;

/// How long what was read is good for.
const FRESH: Duration = Duration::from_secs(60);

/// The store, and what was read of it last.
struct Config {
    environment: Environment,
    file: String,
    cached: RefCell<Option<(std::time::SystemTime, Bytes)>>,
}

impl Config {
    fn read(&self) -> std::io::Result<Bytes> {
        let now = self.environment.now();
        let mut cached = self.cached.borrow_mut();
        match &*cached {
            Some((at, config)) if now < *at + FRESH => Ok(config.clone()),
            _ => {
                let config = Bytes::from(std::fs::read(&self.file)?);
                Ok(cached.insert((now, config)).1.clone())
            }
        }
    }
}

async fn serve(listener: TcpListener, config: Rc<Config>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // As where there is no descriptor left: the caller comes again.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (config, environment) = (config.clone(), config.environment.clone());
        let answer = service_fn(move |_| {
            let config = config.read().map(|config| Response::new(Full::new(config)));
            async move { config }
        });
        let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
        // One that keeps its connection holds up nobody; one that has gone needs no answer.
        environment.spawn_local(async move { drop(serving.await) });
    }
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let variable = |name| environment.variables().get(name).ok_or(format!("{name} is missing"));
    let (file, port) = (variable("CONFIG_FILE")?.to_owned(), variable("CONFIG_PORT")?.parse()?);
    let registration =
        Registration::new().name("config_cache").events(&[LifecycleEventKind::Shutdown]);
    let extension = registration.register(&environment).await?;

    let cached = RefCell::default();
    let config = Rc::new(Config { environment: environment.clone(), file, cached });
    // Without a configuration no function starts.
    config.read()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    environment.spawn_local(serve(listener, config));
    Ok(extension)
}

fn main() -> ExitCode {
    lambda_extension::start(app)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use lambda_runtime::Runtime;
    use lambda_test::Lambda;

    use super::*;

    /// What the function asks, in a thread of its own: it is another process on Lambda.
    async fn asked(port: u16) -> Result<String, Error> {
        let asking = move || {
            let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
            stream.write_all(b"GET / HTTP/1.1\r\nhost: config\r\nconnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map(|_| answer)
        };
        let answer = tokio::task::spawn_blocking(asking).await??;
        Ok(answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned())
    }

    #[lambda_test::test(external_io = "30ms")]
    async fn a_configuration_is_read_once_a_minute() {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let file = std::env::temp_dir().join(format!("config_cache-{}", std::process::id()));
        std::fs::write(&file, "discount 5")?;

        let lambda = Lambda::new();
        let function = lambda
            .function("prices", Runtime::new(asked))
            .env("CONFIG_FILE", file.to_string_lossy())
            .env("CONFIG_PORT", port.to_string())
            .extension("config_cache", app)
            .create();
        assert_eq!(function.invoke(port).await.json::<String>()?, "discount 5");
        std::fs::write(&file, "discount 7")?;
        assert_eq!(function.invoke(port).await.json::<String>()?, "discount 5");
        lambda.advance(FRESH).await;
        assert_eq!(function.invoke(port).await.json::<String>()?, "discount 7");
        std::fs::remove_file(&file)?;
    }
}
