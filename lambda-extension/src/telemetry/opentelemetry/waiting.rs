//! What an exporter has not taken yet.

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

/// What is kept of what was not taken; the oldest go first.
const MOST: usize = 10_000;

/// What an exporter has not taken yet.
#[derive(Debug)]
pub(super) struct Waiting<T>(Vec<T>);

impl<T> Waiting<T> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn push(&mut self, item: T) {
        self.0.push(item);
    }

    pub(super) fn items(&self) -> &[T] {
        &self.0
    }

    /// Forgets them where the exporter took them, and otherwise those that are too many.
    pub(super) fn exported(&mut self, exported: OTelSdkResult) -> OTelSdkResult {
        let Err(error) = exported else {
            self.0.clear();
            return Ok(());
        };
        let lost = self.0.len().saturating_sub(MOST);
        self.0.drain(..lost);
        match lost {
            0 => Err(error),
            lost => {
                let text = format!("{error}; the {lost} oldest of what was kept are lost");
                Err(OTelSdkError::InternalFailure(text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away() -> OTelSdkResult {
        Err(OTelSdkError::InternalFailure("away".to_owned()))
    }

    #[test]
    fn the_newest_are_kept_and_the_error_states_what_is_lost() {
        let mut waiting = Waiting::new();
        (0..MOST + 3).for_each(|item| waiting.push(item));
        let error = waiting.exported(away()).expect_err("it was not taken").to_string();
        assert!(error.contains("the 3 oldest of what was kept are lost"), "{error}");
        assert_eq!((waiting.items().len(), waiting.items().first()), (MOST, Some(&3)));
        let error = waiting.exported(away()).expect_err("it was not taken").to_string();
        assert!(!error.contains("lost"), "{error}");
        assert!(waiting.exported(Ok(())).is_ok() && waiting.items().is_empty());
    }
}
