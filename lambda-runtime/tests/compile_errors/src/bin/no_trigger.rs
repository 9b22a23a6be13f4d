//! `u64` is no event of a trigger

use lambda_events::Router;
use lambda_runtime::Error;

async fn handler(_: u64) -> Result<(), Error> {
    Ok(())
}

fn main() {
    let _ = Router::new().on(handler);
}
