//! Integers as Redis writes and reads them.

/// The length of the longest integer, `i64::MIN`, in bytes.
const LONGEST: usize = 20;

/// Reads an integer of 64 bits. The text must be exactly as an integer is printed: no plus sign, no
/// leading zeros, no sign before zero, nothing before or after it. So each integer has one text.
///
/// # Examples
/// ```
/// use synod_protocol::state_machine::integer::integer;
///
/// assert_eq!(integer(b"-7"), Some(-7));
/// assert_eq!(integer(b"+7"), None);
/// assert_eq!(integer(b"007"), None);
/// ```
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
