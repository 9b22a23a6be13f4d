//! Events of AWS Config.

use super::{ACCOUNT, Sample, TIME, arn, some};
use crate::{Json, RawJson, config::ConfigEvent};

/// A resource changed, by its type and id.
pub fn change(rule: &str, resource_type: &str, resource: &str) -> Sample<ConfigEvent> {
    invoked(
        rule,
        serde_json::json!({
            "configurationItem": {
                "resourceType": resource_type,
                "resourceId": resource,
                "configurationItemStatus": "OK",
                "configurationItemCaptureTime": TIME,
                "awsAccountId": ACCOUNT,
            },
            "notificationCreationTime": TIME,
            "messageType": "ConfigurationItemChangeNotification",
            "recordVersion": "1.3",
        }),
    )
}

/// A rule's schedule is due.
pub fn scheduled(rule: &str) -> Sample<ConfigEvent> {
    invoked(
        rule,
        serde_json::json!({
            "awsAccountId": ACCOUNT,
            "notificationCreationTime": TIME,
            "messageType": "ScheduledNotification",
            "recordVersion": "1.0",
        }),
    )
}

fn invoked(rule: &str, event: serde_json::Value) -> Sample<ConfigEvent> {
    Sample(ConfigEvent {
        account_id: some(ACCOUNT),
        config_rule_arn: Some(arn("config", "config-rule/config-rule-0123456")),
        config_rule_id: some("config-rule-0123456"),
        config_rule_name: rule.to_owned(),
        event_left_scope: Some(false),
        execution_role_arn: some("arn:aws:iam::123456789012:role/config-role"),
        invoking_event: Json::new(RawJson::of(&event.to_string())).expect("it is JSON"),
        result_token: "a-result-token".to_owned(),
        version: some("1.0"),
        ..Default::default()
    })
}
