//! A function whose event states what it does.

use std::{io::Write as _, time::Duration};

use lambda_core::{Bootstrap, Environment};
use lambda_runtime::{Context, Error, FunctionError, Runtime};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::Value;

pub(crate) async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    environment.log("init");
    match environment.variables().get("INIT") {
        Some("exit") => std::process::exit(3),
        Some("error") => return Err(FunctionError::new("Runtime.NoTable", "no table").into()),
        _ => {}
    }
    Ok(Runtime::new(async move |event: Value, context: Context| {
        environment.log("event");
        lambda_runtime::tracing::debug!(target: "function", bytes = event.to_string().len(), "received");
        if let Some(texts) = event["print"].as_array() {
            for text in texts.iter().filter_map(Value::as_str) {
                writeln!(std::io::stdout(), "{text}")?;
            }
        }
        if let Some(url) = event["call"].as_str() {
            return Ok(through_proxy(url, environment.variables().get("HTTP_PROXY"))?.into());
        }
        match event.as_str() {
            Some("fail") => return Err("on demand".into()),
            Some("exit 0") => std::process::exit(0),
            Some("exit 7") => std::process::exit(7),
            Some("kill") => kill_process(getpid(), Signal::KILL)?,
            Some("interrupt") => kill_process(getpid(), Signal::INT)?,
            Some("user signal") => kill_process(getpid(), Signal::USR1)?,
            Some("hang") => std::future::pending().await,
            Some("panic") => panic!("at the disco"),
            Some("panic in a task") => {
                drop(tokio::spawn(async { panic!("in a task") }).await);
            }
            Some("two seconds") => tokio::time::sleep(Duration::from_secs(2)).await,
            Some("print") => {
                std::io::stdout().write_all(b"dbg")?;
                std::io::stdout().flush()?;
            }
            Some("remaining") => return Ok(context.remaining_time().as_secs().into()),
            Some("variables") => {
                let names = environment.variables().iter().map(|(name, _)| name);
                return Ok(names.collect());
            }
            _ => {}
        }
        Ok::<_, Error>(event)
    }))
}

/// The status line of a response, as any client of HTTP receives it that looks for a proxy.
fn through_proxy(url: &str, proxy: Option<&str>) -> std::io::Result<String> {
    use std::io::Read as _;
    let proxy = proxy.unwrap_or_default().trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(proxy)?;
    write!(stream, "GET {url} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    Ok(response.lines().next().unwrap_or_default().to_owned())
}
