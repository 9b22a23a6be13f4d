//! Prints an order's total: as much code as a newcomer's first program.

use clap::Parser;
use serde::{Deserialize, Serialize};

#[derive(Parser)]
struct Arguments {
    /// The lines of the order, as JSON.
    lines: String,
}

#[derive(Deserialize)]
struct Line {
    price: u64,
    count: u64,
}

#[derive(Serialize)]
struct Total {
    total: u64,
}

async fn total(lines: &str) -> Result<String, serde_json::Error> {
    let lines: Vec<Line> = serde_json::from_str(lines)?;
    tokio::task::yield_now().await;
    serde_json::to_string(&Total { total: lines.iter().map(|line| line.price * line.count).sum() })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), serde_json::Error> {
    println!("{}", total(&Arguments::parse().lines).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_total_is_the_sum_of_its_lines() {
        let lines = r#"[{"price":999,"count":2},{"price":901,"count":1}]"#;
        assert_eq!(super::total(lines).await.expect("JSON"), r#"{"total":2899}"#);
    }
}
