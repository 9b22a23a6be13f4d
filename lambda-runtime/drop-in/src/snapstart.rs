//! Hooks around the snapshot of SnapStart. They compile and are not run yet.

use ours::Error;

use crate::BoxFuture;

/// What must be put down before a snapshot is taken, and taken up after it is restored.
pub trait SnapStartResource: Send + Sync {
    /// Before the snapshot.
    fn before_snapshot(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }

    /// After the restore.
    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async { Ok(()) })
    }
}
