//! Reads a pattern token by token, and refuses what is malformed in the words of the service. Pure.
//!
//! The service reads patterns with the JSON parser Jackson, whose messages are what a user receives: one token ahead behind
//! the name of a key, so that a value that is malformed comes before a key that is unknown.

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// What, without where.
    pub(crate) reason: String,
    /// The byte before which the service stopped, where it states that.
    at: Option<usize>,
}

/// One token. Its text is in [`Reader::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    BeginObject,
    EndObject,
    BeginArray,
    EndArray,
    /// The name of a key, which is in [`Reader::name`].
    Name,
    String,
    Number,
    True,
    False,
    Null,
    /// The text is over.
    End,
}

/// Reads the tokens of a text.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    source: &'a str,
    at: usize,
    /// Up to where the service has read; not yet through a text that nobody has asked for.
    shown: usize,
    /// Where the objects and lists around begin, and whether they have an entry.
    around: Vec<Around>,
    ahead: Option<Token>,
    name: String,
    text: String,
}

#[derive(Clone, Copy)]
struct Around {
    begin: usize,
    is_object: bool,
    has_entry: bool,
}

const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// What the service shows of a text that is longer.
const SHOWN: usize = 500;

impl Malformed {
    /// Returns the message, with where it is: as the service does it.
    pub(crate) fn message(&self, source: &str) -> String {
        match self.at {
            Some(at) => format!("{}\n at {}", self.reason, location(source, at)),
            None => self.reason.clone(),
        }
    }

    /// What the service does not state the place of.
    pub(super) fn without_place(reason: String) -> Self {
        Self { reason, at: None }
    }
}

fn location(source: &str, at: usize) -> String {
    let before = &source[..at.min(source.len())];
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    let (shown, more) = match source.char_indices().nth(SHOWN) {
        Some((end, _)) => {
            let more = source[end..].chars().count();
            (&source[..end], format!("[truncated {more} chars]"))
        }
        None => (source, String::new()),
    };
    format!("[Source: (String)\"{shown}\"{more}; line: {line}, column: {column}]")
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let (name, text) = (String::new(), String::new());
        Self { source, at: 0, shown: 0, around: Vec::new(), ahead: None, name, text }
    }

    /// Returns the name that was read last.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the text of the string or the number that was read last.
    pub(super) fn text(&mut self) -> &str {
        self.shown = self.at;
        &self.text
    }

    /// Returns what a token is written as, where it is not a string.
    pub(super) fn written(&self, token: Token) -> String {
        match token {
            Token::BeginObject => "{".to_owned(),
            Token::EndObject => "}".to_owned(),
            Token::BeginArray => "[".to_owned(),
            Token::EndArray => "]".to_owned(),
            Token::Name => self.name.clone(),
            Token::String | Token::Number => self.text.clone(),
            Token::True => "true".to_owned(),
            Token::False => "false".to_owned(),
            Token::Null => "null".to_owned(),
            Token::End => String::new(),
        }
    }

    /// Something is wrong with what was read last.
    pub(super) fn fail<T>(&self, reason: impl Into<String>) -> Result<T, Malformed> {
        Err(Malformed { reason: reason.into(), at: Some(self.shown) })
    }

    /// Returns what is wrong with its place in the reason, as where the service fails while it fails.
    pub(super) fn again(&self, malformed: &Malformed) -> Malformed {
        Malformed { reason: malformed.message(self.source), at: Some(self.shown) }
    }

    /// Reads the next token.
    pub(super) fn next(&mut self) -> Result<Token, Malformed> {
        if let Some(token) = self.ahead.take() {
            return Ok(self.enter(token));
        }
        self.blanks();
        let Some(around) = self.around.last().copied() else {
            return match self.peek() {
                None => Ok(Token::End),
                Some(_) => {
                    let token = self.value()?;
                    Ok(self.enter(token))
                }
            };
        };
        let (close, what) = if around.is_object { ('}', "Object") } else { (']', "Array") };
        if self.peek() == Some(close) {
            self.take();
            self.around.pop();
            return Ok(if around.is_object { Token::EndObject } else { Token::EndArray });
        }
        if around.has_entry {
            self.expect(',', || format!("was expecting comma to separate {what} entries"))?;
            self.blanks();
        }
        if let Some(around) = self.around.last_mut() {
            around.has_entry = true;
        }
        if !around.is_object {
            let token = self.value()?;
            return Ok(self.enter(token));
        }
        let quote = || "was expecting double-quote to start field name".to_owned();
        self.expect('"', quote)?;
        self.string("in field name")?;
        self.name = std::mem::take(&mut self.text);
        self.blanks();
        let colon = || "was expecting a colon to separate field name and value".to_owned();
        self.expect(':', colon)?;
        self.blanks();
        self.ahead = Some(self.value()?);
        Ok(Token::Name)
    }

    /// Notes the object or the list that a token begins.
    fn enter(&mut self, token: Token) -> Token {
        if let Token::BeginObject | Token::BeginArray = token {
            let (begin, is_object) = (self.at - 1, token == Token::BeginObject);
            self.around.push(Around { begin, is_object, has_entry: false });
        }
        token
    }

    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn take(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
        self.shown = self.at;
    }

    fn blanks(&mut self) {
        let rest = self.source[self.at..].trim_start_matches([' ', '\t', '\n', '\r']);
        self.at = self.source.len() - rest.len();
    }

    /// Something is wrong with the next character.
    fn fail_at<T>(&mut self, reason: String) -> Result<T, Malformed> {
        self.shown = self.at;
        self.fail(reason)
    }

    fn unexpected<T>(&mut self, character: char, expected: &str) -> Result<T, Malformed> {
        let code = u32::from(character);
        self.fail_at(format!("Unexpected character ('{character}' (code {code})): {expected}"))
    }

    fn over<T>(&mut self) -> Result<T, Malformed> {
        self.shown = self.at;
        let Some(around) = self.around.last() else {
            return self.fail("Unexpected end-of-input");
        };
        let what = if around.is_object { "Object" } else { "Array" };
        let begin = location(self.source, around.begin);
        self.fail(format!(
            "Unexpected end-of-input: expected close marker for {what} (start marker at {begin})"
        ))
    }

    fn expect(&mut self, wanted: char, why: impl Fn() -> String) -> Result<(), Malformed> {
        match self.peek() {
            Some(character) if character == wanted => {
                self.take();
                Ok(())
            }
            Some(character) => self.unexpected(character, &why()),
            None => self.over(),
        }
    }

    /// Reads a value, of an object or a list its begin.
    fn value(&mut self) -> Result<Token, Malformed> {
        let Some(first) = self.peek() else { return self.over() };
        let token = match first {
            '{' => Token::BeginObject,
            '[' => Token::BeginArray,
            '"' => {
                self.take();
                self.string("was expecting closing quote for a string value")?;
                return Ok(Token::String);
            }
            '-' | '0'..='9' => return self.number(),
            '}' => return self.unexpected(first, "expected a value"),
            _ => return self.word(first),
        };
        self.take();
        Ok(token)
    }

    fn word(&mut self, first: char) -> Result<Token, Malformed> {
        let is_part = |character: char| character.is_alphanumeric() || "_$".contains(character);
        if !is_part(first) {
            return self.unexpected(first, &format!("expected a valid value {VALUES}"));
        }
        let rest = &self.source[self.at..];
        let word = &rest[..rest.find(|it| !is_part(it)).unwrap_or(rest.len())];
        self.at += word.len();
        self.shown = self.at;
        match word {
            "true" => Ok(Token::True),
            "false" => Ok(Token::False),
            "null" => Ok(Token::Null),
            _ => {
                let word: String = word.chars().take(256).collect();
                self.fail(format!("Unrecognized token '{word}': was expecting {VALUES}"))
            }
        }
    }

    fn number(&mut self) -> Result<Token, Malformed> {
        let begin = self.at;
        if self.peek() == Some('-') {
            self.take();
        }
        self.digits("expected digit (0-9) to follow minus sign, for valid numeric value")?;
        let whole = self.source[begin..self.at].trim_start_matches('-');
        if 1 < whole.len() && whole.starts_with('0') {
            return self.fail("Invalid numeric value: Leading zeroes not allowed");
        }
        if self.peek() == Some('.') {
            self.take();
            self.digits("Decimal point not followed by a digit")?;
        }
        if let Some('e' | 'E') = self.peek() {
            self.take();
            if let Some('+' | '-') = self.peek() {
                self.take();
            }
            self.digits("Exponent indicator not followed by a digit")?;
        }
        self.source[begin..self.at].clone_into(&mut self.text);
        Ok(Token::Number)
    }

    fn digits(&mut self, why: &str) -> Result<(), Malformed> {
        let begin = self.at;
        while let Some('0'..='9') = self.peek() {
            self.take();
        }
        match self.peek() {
            _ if begin < self.at => Ok(()),
            Some(character) => {
                let code = u32::from(character);
                self.fail_at(format!(
                    "Unexpected character ('{character}' (code {code})) in numeric value: {why}"
                ))
            }
            None => self.over(),
        }
    }

    /// Reads a string behind its first quote.
    fn string(&mut self, why: &str) -> Result<(), Malformed> {
        self.text.clear();
        let shown = self.at;
        loop {
            let Some(character) = self.peek() else {
                self.shown = self.at;
                let joint = if why.starts_with("in ") { " " } else { ": " };
                return self.fail(format!("Unexpected end-of-input{joint}{why}"));
            };
            match character {
                '"' => {
                    self.take();
                    // A text is read once somebody asks for it.
                    self.shown = if why.starts_with("in ") { self.at } else { shown };
                    return Ok(());
                }
                '\\' => {
                    self.take();
                    let escaped = self.escape()?;
                    self.text.push(escaped);
                }
                '\0'..='\x1f' => {
                    let code = u32::from(character);
                    return self.fail_at(format!(
                        "Illegal unquoted character ((CTRL-CHAR, code {code})): has to be escaped using backslash to be \
                         included in string value"
                    ));
                }
                _ => {
                    self.take();
                    self.text.push(character);
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let Some(character) = self.peek() else { return self.over() };
        let escaped = match character {
            '"' | '\\' | '/' => character,
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                self.take();
                return self.unit();
            }
            _ => {
                let code = u32::from(character);
                let reason = format!("Unrecognized character escape '{character}' (code {code})");
                return self.fail_at(reason);
            }
        };
        self.take();
        Ok(escaped)
    }

    /// Reads the four digits of an escape, and those of the other half of a pair.
    fn unit(&mut self) -> Result<char, Malformed> {
        let high = self.hex()?;
        if let 0xd800..0xdc00 = high {
            if self.source[self.at..].starts_with("\\u") {
                let before = self.at;
                self.at += 2;
                let low = self.hex()?;
                if let 0xdc00..0xe000 = low {
                    let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
                }
                self.at = before;
            }
        }
        // Half of a pair has no place in a text of Rust.
        Ok(char::from_u32(high).unwrap_or('\u{fffd}'))
    }

    fn hex(&mut self) -> Result<u32, Malformed> {
        let mut value = 0;
        for _ in 0..4 {
            let Some(character) = self.peek() else { return self.over() };
            let Some(digit) = character.to_digit(16) else {
                let why = "expected a hex-digit for character escape sequence";
                return self.unexpected(character, why);
            };
            self.take();
            value = value * 16 + digit;
        }
        Ok(value)
    }
}
