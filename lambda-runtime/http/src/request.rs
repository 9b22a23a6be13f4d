//! From an event to a request.

use std::{borrow::Cow, net::IpAddr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use lambda_events::Trigger;
use lambda_runtime::{Context, Error};

use crate::{
    Body, Event, FrontEnd,
    event::{RawEvent, Text},
    front_end::NotARequest,
    headers::headers,
    path::PathRule,
    uri::{Form, UriBuilder},
};

/// What is known of a request beyond itself when its response is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) front_end: FrontEnd,
    /// Whether a load balancer sends, and takes, several values of a header.
    pub(crate) multi_value: bool,
    pub(crate) is_head: bool,
}

/// Reads an event, and makes the request of it.
pub(crate) fn request(
    payload: Bytes,
    context: Arc<Context>,
    rule: &PathRule,
) -> Result<(Request<Body>, Asked), Error> {
    let event: RawEvent<'_> = match serde_json::from_slice(&payload) {
        Ok(event) => event,
        Err(error) => return Err(unreadable(&payload, error)),
    };
    let Some(front_end) = FrontEnd::of(&event) else {
        return Err(NotARequest { trigger: Trigger::detect(&payload) }.into());
    };
    let mut request = Request::new(body(&event, &payload)?);
    *request.method_mut() = method(&event, front_end)?;
    *request.uri_mut() = uri(&event, front_end, rule)?;
    *request.headers_mut() = headers(&event, &payload)?;
    let client_ip = client_ip(&event, request.headers());
    let asked = Asked {
        front_end,
        multi_value: event.multi_headers.is_some(),
        is_head: *request.method() == Method::HEAD,
    };
    request.extensions_mut().insert(Event { payload, front_end, context, client_ip });
    Ok((request, asked))
}

/// A request that is malformed is named by what is wrong with it, anything else by what it is.
#[cold]
fn unreadable(payload: &[u8], error: serde_json::Error) -> Error {
    let trigger = Trigger::detect(payload);
    let is_a_request = matches!(
        trigger,
        Some(
            Trigger::Alb
                | Trigger::ApiGatewayHttp
                | Trigger::ApiGatewayRest
                | Trigger::ApiGatewayWebSocket
                | Trigger::FunctionUrl
                | Trigger::VpcLattice
                | Trigger::VpcLatticeV1
        )
    );
    if is_a_request { error.into() } else { NotARequest { trigger }.into() }
}

/// The bytes of the body: a slice of the event where it has them as they are.
fn body(event: &RawEvent<'_>, payload: &Bytes) -> Result<Body, Error> {
    let Some(json) = event.body else { return Ok(Body::empty()) };
    // A text without escapes is what stands between its quotes.
    let plain = json.get().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let plain = plain.filter(|text| !text.contains('\\'));
    let text = match plain {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(serde_json::from_str::<String>(json.get())?),
    };
    Ok(match (event.is_base64, text) {
        (true, text) => Body::from(STANDARD.decode(text.as_bytes()).map_err(|error| {
            format!(
                "the body of the request is not in base64, as `isBase64Encoded` states: {error}"
            )
        })?),
        (false, Cow::Borrowed(text)) => Body::from(payload.slice_ref(text.as_bytes())),
        (false, Cow::Owned(text)) => Body::from(text),
    })
}

fn method(event: &RawEvent<'_>, front_end: FrontEnd) -> Result<Method, Error> {
    let of_http = event.context.http.as_ref().and_then(|http| http.method.as_deref());
    match of_http.or(event.method.as_deref()) {
        Some(method) => Ok(Method::from_bytes(method.as_bytes()).map_err(|_| {
            format!("the method of the request is {method:?}: expected a token of HTTP")
        })?),
        // The upgrade is a GET; messages have no method.
        None if front_end == FrontEnd::WebSocket => {
            let connects = event.context.event_type.as_deref() == Some("CONNECT");
            Ok(if connects { Method::GET } else { Method::POST })
        }
        None => Err("the request has no method".into()),
    }
}

fn text<'t>(text: &'t Text<'_>) -> &'t str {
    text.as_deref().unwrap_or_default()
}

fn uri(event: &RawEvent<'_>, front_end: FrontEnd, rule: &PathRule) -> Result<http::Uri, Error> {
    let context = &event.context;
    let (path, query) = match front_end {
        FrontEnd::HttpApi | FrontEnd::FunctionUrl => {
            let path = rule.of_raw(text(&event.raw_path), context.stage.as_deref());
            (path, Query::Raw(text(&event.raw_query)))
        }
        FrontEnd::LatticeV1 => {
            let path = text(&event.raw_path);
            let (path, query) = path.split_once('?').unwrap_or((path, ""));
            (rule.of_path(path), Query::Raw(query))
        }
        // A message has no path: its route is one.
        FrontEnd::WebSocket => {
            (context.route_key.as_deref().unwrap_or("$default"), Query::Pairs(Form::Decoded))
        }
        FrontEnd::RestApi => {
            let path = rule.of_rest(text(&event.path), text(&context.path));
            (path, Query::Pairs(Form::Decoded))
        }
        FrontEnd::LoadBalancer => (rule.of_path(text(&event.path)), Query::Pairs(Form::Encoded)),
        FrontEnd::Lattice => (rule.of_path(text(&event.path)), Query::Pairs(Form::Decoded)),
    };
    let mut uri = UriBuilder::new(path, 64);
    match (query, event.multi_query.or(event.query)) {
        (Query::Raw(query), _) => uri.raw_query(query),
        (Query::Pairs(form), Some(pairs)) => uri.pairs(pairs, form)?,
        (Query::Pairs(_), None) => {}
    }
    Ok(uri.build()?)
}

/// Where the query stands.
enum Query<'q> {
    /// In one text.
    Raw(&'q str),
    /// In a map of names and values.
    Pairs(Form),
}

/// The address of the client, as the front end states it; that of a load balancer is the last one that it added.
fn client_ip(event: &RawEvent<'_>, headers: &HeaderMap) -> Option<IpAddr> {
    let http = event.context.http.as_ref().and_then(|http| http.source_ip.as_deref());
    if let Some(stated) = http.or(event.context.source_ip.as_deref()) {
        return stated.parse().ok();
    }
    let added = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    added.rsplit(',').next()?.trim().parse().ok()
}
