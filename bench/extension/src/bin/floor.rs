//! What a correct external extension does at the least.

use std::{
    env,
    io::{BufRead, BufReader, Read, Result, Write},
    net::TcpStream,
};

/// Reads an answer: the identifier, where it has one, and the body.
fn answer(stream: &mut BufReader<TcpStream>) -> Result<(String, String)> {
    let (mut identifier, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "lambda-extension-identifier" => identifier = value.trim().to_owned(),
            "content-length" => length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((identifier, String::from_utf8_lossy(&body).into_owned()))
}

fn main() -> Result<()> {
    let api = env::var("AWS_LAMBDA_RUNTIME_API").unwrap_or_default();
    let name = env::args().next().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    let mut stream = BufReader::new(TcpStream::connect(&api)?);
    stream.get_ref().set_nodelay(true)?;
    let body = r#"{"events":["INVOKE","SHUTDOWN"]}"#;
    let head = format!(
        "POST /2020-01-01/extension/register HTTP/1.1\r\nhost: {api}\r\nlambda-extension-name: {name}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.get_mut().write_all(head.as_bytes())?;
    let (identifier, _) = answer(&mut stream)?;
    let next = format!(
        "GET /2020-01-01/extension/event/next HTTP/1.1\r\nhost: {api}\r\nlambda-extension-identifier: {identifier}\r\n\r\n"
    );
    loop {
        stream.get_mut().write_all(next.as_bytes())?;
        if answer(&mut stream)?.1.contains("\"SHUTDOWN\"") {
            return Ok(());
        }
    }
}
