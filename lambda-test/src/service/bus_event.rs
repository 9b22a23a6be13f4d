//! Events of EventBridge.

use serde::Serialize;

/// An event of EventBridge without its detail.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct BusEvent<'a> {
    pub(crate) version: &'static str,
    pub(crate) id: &'a str,
    pub(crate) detail_type: &'a str,
    pub(crate) source: &'a str,
    pub(crate) account: &'a str,
    /// In whole seconds.
    pub(crate) time: &'a str,
    pub(crate) region: &'a str,
    pub(crate) resources: &'a [String],
}

impl BusEvent<'_> {
    /// Returns it in JSON, in which the detail stands as it is written.
    pub(crate) fn with_detail(&self, detail: &str) -> String {
        let mut event = serde_json::to_string(self).unwrap_or_default();
        event.pop();
        event + r#","detail":"# + detail + "}"
    }
}
