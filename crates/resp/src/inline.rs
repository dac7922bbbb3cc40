//! Inline requests: a line as words, as redis and redis-cli take it apart.
//!
//! Words are apart by white space. Within `"…"` there are `\n`, `\r`, `\t`,
//! `\b`, `\a`, `\xHH` and `\` before any other byte for that byte; within `'…'`
//! there is `\'`. After a closing quote comes a space or the end.

/// A quote is not closed, or something follows it immediately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unbalanced quotes: a quote ends before a space or the end of the line")]
pub struct Unbalanced;

/// The words of a line, in order; after an error there is nothing.
pub fn split(line: &[u8]) -> impl Iterator<Item = Result<Vec<u8>, Unbalanced>> + '_ {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        let word = first_word(&mut rest);
        if word.is_err() {
            rest = &[];
        }
        Some(word)
    })
}

fn first_word(rest: &mut &[u8]) -> Result<Vec<u8>, Unbalanced> {
    let mut word = Vec::new();
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'"' | b'\'' => {
                *rest = after;
                quoted(byte, rest, &mut word)?;
                return match rest.first() {
                    Some(next) if !next.is_ascii_whitespace() => Err(Unbalanced),
                    _ => Ok(word),
                };
            }
            _ if byte.is_ascii_whitespace() => break,
            _ => {
                word.push(byte);
                *rest = after;
            }
        }
    }
    Ok(word)
}

/// Up to the closing quote, and past it.
fn quoted(quote: u8, rest: &mut &[u8], word: &mut Vec<u8>) -> Result<(), Unbalanced> {
    loop {
        let (&byte, after) = rest.split_first().ok_or(Unbalanced)?;
        *rest = after;
        match byte {
            _ if byte == quote => return Ok(()),
            b'\\' if quote == b'"' => word.push(escaped(rest)?),
            b'\\' if rest.first() == Some(&b'\'') => {
                word.push(b'\'');
                *rest = &rest[1..];
            }
            _ => word.push(byte),
        }
    }
}

/// What stands for the bytes after a backslash.
fn escaped(rest: &mut &[u8]) -> Result<u8, Unbalanced> {
    if let [b'x', high, low, after @ ..] = *rest
        && let (Some(high), Some(low)) = (hex(*high), hex(*low))
    {
        *rest = after;
        return Ok(high << 4 | low);
    }
    let (&byte, after) = rest.split_first().ok_or(Unbalanced)?;
    *rest = after;
    Ok(match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'a' => 7,
        other => other,
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_apart_by_white_space_and_quotes_hold_them_together() {
        for (line, words) in [
            (&b""[..], &[][..]),
            (b"  \t ", &[]),
            (b"GET k", &[&b"GET"[..], b"k"]),
            (b" SET  a\tb ", &[b"SET", b"a", b"b"]),
            (b"SET a \"b c\"", &[b"SET", b"a", b"b c"]),
            (b"'it\\'s' \"\"", &[b"it's", b""]),
            (br#""\x41\n\"\q\xg""#, &[b"A\n\"qxg"]),
            (b"a\"b\" c", &[b"ab", b"c"]),
        ] {
            let found: Result<Vec<_>, _> = split(line).collect();
            assert_eq!(found.unwrap(), words, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_an_error_and_the_end() {
        for line in [&b"a \"b"[..], b"'", b"\"\\", b"\"a\"b", b"'a'\"b\" c"] {
            let found: Vec<_> = split(line).collect();
            assert_eq!(found.last(), Some(&Err(Unbalanced)), "{line:?}");
        }
    }
}
