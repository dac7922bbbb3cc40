//! Integers in headers and replies.

/// Parses an integer. Each integer has one text only, the one that printing it gives:
/// a plus sign, a leading zero and a negative zero are refused, as Redis does.
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let begins_well = match digits.first()? {
        b'0' => text == b"0",
        first => first.is_ascii_digit(),
    };
    if !begins_well {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn each_integer_has_one_text() {
        for number in [0, 7, -7, 10, i64::MIN, i64::MAX] {
            assert_eq!(integer(number.to_string().as_bytes()), Some(number));
        }
        for text in [
            "",
            "-",
            "+1",
            "01",
            "00",
            "-0",
            "-01",
            " 1",
            "1 ",
            "1+1",
            "--1",
            "1.0",
            "0x1",
            "9223372036854775808",
        ] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
    }
}
