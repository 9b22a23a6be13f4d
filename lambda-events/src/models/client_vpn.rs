//! AWS Client VPN: the handler that decides about connections.
//!
//! Source: AWS Client VPN administrator guide, "Authorize connections with a client connect handler", read
//! 2026-11-26. Shown by the fixtures in `fixtures/clientvpn`.

use lambda_events_macros::model;

use crate::ResponseFor;

/// Somebody wants to connect. The answer is a [`ClientVpnResponse`]. The name of the function must
/// begin with `AWSClientVPN-`.
///
/// Source: AWS Client VPN administrator guide, "Client connect handler".
#[model(ClientVpn)]
pub struct ClientVpnRequest {
    /// The version of OpenVPN that the client has.
    #[key = "client-openvpn-version"]
    pub client_openvpn_version: Option<String>,
    /// The common name of the client's certificate, with mutual authentication.
    #[key = "common-name"]
    pub common_name: Option<String>,
    /// The id of the connection.
    #[key = "connection-id"]
    #[required]
    pub connection_id: String,
    /// The id of the endpoint.
    #[key = "endpoint-id"]
    #[required]
    pub endpoint_id: String,
    /// The client's operating system.
    #[key = "platform"]
    pub platform: Option<String>,
    /// Its version.
    #[key = "platform-version"]
    pub platform_version: Option<String>,
    /// The client's address.
    #[key = "public-ip"]
    pub public_ip: Option<String>,
    /// `v1` or `v2`.
    #[key = "schema-version"]
    pub schema_version: Option<String>,
    /// The name of the user, with authentication by directory or SAML.
    #[key = "username"]
    pub username: Option<String>,
}

/// Whether the client may connect.
///
/// Source: AWS Client VPN administrator guide, "Client connect handler".
#[model]
pub struct ClientVpnResponse {
    /// Whether it may.
    #[key = "allow"]
    pub allow: bool,
    /// What the client is told where it may not; at most 255 characters.
    #[key = "error-msg-on-denied-connection"]
    pub error_msg_on_denied_connection: String,
    /// What the device's posture is, for a later look; up to 50 words.
    #[key = "posture-compliance-statuses"]
    pub posture_compliance_statuses: Vec<String>,
    /// `v1`, or `v2` where the request says so.
    #[key = "schema-version"]
    pub schema_version: String,
}

impl ResponseFor<ClientVpnRequest> for ClientVpnResponse {}

impl ClientVpnRequest {
    /// The answer that the client may connect.
    pub fn allowed(&self) -> ClientVpnResponse {
        self.respond(true, "")
    }

    /// The answer that it may not, for this reason.
    pub fn denied(&self, reason: &str) -> ClientVpnResponse {
        self.respond(false, reason)
    }

    fn respond(&self, allow: bool, reason: &str) -> ClientVpnResponse {
        ClientVpnResponse {
            allow,
            error_msg_on_denied_connection: reason.to_owned(),
            schema_version: self.schema_version.clone().unwrap_or_else(|| "v1".to_owned()),
            ..Default::default()
        }
    }
}
