//! Who asks.

use lambda_events_macros::model;

use crate::{Map, RawJson};

/// Who asks. Which fields there are depends on how the API is authorized: see [`kind`](Self::kind).
///
/// Source: AWS AppSync developer guide, "AppSync resolver mapping template context reference",
/// "Identity".
#[model]
pub struct AppSyncIdentity {
    /// IAM: the account.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// Cognito and OIDC: the claims of the token.
    #[key = "claims"]
    pub claims: Option<Map<RawJson>>,
    /// IAM with Cognito: how the user signed in.
    #[key = "cognitoIdentityAuthProvider"]
    pub cognito_identity_auth_provider: Option<String>,
    /// IAM with Cognito: `authenticated` or `unauthenticated`.
    #[key = "cognitoIdentityAuthType"]
    pub cognito_identity_auth_type: Option<String>,
    /// IAM with Cognito: the identity.
    #[key = "cognitoIdentityId"]
    pub cognito_identity_id: Option<String>,
    /// IAM with Cognito: the identity pool.
    #[key = "cognitoIdentityPoolId"]
    pub cognito_identity_pool_id: Option<String>,
    /// Cognito: `ALLOW` or `DENY`, of the API.
    #[key = "defaultAuthStrategy"]
    pub default_auth_strategy: Option<String>,
    /// Cognito: the groups of the user; null when there are none.
    #[key = "groups"]
    pub groups: Option<Vec<String>>,
    /// Cognito and OIDC: who made the token.
    #[key = "issuer"]
    pub issuer: Option<String>,
    /// Lambda: what the authorizer answered.
    #[key = "resolverContext"]
    pub resolver_context: Option<RawJson>,
    /// IAM and Cognito: the addresses of the client.
    #[key = "sourceIp"]
    pub source_ip: Option<Vec<String>>,
    /// Cognito and OIDC: the id of the user.
    #[key = "sub"]
    pub sub: Option<String>,
    /// IAM: the id of the user.
    #[key = "user"]
    pub user: Option<String>,
    /// IAM: the ARN of the user.
    #[key = "userArn"]
    pub user_arn: Option<String>,
    /// IAM and Cognito: the name of the user.
    #[key = "username"]
    pub username: Option<String>,
}

/// How an API is authorized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AppSyncIdentityKind {
    /// By IAM, also with identities of Cognito.
    Iam,
    /// By a user pool of Cognito.
    Cognito,
    /// By another provider of OpenID Connect.
    Oidc,
    /// By a function.
    Lambda,
}

impl AppSyncIdentity {
    /// How the API is authorized; none for an identity of a kind that is not known.
    pub fn kind(&self) -> Option<AppSyncIdentityKind> {
        Some(match self {
            Self { resolver_context: Some(_), .. } => AppSyncIdentityKind::Lambda,
            Self { user_arn: Some(_), .. } | Self { account_id: Some(_), .. } => {
                AppSyncIdentityKind::Iam
            }
            Self { username: Some(_), .. } | Self { default_auth_strategy: Some(_), .. } => {
                AppSyncIdentityKind::Cognito
            }
            Self { claims: Some(_), .. } => AppSyncIdentityKind::Oidc,
            _ => return None,
        })
    }
}
