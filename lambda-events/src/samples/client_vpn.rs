//! Events of AWS Client VPN.

use super::{Sample, some};
use crate::client_vpn::ClientVpnRequest;

/// This user wants to connect.
pub fn connection(username: &str) -> Sample<ClientVpnRequest> {
    Sample(ClientVpnRequest {
        connection_id: "cvpn-connection-04e7e1b2f0daf9460".to_owned(),
        endpoint_id: "cvpn-endpoint-0f13eab7f860433cc".to_owned(),
        platform: some("linux"),
        public_ip: some("203.0.113.7"),
        schema_version: some("v2"),
        username: some(username),
        ..Default::default()
    })
}
