//! One alternative of a key in a pattern: a value, or an operator. Pure.
//!
//! Source: Amazon EventBridge user guide, "Comparison operators for use in event patterns".

use std::net::IpAddr;

use super::{
    cidr::{self, Cidr},
    fields::Leaf,
    number::{Range, Written},
};

/// One alternative of a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Alternative {
    Text(String),
    /// A text that is an address, however it is written.
    Address(String, IpAddr),
    Number(Written),
    /// `null`, `true` or `false`.
    Word(&'static str),
    Like(Like),
    /// None of these.
    AnythingBut(Vec<Alternative>),
    Numeric(Range),
    Exists(bool),
    Cidr(Cidr),
}

/// What a text is like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Like {
    Prefix(String),
    Suffix(String),
    /// In small letters, as are the two below.
    IgnoringCase(String),
    PrefixIgnoringCase(String),
    SuffixIgnoringCase(String),
    /// The parts between stars.
    Wildcard(Vec<String>),
}

impl Alternative {
    /// A text, which may be an address.
    pub(super) fn text(text: &str) -> Self {
        match cidr::address(text) {
            Some(Ok(address)) => Self::Address(text.to_owned(), address),
            _ => Self::Text(text.to_owned()),
        }
    }

    /// Whether a leaf matches. What must be absent matches none.
    pub(super) fn matches(&self, leaf: &Leaf) -> bool {
        match (self, leaf) {
            (Self::Exists(exists), _) => *exists,
            (Self::Text(text), Leaf::Text(leaf)) => text == leaf,
            (Self::Address(text, address), Leaf::Text(leaf)) => {
                text == leaf || cidr::address(leaf) == Some(Ok(*address))
            }
            (Self::Number(number), Leaf::Number(leaf)) => number.is(leaf),
            (Self::Word(word), Leaf::Word(leaf)) => word == leaf,
            (Self::Like(like), Leaf::Text(leaf)) => like.matches(leaf),
            (Self::AnythingBut(all), leaf) => !all.iter().any(|one| one.matches(leaf)),
            (Self::Numeric(range), Leaf::Number(leaf)) => {
                leaf.value.is_some_and(|leaf| range.contains(leaf))
            }
            (Self::Cidr(range), Leaf::Text(leaf)) => range.contains(leaf),
            _ => false,
        }
    }
}

impl Like {
    fn matches(&self, leaf: &str) -> bool {
        match self {
            Self::Prefix(prefix) => leaf.starts_with(prefix.as_str()),
            Self::Suffix(suffix) => leaf.ends_with(suffix.as_str()),
            Self::IgnoringCase(text) => leaf.to_lowercase() == *text,
            Self::PrefixIgnoringCase(prefix) => leaf.to_lowercase().starts_with(prefix.as_str()),
            Self::SuffixIgnoringCase(suffix) => leaf.to_lowercase().ends_with(suffix.as_str()),
            Self::Wildcard(parts) => wildcard(parts, leaf),
        }
    }

    /// # Errors
    ///
    /// In the words of the service, which counts the quote before the text: two stars follow each other, or a backslash stands before something else.
    pub(super) fn wildcard(text: &str) -> Result<Self, String> {
        let (mut parts, mut bytes) = (vec![String::new()], text.char_indices().peekable());
        while let Some((at, character)) = bytes.next() {
            let next = bytes.peek().map(|(_, next)| *next);
            match (character, next) {
                ('*', Some('*')) => {
                    return Err(format!("Consecutive wildcard characters at pos {}", at + 1));
                }
                ('*', _) => parts.push(String::new()),
                ('\\', Some(escaped @ ('*' | '\\'))) => {
                    bytes.next();
                    push(&mut parts, escaped);
                }
                ('\\', _) => return Err(format!("Invalid escape character at pos {}", at + 1)),
                _ => push(&mut parts, character),
            }
        }
        Ok(Self::Wildcard(parts))
    }
}

fn push(parts: &mut [String], character: char) {
    if let Some(part) = parts.last_mut() {
        part.push(character);
    }
}

/// Whether a text has what stands around the stars of a wildcard in its order, the first at its begin and the last at its end.
pub(in crate::sources) fn wildcard<P: AsRef<str>>(parts: &[P], text: &str) -> bool {
    let [first, between @ .., last] = parts else {
        return parts.first().is_some_and(|only| only.as_ref() == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_ref()) else { return false };
    for part in between.iter().map(AsRef::as_ref) {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_ref())
}
