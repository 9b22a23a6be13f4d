//! AWS Config: custom rules.
//!
//! Source: AWS Config developer guide, "Example events for AWS Config rules", read 2026-11-26. Shown by
//! the fixtures in `fixtures/config`.

use lambda_events_macros::model;

use crate::{Json, RawJson, ResponseFor};

/// A rule is to be evaluated. There is no answer: the function calls `PutEvaluations` with the
/// `result_token`.
///
/// Source: AWS Config developer guide, "Example events for AWS Config rules".
#[model(Config)]
pub struct ConfigEvent<I = Json<RawJson>, P = Json<RawJson>> {
    /// The account of the rule.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The ARN of the rule.
    #[key = "configRuleArn"]
    pub config_rule_arn: Option<String>,
    /// The id of the rule.
    #[key = "configRuleId"]
    pub config_rule_id: Option<String>,
    /// The name of the rule.
    #[key = "configRuleName"]
    #[required]
    pub config_rule_name: String,
    /// `DETECTIVE`, or `PROACTIVE` before a resource is made.
    #[key = "evaluationMode"]
    pub evaluation_mode: Option<String>,
    /// Whether the resource is no longer in the rule's scope.
    #[key = "eventLeftScope"]
    pub event_left_scope: Option<bool>,
    /// The role of AWS Config.
    #[key = "executionRoleArn"]
    pub execution_role_arn: Option<String>,
    /// What made the rule be evaluated: a change of a resource, or a schedule. Of a resource that
    /// is too large it has a `configurationItemSummary` in place of the `configurationItem`.
    #[key = "invokingEvent"]
    #[required]
    #[json_string]
    pub invoking_event: I,
    /// What `PutEvaluations` is given; `TESTMODE` in a test.
    #[key = "resultToken"]
    pub result_token: String,
    /// The parameters of the rule; absent when it has none.
    #[key = "ruleParameters"]
    #[json_string]
    pub rule_parameters: Option<P>,
    /// `1.0`.
    #[key = "version"]
    pub version: Option<String>,
}

impl<I, P> ResponseFor<ConfigEvent<I, P>> for () {}
