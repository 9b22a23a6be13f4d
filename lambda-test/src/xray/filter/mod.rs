//! Filter expressions of X-Ray, which select traces.
//!
//! Source: AWS X-Ray developer guide, "Use filter expressions".

mod evaluate;
mod expression;
mod lexer;
mod parser;

use std::{collections::BTreeMap, error::Error, fmt, str::FromStr};

use evaluate::View;
use expression::Expression;

use super::{Trace, tree::Tree};

/// "Maximum length of 2000."
const LONGEST: usize = 2000;

/// A filter expression of X-Ray, such as `service("orders") { fault } AND duration > 5`.
///
/// | part | what is understood |
/// |---|---|
/// | operators | `AND` (also by standing next to each other), `OR`, `!`, `=`, `!=`, `<`, `<=`, `>`, `>=`, `CONTAINS`, `BEGINSWITH`, `ENDSWITH`, in any case |
/// | true or false | `ok`, `error`, `throttle`, `fault`, `partial`, `inferred`, `first`, `last`, `remote`, `root` |
/// | numbers | `responsetime`, `duration`, `http.status`, `index`, `coverage` |
/// | text | `http.url`, `http.method`, `http.useragent`, `http.clientip`, `user`, `name`, `type`, `message`, `availabilityzone`, `instance.id`, `resource.arn` |
/// | annotations | `annotation[key]` or `annotation.key` |
/// | services | `service(…) { … }` and `edge(…, …) { … }`, with a name or `id(name: "…", type: "…", account.id: "…")`; `service()` is any |
/// | root causes | `rootcause.fault.service`, `.entity` and `.exception`, and those of `error` and `responsetime`, with `{ … }`; `rootcause.json = #[…]` |
/// | groups | `group.name` and `group.arn` |
///
/// At the level of a trace, `ok`, `error`, `throttle`, `fault`, `responsetime` and what begins with `http` are those of its first
/// segment; `service() { fault }` finds what failed further down. `user`, `annotation`, `message` and resources are looked for in
/// all segments.
///
/// ```
/// use lambda_test::FilterExpression;
///
/// let expression: FilterExpression = "responsetime > 5 AND !fault".parse()?;
/// let error = "responsetime > five".parse::<FilterExpression>().unwrap_err();
/// assert_eq!(error.to_string(), "the filter expression is wrong at 15: `five`: expected a number");
/// # Ok::<(), lambda_test::FilterExpressionError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FilterExpression(Expression);

/// What is wrong with a filter expression.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilterExpressionError {
    /// Where, in bytes from the beginning.
    pub position: usize,
    found: String,
    expected: &'static str,
}

impl FilterExpressionError {
    fn new(position: usize, found: impl Into<String>, expected: &'static str) -> Self {
        Self { position, found: found.into(), expected }
    }
}

impl fmt::Display for FilterExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, found, expected } = self;
        write!(f, "the filter expression is wrong at {position}: {found}: expected {expected}")
    }
}

impl Error for FilterExpressionError {}

impl FromStr for FilterExpression {
    type Err = FilterExpressionError;

    fn from_str(text: &str) -> Result<Self, FilterExpressionError> {
        let length = text.chars().count();
        if LONGEST < length {
            let found = format!("{length} characters");
            return Err(FilterExpressionError::new(0, found, "at most 2,000 characters"));
        }
        parser::parse(text).map(Self)
    }
}

impl FilterExpression {
    /// Returns whether it selects a trace. Groups that it names must be there.
    pub(super) fn selects(&self, trace: &Trace, groups: &BTreeMap<String, Self>) -> bool {
        View::new(trace, &Tree::of(trace), groups).selects(&self.0)
    }

    /// Refuses a group that was not made.
    pub(super) fn check_groups(
        &self,
        groups: &BTreeMap<String, Self>,
    ) -> Result<(), FilterExpressionError> {
        match self.0.groups().into_iter().find(|name| !groups.contains_key(*name)) {
            Some(name) => {
                let found = format!("there is no group `{name}`");
                Err(FilterExpressionError::new(0, found, "one that `Traces::group` has made"))
            }
            None => Ok(()),
        }
    }
}
