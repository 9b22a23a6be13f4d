//! a boxed function is called by a closure: `move |event| handler(event)`
use std::pin::Pin;

use lambda_runtime::Error;

type Boxed = Box<dyn FnMut(u32) -> Pin<Box<dyn Future<Output = Result<u32, Error>>>>>;

fn main() -> std::process::ExitCode {
    let handler: Boxed = Box::new(|event| Box::pin(async move { Ok(event) }));
    lambda_runtime::start(handler)
}
