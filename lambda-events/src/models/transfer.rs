//! AWS Transfer Family: a function as identity provider of a server.
//!
//! Source: AWS Transfer Family user guide, "Using AWS Lambda to integrate your identity provider", read
//! 2026-11-26. Shown by the fixtures in `fixtures/transfer-family`.

use lambda_events_macros::model;

use crate::{Json, ResponseFor, codec::kinds::words};

/// Somebody logs in. The answer is a [`TransferIdentityResponse`]; an empty one denies. The
/// function may be called more than once for each login.
///
/// Source: AWS Transfer Family user guide, "Using AWS Lambda to integrate your identity provider".
#[model(Transfer)]
pub struct TransferIdentityRequest {
    /// The password; absent where a key is used: the answer then has the public keys.
    #[key = "password"]
    pub password: Option<String>,
    /// The protocol.
    #[key = "protocol"]
    pub protocol: TransferProtocol,
    /// The id of the server.
    #[key = "serverId"]
    #[required]
    pub server_id: String,
    /// The client's address.
    #[key = "sourceIp"]
    pub source_ip: Option<String>,
    /// The name of the user.
    #[key = "username"]
    #[required]
    pub username: String,
}

words! {
    /// A protocol of a server.
    ///
    /// Source: AWS Transfer Family user guide, "Using AWS Lambda to integrate your identity provider".
    pub enum TransferProtocol {
        /// Over SSH.
        #[word = "SFTP"]
        Sftp,
        /// Without encryption.
        #[word = "FTP"]
        Ftp,
        /// Over TLS.
        #[word = "FTPS"]
        Ftps,
        /// A web app.
        #[word = "HTTPS"]
        Https,
    }
}

/// Who the user is to the server; without a role the login is denied.
///
/// Source: AWS Transfer Family user guide, "Using AWS Lambda to integrate your identity provider".
#[model]
pub struct TransferIdentityResponse {
    /// The folder of the user, with the type `PATH`.
    #[key = "HomeDirectory"]
    pub home_directory: Option<String>,
    /// The mappings of the user, with the type `LOGICAL`; JSON in a text.
    #[key = "HomeDirectoryDetails"]
    #[json_string]
    pub home_directory_details: Option<Json<Vec<TransferMapping>>>,
    /// `PATH`, which holds when absent, or `LOGICAL`.
    #[key = "HomeDirectoryType"]
    pub home_directory_type: Option<String>,
    /// A session policy that narrows the role; JSON in a text.
    #[key = "Policy"]
    pub policy: Option<String>,
    /// The ids of the user, for EFS.
    #[key = "PosixProfile"]
    pub posix_profile: Option<TransferPosixProfile>,
    /// The keys that the user may log in with.
    #[key = "PublicKeys"]
    pub public_keys: Option<Vec<String>>,
    /// The role that the user has.
    #[key = "Role"]
    pub role: Option<String>,
}

impl ResponseFor<TransferIdentityRequest> for TransferIdentityResponse {}

impl TransferIdentityResponse {
    /// The answer that nobody logs in.
    pub fn denied() -> Self {
        Self::default()
    }
}

/// A folder as the user sees it.
///
/// Source: AWS Transfer Family user guide, "Using AWS Lambda to integrate your identity provider".
#[model]
pub struct TransferMapping {
    /// As the user sees it: `/`.
    #[key = "Entry"]
    pub entry: String,
    /// Where it is: `/bucket/folder`.
    #[key = "Target"]
    pub target: String,
}

/// The ids of a user, for EFS.
///
/// Source: AWS Transfer Family user guide, "Using AWS Lambda to integrate your identity provider".
#[model]
pub struct TransferPosixProfile {
    /// The group.
    #[key = "Gid"]
    pub gid: i64,
    /// Further groups.
    #[key = "SecondaryGids"]
    pub secondary_gids: Option<Vec<i64>>,
    /// The user.
    #[key = "Uid"]
    pub uid: i64,
}
