//! Which path a service sees.

use std::borrow::Cow;

/// What stands before the path that a service sees.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathRule {
    pub(crate) keep_stage: bool,
    /// Begins with a slash, and does not end with one.
    pub(crate) base_path: Cow<'static, str>,
}

impl PathRule {
    /// The path of payload format 2.0, which has the stage in it.
    pub(crate) fn of_raw<'p>(&self, path: &'p str, stage: Option<&str>) -> &'p str {
        let stage = stage.filter(|stage| !self.keep_stage && *stage != "$default");
        let without = stage.and_then(|stage| rest(path.strip_prefix('/')?.strip_prefix(stage)?));
        self.of_path(without.unwrap_or(path))
    }

    /// The path of a REST API: `path` has no stage in it, that of its context has.
    pub(crate) fn of_rest<'p>(&self, path: &'p str, full: &'p str) -> &'p str {
        self.of_path(if self.keep_stage && !full.is_empty() { full } else { path })
    }

    /// Any other path.
    pub(crate) fn of_path<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(&*self.base_path).and_then(rest).unwrap_or(path)
    }
}

/// What is left where a prefix ended at the border of a segment.
fn rest(rest: &str) -> Option<&str> {
    match rest {
        "" => Some("/"),
        rest if rest.starts_with('/') => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stage_and_base_path_end_at_a_slash() {
        let rule = |keep_stage, base_path: &'static str| PathRule {
            keep_stage,
            base_path: base_path.into(),
        };
        for (rule, path, stage, seen) in [
            (rule(false, ""), "/prod/a", Some("prod"), "/a"),
            (rule(false, ""), "/prod", Some("prod"), "/"),
            (rule(false, ""), "/production", Some("prod"), "/production"),
            (rule(false, ""), "/a", Some("prod"), "/a"),
            (rule(false, ""), "/$default/a", Some("$default"), "/$default/a"),
            (rule(false, ""), "/prod/a", None, "/prod/a"),
            (rule(true, ""), "/prod/a", Some("prod"), "/prod/a"),
            (rule(false, "/v1"), "/prod/v1/a", Some("prod"), "/a"),
            (rule(false, "/v1"), "/v1", Some("prod"), "/"),
            (rule(false, "/v1"), "/v10/a", None, "/v10/a"),
        ] {
            assert_eq!(rule.of_raw(path, stage), seen);
        }
    }

    #[test]
    fn a_rest_api_has_its_stage_in_its_context() {
        for (keep_stage, seen) in [(false, "/a"), (true, "/prod/a")] {
            let rule = PathRule { keep_stage, base_path: "".into() };
            assert_eq!(rule.of_rest("/a", "/prod/a"), seen);
        }
    }
}
