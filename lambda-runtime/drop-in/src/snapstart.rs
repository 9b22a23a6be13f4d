//! Hooks around the snapshot of SnapStart.

use std::sync::Arc;

use ours::{Diagnostic, Environment, Error, FunctionError, IntoFunctionError, RuntimeClient};

use crate::BoxFuture;

/// What must be put down before a snapshot is taken, and taken up after it is restored.
pub trait SnapStartResource: Send + Sync {
    /// Before the snapshot, the last one that was registered first.
    fn before_snapshot(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }

    /// After the restore, the first one that was registered first.
    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }
}

/// Runs the hooks, and waits for the restore between them.
///
/// # Errors
///
/// A hook failed, which is reported to the service, or the Runtime API was lost.
pub(crate) async fn restore(
    environment: &Environment,
    resources: &[Arc<dyn SnapStartResource>],
) -> Result<(), Error> {
    let mut client = RuntimeClient::new(environment)?;
    for resource in resources.iter().rev() {
        if let Err(error) = resource.before_snapshot().await {
            let report = report(&error);
            client.init_error(&report).await?;
            return Err(error);
        }
    }
    client.restore_next().await?;
    for resource in resources {
        if let Err(error) = resource.after_restore().await {
            let report = report(&error);
            client.restore_error(&report).await?;
            return Err(error);
        }
    }
    Ok(())
}

/// The report of an error that is returned as it is too.
fn report(error: &Error) -> FunctionError {
    let report: FunctionError =
        IntoFunctionError::<fn(Diagnostic)>::into_function_error(error.to_string());
    report
}
