//! How a request names a function: by its name, by a part of its ARN or by all of it, perhaps with a qualifier.
//!
//! The service checks the text against a pattern before it looks for a function. A segment is what stands
//! between two `:`; none of the pattern's parts holds one, so a text fits if its segments do.

use super::{
    ServiceError,
    constraint::{self, has_only},
};

/// A function as a request names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FunctionName<'a> {
    pub(super) region: Option<&'a str>,
    pub(super) account: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) qualifier: Option<&'a str>,
}

/// What a name may be. Source: AWS Lambda API reference, "Invoke" and "CreateFunction", `FunctionName`; the
/// texts are those of the service's own messages.
struct Rules {
    pattern: &'static str,
    /// Besides letters, digits, `-` and `_`.
    name: &'static [u8],
    /// The qualifiers that are neither a version nor an alias.
    latest: &'static [&'static str],
}

macro_rules! pattern {
    ($rest:literal) => {
        concat!(
            r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?",
            r"(\d{12}:)?(function:)?",
            $rest
        )
    };
}

const INVOKE: Rules = Rules {
    pattern: pattern!(r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"),
    name: b".",
    latest: &["$LATEST", "$LATEST.PUBLISHED"],
};

const CREATE: Rules = Rules {
    pattern: pattern!(r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"),
    name: b"",
    latest: &["$LATEST"],
};

const QUALIFIER: &str = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";

/// Reads the name and the qualifier of an invocation.
///
/// # Errors
///
/// `ValidationException` where one of them does not fit; `InvalidParameterValueException` where the name has
/// another qualifier than the request.
pub(super) fn of_invoke<'a>(
    text: &'a str,
    qualifier: Option<&'a str>,
) -> Result<FunctionName<'a>, ServiceError> {
    let mut violations = Vec::new();
    if let Some(qualifier) = qualifier {
        violations.extend(constraint::length("qualifier", qualifier, 128));
        if !has_only(qualifier, b"-_$") && !INVOKE.latest.contains(&qualifier) {
            violations.push(constraint::pattern("qualifier", qualifier, QUALIFIER));
        }
    }
    violations.extend(constraint::length("functionName", text, usize::MAX));
    let name = INVOKE.read(text, &mut violations);
    let (Some(name), true) = (name, violations.is_empty()) else {
        return Err(ServiceError::validation(&violations));
    };
    match (name.qualifier, qualifier) {
        (Some(own), Some(given)) if own != given => Err(ServiceError::invalid(
            "The derived qualifier from the function name does not match the specified qualifier."
                .to_owned(),
        )),
        (own, given) => Ok(FunctionName { qualifier: given.or(own), ..name }),
    }
}

/// Reads the name of a function that is to be created; what is wrong with it is added to the violations.
pub(super) fn of_create<'a>(
    text: &'a str,
    violations: &mut Vec<String>,
) -> Option<FunctionName<'a>> {
    violations.extend(constraint::length("functionName", text, 140));
    CREATE.read(text, violations)
}

/// The longest name of a function, which is looked at after all else.
pub(super) fn too_long(name: &str) -> Option<ServiceError> {
    let violation = constraint::length("functionName", name, 64)?;
    Some(ServiceError::invalid(format!("1 validation error detected: {violation}")))
}

impl Rules {
    fn read<'a>(&self, text: &'a str, violations: &mut Vec<String>) -> Option<FunctionName<'a>> {
        let segments: Vec<&str> = text.split(':').collect();
        let name = self.of_segments(&segments);
        if name.is_none() {
            violations.push(constraint::pattern("functionName", text, self.pattern));
        }
        name
    }

    /// Each part before the name is optional, and one that fits is taken, unless then the rest does not fit.
    fn of_segments<'a>(&self, segments: &[&'a str]) -> Option<FunctionName<'a>> {
        let arn = match segments {
            ["arn", partition, "lambda", rest @ ..] if is_partition(partition) => Some(rest),
            _ => None,
        };
        arn.into_iter().chain([segments]).find_map(|rest| self.of_region(rest))
    }

    fn of_region<'a>(&self, segments: &[&'a str]) -> Option<FunctionName<'a>> {
        optional(segments, is_region, |region, rest| {
            optional(rest, is_account, |account, rest| {
                optional(
                    rest,
                    |segment| segment == "function",
                    |_, rest| {
                        let (name, qualifier) = match rest {
                            [name] => (name, None),
                            [name, qualifier] => (name, Some(*qualifier)),
                            _ => return None,
                        };
                        let fits = has_only(name, &[b"-_", self.name].concat())
                            && qualifier.is_none_or(|qualifier| {
                                self.latest.contains(&qualifier) || has_only(qualifier, b"-_")
                            });
                        fits.then_some(FunctionName { region, account, name, qualifier })
                    },
                )
            })
        })
    }
}

/// Takes a first segment that fits, or none.
fn optional<'a, T>(
    segments: &[&'a str],
    is_it: impl Fn(&str) -> bool,
    rest: impl Fn(Option<&'a str>, &[&'a str]) -> Option<T>,
) -> Option<T> {
    let first = segments.split_first().filter(|(first, _)| is_it(first));
    first.and_then(|(first, others)| rest(Some(first), others)).or_else(|| rest(None, segments))
}

/// `(aws[a-zA-Z-]*)?`
fn is_partition(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'-';
    text.is_empty() || text.strip_prefix("aws").is_some_and(|rest| rest.bytes().all(letter))
}

/// `(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}`
fn is_region(text: &str) -> bool {
    let lower = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let parts: Vec<&str> = text.strip_prefix("eusc-").unwrap_or(text).split('-').collect();
    let (country, place, number) = match parts[..] {
        [country, place, number] => (country, place, number),
        [country, "gov", place, number] => (country, place, number),
        [country, kind, place, number]
            if kind
                .strip_prefix("iso")
                .is_some_and(|kind| kind.len() < 2 && (kind.is_empty() || lower(kind))) =>
        {
            (country, place, number)
        }
        _ => return false,
    };
    country.len() == 2
        && lower(country)
        && lower(place)
        && number.len() == 1
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts<'a> = (Option<&'a str>, Option<&'a str>, &'a str, Option<&'a str>);

    #[track_caller]
    fn check(text: &str, expected: Option<Parts<'_>>) {
        let read = of_invoke(text, None).ok();
        let read = read.map(|it| (it.region, it.account, it.name, it.qualifier));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn a_function_is_named_by_any_part_of_its_arn() {
        let (region, account) = (Some("us-east-1"), Some("123456789012"));
        let f = |qualifier| Some((region, account, "f", qualifier));
        check("f", Some((None, None, "f", None)));
        check("f:prod", Some((None, None, "f", Some("prod"))));
        check("function:f", Some((None, None, "f", None)));
        check("function", Some((None, None, "function", None)));
        check("function:function:1", Some((None, None, "function", Some("1"))));
        check("123456789012:f", Some((None, account, "f", None)));
        check("123456789012:function:f:1", Some((None, account, "f", Some("1"))));
        check("123456789012", Some((None, None, "123456789012", None)));
        check("arn:aws:lambda:us-east-1:123456789012:function:f", f(None));
        check("arn:aws-cn:lambda:us-east-1:123456789012:function:f:$LATEST", f(Some("$LATEST")));
        check("us-gov-west-1:f", Some((Some("us-gov-west-1"), None, "f", None)));
        check("us-isob-east-1:f", Some((Some("us-isob-east-1"), None, "f", None)));
        check("eusc-de-east-1:f", Some((Some("eusc-de-east-1"), None, "f", None)));
        check("a.b", Some((None, None, "a.b", None)));
        check("us-iso-east-1:f", Some((Some("us-iso-east-1"), None, "f", None)));
        for refused in ["", ":", "f:", "f:$latest", "ü", "f g", "arn:gcp:lambda:f"] {
            check(refused, None);
        }
        for odd in [
            "us-east-12",
            "us-east-x",
            "us-east-",
            "us-East-1",
            "us--1",
            "usa-east-1",
            "u-east-1",
            "US-east-1",
            "u1-east-1",
            "us-foo-east-1",
            "us-iso1-east-1",
            "us-isobb-east-1",
            "us-gov-x-east-1",
            "us-east",
        ] {
            check(&format!("{odd}:f:1"), None);
        }
    }
}
