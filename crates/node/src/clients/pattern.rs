//! [`Pattern`]: the patterns of MATCH, which are those of Redis.

use super::command_error::CommandError;
use regex::bytes::{Regex, RegexBuilder};
use std::fmt::Write;

/// A pattern: `?` is any byte, `*` any bytes, `[ab]`, `[^ab]` and `[a-c]` one of some bytes, or another
/// one; after `\` any byte stands for itself.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn new(pattern: &[u8]) -> Result<Self, CommandError> {
        let mut regex = String::from("^");
        let mut rest = pattern;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b'?' => regex.push('.'),
                b'*' => regex.push_str(".*"),
                b'[' => class(&mut rest, &mut regex),
                b'\\' => literal(next(&mut rest).unwrap_or(b'\\'), &mut regex),
                other => literal(other, &mut regex),
            }
        }
        regex.push('$');
        let regex = RegexBuilder::new(&regex)
            .unicode(false)
            .dot_matches_new_line(true)
            .build();
        regex.map(Self).map_err(|_| CommandError::Pattern)
    }

    pub(super) fn matches(&self, key: &[u8]) -> bool {
        self.0.is_match(key)
    }
}

fn next(rest: &mut &[u8]) -> Option<u8> {
    let (&byte, after) = rest.split_first()?;
    *rest = after;
    Some(byte)
}

fn literal(byte: u8, regex: &mut String) {
    // Writing to a `String` cannot fail.
    let _ = write!(regex, "\\x{byte:02x}");
}

/// What follows a `[`, with its `]`; as in Redis, one at the end of the pattern may be missing.
fn class(rest: &mut &[u8], regex: &mut String) {
    let is_negated = rest.first() == Some(&b'^');
    if is_negated {
        next(rest);
    }
    let mut ranges = String::new();
    while let Some(byte) = next(rest) {
        let from = match byte {
            b']' => break,
            b'\\' => next(rest).unwrap_or(b'\\'),
            other => other,
        };
        let to = match *rest {
            [b'-', to, after @ ..] => {
                *rest = after;
                *to
            }
            _ => from,
        };
        literal(from.min(to), &mut ranges);
        ranges.push('-');
        literal(from.max(to), &mut ranges);
    }
    regex.push_str(match (is_negated, ranges.is_empty()) {
        // No byte is one of none, and every byte is none of none.
        (false, true) => "[^\\x00-\\xff]",
        (true, true) => ".",
        (false, false) => "[",
        (true, false) => "[^",
    });
    if !ranges.is_empty() {
        regex.push_str(&ranges);
        regex.push(']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_redis() {
        for (pattern, key, is_one) in [
            ("*", &b""[..], true),
            ("", b"", true),
            ("", b"a", false),
            ("h?llo", b"hello", true),
            ("h?llo", b"hllo", false),
            ("h*llo", b"h\n\xffllo", true),
            ("h[ae]llo", b"hallo", true),
            ("h[ae]llo", b"hillo", false),
            ("h[^e]llo", b"hallo", true),
            ("h[^e]llo", b"hello", false),
            ("h[a-c]llo", b"hbllo", true),
            ("h[c-a]llo", b"hbllo", true),
            ("h[a-c", b"hb", true),
            ("h[]llo", b"hello", false),
            ("h[^]llo", b"hello", true),
            ("h[\\]]llo", b"h]llo", true),
            ("a\\*b", b"a*b", true),
            ("a\\*b", b"axb", false),
            ("a.b", b"axb", false),
            ("user:*:name", b"user:7:name", true),
        ] {
            let found = Pattern::new(pattern.as_bytes()).unwrap().matches(key);
            assert_eq!(found, is_one, "{pattern} {}", key.escape_ascii());
        }
    }
}
