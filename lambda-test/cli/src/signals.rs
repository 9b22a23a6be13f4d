//! Ctrl-C and SIGTERM: the function is ended before the command is.

use std::process::ExitCode;

/// Waits for Ctrl-C or SIGTERM, and gives the exit code that a shell expects then. Where signals cannot
/// be had it waits for ever, and the command ends as any program does.
pub(crate) async fn ended() -> ExitCode {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        {
            return tokio::select! {
                _ = interrupt.recv() => ExitCode::from(130),
                _ = terminate.recv() => ExitCode::from(143),
            };
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_ok() {
        return ExitCode::from(130);
    }
    std::future::pending().await
}
