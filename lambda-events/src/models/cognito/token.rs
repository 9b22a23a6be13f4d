//! Before tokens are made.

use lambda_events_macros::model;

use super::event;
use crate::{Map, RawJson, StringMap};

event! {
    CognitoTokenGeneration
    /// Tokens are made, version 1: the ID token may be changed. Occasions:
    /// `TokenGeneration_HostedAuth`, `TokenGeneration_Authentication`,
    /// `TokenGeneration_NewPasswordChallenge`, `TokenGeneration_AuthenticateDevice`,
    /// `TokenGeneration_RefreshTokens`.
    CognitoTokenGenerationEvent = CognitoTokenGenerationRequest, CognitoTokenGenerationResponse;
    CognitoTokenGenerationV2
    /// Tokens are made, versions 2 and 3: the access token may be changed too. Version 3 comes for
    /// machines besides: `TokenGeneration_ClientCredentials`.
    CognitoTokenGenerationV2Event = CognitoTokenGenerationV2Request, CognitoTokenGenerationV2Response;
}

/// For whom tokens are made.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoTokenGenerationRequest {
    /// The attributes of the user.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// The groups of the user; null when there are none.
    #[key = "groupConfiguration"]
    pub group_configuration: Option<CognitoGroups>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
}

/// What changes in the ID token.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoTokenGenerationResponse {
    /// The claims and groups; null changes nothing.
    #[key = "claimsOverrideDetails"]
    pub claims_override_details: Option<CognitoClaims>,
}

/// Claims and groups of an ID token.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoClaims {
    /// Claims that are added or have another value.
    #[key = "claimsToAddOrOverride"]
    pub claims_to_add_or_override: StringMap,
    /// Claims that are left out.
    #[key = "claimsToSuppress"]
    pub claims_to_suppress: Option<Vec<String>>,
    /// Groups in the place of the user's.
    #[key = "groupOverrideDetails"]
    pub group_override_details: Option<CognitoGroups>,
}

/// Groups of a user, with their roles.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoGroups {
    /// The groups.
    #[key = "groupsToOverride"]
    pub groups_to_override: Option<Vec<String>>,
    /// The roles of the groups.
    #[key = "iamRolesToOverride"]
    pub iam_roles_to_override: Option<Vec<String>>,
    /// The role of the user.
    #[key = "preferredRole"]
    pub preferred_role: Option<String>,
}

/// For whom, and for what, tokens are made.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoTokenGenerationV2Request {
    /// The attributes of the user; none for a machine.
    #[key = "userAttributes"]
    pub user_attributes: StringMap,
    /// The scopes of the access token.
    #[key = "scopes"]
    pub scopes: Option<Vec<String>>,
    /// The groups of the user; null when there are none.
    #[key = "groupConfiguration"]
    pub group_configuration: Option<CognitoGroups>,
    /// What the program gave besides; absent when it gave nothing.
    #[key = "clientMetadata"]
    pub client_metadata: StringMap,
}

/// What changes in the tokens.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoTokenGenerationV2Response {
    /// The changes; null or absent changes nothing.
    #[key = "claimsAndScopeOverrideDetails"]
    pub claims_and_scope_override_details: Option<CognitoTokenChanges>,
}

/// Changes of both tokens.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoTokenChanges {
    /// Of the ID token.
    #[key = "idTokenGeneration"]
    pub id_token_generation: Option<CognitoIdTokenChanges>,
    /// Of the access token.
    #[key = "accessTokenGeneration"]
    pub access_token_generation: Option<CognitoAccessTokenChanges>,
    /// Groups in the place of the user's.
    #[key = "groupOverrideDetails"]
    pub group_override_details: Option<CognitoGroups>,
}

/// Changes of an ID token.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoIdTokenChanges {
    /// Claims that are added or have another value, of any shape.
    #[key = "claimsToAddOrOverride"]
    pub claims_to_add_or_override: Option<Map<RawJson>>,
    /// Claims that are left out.
    #[key = "claimsToSuppress"]
    pub claims_to_suppress: Option<Vec<String>>,
}

/// Changes of an access token.
///
/// Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger".
#[model]
pub struct CognitoAccessTokenChanges {
    /// Claims that are added or have another value, of any shape.
    #[key = "claimsToAddOrOverride"]
    pub claims_to_add_or_override: Option<Map<RawJson>>,
    /// Claims that are left out.
    #[key = "claimsToSuppress"]
    pub claims_to_suppress: Option<Vec<String>>,
    /// Scopes that are added.
    #[key = "scopesToAdd"]
    pub scopes_to_add: Option<Vec<String>>,
    /// Scopes that are left out.
    #[key = "scopesToSuppress"]
    pub scopes_to_suppress: Option<Vec<String>>,
}
