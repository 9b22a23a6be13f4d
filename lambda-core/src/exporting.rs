//! What exporters of spans and log records share: what they describe, and what was not taken yet.

use crate::Environment;

/// What is kept of what was not taken; the oldest go first.
const MOST: usize = 10_000;

/// What waits at most until an exporter is asked: where none ever is, memory ends there.
const FULL: usize = 10 * MOST;

/// What an exporter has not taken yet.
#[derive(Debug)]
pub struct Waiting<T> {
    items: Vec<T>,
    lost: usize,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { items: Vec::new(), lost: 0 }
    }
}

impl<T> Waiting<T> {
    /// Adds one, unless it is full: then that one is lost. Those before it may be on their way.
    pub fn push(&mut self, item: T) {
        match self.items.len() < FULL {
            true => self.items.push(item),
            false => self.lost += 1,
        }
    }

    /// Those that are waiting, the oldest first.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// Forgets the first so many, which an exporter took. Returns how many are lost.
    pub fn taken(&mut self, count: usize) -> usize {
        self.items.drain(..count.min(self.items.len()));
        std::mem::take(&mut self.lost)
    }

    /// Forgets the oldest of those that are too many, since an exporter did not take them. Returns how many are lost.
    pub fn not_taken(&mut self) -> usize {
        let too_many = self.items.len().saturating_sub(MOST);
        self.items.drain(..too_many);
        std::mem::take(&mut self.lost) + too_many
    }
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
}

/// Returns the function and where it runs, by the semantic conventions of OpenTelemetry; the last value of a key counts.
///
/// Source: OpenTelemetry semantic conventions, "FaaS resource attributes".
pub fn resource_attributes(
    environment: &Environment,
    name: Option<&str>,
    version: Option<&str>,
    account: Option<&str>,
) -> Vec<(String, AttributeValue)> {
    let variable = |name| environment.variables().get(name);
    let memory = environment.variables().memory_mb();
    let known = [
        ("cloud.provider", Some("aws")),
        ("cloud.platform", Some("aws_lambda")),
        ("cloud.region", environment.variables().region()),
        ("cloud.account.id", account),
        ("faas.name", name),
        ("faas.version", version),
        ("service.name", name),
    ];
    let text =
        |(key, value): (&str, &str)| (key.to_owned(), AttributeValue::Text(value.to_owned()));
    let mut attributes: Vec<_> =
        known.into_iter().filter_map(|(key, value)| Some(text((key, value?)))).collect();
    attributes.extend(memory.map(|mb| {
        ("faas.max_memory".to_owned(), AttributeValue::Integer(i64::from(mb) * 1024 * 1024))
    }));
    let chosen = variable("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default().split(',');
    attributes.extend(chosen.filter_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        Some((key.trim().to_owned(), AttributeValue::Text(percent_decoded(value.trim())?)))
    }));
    attributes.extend(variable("OTEL_SERVICE_NAME").map(|name| text(("service.name", name))));
    attributes
}

/// "Percent-encoded", as in the header `baggage`. What is not valid has no value.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digit = |at: usize| char::from(*behind.get(at)?).to_digit(16);
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(16 * high + low));
                rest = &behind[2..];
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Host, Variables};

    #[test]
    fn the_newest_are_kept_of_what_is_not_taken() {
        let mut waiting = Waiting::default();
        (0..MOST + 3).for_each(|item| waiting.push(item));
        assert_eq!((waiting.not_taken(), waiting.not_taken()), (3, 0));
        assert_eq!((waiting.items().len(), waiting.items().first()), (MOST, Some(&3)));
        waiting.taken(2);
        assert_eq!(waiting.items().first(), Some(&5));
        waiting.taken(MOST);
        assert!(waiting.items().is_empty());
    }

    #[test]
    fn what_no_exporter_is_asked_to_take_has_an_end() {
        let mut waiting = Waiting::default();
        (0..FULL + 3).for_each(|item| waiting.push(item));
        assert_eq!((waiting.items().len(), waiting.items().last()), (FULL, Some(&(FULL - 1))));
        assert_eq!((waiting.taken(FULL), waiting.taken(0)), (3, 0));
        (0..FULL + 3).for_each(|item| waiting.push(item));
        assert_eq!((waiting.not_taken(), waiting.items().len()), (FULL + 3 - MOST, MOST));
    }

    #[test]
    fn attributes_of_the_users_own_are_percent_encoded() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(percent_decoded(text).as_deref(), expected, "{text}");
        }
        check("", Some(""));
        check("a b", Some("a b"));
        check("a%20b%2Cc", Some("a b,c"));
        check("%C3%BC", Some("ü"));
        check("%FF", None);
        check("100%", Some("100%"));
        check("%zz%4", Some("%zz%4"));
        check("%+1", Some("%+1"));
    }

    #[test]
    fn the_function_is_described_by_its_variables() {
        struct Nowhere;
        impl Host for Nowhere {
            fn connect(
                &self,
                _: &crate::ApiAddress,
            ) -> crate::BoxFuture<std::io::Result<crate::Transport>> {
                Box::pin(std::future::pending())
            }
            fn now(&self) -> std::time::SystemTime {
                std::time::UNIX_EPOCH
            }
            fn log(&self, _: &str) {}
            fn random(&self) -> u64 {
                0
            }
            fn spawn(&self, _: crate::BoxFuture<()>) {}
        }
        let variables = Variables::from_iter([
            ("AWS_REGION", "eu-central-1"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("OTEL_RESOURCE_ATTRIBUTES", "team=a%20b,broken"),
            ("OTEL_SERVICE_NAME", "shop"),
        ]);
        let environment = Environment::new(variables, Nowhere);
        let attributes = resource_attributes(&environment, Some("orders"), None, Some("7"));
        let text =
            |key: &str, value: &str| (key.to_owned(), AttributeValue::Text(value.to_owned()));
        assert_eq!(
            attributes,
            [
                text("cloud.provider", "aws"),
                text("cloud.platform", "aws_lambda"),
                text("cloud.region", "eu-central-1"),
                text("cloud.account.id", "7"),
                text("faas.name", "orders"),
                text("service.name", "orders"),
                ("faas.max_memory".to_owned(), AttributeValue::Integer(134_217_728)),
                text("team", "a b"),
                text("service.name", "shop"),
            ]
        );
    }
}
