//! Charges a customer by calling another server, and fails where that one does: whoever invoked it
//! tries again later.
//!
//! Its test has a real server on a loopback port, in virtual time that waits for it, and comes again
//! six hours later.
//!
//! Run it here, beside a server that takes no charges, such as `python3 -m http.server 8000`: it fails.
//!
//!     ! lambda-test invoke --example retry --env PAYMENTS=127.0.0.1:8000 --payload '{"customer": 7, "cents": 1200}'

use std::process::ExitCode;

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Bytes, header::HOST};
use hyper_util::rt::TokioIo;
use lambda_runtime::{Bootstrap, Environment, Error, Runtime};
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;

#[derive(Deserialize, Serialize)]
struct Charge {
    customer: u32,
    cents: u32,
}

/// Asks the payment server, and gives its receipt.
async fn charge(server: &str, charge: &Charge) -> Result<String, Error> {
    let stream = TcpStream::connect(server).await?;
    let (mut client, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let body = Full::new(Bytes::from(serde_json::to_vec(charge)?));
    let request = Request::post("/charges").header(HOST, server).body(body)?;
    // The connection is driven beside it, and closes once the client is dropped.
    let answer = async move {
        let (head, body) = client.send_request(request).await?.into_parts();
        Ok::<_, Error>((head.status, body.collect().await?.to_bytes()))
    };
    let (answer, _closed) = tokio::join!(answer, connection);
    let (status, body) = answer?;
    match status.is_success() {
        true => Ok(String::from_utf8(body.into())?),
        false => Err(format!("the payment server says {status}").into()),
    }
}

async fn app(environment: Environment) -> Result<impl Bootstrap, Error> {
    let server = environment.variables().get("PAYMENTS").ok_or("PAYMENTS is missing")?.to_owned();
    Ok(Runtime::new(async move |event: Charge| charge(&server, &event).await))
}

fn main() -> ExitCode {
    lambda_runtime::start(app)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        time::Duration,
    };

    use lambda_test::Lambda;

    use super::*;

    /// A server in a thread of its own that is down for the first call.
    fn payments() -> std::io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        std::thread::spawn(move || {
            let answers = ["503 Service Unavailable", "200 OK"];
            for (stream, status) in listener.incoming().zip(answers) {
                let mut stream = stream?;
                let mut request = Vec::new();
                while !request.ends_with(b"}") {
                    let mut bytes = [0; 1024];
                    let length = stream.read(&mut bytes)?;
                    request.extend_from_slice(&bytes[..length]);
                }
                let head = format!("HTTP/1.1 {status}\r\nContent-Length: 9\r\n\r\n");
                stream.write_all(head.as_bytes())?;
                stream.write_all(b"receipt 1")?;
            }
            std::io::Result::Ok(())
        });
        Ok(address)
    }

    #[lambda_test::test(external_io = "30ms")]
    async fn a_charge_that_failed_goes_through_six_hours_later() {
        let lambda = Lambda::new();
        let function = lambda.function("retry", app).env("PAYMENTS", payments()?).create();
        let charge = Charge { customer: 7, cents: 1200 };

        let down = function.invoke(&charge).await;
        let error = down.assert_error("Function.Error");
        assert_eq!(error.error_message, "the payment server says 503 Service Unavailable");

        lambda.advance(Duration::from_secs(6 * 3600)).await;
        let outcome = function.invoke(&charge).await;
        assert_eq!(outcome.assert_ok().json::<String>()?, "receipt 1");
        assert!(
            outcome.report().cold_start(),
            "the service has reclaimed the environment meanwhile"
        );
        assert_eq!(lambda.elapsed(), Duration::from_secs(6 * 3600));
    }
}
