//! Requests to an access point of S3 Object Lambda.

use super::{ACCOUNT, Sample, arn, id, some};
use crate::{
    Headers,
    s3_object_lambda::{
        S3GetObjectContext, S3InputContext, S3ObjectLambdaConfiguration, S3ObjectLambdaEvent,
        S3ObjectLambdaIdentity, S3UserRequest,
    },
};

const HOST: &str = "an-access-point-123456789012.s3-object-lambda.us-east-1.amazonaws.com";

fn request(key: &str) -> S3ObjectLambdaEvent {
    S3ObjectLambdaEvent {
        x_amz_request_id: id(1),
        configuration: S3ObjectLambdaConfiguration {
            access_point_arn: arn("s3-object-lambda", "accesspoint/an-access-point"),
            supporting_access_point_arn: arn("s3", "accesspoint/a-supporting-one"),
            payload: "{}".to_owned(),
            ..Default::default()
        },
        user_request: S3UserRequest {
            url: format!("https://{HOST}/{key}"),
            headers: Headers::from([("Host", HOST), ("Accept-Encoding", "identity")]),
            ..Default::default()
        },
        user_identity: S3ObjectLambdaIdentity {
            kind: some("IAMUser"),
            principal_id: some("AIDACKCEVSQ6C2EXAMPLE"),
            arn: Some(format!("arn:aws:iam::{ACCOUNT}:user/somebody")),
            account_id: some(ACCOUNT),
            access_key_id: some("AKIAIOSFODNN7EXAMPLE"),
            user_name: some("somebody"),
            ..Default::default()
        },
        protocol_version: some("1.00"),
        ..Default::default()
    }
}

fn input(key: &str) -> String {
    format!(
        "https://a-supporting-one-{ACCOUNT}.s3-accesspoint.us-east-1.amazonaws.com/{key}?X-Amz-Signature=a-signature"
    )
}

/// An object is read.
pub fn get(key: &str) -> Sample<S3ObjectLambdaEvent> {
    let context = S3GetObjectContext {
        input_s3_url: input(key),
        output_route: "io-use1-001".to_owned(),
        output_token: "a-token".to_owned(),
        ..Default::default()
    };
    Sample(S3ObjectLambdaEvent { get_object_context: Some(context), ..request(key) })
}

/// An object's headers are read.
pub fn head(key: &str) -> Sample<S3ObjectLambdaEvent> {
    let context = S3InputContext { input_s3_url: input(key), ..Default::default() };
    Sample(S3ObjectLambdaEvent { head_object_context: Some(context), ..request(key) })
}
