//! What the bench functions share: how they are started.

use std::process::ExitCode;

use lambda_runtime::{Handler, IntoOutcome};

/// Runs a handler on one thread, or with `BENCH_RT=multi` on tokio's multi-thread runtime.
pub fn serve<H, M, N>(handler: H) -> ExitCode
where
    H: Handler<M> + 'static,
    H::Out: IntoOutcome<N>,
    M: 'static,
    N: 'static,
{
    #[cfg(feature = "multi")]
    if std::env::var("BENCH_RT").is_ok_and(|runtime| runtime == "multi") {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let ended = runtime.expect("a runtime").block_on(lambda_runtime::run(handler));
        return if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    lambda_runtime::start(handler)
}
