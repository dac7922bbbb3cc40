//! Reads the notation in which TLC writes values and states.
//!
//! [`read_value`] reads a value, [`read_state`] a state. A whole file of states is read
//! with [`dump`](crate::dump).

use crate::value::{ESCAPES, Value};
use std::collections::BTreeMap;

/// Why a text is not a value or a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {found} where {expected} was expected")]
pub struct ReadError {
    /// The line, counted from 1.
    pub line: usize,
    /// What was expected there.
    pub expected: &'static str,
    /// What was found instead.
    pub found: String,
}

/// Reads a value.
///
/// ```
/// use synod_twins::read::read_value;
/// use synod_twins::value::Value;
///
/// let value = read_value("[bal |-> 0, qrm |-> 1..2]")?;
/// let quorum = Value::set([Value::Integer(1), Value::Integer(2)]);
/// assert_eq!(value, Value::record([("bal", Value::Integer(0)), ("qrm", quorum)]));
/// # Ok::<(), synod_twins::read::ReadError>(())
/// ```
///
/// # Errors
/// The text is not a value, or other text follows the value.
pub fn read_value(text: &str) -> Result<Value, ReadError> {
    let mut reader = ValueParser::new(text, 1);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// Reads a state, which is a conjunction of equations or a single equation, and returns it
/// as a record of the variables. `line` is the number of the text's first line, for
/// errors.
///
/// # Errors
/// The text is not a state, or other text follows the state.
pub fn read_state(text: &str, line: usize) -> Result<Value, ReadError> {
    let mut reader = ValueParser::new(text, line);
    let mut variables = BTreeMap::new();
    while !reader.is_at_end() {
        let _ = reader.takes("/\\");
        let name = reader.name("the name of a variable")?;
        reader.expect("=", "=")?;
        variables.insert(name, reader.value()?);
    }
    Ok(Value::Record(variables))
}

struct ValueParser<'a> {
    text: &'a str,
    rest: &'a str,
    first_line: usize,
}

/// The text of an error where a value was expected.
const A_VALUE: &str = "a value";

impl<'a> ValueParser<'a> {
    fn new(text: &'a str, first_line: usize) -> Self {
        let rest = text.trim_start();
        Self {
            text,
            rest,
            first_line,
        }
    }

    fn wrong(&self, expected: &'static str) -> ReadError {
        let before = &self.text[..self.text.len() - self.rest.len()];
        let found = match self.rest.split_whitespace().next() {
            Some(word) => format!("{:?}", word.chars().take(20).collect::<String>()),
            None => "the end".to_owned(),
        };
        ReadError {
            line: self.first_line + before.matches('\n').count(),
            expected,
            found,
        }
    }

    fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn end(&self) -> Result<(), ReadError> {
        if self.is_at_end() {
            return Ok(());
        }
        Err(self.wrong("the end"))
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest[bytes..].trim_start();
    }

    fn takes(&mut self, token: &str) -> bool {
        let is_next = self.rest.starts_with(token);
        if is_next {
            self.skip(token.len());
        }
        is_next
    }

    fn expect(&mut self, token: &str, expected: &'static str) -> Result<(), ReadError> {
        if self.takes(token) {
            return Ok(());
        }
        Err(self.wrong(expected))
    }

    fn name(&mut self, expected: &'static str) -> Result<String, ReadError> {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let length = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        if length == 0 {
            return Err(self.wrong(expected));
        }
        let name = self.rest[..length].to_owned();
        self.skip(length);
        Ok(name)
    }

    fn value(&mut self) -> Result<Value, ReadError> {
        if self.takes("<<") {
            return Ok(Value::Tuple(self.list(">>", ", or >>", Self::value)?));
        }
        match self.rest.chars().next() {
            Some('{') => {
                self.skip(1);
                Ok(Value::set(self.list("}", ", or }", Self::value)?))
            }
            Some('[') => {
                self.skip(1);
                let fields = self.list("]", ", or ]", Self::field)?;
                Ok(Value::Record(fields.into_iter().collect()))
            }
            Some('(') => self.function(),
            Some('"') => Ok(Value::Text(self.string()?)),
            Some(c) if c == '-' || c.is_ascii_digit() => self.number_or_interval(),
            _ => Ok(match self.name(A_VALUE)?.as_str() {
                "TRUE" => Value::Boolean(true),
                "FALSE" => Value::Boolean(false),
                name => Value::Model(name.to_owned()),
            }),
        }
    }

    /// The rest of a list, after its opening token.
    fn list<T>(
        &mut self,
        close: &str,
        expected: &'static str,
        mut element: impl FnMut(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let mut elements = Vec::new();
        if self.takes(close) {
            return Ok(elements);
        }
        loop {
            elements.push(element(self)?);
            if self.takes(close) {
                return Ok(elements);
            }
            self.expect(",", expected)?;
        }
    }

    fn field(&mut self) -> Result<(String, Value), ReadError> {
        let name = self.name("the name of a field")?;
        self.expect("|->", "|->")?;
        Ok((name, self.value()?))
    }

    /// `(k :> v @@ …)`.
    fn function(&mut self) -> Result<Value, ReadError> {
        self.skip(1);
        let mut pairs = Vec::new();
        loop {
            let argument = self.value()?;
            self.expect(":>", ":>")?;
            pairs.push((argument, self.value()?));
            if self.takes(")") {
                // If an argument occurs twice, TLA+ takes the first pair, but the function
                // below keeps the last.
                pairs.reverse();
                return Ok(Value::function(pairs));
            }
            self.expect("@@", "@@ or )")?;
        }
    }

    /// `7`, `-1`, or `1..3`, which is a set.
    fn number_or_interval(&mut self) -> Result<Value, ReadError> {
        let first = self.number()?;
        if !self.takes("..") {
            return Ok(Value::Integer(first));
        }
        let last = self.number()?;
        Ok(Value::set((first..=last).map(Value::Integer)))
    }

    fn number(&mut self) -> Result<i64, ReadError> {
        let sign = usize::from(self.rest.starts_with('-'));
        let digits = &self.rest[sign..];
        let is_digit = |c: char| c.is_ascii_digit();
        let length = digits.find(|c| !is_digit(c)).unwrap_or(digits.len());
        let number = self.rest[..sign + length].parse();
        let number = number.map_err(|_| self.wrong("a number of at most 64 bits"))?;
        self.skip(sign + length);
        Ok(number)
    }

    fn string(&mut self) -> Result<String, ReadError> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((position, c)) = characters.next() {
            match c {
                '"' => {
                    self.skip(position + 1);
                    return Ok(text);
                }
                '\\' => {
                    let escape = characters.next().map(|(_, c)| c);
                    let mut escapes = ESCAPES.iter();
                    match escapes.find(|(written, _)| Some(*written) == escape) {
                        Some((_, meant)) => text.push(*meant),
                        None => return Err(self.wrong("a string with TLA+'s escapes")),
                    }
                }
                c => text.push(c),
            }
        }
        Err(self.wrong("a string that ends"))
    }
}
