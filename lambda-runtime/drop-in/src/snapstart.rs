//! Hooks around the snapshot of SnapStart.

use std::sync::Arc;

use lambda_core::error_type;
use ours::{Environment, Error, RuntimeClient};

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
            client.init_error(&error_type::report_dyn(&*error)).await?;
            return Err(error);
        }
    }
    client.restore_next().await?;
    for resource in resources {
        if let Err(error) = resource.after_restore().await {
            client.restore_error(&error_type::report_dyn(&*error)).await?;
            return Err(error);
        }
    }
    Ok(())
}
