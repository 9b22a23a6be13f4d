//! Which records of a batch failed, as the function responded.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Lint,
    config::Config,
    mapping::Mapping,
    partial::{self, BatchResult},
};

/// The records of a batch that failed.
pub(super) enum FailedRecords {
    None,
    All,
    /// By their places in the batch.
    These(BTreeSet<usize>),
}

impl Mapping {
    /// Reads a response. `find` returns the place of the record with an identifier.
    pub(super) fn failed_records(
        &self,
        config: &Config,
        payload: &[u8],
        find: impl Fn(&Value) -> Option<usize>,
    ) -> FailedRecords {
        if !config.reports_failures {
            if partial::names_failures(payload) {
                self.lint(Lint::IgnoredPartialResponse, || {
                    "the function names records that failed, and the mapping has no ReportBatchItemFailures: they \
                     count as handled"
                        .to_owned()
                });
            }
            return FailedRecords::None;
        }
        let identifiers = match partial::read(payload) {
            BatchResult::AllSucceeded => return FailedRecords::None,
            BatchResult::AllFailed => return FailedRecords::All,
            BatchResult::Failed(identifiers) => identifiers,
        };
        let mut places = BTreeSet::new();
        for identifier in identifiers {
            let Some(place) = find(&identifier) else {
                self.lint(Lint::UnknownItemIdentifier, || {
                    format!("the function names {identifier}, which is not in the batch: all of it fails")
                });
                return FailedRecords::All;
            };
            places.insert(place);
        }
        FailedRecords::These(places)
    }
}
