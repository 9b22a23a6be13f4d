//! The tasks that wait for schedules.

use std::{
    rc::Rc,
    time::{Duration, SystemTime},
};

use serde_json::Value;

use super::ScheduleExpression;
use crate::{
    kernel::SimContext,
    sources::push::{bus::BusState, rule::RuleInner},
};

/// Waits until a moment of the wall clock.
pub(super) async fn wait_until(context: &SimContext, moment: SystemTime) {
    let begin = context.clock.wall_at(Duration::ZERO);
    let since = moment.duration_since(begin).unwrap_or_default();
    tokio::time::sleep_until(context.clock.instant(since)).await;
}

/// Sends an event to the targets of a rule whenever its schedule is due, until the rule is gone.
pub(in crate::sources::push) fn drive_rule(
    bus: &Rc<BusState>,
    rule: &Rc<RuleInner>,
    schedule: ScheduleExpression,
) {
    let (context, created) = (bus.bus.context.clone(), bus.bus.context.clock.wall());
    let (weak_bus, weak_rule) = (Rc::downgrade(bus), Rc::downgrade(rule));
    let waiting = context.clone();
    context.spawn(async move {
        for due in schedule.occurrences(created) {
            wait_until(&waiting, due).await;
            let (Some(bus), Some(rule)) = (weak_bus.upgrade(), weak_rule.upgrade()) else { return };
            if rule.is_deleted.get() {
                return;
            }
            if rule.is_enabled.get() {
                rule.matched.set(rule.matched.get() + 1);
                let (text, event) = scheduled_event(&bus, &rule.arn);
                rule.send(&bus, &text, &event, None);
            }
        }
    });
}

fn scheduled_event(bus: &BusState, rule_arn: &str) -> (String, Value) {
    let resources = [rule_arn.to_owned()];
    let head = ["aws.events", "Scheduled Event"];
    let text = bus.event(&bus.bus.uuid(), head, &bus.time(), &resources, "{}");
    let event = serde_json::from_str(&text).unwrap_or_default();
    (text, event)
}
