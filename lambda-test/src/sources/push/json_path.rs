//! Paths into an event, as the input of targets has them. Pure.
//!
//! Source: Amazon EventBridge user guide, "Amazon EventBridge input transformation": "JSON path", dots and brackets.

use serde_json::Value;

/// A path, such as `$.detail.payload` or `$.detail.items[0]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
    /// Every element of a list.
    All,
}

impl JsonPath {
    /// Returns nothing where it is not a path.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let step;
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (key, after) = after.split_at(end);
                if key.is_empty() {
                    return None;
                }
                (step, rest) = (Step::Key(key.to_owned()), after);
            } else {
                let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
                let quoted = |quote: char| inner.strip_prefix(quote)?.strip_suffix(quote);
                step = match quoted('\'').or_else(|| quoted('"')) {
                    Some(key) => Step::Key(key.to_owned()),
                    None if inner == "*" => Step::All,
                    None => Step::Index(inner.parse().ok()?),
                };
                rest = after;
            }
            steps.push(step);
        }
        Some(Self(steps))
    }

    /// Returns what the path leads to; nothing where it leads nowhere.
    pub(super) fn get(&self, event: &Value) -> Option<Value> {
        get(&self.0, event)
    }
}

fn get(steps: &[Step], value: &Value) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(value.clone()) };
    match step {
        Step::Key(key) => get(rest, value.get(key)?),
        Step::Index(index) => get(rest, value.get(*index)?),
        Step::All => {
            let found = value.as_array()?.iter().filter_map(|item| get(rest, item));
            Some(Value::Array(found.collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_leads_to_a_value() {
        let event = json!({"detail-type": "T", "detail": {"a": [{"b": 1}, {"b": 2}], "c.d": true}});
        for (path, value) in [
            ("$", Some(event.clone())),
            ("$.detail-type", Some(json!("T"))),
            ("$.detail.a[1].b", Some(json!(2))),
            ("$.detail.a[*].b", Some(json!([1, 2]))),
            ("$.detail['c.d']", Some(json!(true))),
            ("$.detail.e", None),
            ("$.detail.a[2]", None),
        ] {
            assert_eq!(JsonPath::parse(path).expect("a path").get(&event), value, "{path}");
        }
        for other in ["", "detail", "$detail", "$..a", "$.", "$.a[", "$.a[x]"] {
            assert_eq!(JsonPath::parse(other), None, "{other}");
        }
    }
}
