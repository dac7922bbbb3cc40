//! Inline requests: [`split`] divides a line into words by the same rules as Redis and
//! redis-cli.
//!
//! White space separates words. Within `"…"` the escapes are `\n`, `\r`, `\t`, `\b`,
//! `\a` and `\xHH`; a `\` before any other byte stands for that byte. Within `'…'` the
//! only escape is `\'`. White space or the end of the line must follow a closing quote.
//!
//! [`request::Decoder`](crate::request::Decoder) uses it for requests that are lines.

/// A quote is not closed, or a closing quote is followed by something other than white space.
/// [`split`] returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unbalanced quotes: each quote must be closed, and a space or the end of the line must follow it"
)]
pub struct Unbalanced;

/// The words of a line, in order. The iterator ends after an error.
///
/// ```
/// use synod_resp::inline::{Unbalanced, split};
///
/// let words: Result<Vec<_>, _> = split(b"SET key \"a b\"").collect();
/// assert_eq!(words, Ok(vec![b"SET".to_vec(), b"key".to_vec(), b"a b".to_vec()]));
/// let words: Result<Vec<_>, _> = split(b"SET key \"a b").collect();
/// assert_eq!(words, Err(Unbalanced));
/// ```
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

/// Appends to `word` what is quoted, and moves `rest` past the closing quote.
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

/// The byte that an escape stands for. `rest` begins after the backslash.
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
    fn white_space_separates_words_unless_it_is_quoted() {
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
    fn an_unbalanced_quote_is_an_error_and_ends_the_words() {
        for line in [&b"a \"b"[..], b"'", b"\"\\", b"\"a\"b", b"'a'\"b\" c"] {
            let found: Vec<_> = split(line).collect();
            assert_eq!(found.last(), Some(&Err(Unbalanced)), "{line:?}");
        }
    }
}
