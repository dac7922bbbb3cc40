//! Integers as Redis writes and reads them.

/// How many bytes the longest integer has: `i64::MIN`.
const LONGEST: usize = 20;

/// The integer that these bytes are, if they are one: exactly as it is printed.
/// So there is a minus or nothing before the digits, no zero leads, zero has no
/// sign, and nothing surrounds it. Each integer has one text, and is of 64 bits.
pub fn integer(text: &[u8]) -> Option<i64> {
    if text.len() > LONGEST {
        return None;
    }
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let is_printed_so = match digits {
        [b'0'] => digits == text,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_printed_so {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}
