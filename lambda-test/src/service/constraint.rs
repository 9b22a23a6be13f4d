//! What a request's values may be, and the words in which the service refuses one that breaks a constraint.

use lambda_core::LogLevel;

/// A value that does not match a pattern.
pub(super) fn pattern(at: &str, value: &str, pattern: &str) -> String {
    violation(at, value, &format!("satisfy regular expression pattern: {pattern}"))
}

/// From 1 to so many characters.
pub(super) fn length(at: &str, value: &str, most: usize) -> Option<String> {
    match value.chars().count() {
        0 => Some(violation(at, value, "have length greater than or equal to 1")),
        length if most < length => {
            Some(violation(at, value, &format!("have length less than or equal to {most}")))
        }
        _ => None,
    }
}

/// From the least to the most.
pub(super) fn range(at: &str, value: f64, (least, most): (u32, u32)) -> Option<String> {
    let (bound, limit) = match value {
        value if value < f64::from(least) => ("greater", least),
        value if f64::from(most) < value => ("less", most),
        _ => return None,
    };
    let constraint = format!("have value {bound} than or equal to {limit}");
    Some(violation(at, &value.to_string(), &constraint))
}

/// From the least to the most, which may be below zero.
#[cfg(feature = "sources")]
pub(crate) fn between(
    at: &str,
    value: f64,
    range: std::ops::RangeInclusive<i64>,
) -> Option<String> {
    let (least, most) = (*range.start(), *range.end());
    let (bound, limit) = match value {
        value if value < least as f64 => ("greater", least),
        value if most as f64 <= value && value != most as f64 => ("less", most),
        _ => return None,
    };
    let constraint = format!("have value {bound} than or equal to {limit}");
    Some(violation(at, &value.to_string(), &constraint))
}

/// A value that is not one of these, which stand in brackets.
pub(super) fn values(at: &str, value: &str, values: &str) -> String {
    violation(at, value, &format!("satisfy enum value set: {values}"))
}

/// The keys of a map that do not match a pattern.
pub(super) fn keys(at: &str, keys: &[&str], pattern: &str) -> Option<String> {
    let keys = (!keys.is_empty()).then(|| keys.join(", "))?;
    Some(format!(
        "Value '[{keys}]' at '{at}' failed to satisfy constraint: Map keys must satisfy constraint: \
         [Member must satisfy regular expression pattern: {pattern}]"
    ))
}

/// The level of the service's own lines. Source: AWS Lambda API reference, "LoggingConfig", `SystemLogLevel`.
pub(super) fn system_log_level(level: Option<LogLevel>) -> Option<String> {
    let level = level
        .filter(|level| !matches!(level, LogLevel::Debug | LogLevel::Info | LogLevel::Warn))?;
    Some(values("loggingConfig.systemLogLevel", level.as_str(), "[WARN, DEBUG, INFO]"))
}

/// The id of a tenant. Source: AWS Lambda API reference, "Invoke", `TenantId`.
pub(super) fn tenant(tenant: &str) -> Option<String> {
    const PATTERN: &str = r"[a-zA-Z0-9\._:\/=+\-@ ]+";
    let fits = has_only(tenant, b"._:/=+-@ ");
    length("tenantId", tenant, 256)
        .or_else(|| (!fits).then(|| pattern("tenantId", tenant, PATTERN)))
}

/// Whether a text has letters, digits and these bytes only, and one of them at least.
pub(super) fn has_only(text: &str, more: &[u8]) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || more.contains(&byte);
    !text.is_empty() && text.bytes().all(letter)
}

fn violation(at: &str, value: &str, constraint: &str) -> String {
    format!("Value '{value}' at '{at}' failed to satisfy constraint: Member must {constraint}")
}
