//! The operators of a pattern, in the order in which the service reads them, and its words where they are wrong. Pure.

use super::{
    alternative::{Alternative, Like},
    cidr::Cidr,
    compile::Dialect,
    number::{Bound, Range, Written},
    reader::{Malformed, Reader, Token},
};

const ONE_KEY: &str = "Only one key allowed in match expression";

/// Reads an operator behind the begin of its object.
pub(super) fn operator(
    reader: &mut Reader<'_>,
    dialect: Dialect,
) -> Result<Alternative, Malformed> {
    if reader.next()? != Token::Name {
        return reader.fail("Match expression name not found");
    }
    let name = reader.name().to_owned();
    let alternative = match name.as_str() {
        "exactly" => Alternative::Text(string(reader, "exact match pattern must be a string")?),
        "prefix" => {
            Alternative::Like(edge(reader, "prefix", Like::Prefix, Like::PrefixIgnoringCase)?)
        }
        "suffix" => {
            Alternative::Like(edge(reader, "suffix", Like::Suffix, Like::SuffixIgnoringCase)?)
        }
        "numeric" => {
            if reader.next()? != Token::BeginArray {
                return reader.fail("Value of numeric must be an array.");
            }
            let range = numeric(reader)?;
            if reader.next()? != Token::EndObject {
                return reader.fail("Too many elements in numeric expression");
            }
            return Ok(range);
        }
        "anything-but" => anything_but(reader, dialect)?,
        "exists" => match reader.next()? {
            Token::True => Alternative::Exists(true),
            Token::False => Alternative::Exists(false),
            _ => return reader.fail("exists match pattern must be either true or false."),
        },
        // The words are those of another operator, and the service's.
        "cidr" => {
            let text = string(reader, "prefix match pattern must be a string")?;
            Alternative::Cidr(Cidr::parse(&text).map_err(Malformed::without_place)?)
        }
        "equals-ignore-case" => {
            let text = string(reader, "equals-ignore-case match pattern must be a string")?;
            Alternative::Like(Like::IgnoringCase(text.to_lowercase()))
        }
        "wildcard" if dialect == Dialect::EventBridge => {
            let text = string(reader, "wildcard match pattern must be a string")?;
            Alternative::Like(wildcard(reader, &text)?)
        }
        _ => return reader.fail(format!("Unrecognized match type {name}")),
    };
    end(reader)?;
    Ok(alternative)
}

/// Reads the end of an object that has one key.
fn end(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    match reader.next()? {
        Token::EndObject => Ok(()),
        _ => reader.fail(ONE_KEY),
    }
}

fn string(reader: &mut Reader<'_>, why: &str) -> Result<String, Malformed> {
    match reader.next()? {
        Token::String => Ok(reader.text().to_owned()),
        _ => reader.fail(why),
    }
}

fn wildcard(reader: &Reader<'_>, text: &str) -> Result<Like, Malformed> {
    Like::wildcard(text).or_else(|why| reader.fail(why))
}

/// Reads a prefix or a suffix: a text, or one of which case is ignored.
fn edge(
    reader: &mut Reader<'_>,
    what: &str,
    of: fn(String) -> Like,
    ignoring_case: fn(String) -> Like,
) -> Result<Like, Malformed> {
    match reader.next()? {
        Token::String => Ok(of(reader.text().to_owned())),
        Token::BeginObject => {
            if reader.next()? != Token::Name {
                let mut what = what.to_owned();
                what[..1].make_ascii_uppercase();
                return reader.fail(format!("{what} expression name not found"));
            }
            if reader.name() != "equals-ignore-case" {
                let name = reader.name();
                return reader.fail(format!("Unsupported {what} pattern: {name}"));
            }
            let text = string(reader, "equals-ignore-case match pattern must be a string")?;
            end(reader)?;
            Ok(ignoring_case(text.to_lowercase()))
        }
        _ => reader.fail(format!("{what} match pattern must be a string")),
    }
}

/// What `anything-but` is applied to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum But {
    Values,
    IgnoringCase,
    Prefix,
    Suffix,
    Wildcard,
}

fn anything_but(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Alternative, Malformed> {
    let (mut but, mut token) = (But::Values, reader.next()?);
    if token == Token::BeginObject {
        if reader.next()? != Token::Name {
            return reader.fail("Anything-But expression name not found");
        }
        but = match (reader.name(), dialect) {
            ("prefix", _) => But::Prefix,
            ("equals-ignore-case", Dialect::EventBridge) => But::IgnoringCase,
            ("suffix", Dialect::EventBridge) => But::Suffix,
            ("wildcard", Dialect::EventBridge) => But::Wildcard,
            (name, _) => return reader.fail(format!("Unsupported anything-but pattern: {name}")),
        };
        token = reader.next()?;
        if dialect == Dialect::Sns && token != Token::String {
            return reader.fail("prefix match pattern must be a string");
        }
    }
    let none = match token {
        Token::String | Token::Number => vec![one_but(reader, but, token, false)?],
        Token::BeginArray => {
            let mut none = Vec::new();
            loop {
                // The service states twice where it stopped in such a list.
                let token = reader.next().map_err(|twice| reader.again(&twice))?;
                if token == Token::EndArray {
                    break;
                }
                let one = one_but(reader, but, token, true);
                none.push(one.map_err(|twice| reader.again(&twice))?);
            }
            let numbers = none.iter().filter(|one| matches!(one, Alternative::Number(_))).count();
            if but == But::Values && (none.is_empty() || ![0, none.len()].contains(&numbers)) {
                return reader.fail(
                    "Inside anything but list, either all values are number or string, mixed type is not supported",
                );
            }
            none
        }
        _ => {
            let why = "Value of anything-but must be an array or single string/number value.";
            return reader.fail(why);
        }
    };
    if but != But::Values {
        end(reader)?;
    }
    Ok(Alternative::AnythingBut(none))
}

/// What one value of `anything-but` excludes.
fn one_but(
    reader: &mut Reader<'_>,
    but: But,
    token: Token,
    is_in_list: bool,
) -> Result<Alternative, Malformed> {
    if but == But::Values && token == Token::Number {
        let number = Written::parse(reader.text());
        return match number.value {
            Some(_) => Ok(Alternative::Number(number)),
            None => reader.fail(format!("Cannot compare number : {}", number.text)),
        };
    }
    if token != Token::String {
        return reader.fail(match but {
            But::Values if is_in_list => {
                "Inside anything but list, start|null|boolean is not supported."
            }
            But::Values => "Inside anything-but list, start|null|boolean is not supported.",
            But::IgnoringCase => {
                "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
            }
            But::Wildcard => "wildcard match pattern must be a string",
            But::Prefix | But::Suffix => "prefix/suffix match pattern must be a string",
        });
    }
    let text = reader.text().to_owned();
    Ok(match but {
        But::Values => Alternative::Text(text),
        But::Prefix | But::Suffix if text.is_empty() => {
            return reader.fail("Null prefix/suffix not allowed");
        }
        But::Prefix => Alternative::Like(Like::Prefix(text)),
        But::Suffix => Alternative::Like(Like::Suffix(text)),
        But::IgnoringCase => Alternative::Like(Like::IgnoringCase(text.to_lowercase())),
        But::Wildcard => Alternative::Like(wildcard(reader, &text)?),
    })
}

/// Reads comparisons behind the begin of their list: one, or a range from below and then from above.
fn numeric(reader: &mut Reader<'_>) -> Result<Alternative, Malformed> {
    let token = reader.next()?;
    if token != Token::String {
        let written = reader.written(token);
        return reader.fail(format!("Invalid member in numeric match: {written}"));
    }
    let operator = reader.text().to_owned();
    let what = if operator == "=" { "equals" } else { operator.as_str() };
    if !["=", "<", "<=", ">", ">="].contains(&operator.as_str()) {
        // The service has read on before it looks.
        reader.next()?;
        return reader.fail(format!("Unrecognized numeric range operator: {operator}"));
    }
    let first = number(reader, what)?;
    let next = reader.next()?;
    let bound = |value, is_included| Some(Bound { value, is_included });
    let (low, high) = match operator.as_str() {
        "<" | "<=" => (None, bound(first, operator == "<=")),
        "=" => (bound(first, true), bound(first, true)),
        _ => (bound(first, operator == ">="), None),
    };
    if next == Token::EndArray {
        return Ok(Alternative::Numeric(Range { low, high }));
    }
    if low.is_none() || high.is_some() {
        return reader.fail("Too many elements in numeric expression");
    }
    if next != Token::String {
        let written = reader.written(next);
        return reader.fail(format!("Bad value in numeric range: {written}"));
    }
    let operator = reader.text().to_owned();
    if !["<", "<="].contains(&operator.as_str()) {
        return reader.fail(format!("Bad numeric range operator: {operator}"));
    }
    let second = number(reader, &operator)?;
    if reader.next()? != Token::EndArray {
        return reader.fail("Too many terms in numeric range expression");
    }
    if second <= first {
        return reader.fail("Bottom must be less than top");
    }
    Ok(Alternative::Numeric(Range { low, high: bound(second, operator == "<=") }))
}

fn number(reader: &mut Reader<'_>, what: &str) -> Result<f64, Malformed> {
    if reader.next()? != Token::Number {
        return reader.fail(format!("Value of {what} must be numeric"));
    }
    let number = Written::parse(reader.text());
    let why = || reader.fail(format!("Cannot compare number : {}", number.text));
    number.value.map_or_else(why, Ok)
}
