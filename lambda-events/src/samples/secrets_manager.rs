//! Events of AWS Secrets Manager.

use super::{Sample, arn, id};
use crate::secrets_manager::{RotationStep, SecretsManagerRotation};

/// A step of the rotation of a secret.
pub fn rotation(secret: &str, step: RotationStep) -> Sample<SecretsManagerRotation> {
    Sample(SecretsManagerRotation {
        client_request_token: id(1),
        secret_id: arn("secretsmanager", &format!("secret:{secret}-AbCdEf")),
        step,
        ..Default::default()
    })
}
