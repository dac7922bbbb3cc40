//! Arguments of requests: what is written there.

use synod_resp::request::Arguments;

/// Whether somebody wrote this name, in capitals or not.
pub(super) fn is(written: &[u8], name: &str) -> bool {
    written.eq_ignore_ascii_case(name.as_bytes())
}

/// An argument; one that is not there is empty.
pub(super) fn bytes(arguments: Arguments<'_>, index: usize) -> Vec<u8> {
    arguments.get(index).unwrap_or_default().to_vec()
}

pub(super) fn optional(arguments: Arguments<'_>, index: usize) -> Option<Vec<u8>> {
    arguments.get(index).map(<[u8]>::to_vec)
}

pub(super) fn rest(arguments: Arguments<'_>, from: usize) -> Vec<Vec<u8>> {
    arguments.iter().skip(from).map(<[u8]>::to_vec).collect()
}

/// The beginning of what somebody wrote, as text.
pub(super) fn printable(bytes: &[u8]) -> String {
    let (start, is_all) = match bytes.get(..64) {
        Some(start) if bytes.len() > 64 => (start, false),
        _ => (bytes, true),
    };
    let dots = if is_all { "" } else { "..." };
    format!("{}{dots}", start.escape_ascii())
}
