//! CloudWatch dashboards: widgets that a function draws.
//!
//! Source: Amazon CloudWatch user guide, "Creating a custom widget for a CloudWatch dashboard", read
//! 2026-11-26. Shown by the fixtures in `fixtures/cloudwatch-dashboard`.

use lambda_events_macros::model;

use crate::{Map, Millis, RawJson, ResponseFor};

/// A widget is to be drawn. The parameters of the widget stand beside the context, and are in
/// `extra`. The answer is HTML, markdown or JSON, within the limits of the browser.
///
/// Source: Amazon CloudWatch user guide, "Custom widget Lambda function".
#[model(Dashboard)]
pub struct WidgetRequest {
    /// Whether documentation is asked for, in markdown; absent otherwise.
    #[key = "describe"]
    pub describe: Option<bool>,
    /// What the dashboard says; absent where documentation is asked for.
    #[key = "widgetContext"]
    pub widget_context: Option<WidgetContext>,
}

impl ResponseFor<WidgetRequest> for String {}
impl ResponseFor<WidgetRequest> for WidgetMarkdown {}
impl ResponseFor<WidgetRequest> for RawJson {}
impl ResponseFor<WidgetRequest> for serde_json::Value {}

/// What a dashboard says.
///
/// Source: Amazon CloudWatch user guide, "Custom widget Lambda function".
#[model]
pub struct WidgetContext {
    /// Its name.
    #[key = "dashboardName"]
    pub dashboard_name: Option<String>,
    /// The id of the widget.
    #[key = "widgetId"]
    pub widget_id: Option<String>,
    /// Where the console is.
    #[key = "domain"]
    pub domain: Option<String>,
    /// The account.
    #[key = "accountId"]
    pub account_id: Option<String>,
    /// The language: `en`.
    #[key = "locale"]
    pub locale: Option<String>,
    /// The time zone.
    #[key = "timezone"]
    pub timezone: Option<WidgetTimeZone>,
    /// The period in seconds.
    #[key = "period"]
    pub period: Option<i64>,
    /// Whether the period is chosen.
    #[key = "isAutoPeriod"]
    pub is_auto_period: Option<bool>,
    /// From when to when.
    #[key = "timeRange"]
    pub time_range: Option<WidgetTimeRange>,
    /// `light` or `dark`.
    #[key = "theme"]
    pub theme: Option<String>,
    /// Whether charts are linked.
    #[key = "linkCharts"]
    pub link_charts: Option<bool>,
    /// The title.
    #[key = "title"]
    pub title: Option<String>,
    /// What was put into forms.
    #[key = "forms"]
    pub forms: Option<WidgetForms>,
    /// The parameters of the widget.
    #[key = "params"]
    pub params: Option<RawJson>,
    /// The width in pixels.
    #[key = "width"]
    pub width: Option<i64>,
    /// The height in pixels.
    #[key = "height"]
    pub height: Option<i64>,
}

/// A time zone.
///
/// Source: Amazon CloudWatch user guide, "Custom widget Lambda function".
#[model]
pub struct WidgetTimeZone {
    /// `UTC` or `Local`.
    #[key = "label"]
    pub label: Option<String>,
    /// `+00:00`.
    #[key = "offsetISO"]
    pub offset_iso: Option<String>,
    /// The same in minutes.
    #[key = "offsetInMinutes"]
    pub offset_in_minutes: Option<i64>,
}

/// From when to when.
///
/// Source: Amazon CloudWatch user guide, "Custom widget Lambda function".
#[model]
pub struct WidgetTimeRange {
    /// `relative` or `absolute`.
    #[key = "mode"]
    pub mode: Option<String>,
    /// From when.
    #[key = "start"]
    pub start: Option<Millis>,
    /// To when.
    #[key = "end"]
    pub end: Option<Millis>,
    /// How many milliseconds back; of relative ones only.
    #[key = "relativeStart"]
    pub relative_start: Option<i64>,
    /// What a user looks at within; absent otherwise.
    #[key = "zoom"]
    pub zoom: Option<WidgetZoom>,
}

/// What a user looks at.
///
/// Source: Amazon CloudWatch user guide, "Custom widget Lambda function".
#[model]
pub struct WidgetZoom {
    /// From when.
    #[key = "start"]
    pub start: Option<Millis>,
    /// To when.
    #[key = "end"]
    pub end: Option<Millis>,
}

/// What was put into forms.
///
/// Source: Amazon CloudWatch user guide, "Custom widget Lambda function".
#[model]
pub struct WidgetForms {
    /// By the names of the fields.
    #[key = "all"]
    pub all: Map<RawJson>,
}

/// An answer in markdown.
///
/// Source: Amazon CloudWatch user guide, "Custom widget Lambda function".
#[model]
pub struct WidgetMarkdown {
    /// The text.
    #[key = "markdown"]
    pub markdown: String,
}
