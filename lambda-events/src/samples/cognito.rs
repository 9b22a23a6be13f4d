//! Events of the user pool `us-east-1_APool00`.

use super::{REGION, Sample, some};
use crate::{Field, RawJson, StringMap, cognito::*};

fn event<Q: Field, R: Field>(source: &str, request: Q, response: R) -> Sample<CognitoEvent<Q, R>> {
    Sample(CognitoEvent {
        version: some("1"),
        trigger_source: source.to_owned(),
        region: some(REGION),
        user_pool_id: "us-east-1_APool00".to_owned(),
        user_name: some("somebody"),
        caller_context: CognitoCaller {
            aws_sdk_version: some("aws-sdk-unknown-unknown"),
            client_id: some("1example23456789"),
            ..Default::default()
        },
        request,
        response,
        ..Default::default()
    })
}

fn nothing() -> RawJson {
    RawJson::of("{}")
}

fn attributes(email: &str) -> StringMap {
    StringMap::from([("sub", "00000000-0000-4000-8000-000000000001"), ("email", email)])
}

/// Somebody with this email address signs up.
pub fn pre_sign_up(email: &str) -> Sample<CognitoPreSignUpEvent> {
    let user_attributes = attributes(email);
    let request = CognitoPreSignUpRequest { user_attributes, ..Default::default() };
    event("PreSignUp_SignUp", request, CognitoPreSignUpResponse::default())
}

/// A user with this email address was confirmed.
pub fn post_confirmation(email: &str) -> Sample<CognitoPostConfirmationEvent> {
    let user_attributes = attributes(email);
    let request = CognitoPostConfirmationRequest { user_attributes, ..Default::default() };
    event("PostConfirmation_ConfirmSignUp", request, nothing())
}

/// A user with this email address signs in.
pub fn pre_authentication(email: &str) -> Sample<CognitoPreAuthenticationEvent> {
    let user_attributes = attributes(email);
    let request = CognitoPreAuthenticationRequest { user_attributes, ..Default::default() };
    event("PreAuthentication_Authentication", request, nothing())
}

/// A user with this email address has signed in.
pub fn post_authentication(email: &str) -> Sample<CognitoPostAuthenticationEvent> {
    let request = CognitoPostAuthenticationRequest {
        user_attributes: attributes(email),
        new_device_used: Some(false),
        ..Default::default()
    };
    event("PostAuthentication_Authentication", request, nothing())
}

/// Somebody that the pool does not know signs in with this password.
pub fn user_migration(password: &str) -> Sample<CognitoUserMigrationEvent> {
    let request = CognitoUserMigrationRequest { password: some(password), ..Default::default() };
    event("UserMigration_Authentication", request, CognitoUserMigrationResponse::default())
}

/// Tokens are made for a user with this email address, version 1.
pub fn token_generation(email: &str) -> Sample<CognitoTokenGenerationEvent> {
    let request = CognitoTokenGenerationRequest {
        user_attributes: attributes(email),
        group_configuration: Some(CognitoGroups {
            groups_to_override: Some(Vec::new()),
            iam_roles_to_override: Some(Vec::new()),
            ..Default::default()
        }),
        ..Default::default()
    };
    event("TokenGeneration_Authentication", request, CognitoTokenGenerationResponse::default())
}

/// Tokens are made for a user with this email address and these scopes, version 2.
pub fn token_generation_v2(email: &str, scopes: &[&str]) -> Sample<CognitoTokenGenerationV2Event> {
    let request = CognitoTokenGenerationV2Request {
        user_attributes: attributes(email),
        scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()),
        ..Default::default()
    };
    let response = CognitoTokenGenerationV2Response::default();
    event("TokenGeneration_Authentication", request, response)
        .with(|event| event.version = some("2"))
}

/// A machine asks for a token with these scopes, version 3.
pub fn client_credentials(scopes: &[&str]) -> Sample<CognitoTokenGenerationV2Event> {
    token_generation_v2("", scopes).with(|event| {
        event.version = some("3");
        event.trigger_source = "TokenGeneration_ClientCredentials".to_owned();
        event.user_name = None;
        event.request.user_attributes = StringMap::default();
    })
}

/// Which challenge comes after these.
pub fn define_auth_challenge(
    session: Vec<CognitoChallengeResult>,
) -> Sample<CognitoDefineAuthChallengeEvent> {
    let request = CognitoDefineAuthChallengeRequest {
        user_attributes: attributes("somebody@example.com"),
        session,
        ..Default::default()
    };
    let response = CognitoDefineAuthChallengeResponse::default();
    event("DefineAuthChallenge_Authentication", request, response)
}

/// A challenge of one's own is to be made.
pub fn create_auth_challenge() -> Sample<CognitoCreateAuthChallengeEvent> {
    let request = CognitoCreateAuthChallengeRequest {
        user_attributes: attributes("somebody@example.com"),
        challenge_name: some("CUSTOM_CHALLENGE"),
        ..Default::default()
    };
    let response = CognitoCreateAuthChallengeResponse::default();
    event("CreateAuthChallenge_Authentication", request, response)
}

/// This answer is to be judged; the other function kept that one as `answer`.
pub fn verify_auth_challenge(answer: &str, kept: &str) -> Sample<CognitoVerifyAuthChallengeEvent> {
    let request = CognitoVerifyAuthChallengeRequest {
        user_attributes: attributes("somebody@example.com"),
        private_challenge_parameters: StringMap::from([("answer", kept)]),
        challenge_answer: some(answer),
        ..Default::default()
    };
    let response = CognitoVerifyAuthChallengeResponse::default();
    event("VerifyAuthChallengeResponse_Authentication", request, response)
}

/// A message is sent to this email address.
pub fn custom_message(email: &str) -> Sample<CognitoCustomMessageEvent> {
    let request = CognitoCustomMessageRequest {
        user_attributes: attributes(email),
        code_parameter: some("{####}"),
        link_parameter: some("{##Click Here##}"),
        ..Default::default()
    };
    event("CustomMessage_SignUp", request, CognitoCustomMessageResponse::default())
}

/// An email with this encrypted code is to be sent.
pub fn custom_email(code: &str) -> Sample<CognitoCustomEmailSenderEvent> {
    let request = CognitoEmailSenderRequest {
        kind: some("customEmailSenderRequestV1"),
        code: some(code),
        user_attributes: attributes("somebody@example.com"),
        ..Default::default()
    };
    event("CustomEmailSender_SignUp", request, nothing())
}

/// A text message with this encrypted code is to be sent.
pub fn custom_sms(code: &str) -> Sample<CognitoCustomSmsSenderEvent> {
    let request = CognitoSmsSenderRequest {
        kind: some("customSMSSenderRequestV1"),
        code: some(code),
        user_attributes: attributes("somebody@example.com"),
        ..Default::default()
    };
    event("CustomSMSSender_SignUp", request, nothing())
}

/// Somebody with this email address signs in with a provider of OIDC.
pub fn inbound_federation(email: &str) -> Sample<CognitoInboundFederationEvent> {
    let claims = serde_json::json!({ "sub": "user123", "email": email });
    let attributes = CognitoFederationAttributes {
        id_token: RawJson::new(&claims).ok(),
        user_info: RawJson::new(&claims).ok(),
        ..Default::default()
    };
    let request = CognitoInboundFederationRequest {
        provider_name: some("AProvider"),
        provider_type: some("OIDC"),
        attributes,
        ..Default::default()
    };
    event(
        "InboundFederation_ExternalProvider",
        request,
        CognitoInboundFederationResponse::default(),
    )
}

/// A record of a dataset is replaced.
pub fn sync(name: &str, value: &str) -> Sample<CognitoSyncEvent> {
    let record = CognitoSyncRecord {
        new_value: some(value),
        op: "replace".to_owned(),
        ..Default::default()
    };
    Sample(CognitoSyncEvent {
        version: Some(2),
        event_type: some("SyncTrigger"),
        region: some(REGION),
        identity_pool_id: "us-east-1:a-pool".to_owned(),
        identity_id: some("us-east-1:an-identity"),
        dataset_name: "a-dataset".to_owned(),
        dataset_records: crate::Map::from([(name, record)]),
        ..Default::default()
    })
}
