//! The segment of a stage of API Gateway that is traced.
//!
//! Source: API Gateway developer guide, "Set up AWS X-Ray with API Gateway REST APIs".

use std::rc::Rc;

use serde_json::json;

use super::{Segment, segment::members, store::Store};
use crate::service::Function;

/// A request through a stage that is traced, until its response.
pub(crate) struct GatewayTrace {
    header: String,
    /// Where it is sampled, what is known of its segment.
    segment: Option<(Rc<Store>, Segment)>,
}

/// What a segment states of a request.
pub(crate) struct GatewayRequest<'a> {
    pub(crate) stage: &'a str,
    pub(crate) url: String,
    pub(crate) method: &'a str,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) client_ip: &'a str,
}

impl GatewayTrace {
    /// Begins with the trace header of the client, if it sent one.
    pub(crate) fn begin(
        function: &Function,
        incoming: Option<&str>,
        request: &GatewayRequest<'_>,
    ) -> Self {
        let caller = function.state.caller_trace(incoming);
        let Some([id, call]) = &caller.segments else {
            return Self { header: caller.header, segment: None };
        };
        let start_time = seconds(function);
        let lambda = Segment {
            id: call.clone(),
            name: "Lambda".to_owned(),
            namespace: Some("aws".to_owned()),
            start_time,
            other: members(json!({
                "aws": {"operation": "Invoke", "function_name": &*function.state.name},
                "http": {"request": {"method": "POST", "traced": true}},
            })),
            ..Segment::default()
        };
        let mut of_request =
            json!({"url": request.url, "method": request.method, "client_ip": request.client_ip});
        if let Some(user_agent) = request.user_agent {
            of_request["user_agent"] = json!(user_agent);
        }
        let segment = Segment {
            id: id.clone(),
            name: request.stage.to_owned(),
            trace_id: Some(caller.root),
            parent_id: caller.parent,
            origin: Some("AWS::ApiGateway::Stage".to_owned()),
            start_time,
            subsegments: vec![lambda],
            other: members(json!({
                "http": {"request": of_request},
                "aws": {"api_gateway": {"stage": request.stage.rsplit('/').next()}},
            })),
            ..Segment::default()
        };
        Self {
            header: caller.header,
            segment: Some((Store::of(&function.state.registry), segment)),
        }
    }

    /// The trace header that the function is invoked with.
    pub(crate) fn header(&self) -> &str {
        &self.header
    }

    /// Ends with the status of the response.
    pub(crate) fn end(self, function: &Function, status: u16) {
        let Some((store, mut segment)) = self.segment else { return };
        let end = Some(seconds(function));
        segment.end_time = end;
        (segment.error, segment.throttle) = ((400..500).contains(&status), status == 429);
        segment.fault = 500 <= status;
        segment.other["http"]["response"] = json!({"status": status});
        for call in &mut segment.subsegments {
            call.end_time = end;
        }
        store.put(segment);
    }
}

fn seconds(function: &Function) -> f64 {
    let since = function.now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64()
}
