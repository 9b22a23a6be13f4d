//! Requests of a service of Amazon VPC Lattice.

use super::{REGION, Sample, TIME_MILLIS, arn, some};
use crate::{
    Headers, MultiHeaders,
    vpc_lattice::{VpcLatticeContext, VpcLatticeIdentity, VpcLatticeRequest, VpcLatticeV1Request},
};

/// A request without query or body.
pub fn request(method: &str, path: &str) -> Sample<VpcLatticeRequest> {
    let identity = VpcLatticeIdentity {
        source_vpc_arn: Some(arn("ec2", "vpc/vpc-0123456789abcdef0")),
        ..Default::default()
    };
    let request_context = VpcLatticeContext {
        service_network_arn: arn("vpc-lattice", "servicenetwork/sn-0123456789abcdef0"),
        service_arn: arn("vpc-lattice", "service/svc-0123456789abcdef0"),
        target_group_arn: arn("vpc-lattice", "targetgroup/tg-0123456789abcdef0"),
        identity: Some(identity),
        region: some(REGION),
        time_epoch: Some((TIME_MILLIS * 1000).to_string()),
        ..Default::default()
    };
    Sample(VpcLatticeRequest {
        version: some("2.0"),
        path: path.to_owned(),
        method: method.to_owned(),
        headers: MultiHeaders::from_iter([
            ("host", "a-service.vpc-lattice-svcs.us-east-1.on.aws"),
            ("x-forwarded-for", "10.0.0.1"),
        ]),
        request_context,
        ..Default::default()
    })
}

/// A request in the older form, without query or body.
pub fn v1(method: &str, path: &str) -> Sample<VpcLatticeV1Request> {
    Sample(VpcLatticeV1Request {
        raw_path: path.to_owned(),
        method: method.to_owned(),
        headers: Headers::from([
            ("host", "a-service.vpc-lattice-svcs.us-east-1.on.aws"),
            ("x-forwarded-for", "10.0.0.1"),
        ]),
        body: Some(String::new()),
        ..Default::default()
    })
}

impl Sample<VpcLatticeRequest> {
    /// The same with a body of text.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }
}

impl Sample<VpcLatticeV1Request> {
    /// The same with a body of text.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }
}
