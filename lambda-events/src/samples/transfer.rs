//! Requests of AWS Transfer Family.

use super::{Sample, some};
use crate::transfer::{TransferIdentityRequest, TransferProtocol};

/// A user logs in over SFTP with a password.
pub fn login(username: &str, password: &str) -> Sample<TransferIdentityRequest> {
    Sample(TransferIdentityRequest {
        password: some(password),
        protocol: TransferProtocol::Sftp,
        server_id: "s-01234567890abcdef".to_owned(),
        source_ip: some("203.0.113.7"),
        username: username.to_owned(),
        ..Default::default()
    })
}
