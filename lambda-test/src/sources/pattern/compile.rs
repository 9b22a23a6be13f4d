//! From the text of a pattern to its rules. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Key, Pattern, Rule,
    alternative::Alternative,
    number::Written,
    operator::operator,
    reader::{Malformed, Reader, Token},
};

/// Whose pattern it is: they differ in their operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// EventBridge's, and that of event source mappings.
    EventBridge,
    /// A filter policy.
    Sns,
}

/// How many rules the choices of a pattern may come to. The service states no number.
const MOST: usize = 1000;

/// Names that an object of a choice may not have: with one of them, `$or` is the name of a key.
const RESERVED: [&str; 24] = [
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

struct Compiler<'a> {
    reader: Reader<'a>,
    dialect: Dialect,
    rules: Vec<Rule>,
    top: BTreeSet<String>,
}

pub(super) fn pattern(text: &str, dialect: Dialect) -> Result<Pattern, Malformed> {
    let (rules, top) = (Vec::new(), BTreeSet::new());
    let mut compiler = Compiler { reader: Reader::new(text), dialect, rules, top };
    if compiler.reader.next()? != Token::BeginObject {
        return compiler.reader.fail("Filter is not an object");
    }
    compiler.object(&mut Vec::new())?;
    Ok(Pattern { rules: compiler.rules, top: compiler.top })
}

impl Compiler<'_> {
    /// Reads an object behind its begin.
    fn object(&mut self, path: &mut Vec<String>) -> Result<(), Malformed> {
        let mut is_empty = true;
        while self.reader.next()? != Token::EndObject {
            is_empty = false;
            let name = self.reader.name().to_owned();
            if name == "$or" && is_choice(self.reader.clone()) {
                self.choice(path)?;
                continue;
            }
            if path.is_empty() {
                self.top.insert(name.clone());
            }
            let begin = self.reader.next()?;
            path.push(name);
            match begin {
                Token::BeginObject => self.object(path)?,
                Token::BeginArray => self.key(path)?,
                _ => {
                    let name = path.last().map_or("", String::as_str);
                    return self.reader.fail(format!("\"{name}\" must be an object or an array"));
                }
            }
            path.pop();
        }
        match is_empty {
            true => self.reader.fail("Empty objects are not allowed"),
            false => Ok(()),
        }
    }

    /// Reads the objects of a choice: each makes the rules so far anew.
    fn choice(&mut self, path: &mut Vec<String>) -> Result<(), Malformed> {
        self.reader.next()?;
        let so_far = std::mem::take(&mut self.rules);
        let mut rules = Vec::new();
        while self.reader.next()? != Token::EndArray {
            self.rules.clone_from(&so_far);
            self.object(path)?;
            rules.append(&mut self.rules);
            if MOST < rules.len() {
                return self.reader.fail("Rule is too complex");
            }
        }
        self.rules = rules;
        Ok(())
    }

    /// Reads the alternatives of a key behind the begin of their list.
    fn key(&mut self, path: &[String]) -> Result<(), Malformed> {
        let mut alternatives = Vec::new();
        loop {
            alternatives.push(match self.reader.next()? {
                Token::EndArray => break,
                Token::BeginObject => operator(&mut self.reader, self.dialect)?,
                Token::String => Alternative::text(self.reader.text()),
                Token::Number => Alternative::Number(Written::parse(self.reader.text())),
                Token::Null => Alternative::Word("null"),
                Token::True => Alternative::Word("true"),
                Token::False => Alternative::Word("false"),
                _ => {
                    let why = "Match value must be String, number, true, false, or null";
                    return self.reader.fail(why);
                }
            });
        }
        if alternatives.is_empty() {
            return self.reader.fail("Empty arrays are not allowed");
        }
        if self.rules.is_empty() {
            self.rules.push(BTreeMap::new());
        }
        let (name, key) = (path.join("."), Rc::new(Key { alternatives, depth: path.len() }));
        for rule in &mut self.rules {
            rule.insert(name.clone(), key.clone());
        }
        Ok(())
    }
}

/// `$or` is a choice where it is a list of two objects or more that have no reserved names; else it is the name of a key.
fn is_choice(mut reader: Reader<'_>) -> bool {
    let mut look = || -> Result<bool, Malformed> {
        if reader.next()? != Token::BeginArray {
            return Ok(false);
        }
        let (mut count, mut depth) = (0, 0);
        loop {
            match reader.next()? {
                Token::EndArray if depth == 0 => return Ok(1 < count),
                Token::BeginObject if depth == 0 => {
                    count += 1;
                    depth += 1;
                }
                _ if depth == 0 => return Ok(false),
                Token::BeginObject | Token::BeginArray => depth += 1,
                Token::EndObject | Token::EndArray => depth -= 1,
                Token::Name if depth == 1 && RESERVED.contains(&reader.name()) => return Ok(false),
                Token::End => return Ok(false),
                _ => {}
            }
        }
    };
    look().unwrap_or(false)
}
