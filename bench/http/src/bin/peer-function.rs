fn main() -> Result<(), peer::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(peer::run(http_bench::app()))
}
