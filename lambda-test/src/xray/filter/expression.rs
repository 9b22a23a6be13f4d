//! What a filter expression consists of.

use serde_json::Value;

/// A filter expression, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Flag(Flag),
    Number(NumberKeyword, Comparison, f64),
    Text(TextKeyword, TextOperator, String),
    /// An annotation by its key, and what it is compared with; its presence where there is nothing.
    Annotation(String, Option<Test>),
    Service(Selector, Option<Box<Expression>>),
    Edge(Selector, Selector, Option<Box<Expression>>),
    RootCause(Cause, Element, Option<Box<Expression>>),
    /// A root cause with this way, as JSON.
    RootCauseJson(Value),
    /// A group by its name.
    Group(String),
}

/// What an annotation is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Flag(bool, bool),
    Number(Comparison, f64),
    Text(TextOperator, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    Ok,
    Error,
    Throttle,
    Fault,
    Partial,
    Inferred,
    First,
    Last,
    Remote,
    Root,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberKeyword {
    ResponseTime,
    Duration,
    HttpStatus,
    Index,
    Coverage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKeyword {
    Url,
    Method,
    UserAgent,
    ClientIp,
    User,
    Name,
    Type,
    Message,
    AvailabilityZone,
    InstanceId,
    ResourceArn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextOperator {
    Equal,
    NotEqual,
    Contains,
    BeginsWith,
    EndsWith,
}

/// Which of the root causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Fault,
    Error,
    ResponseTime,
}

/// What is looked at in a root cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Service,
    Entity,
    Exception,
}

/// Which services are meant; what is absent may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selector {
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) account: Option<String>,
}

impl Flag {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "ok" => Self::Ok,
            "error" => Self::Error,
            "throttle" => Self::Throttle,
            "fault" => Self::Fault,
            "partial" => Self::Partial,
            "inferred" => Self::Inferred,
            "first" => Self::First,
            "last" => Self::Last,
            "remote" => Self::Remote,
            "root" => Self::Root,
            _ => return None,
        })
    }
}

impl NumberKeyword {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "responsetime" => Self::ResponseTime,
            "duration" => Self::Duration,
            "http.status" => Self::HttpStatus,
            "index" => Self::Index,
            "coverage" | "coverage.responsetime" => Self::Coverage,
            _ => return None,
        })
    }
}

impl TextKeyword {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "http.url" => Self::Url,
            "http.method" => Self::Method,
            "http.useragent" => Self::UserAgent,
            "http.clientip" => Self::ClientIp,
            "user" => Self::User,
            "name" => Self::Name,
            "type" => Self::Type,
            "message" => Self::Message,
            "availabilityzone" => Self::AvailabilityZone,
            "instance.id" => Self::InstanceId,
            "resource.arn" => Self::ResourceArn,
            _ => return None,
        })
    }
}

impl Comparison {
    pub(super) fn of(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "=" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">" => Self::Greater,
            ">=" => Self::AtLeast,
            _ => return None,
        })
    }

    #[expect(clippy::float_cmp, reason = "X-Ray compares so")]
    pub(super) fn holds(self, one: f64, other: f64) -> bool {
        match self {
            Self::Equal => one == other,
            Self::NotEqual => one != other,
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::Greater => one > other,
            Self::AtLeast => one >= other,
        }
    }
}

impl TextOperator {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "=" => Self::Equal,
            "!=" => Self::NotEqual,
            "contains" => Self::Contains,
            "beginswith" => Self::BeginsWith,
            "endswith" => Self::EndsWith,
            _ => return None,
        })
    }

    pub(super) fn holds(self, one: &str, other: &str) -> bool {
        match self {
            Self::Equal => one == other,
            Self::NotEqual => one != other,
            Self::Contains => one.contains(other),
            Self::BeginsWith => one.starts_with(other),
            Self::EndsWith => one.ends_with(other),
        }
    }
}

impl Expression {
    /// Returns the groups that it names.
    pub(super) fn groups(&self) -> Vec<&str> {
        match self {
            Self::Group(name) => vec![name],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::groups).collect(),
            Self::Not(inner) => inner.groups(),
            Self::Service(_, inner) | Self::Edge(_, _, inner) | Self::RootCause(_, _, inner) => {
                inner.as_deref().map(Self::groups).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}
