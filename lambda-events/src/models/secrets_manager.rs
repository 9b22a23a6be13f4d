//! AWS Secrets Manager: rotation of a secret.
//!
//! Source: AWS Secrets Manager user guide, "Lambda rotation functions", read 2026-11-26. Shown by the
//! fixtures in `fixtures/secretsmanager`.

use lambda_events_macros::model;

use crate::{ResponseFor, codec::kinds::words};

/// A step of the rotation of a secret. There is no answer: Secrets Manager goes on with the next
/// step when the function has not failed.
///
/// Source: AWS Secrets Manager user guide, "Rotation function templates" and "Lambda rotation
/// functions".
#[model(SecretsManager)]
pub struct SecretsManagerRotation {
    /// The id of the secret's version that is being made.
    #[key = "ClientRequestToken"]
    pub client_request_token: String,
    /// Says that the request comes from the service; present where the function assumes a role of
    /// another account.
    #[key = "RotationToken"]
    pub rotation_token: Option<String>,
    /// The ARN of the secret.
    #[key = "SecretId"]
    #[required]
    pub secret_id: String,
    /// What is to be done.
    #[key = "Step"]
    #[required]
    pub step: RotationStep,
}

impl ResponseFor<SecretsManagerRotation> for () {}

words! {
    /// A step of a rotation, in their order.
    ///
    /// Source: AWS Secrets Manager user guide, "Lambda rotation functions".
    pub enum RotationStep {
        /// Make a new version of the secret.
        #[word = "createSecret"]
        CreateSecret,
        /// Change the credentials in the database or service.
        #[word = "setSecret"]
        SetSecret,
        /// Try the new version.
        #[word = "testSecret"]
        TestSecret,
        /// Make the new version the current one.
        #[word = "finishSecret"]
        FinishSecret,
    }
}
