//! Requests of a load balancer.

use serde::Serialize;

use super::{Sample, arn};
use crate::{
    Headers, Map, MultiHeaders,
    alb::{AlbContext, AlbRequest, AlbTargetGroup},
    http,
};

/// A request to a target group without multi-value headers, without query or body.
pub fn request(method: &str, path: &str) -> Sample<AlbRequest> {
    let target_group_arn = arn("elasticloadbalancing", "targetgroup/a-function/49e9d65c45c6791a");
    let elb = AlbTargetGroup { target_group_arn, ..Default::default() };
    Sample(AlbRequest {
        request_context: AlbContext { elb, ..Default::default() },
        http_method: method.to_owned(),
        path: path.to_owned(),
        headers: Headers::from([
            ("host", "a-balancer-1234567890.us-east-1.elb.amazonaws.com"),
            ("user-agent", "a-client/1.0"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]),
        body: Some(String::new()),
        ..Default::default()
    })
}

/// A `GET`.
pub fn get(path: &str) -> Sample<AlbRequest> {
    request("GET", path)
}

/// A `POST`.
pub fn post(path: &str) -> Sample<AlbRequest> {
    request("POST", path)
}

impl Sample<AlbRequest> {
    /// The same to a target group with multi-value headers. Headers and query that are set later are
    /// set in that form.
    pub fn multi_value(mut self) -> Self {
        let headers = std::mem::take(&mut self.headers);
        self.multi_value_headers = MultiHeaders::from_iter(headers.iter());
        let query = std::mem::take(&mut self.query_string_parameters);
        let query = query.iter().map(|(name, value)| (name, vec![value.to_owned()]));
        self.multi_value_query_string_parameters = Some(query.collect());
        self
    }

    /// The same with a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = name.to_ascii_lowercase();
        match self.is_multi_value() {
            true => self.multi_value_headers.append(&name, value),
            false => self.headers.insert(&name, value),
        }
        self
    }

    /// The same with a parameter in the query, which a load balancer does not decode.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        if self.is_multi_value() {
            let all = self.multi_value_query_string_parameters.get_or_insert_with(Map::default);
            let mut values = all.get(name).cloned().unwrap_or_default();
            values.push(value.to_owned());
            all.insert(name, values);
        } else {
            self.query_string_parameters.insert(name, value);
        }
        self
    }

    /// The same with a body of text.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The same with a value as JSON, and the content type that says so.
    ///
    /// # Errors
    ///
    /// The value has no form in JSON.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Result<Self, serde_json::Error> {
        let body = http::to_json(value)?;
        Ok(self.header("content-type", "application/json").body(body))
    }
}
