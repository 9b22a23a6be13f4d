//! JSON as it is written: the order of keys and the digits of numbers are kept.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Object(Vec<(String, Tree)>),
    List(Vec<Tree>),
    Text(String),
    /// Anything else by its text, and a string that no text can hold.
    Token(String),
}

/// The entries of an object in their order.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries: Vec<(String, &RawValue)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, _>()? {
                    // The last value of a key counts.
                    match entries.iter_mut().find(|(known, _)| *known == key) {
                        Some(entry) => entry.1 = value,
                        None => entries.push((key, value)),
                    }
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(EntriesVisitor)
    }
}

impl Tree {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// It is no JSON, or is nested deeper than 127 levels.
    pub(crate) fn of(json: &[u8]) -> Result<Self, serde_json::Error> {
        // Checks the depth, too.
        serde_json::from_slice::<serde_json::Value>(json).or_else(|error| {
            match error.to_string() {
                // Numbers out of range and half surrogate pairs are JSON.
                text if text.contains("recursion") => Err(error),
                _ => Ok(serde_json::Value::Null),
            }
        })?;
        Self::of_raw(serde_json::from_slice(json)?)
    }

    fn of_raw(raw: &RawValue) -> Result<Self, serde_json::Error> {
        let json = raw.get();
        Ok(match json.as_bytes().first() {
            Some(b'{') => {
                let entries: Entries<'_> = serde_json::from_str(json)?;
                let entries = entries.0.into_iter().map(|(key, raw)| Ok((key, Self::of_raw(raw)?)));
                Self::Object(entries.collect::<Result<_, serde_json::Error>>()?)
            }
            Some(b'[') => {
                let list: Vec<&RawValue> = serde_json::from_str(json)?;
                Self::List(list.into_iter().map(Self::of_raw).collect::<Result<_, _>>()?)
            }
            Some(b'"') => match serde_json::from_str(json) {
                Ok(text) => Self::Text(text),
                Err(_) => Self::Token(json.to_owned()),
            },
            _ => Self::Token(json.to_owned()),
        })
    }

    /// A value from a command line: JSON, or text.
    pub(crate) fn from_argument(text: &str) -> Self {
        Self::of(text.as_bytes()).unwrap_or_else(|_| Self::Text(text.to_owned()))
    }

    /// The path of the first `{"N": 5}`, a value of DynamoDB whose number is not a text.
    pub(crate) fn number_of_dynamodb(&self) -> Option<String> {
        fn find(tree: &Tree, path: &str) -> Option<String> {
            match tree {
                Tree::Object(entries) => entries.iter().find_map(|(key, value)| {
                    let path = format!("{path}.{key}");
                    match (entries.len(), key.as_str(), value) {
                        (1, "N", Tree::Token(_)) => Some(path),
                        _ => find(value, &path),
                    }
                }),
                Tree::List(list) => list
                    .iter()
                    .enumerate()
                    .find_map(|(n, value)| find(value, &format!("{path}[{n}]"))),
                Tree::Text(_) | Tree::Token(_) => None,
            }
        }
        find(self, "").map(|path| path.trim_start_matches('.').to_owned())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => {
                entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// Sets the value at a path, such as `Records[0].s3.object.key`. The last key may be new.
    ///
    /// # Errors
    ///
    /// The path leads nowhere; the error says where it ends.
    pub(crate) fn set(&mut self, path: &str, value: Self) -> Result<(), String> {
        let mut at = self;
        let steps = steps(path)?;
        for (n, step) in steps.iter().enumerate() {
            let last = n + 1 == steps.len();
            at = match at {
                Self::Object(entries) => {
                    let place = entries.iter().position(|(key, _)| key == step);
                    let place = match place {
                        Some(place) => place,
                        None if last => {
                            entries.push((step.clone(), Self::Token("null".to_owned())));
                            entries.len() - 1
                        }
                        None => {
                            let keys: Vec<&str> = entries.iter().map(|(key, _)| &**key).collect();
                            return Err(format!(
                                "`{path}` leads nowhere: there is no `{step}` among {}",
                                keys.join(", ")
                            ));
                        }
                    };
                    &mut entries[place].1
                }
                Self::List(list) => {
                    let length = list.len();
                    let found = step.parse::<usize>().ok().and_then(|place| list.get_mut(place));
                    found.ok_or_else(|| {
                        format!("`{path}` leads nowhere: no element `{step}` in a list of {length}")
                    })?
                }
                _ => return Err(format!("`{path}` leads nowhere: `{step}` is within a value")),
            };
        }
        *at = value;
        Ok(())
    }

    /// The first place where another value differs: its path, and both values there. The order of
    /// keys makes no difference.
    pub(crate) fn difference<'a>(&'a self, other: &'a Self) -> Option<Difference<'a>> {
        let step =
            |path: String, found: Difference<'a>| Difference { path: path + &found.path, ..found };
        match (self, other) {
            (Self::Object(ours), Self::Object(theirs)) => {
                let in_ours = ours.iter().find_map(|(key, value)| match other.get(key) {
                    Some(theirs) => value.difference(theirs).map(|d| step(format!(".{key}"), d)),
                    None => Some(Difference::new(format!(".{key}"), Some(value), None)),
                });
                let only_theirs = || theirs.iter().find(|(key, _)| self.get(key).is_none());
                in_ours.or_else(|| {
                    let (key, value) = only_theirs()?;
                    Some(Difference::new(format!(".{key}"), None, Some(value)))
                })
            }
            (Self::List(ours), Self::List(theirs)) => {
                (0..ours.len().max(theirs.len())).find_map(|n| {
                    let path = format!("[{n}]");
                    match (ours.get(n), theirs.get(n)) {
                        (Some(ours), Some(theirs)) => {
                            ours.difference(theirs).map(|d| step(path, d))
                        }
                        (ours, theirs) => Some(Difference::new(path, ours, theirs)),
                    }
                })
            }
            (ours, theirs) if ours == theirs => None,
            (ours, theirs) => Some(Difference::new(String::new(), Some(ours), Some(theirs))),
        }
    }

    fn pretty(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
        match self {
            Self::Object(entries) if entries.is_empty() => f.write_str("{}"),
            Self::Object(entries) => {
                for (n, (key, value)) in entries.iter().enumerate() {
                    let comma = if n == 0 { "{" } else { "," };
                    write!(f, "{comma}\n{inner}{}: ", quoted(key))?;
                    value.pretty(f, depth + 1)?;
                }
                write!(f, "\n{outer}}}")
            }
            Self::List(list) if list.is_empty() => f.write_str("[]"),
            Self::List(list) => {
                for (n, value) in list.iter().enumerate() {
                    let comma = if n == 0 { "[" } else { "," };
                    write!(f, "{comma}\n{inner}")?;
                    value.pretty(f, depth + 1)?;
                }
                write!(f, "\n{outer}]")
            }
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Token(json) => f.write_str(json),
        }
    }
}

/// The steps of a path: `Records[0].body` has three, and one that is quoted may hold any character:
/// `"CodePipeline.job".id`.
fn steps(path: &str) -> Result<Vec<String>, String> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if rest.starts_with('"') {
            let mut texts = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let text = texts.next().and_then(Result::ok);
            let text =
                text.ok_or_else(|| format!("`{path}`: the quoted step `{rest}` has no end"))?;
            rest = &rest[texts.byte_offset()..];
            steps.push(text);
        } else {
            let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
            if end != 0 {
                steps.push(rest[..end].to_owned());
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }
    Ok(steps)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Where two values differ.
#[derive(Debug, PartialEq)]
pub(crate) struct Difference<'a> {
    path: String,
    /// The value there in the one; none where it has none.
    pub(crate) from: Option<&'a Tree>,
    /// The value there in the other.
    pub(crate) to: Option<&'a Tree>,
}

impl<'a> Difference<'a> {
    fn new(path: String, from: Option<&'a Tree>, to: Option<&'a Tree>) -> Self {
        Self { path, from, to }
    }

    /// The place, as `Records[0].body`.
    pub(crate) fn path(&self) -> &str {
        self.path.trim_start_matches('.')
    }
}

/// On one line.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return self.pretty(f, 0);
        }
        match self {
            Self::Object(entries) => {
                f.write_str("{")?;
                for (n, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{}:{value}", if n == 0 { "" } else { "," }, quoted(key))?;
                }
                f.write_str("}")
            }
            Self::List(list) => {
                f.write_str("[")?;
                for (n, value) in list.iter().enumerate() {
                    write!(f, "{}{value}", if n == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Token(json) => f.write_str(json),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(json: &str) -> Tree {
        Tree::of(json.as_bytes()).expect("it is JSON")
    }

    #[test]
    fn what_differs_is_found_with_its_path() {
        for (from, to, path, was, is) in [
            (r#"{"a":[1.50]}"#, r#"{"a":[1.5]}"#, "a[0]", Some("1.50"), Some("1.5")),
            (r#"{"a":{"b":null}}"#, r#"{"a":{}}"#, "a.b", Some("null"), None),
            (r#"{"a":1}"#, r#"{"a":1,"b":"x"}"#, "b", None, Some("\"x\"")),
            (r#"[1,2]"#, r#"[1]"#, "[1]", Some("2"), None),
            (r#"7"#, r#"{}"#, "", Some("7"), Some("{}")),
        ] {
            let (from, to) = (tree(from), tree(to));
            let found = from.difference(&to).expect("they differ");
            let text = |tree: Option<&Tree>| tree.map(Tree::to_string);
            assert_eq!(found.path(), path);
            assert_eq!((text(found.from).as_deref(), text(found.to).as_deref()), (was, is));
        }
        let same = r#"{"b":"\u0041","a":1,"a":2}"#;
        assert_eq!(tree(same).difference(&tree(r#"{"a":2,"b":"A"}"#)), None);
    }

    #[test]
    fn a_path_sets_what_is_there_and_a_new_last_key() {
        let mut sample = tree(r#"{"Records":[{"s3":{"key":"a"}}]}"#);
        sample.set("Records[0].s3.key", Tree::from_argument("b c")).expect("it is there");
        sample.set("Records[0].s3.size", Tree::from_argument("7")).expect("its object is there");
        assert_eq!(sample.to_string(), r#"{"Records":[{"s3":{"key":"b c","size":7}}]}"#);
        let mut job = tree(r#"{"CodePipeline.job":{"id":"a"}}"#);
        job.set(r#""CodePipeline.job".id"#, Tree::from_argument("7")).expect("it is there");
        job.set(r#""CodePipeline.job"["a b"]"#, Tree::from_argument("1")).expect("it is new");
        assert_eq!(job.to_string(), r#"{"CodePipeline.job":{"id":7,"a b":1}}"#);
        let error = job.set(r#""CodePipeline"#, Tree::from_argument("7")).expect_err("no end");
        assert_eq!(error, "`\"CodePipeline`: the quoted step `\"CodePipeline` has no end");
        let error = sample.set("Records[1].s3", Tree::from_argument("1")).expect_err("no element");
        assert_eq!(error, "`Records[1].s3` leads nowhere: no element `1` in a list of 1");
        let error = sample.set("records[0].s3", Tree::from_argument("1")).expect_err("no key");
        assert_eq!(error, "`records[0].s3` leads nowhere: there is no `records` among Records");
    }

    #[test]
    fn pretty_is_two_blanks_a_level() {
        let shown = format!("{:#}", tree(r#"{"a":[1,{}],"b":[]}"#));
        assert_eq!(shown, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
    }
}
