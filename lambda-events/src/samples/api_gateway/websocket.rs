//! Connections and messages of a WebSocket API.

use super::{API, CLIENT, DOMAIN, PROGRAM, REQUEST, TIME};
use crate::{
    Headers, Millis, MultiHeaders,
    api_gateway::{
        ApiGatewayIdentity, ApiGatewayWebSocketContext, ApiGatewayWebSocketEventType,
        ApiGatewayWebSocketRequest,
    },
    samples::{Sample, TIME_MILLIS, some},
};

/// The connection of the samples.
pub const CONNECTION: &str = "Fc5SzcoYGjQCJlg=";

fn request(route: &str, kind: ApiGatewayWebSocketEventType) -> ApiGatewayWebSocketRequest {
    let now = Some(Millis::from_unix_millis(TIME_MILLIS));
    ApiGatewayWebSocketRequest {
        request_context: ApiGatewayWebSocketContext {
            route_key: some(route),
            event_type: Some(kind),
            extended_request_id: some(REQUEST),
            request_time: some(TIME),
            message_direction: some("IN"),
            stage: some("prod"),
            connected_at: now,
            request_time_epoch: now,
            identity: Some(ApiGatewayIdentity {
                source_ip: some(CLIENT),
                user_agent: some(PROGRAM),
                ..Default::default()
            }),
            request_id: some(REQUEST),
            domain_name: some(DOMAIN),
            connection_id: some(CONNECTION),
            api_id: some(API),
            ..Default::default()
        },
        ..Default::default()
    }
}

/// A connection begins.
pub fn connect() -> Sample<ApiGatewayWebSocketRequest> {
    let headers = [("Host", DOMAIN), ("Sec-WebSocket-Version", "13")];
    Sample(ApiGatewayWebSocketRequest {
        headers: Headers::from(headers),
        multi_value_headers: MultiHeaders::from_iter(headers),
        ..request("$connect", ApiGatewayWebSocketEventType::Connect)
    })
}

/// A message came on a connection.
pub fn message(text: impl Into<String>) -> Sample<ApiGatewayWebSocketRequest> {
    let mut request = request("$default", ApiGatewayWebSocketEventType::Message);
    request.request_context.message_id = some("Fc5S3coemjQCJlg=");
    request.body = Some(text.into());
    Sample(request)
}

/// A connection ended: its client went away.
pub fn disconnect() -> Sample<ApiGatewayWebSocketRequest> {
    let mut request = request("$disconnect", ApiGatewayWebSocketEventType::Disconnect);
    request.request_context.disconnect_status_code = Some(1001);
    request.request_context.disconnect_reason = some("Going away");
    Sample(request)
}
