//! Users of other providers.

use lambda_events_macros::model;

use super::event;
use crate::{RawJson, StringMap};

event! {
    CognitoInboundFederation
    /// A user of another provider signs in. Occasion: `InboundFederation_ExternalProvider`.
    CognitoInboundFederationEvent = CognitoInboundFederationRequest, CognitoInboundFederationResponse;
}

/// Who signs in, by which provider.
///
/// Source: Amazon Cognito developer guide, "Inbound federation Lambda trigger".
#[model]
pub struct CognitoInboundFederationRequest {
    /// The name of the provider in the pool.
    #[key = "providerName"]
    pub provider_name: Option<String>,
    /// `OIDC`, `SAML`, `Google`, `Facebook`, `LoginWithAmazon`, `SignInWithApple`.
    #[key = "providerType"]
    pub provider_type: Option<String>,
    /// What the provider said, by its kind.
    #[key = "attributes"]
    pub attributes: CognitoFederationAttributes,
}

/// What a provider said: of OIDC and social ones tokens and user, of SAML an assertion.
///
/// Source: Amazon Cognito developer guide, "Inbound federation Lambda trigger".
#[model]
pub struct CognitoFederationAttributes {
    /// Its answer with the tokens; absent for SAML.
    #[key = "tokenResponse"]
    pub token_response: Option<RawJson>,
    /// The claims of its ID token; absent for SAML.
    #[key = "idToken"]
    pub id_token: Option<RawJson>,
    /// Its answer about the user; absent for SAML.
    #[key = "userInfo"]
    pub user_info: Option<RawJson>,
    /// Its assertion; of SAML only.
    #[key = "samlResponse"]
    pub saml_response: Option<RawJson>,
}

/// The attributes that the user gets.
///
/// Source: Amazon Cognito developer guide, "Inbound federation Lambda trigger".
#[model]
pub struct CognitoInboundFederationResponse {
    /// The attributes.
    #[key = "userAttributesToMap"]
    pub user_attributes_to_map: StringMap,
}
