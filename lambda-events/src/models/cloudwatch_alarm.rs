//! CloudWatch alarms: Lambda actions.
//!
//! Source: Amazon CloudWatch user guide, "Invoke a Lambda function from an alarm", read 2026-11-26. Shown
//! by the fixtures in `fixtures/cloudwatch-alarm`.

use lambda_events_macros::model;

use crate::{Map, Number, RawJson, ResponseFor, codec::kinds::words};

/// An alarm that changed its state. Lambda is invoked asynchronously, so there is no answer.
///
/// Source: Amazon CloudWatch user guide, "Invoke a Lambda function from an alarm".
#[model(CloudWatchAlarm)]
pub struct CloudWatchAlarmEvent {
    /// `aws.cloudwatch`.
    #[key = "source"]
    pub source: Option<String>,
    /// The ARN of the alarm.
    #[key = "alarmArn"]
    pub alarm_arn: Option<String>,
    /// The account of the alarm.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// When it changed, in RFC 3339 but for an offset without a colon. See
    /// [`parse_rfc3339`](crate::time::parse_rfc3339).
    #[key = "time"]
    pub time: Option<String>,
    /// The region of the alarm.
    #[key = "region"]
    pub region: Option<String>,
    /// The alarm.
    #[key = "alarmData"]
    #[required]
    pub alarm_data: CloudWatchAlarmData,
}

impl ResponseFor<CloudWatchAlarmEvent> for () {}

/// An alarm.
///
/// Source: Amazon CloudWatch user guide, "Invoke a Lambda function from an alarm".
#[model]
pub struct CloudWatchAlarmData {
    /// Its name.
    #[key = "alarmName"]
    pub alarm_name: String,
    /// Its state now.
    #[key = "state"]
    pub state: CloudWatchAlarmState,
    /// Its state before.
    #[key = "previousState"]
    pub previous_state: Option<CloudWatchAlarmState>,
    /// How it is set up.
    #[key = "configuration"]
    pub configuration: Option<CloudWatchAlarmConfiguration>,
}

/// A state of an alarm.
///
/// Source: Amazon CloudWatch user guide, "Invoke a Lambda function from an alarm".
#[model]
pub struct CloudWatchAlarmState {
    /// The state.
    #[key = "value"]
    pub value: CloudWatchAlarmStateValue,
    /// Why, in words.
    #[key = "reason"]
    pub reason: Option<String>,
    /// Why, as JSON in the text; absent for some.
    #[key = "reasonData"]
    pub reason_data: Option<String>,
    /// Since when, in RFC 3339 but for an offset without a colon.
    #[key = "timestamp"]
    pub timestamp: Option<String>,
    /// What holds the actions back; composite alarms only, and absent when nothing does.
    #[key = "actionsSuppressedBy"]
    pub actions_suppressed_by: Option<CloudWatchAlarmSuppression>,
    /// Why they are held back, in words; composite alarms only.
    #[key = "actionsSuppressedReason"]
    pub actions_suppressed_reason: Option<String>,
    /// The alarm or log query that evaluated it; absent for most.
    #[key = "evaluatedBy"]
    pub evaluated_by: Option<String>,
}

words! {
    /// The state of an alarm.
    ///
    /// Source: Amazon CloudWatch user guide, "Using Amazon CloudWatch alarms".
    pub enum CloudWatchAlarmStateValue {
        /// The metric is within the threshold.
        #[word = "OK"]
        Ok,
        /// The metric is beyond the threshold.
        #[word = "ALARM"]
        Alarm,
        /// There is not enough data.
        #[word = "INSUFFICIENT_DATA"]
        InsufficientData,
    }
}

words! {
    /// What holds the actions of a composite alarm back.
    ///
    /// Source: Amazon CloudWatch user guide, "Alarm suppression".
    pub enum CloudWatchAlarmSuppression {
        /// The suppressor alarm is in alarm.
        #[word = "Alarm"]
        Alarm,
        /// The suppressor alarm is waited for.
        #[word = "WaitPeriod"]
        WaitPeriod,
        /// The suppressor alarm ended a moment ago.
        #[word = "ExtensionPeriod"]
        ExtensionPeriod,
    }
}

/// How an alarm is set up: of metrics, or composite.
///
/// Source: Amazon CloudWatch user guide, "Invoke a Lambda function from an alarm".
#[model]
pub struct CloudWatchAlarmConfiguration {
    /// The id of the configuration; absent for most.
    #[key = "id"]
    pub id: Option<String>,
    /// What the alarm is for; absent when nothing was written.
    #[key = "description"]
    pub description: Option<String>,
    /// The metrics and expressions; absent for composite alarms.
    #[key = "metrics"]
    pub metrics: Option<Vec<CloudWatchAlarmMetric>>,
    /// The rule; composite alarms only.
    #[key = "alarmRule"]
    pub alarm_rule: Option<String>,
    /// The alarm that suppresses the actions; composite alarms only, absent when there is none.
    #[key = "actionsSuppressor"]
    pub actions_suppressor: Option<String>,
    /// Seconds to wait for the suppressor; composite alarms only.
    #[key = "actionsSuppressorWaitPeriod"]
    pub actions_suppressor_wait_period: Option<u32>,
    /// Seconds to go on after the suppressor; composite alarms only.
    #[key = "actionsSuppressorExtensionPeriod"]
    pub actions_suppressor_extension_period: Option<u32>,
    /// The threshold; absent for composite alarms and for bands.
    #[key = "threshold"]
    pub threshold: Option<Number>,
    /// How many periods are looked at; absent for composite alarms.
    #[key = "evaluationPeriods"]
    pub evaluation_periods: Option<u32>,
    /// How many of them must be beyond; absent for composite alarms.
    #[key = "datapointsToAlarm"]
    pub datapoints_to_alarm: Option<u32>,
    /// How they are compared; absent for composite alarms.
    #[key = "comparisonOperator"]
    pub comparison_operator: Option<String>,
    /// What missing data is; absent for composite alarms.
    #[key = "treatMissingData"]
    pub treat_missing_data: Option<String>,
}

/// A metric of an alarm, or an expression over metrics.
///
/// Source: Amazon CloudWatch API reference, "MetricDataQuery".
#[model]
pub struct CloudWatchAlarmMetric {
    /// Its id within the alarm.
    #[key = "id"]
    pub id: Option<String>,
    /// Its label; absent for most.
    #[key = "label"]
    pub label: Option<String>,
    /// The expression; absent for a metric.
    #[key = "expression"]
    pub expression: Option<String>,
    /// The account of the metric, where it is another.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The metric; absent for an expression.
    #[key = "metricStat"]
    pub metric_stat: Option<CloudWatchAlarmMetricStat>,
    /// The period of an expression in seconds; absent for a metric.
    #[key = "period"]
    pub period: Option<Number>,
    /// Whether the alarm looks at it.
    #[key = "returnData"]
    pub return_data: bool,
}

/// A metric and how it is summed up.
///
/// Source: Amazon CloudWatch API reference, "MetricStat".
#[model]
pub struct CloudWatchAlarmMetricStat {
    /// The metric.
    #[key = "metric"]
    pub metric: Option<CloudWatchMetric>,
    /// The period in seconds.
    #[key = "period"]
    pub period: Option<Number>,
    /// The statistic: `Average`, `p90`.
    #[key = "stat"]
    pub stat: Option<String>,
    /// The unit; absent for any.
    #[key = "unit"]
    pub unit: Option<String>,
}

/// A metric.
///
/// Source: Amazon CloudWatch API reference, "Metric".
#[model]
pub struct CloudWatchMetric {
    /// The namespace.
    #[key = "namespace"]
    pub namespace: Option<String>,
    /// The name.
    #[key = "name"]
    pub name: Option<String>,
    /// The dimensions by their names.
    #[key = "dimensions"]
    pub dimensions: Map<RawJson>,
}

/// An alarm as it stands in the message of an SNS notification:
/// `SnsEvent<Json<CloudWatchAlarmMessage>>`.
///
/// Source: Amazon CloudWatch user guide, "Notifying users on alarm changes".
#[model]
pub struct CloudWatchAlarmMessage {
    /// The name of the alarm.
    #[key = "AlarmName"]
    pub alarm_name: String,
    /// What the alarm is for; null when nothing was written.
    #[key = "AlarmDescription"]
    pub alarm_description: Option<String>,
    /// The account.
    #[key = "AWSAccountId"]
    pub aws_account_id: Option<String>,
    /// When the alarm was last set up.
    #[key = "AlarmConfigurationUpdatedTimestamp"]
    pub alarm_configuration_updated_timestamp: Option<String>,
    /// The state now.
    #[key = "NewStateValue"]
    pub new_state_value: CloudWatchAlarmStateValue,
    /// Why, in words.
    #[key = "NewStateReason"]
    pub new_state_reason: Option<String>,
    /// Since when, in RFC 3339 but for an offset without a colon.
    #[key = "StateChangeTime"]
    pub state_change_time: Option<String>,
    /// The region, by its name in words: `US East (N. Virginia)`.
    #[key = "Region"]
    pub region: Option<String>,
    /// The ARN of the alarm.
    #[key = "AlarmArn"]
    pub alarm_arn: Option<String>,
    /// The state before.
    #[key = "OldStateValue"]
    pub old_state_value: Option<CloudWatchAlarmStateValue>,
    /// What is done when it is well again.
    #[key = "OKActions"]
    pub ok_actions: Option<Vec<String>>,
    /// What is done in alarm.
    #[key = "AlarmActions"]
    pub alarm_actions: Option<Vec<String>>,
    /// What is done when there is not enough data.
    #[key = "InsufficientDataActions"]
    pub insufficient_data_actions: Option<Vec<String>>,
    /// The metric and the threshold; absent for composite alarms.
    #[key = "Trigger"]
    pub trigger: Option<RawJson>,
    /// The rule; composite alarms only.
    #[key = "AlarmRule"]
    pub alarm_rule: Option<String>,
}
