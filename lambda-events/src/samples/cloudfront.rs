//! Requests and answers on their way through CloudFront.

use super::{Sample, some};
use crate::{
    Map,
    cloudfront::{
        CloudFront, CloudFrontConfig, CloudFrontEvent, CloudFrontEventType, CloudFrontHeader,
        CloudFrontRecord, CloudFrontRequest, CloudFrontResponse,
    },
};

fn header(name: &str, value: &str) -> (String, Vec<CloudFrontHeader>) {
    let header =
        CloudFrontHeader { key: some(name), value: value.to_owned(), ..Default::default() };
    (name.to_ascii_lowercase(), vec![header])
}

fn event(event_type: CloudFrontEventType, path: &str) -> CloudFrontEvent {
    let config = CloudFrontConfig {
        distribution_domain_name: some("d111111abcdef8.cloudfront.net"),
        distribution_id: some("EDFDVBD6EXAMPLE"),
        event_type: Some(event_type),
        request_id: some("4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="),
        ..Default::default()
    };
    let request = CloudFrontRequest {
        client_ip: some("203.0.113.178"),
        headers: Map::from([
            header("Host", "d111111abcdef8.cloudfront.net"),
            header("User-Agent", "a-client/1.0"),
        ]),
        method: "GET".to_owned(),
        uri: path.to_owned(),
        ..Default::default()
    };
    let cf = CloudFront { config, request: Some(request), ..Default::default() };
    let records = vec![CloudFrontRecord { cf, ..Default::default() }];
    CloudFrontEvent { records, ..Default::default() }
}

/// A request came from a viewer.
pub fn viewer_request(path: &str) -> Sample<CloudFrontEvent> {
    Sample(event(CloudFrontEventType::ViewerRequest, path))
}

/// The answer to a request goes out.
pub fn viewer_response(path: &str, status: u16) -> Sample<CloudFrontEvent> {
    let mut event = event(CloudFrontEventType::ViewerResponse, path);
    event.records[0].cf.response = Some(CloudFrontResponse {
        status,
        headers: Map::from([header("Server", "a-server")]),
        ..Default::default()
    });
    Sample(event)
}
