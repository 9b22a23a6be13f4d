//! Widgets of a dashboard.

use super::{ACCOUNT, Sample, TIME_MILLIS, some};
use crate::{Millis, RawJson, cloudwatch_dashboard::*};

/// A widget with these parameters is drawn.
pub fn widget(title: &str, parameters: RawJson) -> Sample<WidgetRequest> {
    let time_range = WidgetTimeRange {
        mode: some("relative"),
        start: Some(Millis::from_unix_millis(TIME_MILLIS - 86_400_000)),
        end: Some(Millis::from_unix_millis(TIME_MILLIS)),
        relative_start: Some(86_400_000),
        ..Default::default()
    };
    let widget_context = WidgetContext {
        dashboard_name: some("a-dashboard"),
        widget_id: some("widget-1"),
        account_id: some(ACCOUNT),
        locale: some("en"),
        period: Some(300),
        is_auto_period: Some(true),
        time_range: Some(time_range),
        theme: some("light"),
        link_charts: Some(true),
        title: some(title),
        params: Some(parameters),
        width: Some(588),
        height: Some(369),
        ..Default::default()
    };
    Sample(WidgetRequest { widget_context: Some(widget_context), ..Default::default() })
}
