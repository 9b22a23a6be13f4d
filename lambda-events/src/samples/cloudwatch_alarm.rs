//! CloudWatch alarms.

use super::{ACCOUNT, REGION, Sample, arn, id, some};
use crate::{
    Map, Number, RawJson,
    cloudwatch_alarm::{
        CloudWatchAlarmConfiguration, CloudWatchAlarmData, CloudWatchAlarmEvent,
        CloudWatchAlarmMetric, CloudWatchAlarmMetricStat, CloudWatchAlarmState,
        CloudWatchAlarmStateValue, CloudWatchMetric,
    },
};

const TIME: &str = "2026-01-01T00:00:00.000+0000";

/// An alarm of the errors of a function went from `OK` to `ALARM`.
pub fn alarm(name: &str) -> Sample<CloudWatchAlarmEvent> {
    let state = |value, reason: &str| CloudWatchAlarmState {
        value,
        reason: some(reason),
        timestamp: some(TIME),
        ..Default::default()
    };
    let crossed = "Threshold Crossed: 1 out of the last 1 datapoints [3.0 (01/01/26 00:00:00)] was \
                   greater than the threshold (0.0).";
    let metric = CloudWatchAlarmMetric {
        id: Some(id(1)),
        metric_stat: Some(CloudWatchAlarmMetricStat {
            metric: Some(CloudWatchMetric {
                namespace: some("AWS/Lambda"),
                name: some("Errors"),
                dimensions: Map::from([("FunctionName", RawJson::of("\"a-function\""))]),
                ..Default::default()
            }),
            period: Some(Number::from(60)),
            stat: some("Sum"),
            ..Default::default()
        }),
        return_data: true,
        ..Default::default()
    };
    Sample(CloudWatchAlarmEvent {
        source: some("aws.cloudwatch"),
        alarm_arn: Some(arn("cloudwatch", &format!("alarm:{name}"))),
        account_id: some(ACCOUNT),
        time: some(TIME),
        region: some(REGION),
        alarm_data: CloudWatchAlarmData {
            alarm_name: name.to_owned(),
            state: state(CloudWatchAlarmStateValue::Alarm, crossed),
            previous_state: Some(state(CloudWatchAlarmStateValue::Ok, "It was well.")),
            configuration: Some(CloudWatchAlarmConfiguration {
                metrics: Some(vec![metric]),
                ..Default::default()
            }),
            ..Default::default()
        },
        ..Default::default()
    })
}
