//! The words of a filter expression.

use serde_json::Value;

use super::FilterExpressionError;

/// A word, where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A keyword or a bare value, as it was written.
    Word(String),
    Text(String),
    Number(f64),
    /// `(`, `{`, `!=` and so on.
    Symbol(&'static str),
    /// What stands behind `#`.
    Json(Value),
}

const SYMBOLS: [&str; 14] =
    ["!=", "<=", ">=", "=", "<", ">", "!", "(", ")", "{", "}", "[", "]", ","];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, FilterExpressionError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = token(rest)
            .map_err(|(found, expected)| FilterExpressionError::new(at, found, expected))?;
        tokens.push(Token { at, kind });
        at += length;
    }
    Ok(tokens)
}

/// The first word, and how many bytes it has.
fn token(rest: &str) -> Result<(TokenKind, usize), (String, &'static str)> {
    if let Some(symbol) = SYMBOLS.iter().chain([&":"]).find(|it| rest.starts_with(**it)) {
        return Ok((TokenKind::Symbol(symbol), symbol.len()));
    }
    if let Some(json) = rest.strip_prefix('#') {
        let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
        return match values.next() {
            Some(Ok(value)) => Ok((TokenKind::Json(value), 1 + values.byte_offset())),
            _ => Err(("`#`".to_owned(), "JSON behind it")),
        };
    }
    if rest.starts_with('"') {
        return quoted(rest);
    }
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '-');
    let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
    let word = &rest[..end];
    if word.is_empty() {
        let found = rest.chars().next().unwrap_or_default();
        return Err((format!("`{found}`"), "a keyword, a value or an operator"));
    }
    let looks_like_number = word.starts_with(|it: char| it.is_ascii_digit() || it == '-');
    match word.parse::<f64>() {
        Ok(number) if looks_like_number && number.is_finite() => {
            Ok((TokenKind::Number(number), end))
        }
        _ => Ok((TokenKind::Word(word.to_owned()), end)),
    }
}

/// Text in quotes, in which `\"` is a quote and `\\` a backslash.
fn quoted(rest: &str) -> Result<(TokenKind, usize), (String, &'static str)> {
    let (mut text, mut is_escaped) = (String::new(), false);
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            '"' | '\\' if is_escaped => {
                text.push(character);
                is_escaped = false;
            }
            _ if is_escaped => {
                text.extend(['\\', character]);
                is_escaped = false;
            }
            '\\' => is_escaped = true,
            '"' => return Ok((TokenKind::Text(text), at + 1)),
            _ => text.push(character),
        }
    }
    Err(("`\"`".to_owned(), "a second quote"))
}
