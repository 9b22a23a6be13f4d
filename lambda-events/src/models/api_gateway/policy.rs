//! Lambda authorizers: what they answer.

use lambda_events_macros::model;

use crate::{Map, RawJson, codec::kinds::words};

/// An IAM policy: who it is, and what they may call.
///
/// Source: Amazon API Gateway developer guide, "Output from an API Gateway Lambda authorizer".
#[model]
pub struct AuthorizerResponse {
    /// Who it is: asked for, and not empty.
    #[key = "principalId"]
    pub principal_id: String,
    /// What they may call.
    #[key = "policyDocument"]
    pub policy_document: PolicyDocument,
    /// What the function gets under `authorizer`: texts, numbers and truth values only.
    #[key = "context"]
    pub context: Option<Map<RawJson>>,
    /// The API key of the usage plan; absent without one.
    #[key = "usageIdentifierKey"]
    pub usage_identifier_key: Option<String>,
}

impl AuthorizerResponse {
    /// They may call this: the `method_arn` or `route_arn` of the request, or a pattern of them.
    pub fn allow(principal: impl Into<String>, resource: impl Into<String>) -> Self {
        Self::of(PolicyEffect::Allow, principal.into(), resource.into())
    }

    /// They may not call this: the caller gets a 403.
    pub fn deny(principal: impl Into<String>, resource: impl Into<String>) -> Self {
        Self::of(PolicyEffect::Deny, principal.into(), resource.into())
    }

    fn of(effect: PolicyEffect, principal_id: String, resource: String) -> Self {
        let statement = PolicyStatement {
            action: vec!["execute-api:Invoke".to_owned()],
            effect,
            resource: Some(vec![resource]),
            ..PolicyStatement::default()
        };
        let policy_document = PolicyDocument {
            version: "2012-10-17".to_owned(),
            statement: vec![statement],
            ..PolicyDocument::default()
        };
        Self { principal_id, policy_document, ..Self::default() }
    }
}

/// An IAM policy.
///
/// Source: IAM user guide, "IAM JSON policy elements reference".
#[model]
pub struct PolicyDocument {
    /// `2012-10-17`.
    #[key = "Version"]
    pub version: String,
    /// Its id; absent for most.
    #[key = "Id"]
    pub id: Option<String>,
    /// Its statements.
    #[key = "Statement"]
    pub statement: Vec<PolicyStatement>,
}

/// A statement of an IAM policy. One text in the place of a list is a list of one.
///
/// Source: IAM user guide, "IAM JSON policy elements reference".
#[model]
pub struct PolicyStatement {
    /// Its id; absent for most.
    #[key = "Sid"]
    pub sid: Option<String>,
    /// The actions: `execute-api:Invoke`.
    #[key = "Action"]
    pub action: Vec<String>,
    /// Whether they are allowed.
    #[key = "Effect"]
    pub effect: PolicyEffect,
    /// On what.
    #[key = "Resource"]
    pub resource: Option<Vec<String>>,
    /// For whom; absent in a policy that belongs to somebody.
    #[key = "Principal"]
    pub principal: Option<RawJson>,
    /// All but these actions; absent for most.
    #[key = "NotAction"]
    pub not_action: Option<Vec<String>>,
    /// On all but these; absent for most.
    #[key = "NotResource"]
    pub not_resource: Option<Vec<String>>,
    /// On which conditions; absent for most.
    #[key = "Condition"]
    pub condition: Option<Map<RawJson>>,
}

words! {
    /// Whether a statement allows.
    ///
    /// Source: IAM user guide, "IAM JSON policy elements: Effect".
    pub enum PolicyEffect {
        /// It allows.
        #[word = "Allow"]
        Allow,
        /// It denies, whatever else allows.
        #[word = "Deny"]
        Deny,
    }
}

/// Yes or no, from an authorizer of an HTTP API with simple responses.
///
/// Source: Amazon API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda
/// authorizers".
#[model]
pub struct SimpleAuthorizerResponse {
    /// Whether the request may pass.
    #[key = "isAuthorized"]
    pub is_authorized: bool,
    /// What the function gets under `authorizer.lambda`.
    #[key = "context"]
    pub context: Option<Map<RawJson>>,
}

impl From<bool> for SimpleAuthorizerResponse {
    fn from(is_authorized: bool) -> Self {
        Self { is_authorized, ..Self::default() }
    }
}
