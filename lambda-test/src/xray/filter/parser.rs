//! Reads a filter expression.

use super::{
    FilterExpressionError,
    expression::{
        Cause, Comparison, Element, Expression, Flag, NumberKeyword, Selector, Test, TextKeyword,
        TextOperator,
    },
    lexer::{Token, TokenKind, tokens},
};

type Read<T> = Result<T, FilterExpressionError>;

/// How deep parentheses and braces may be.
const DEEPEST: usize = 32;

pub(super) fn parse(text: &str) -> Read<Expression> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, end: text.len(), depth: 0 };
    let expression = parser.any()?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.wrong("an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn wrong(&self, expected: &'static str) -> FilterExpressionError {
        let Some(token) = self.tokens.get(self.next) else {
            return FilterExpressionError::new(self.end, "it ends", expected);
        };
        let found = match &token.kind {
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Text(text) => format!("{text:?}"),
            TokenKind::Number(number) => format!("`{number}`"),
            TokenKind::Symbol(symbol) => format!("`{symbol}`"),
            TokenKind::Json(_) => "JSON".to_owned(),
        };
        FilterExpressionError::new(token.at, found, expected)
    }

    /// Takes this symbol, if it is the next.
    fn takes(&mut self, symbol: &str) -> bool {
        let is_it = matches!(self.peek(), Some(TokenKind::Symbol(found)) if *found == symbol);
        self.next += usize::from(is_it);
        is_it
    }

    fn wants(&mut self, symbol: &str, expected: &'static str) -> Read<()> {
        if self.takes(symbol) { Ok(()) } else { Err(self.wrong(expected)) }
    }

    /// The next word in small letters.
    fn word(&self) -> Option<String> {
        match self.peek() {
            Some(TokenKind::Word(word)) => Some(word.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_it = self.word().as_deref() == Some(word);
        self.next += usize::from(is_it);
        is_it
    }

    fn any(&mut self) -> Read<Expression> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(single(parts, Expression::Any))
    }

    /// With `AND` between them, or nothing.
    fn all(&mut self) -> Read<Expression> {
        let mut parts = vec![self.one()?];
        loop {
            let is_end = match self.peek() {
                None => true,
                Some(TokenKind::Symbol(symbol)) => !["!", "("].contains(symbol),
                _ => self.word().as_deref() == Some("or"),
            };
            if !self.takes_word("and") && is_end {
                return Ok(single(parts, Expression::All));
            }
            parts.push(self.one()?);
        }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == DEEPEST {
            return Err(self.wrong("at most 32 levels"));
        }
        self.depth += 1;
        let inner = read(self);
        self.depth -= 1;
        inner
    }

    fn one(&mut self) -> Read<Expression> {
        if self.takes("!") {
            return Ok(Expression::Not(Box::new(self.nested(Self::one)?)));
        }
        if self.takes("(") {
            let inner = self.nested(Self::any)?;
            self.wants(")", "`)`")?;
            return Ok(inner);
        }
        let Some(word) = self.word() else { return Err(self.wrong("a keyword")) };
        if let Some(flag) = Flag::of(&word) {
            self.next += 1;
            return self.flag(flag);
        }
        if let Some(keyword) = NumberKeyword::of(&word) {
            self.next += 1;
            let comparison = self.comparison()?;
            return Ok(Expression::Number(keyword, comparison, self.number()?));
        }
        if let Some(keyword) = TextKeyword::of(&word) {
            self.next += 1;
            let operator = self.text_operator()?;
            return Ok(Expression::Text(keyword, operator, self.text()?));
        }
        if word.starts_with("annotation") {
            return self.annotation();
        }
        if word.starts_with("group.") {
            return self.group(&word);
        }
        self.next += 1;
        match word.as_str() {
            "service" => {
                self.wants("(", "`(` and a service")?;
                let selector = self.selector()?;
                self.wants(")", "`)`")?;
                Ok(Expression::Service(selector, self.block()?))
            }
            "edge" => {
                self.wants("(", "`(` and two services")?;
                let from = self.selector()?;
                self.wants(",", "`,` and the service that is called")?;
                let to = self.selector()?;
                self.wants(")", "`)`")?;
                Ok(Expression::Edge(from, to, self.block()?))
            }
            "rootcause.json" => self.root_cause_json(),
            _ => match root_cause(&word) {
                Some((cause, element)) => Ok(Expression::RootCause(cause, element, self.block()?)),
                None => {
                    self.next -= 1;
                    Err(self.wrong("a keyword"))
                }
            },
        }
    }

    /// `fault`, `fault = true` or `fault != false`.
    fn flag(&mut self, flag: Flag) -> Read<Expression> {
        let is_equal = match (self.takes("="), self.takes("!=")) {
            (true, _) => true,
            (_, true) => false,
            _ => return Ok(Expression::Flag(flag)),
        };
        let value = self.truth().ok_or_else(|| self.wrong("`true` or `false`"))?;
        self.next += 1;
        let expression = Expression::Flag(flag);
        Ok(if value == is_equal { expression } else { Expression::Not(Box::new(expression)) })
    }

    /// `true` or `false`, if it is the next.
    fn truth(&self) -> Option<bool> {
        let text = match self.peek()? {
            TokenKind::Word(text) | TokenKind::Text(text) => text.to_ascii_lowercase(),
            _ => return None,
        };
        text.parse().ok()
    }

    fn comparison(&mut self) -> Read<Comparison> {
        let comparison = match self.peek() {
            Some(TokenKind::Symbol(symbol)) => Comparison::of(symbol),
            _ => None,
        };
        let comparison =
            comparison.ok_or_else(|| self.wrong("`=`, `!=`, `<`, `<=`, `>` or `>=`"))?;
        self.next += 1;
        Ok(comparison)
    }

    fn number(&mut self) -> Read<f64> {
        let Some(TokenKind::Number(number)) = self.peek() else {
            return Err(self.wrong("a number"));
        };
        let number = *number;
        self.next += 1;
        Ok(number)
    }

    fn text_operator(&mut self) -> Read<TextOperator> {
        let word = match self.peek() {
            Some(TokenKind::Symbol(symbol)) => Some((*symbol).to_owned()),
            _ => self.word(),
        };
        let operator = word.as_deref().and_then(TextOperator::of);
        let expected = "`=`, `!=`, `CONTAINS`, `BEGINSWITH` or `ENDSWITH`";
        let operator = operator.ok_or_else(|| self.wrong(expected))?;
        self.next += 1;
        Ok(operator)
    }

    fn text(&mut self) -> Read<String> {
        let Some(TokenKind::Text(text) | TokenKind::Word(text)) = self.peek() else {
            return Err(self.wrong("text in quotes"));
        };
        let text = text.clone();
        self.next += 1;
        Ok(text)
    }

    /// `annotation.key` or `annotation[key]`, and what it is compared with.
    fn annotation(&mut self) -> Read<Expression> {
        let Some(TokenKind::Word(word)) = self.peek().cloned() else {
            return Err(self.wrong("a keyword"));
        };
        let (head, key) = word.split_once('.').unwrap_or((&word, ""));
        if !head.eq_ignore_ascii_case("annotation") {
            return Err(self.wrong("a keyword"));
        }
        self.next += 1;
        let mut key = key.to_owned();
        if key.is_empty() {
            self.wants("[", "`[` and a key")?;
            key = self.text()?;
            self.wants("]", "`]`")?;
        }
        let symbol = match self.peek() {
            Some(TokenKind::Symbol(symbol)) => Comparison::of(symbol),
            _ => None,
        };
        if let Some(comparison) = symbol {
            self.next += 1;
            return self.compared(key, comparison);
        }
        let operator = self.word().as_deref().and_then(TextOperator::of);
        let Some(operator) = operator else { return Ok(Expression::Annotation(key, None)) };
        self.next += 1;
        Ok(Expression::Annotation(key, Some(Test::Text(operator, self.text()?))))
    }

    /// An annotation behind `=` and the like: the type of the value decides.
    fn compared(&mut self, key: String, comparison: Comparison) -> Read<Expression> {
        let is_equal = match comparison {
            Comparison::Equal => Some(true),
            Comparison::NotEqual => Some(false),
            _ => None,
        };
        let test = match (self.peek(), is_equal) {
            (Some(TokenKind::Number(number)), _) => Test::Number(comparison, *number),
            (Some(TokenKind::Word(_)), Some(is_equal)) if self.truth().is_some() => {
                Test::Flag(is_equal, self.truth().unwrap_or_default())
            }
            (Some(TokenKind::Word(text) | TokenKind::Text(text)), Some(is_equal)) => {
                let operator = if is_equal { TextOperator::Equal } else { TextOperator::NotEqual };
                Test::Text(operator, text.clone())
            }
            (_, Some(_)) => return Err(self.wrong("a number, text in quotes, `true` or `false`")),
            (_, None) => return Err(self.wrong("a number")),
        };
        self.next += 1;
        Ok(Expression::Annotation(key, Some(test)))
    }

    /// `group.name = "…"` or `group.arn = "…"`.
    fn group(&mut self, word: &str) -> Read<Expression> {
        if !["group.name", "group.arn"].contains(&word) {
            return Err(self.wrong("`group.name` or `group.arn`"));
        }
        self.next += 1;
        let is_equal = match (self.takes("="), self.takes("!=")) {
            (true, _) => true,
            (_, true) => false,
            _ => return Err(self.wrong("`=` or `!=`")),
        };
        let text = self.text()?;
        // arn:aws:xray:REGION:ACCOUNT:group/NAME/ID
        let name = text.strip_prefix("arn:").and_then(|arn| arn.split('/').nth(1)).unwrap_or(&text);
        let expression = Expression::Group(name.to_owned());
        Ok(if is_equal { expression } else { Expression::Not(Box::new(expression)) })
    }

    /// A name, or `id(name: "…", type: "…", account.id: "…")`; anything where there is none.
    fn selector(&mut self) -> Read<Selector> {
        let mut selector = Selector::default();
        if self.takes_word("id") {
            self.wants("(", "`(`")?;
            loop {
                let word = self.word();
                let part = match word.as_deref() {
                    Some("name") => &mut selector.name,
                    Some("type") => &mut selector.kind,
                    Some("account.id") => &mut selector.account,
                    _ => return Err(self.wrong("`name`, `type` or `account.id`")),
                };
                self.next += 1;
                self.wants(":", "`:`")?;
                *part = Some(self.text()?);
                if !self.takes(",") {
                    self.wants(")", "`,` or `)`")?;
                    return Ok(selector);
                }
            }
        }
        if let Some(TokenKind::Text(_) | TokenKind::Word(_)) = self.peek() {
            selector.name = Some(self.text()?);
        }
        Ok(selector)
    }

    fn block(&mut self) -> Read<Option<Box<Expression>>> {
        if !self.takes("{") {
            return Ok(None);
        }
        let inner = self.nested(Self::any)?;
        self.wants("}", "`}`")?;
        Ok(Some(Box::new(inner)))
    }

    fn root_cause_json(&mut self) -> Read<Expression> {
        self.wants("=", "`=`")?;
        let Some(TokenKind::Json(value)) = self.peek().cloned() else {
            return Err(self.wrong("`#` and JSON"));
        };
        self.next += 1;
        Ok(Expression::RootCauseJson(value))
    }
}

/// One part as itself, several as a list.
fn single(mut parts: Vec<Expression>, list: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            list(parts)
        }
    }
}

fn root_cause(word: &str) -> Option<(Cause, Element)> {
    let (cause, element) = word.strip_prefix("rootcause.")?.split_once('.')?;
    let cause = match cause {
        "fault" => Cause::Fault,
        "error" => Cause::Error,
        "responsetime" => Cause::ResponseTime,
        _ => return None,
    };
    let element = match element {
        "service" => Element::Service,
        "entity" => Element::Entity,
        "exception" => Element::Exception,
        _ => return None,
    };
    Some((cause, element))
}
