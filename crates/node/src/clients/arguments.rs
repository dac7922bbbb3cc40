//! Helpers that parse the arguments of requests.

use synod_resp::request::Arguments;

/// Whether an argument is this name, in capitals or not.
pub(super) fn is(written: &[u8], name: &str) -> bool {
    written.eq_ignore_ascii_case(name.as_bytes())
}

/// The argument at an index; empty if there is none.
pub(super) fn bytes(arguments: Arguments<'_>, index: usize) -> Vec<u8> {
    arguments.get(index).unwrap_or_default().to_vec()
}

/// The argument at an index, if there is one.
pub(super) fn optional(arguments: Arguments<'_>, index: usize) -> Option<Vec<u8>> {
    arguments.get(index).map(<[u8]>::to_vec)
}

/// All arguments from an index on.
pub(super) fn rest(arguments: Arguments<'_>, from: usize) -> Vec<Vec<u8>> {
    arguments.iter().skip(from).map(<[u8]>::to_vec).collect()
}

/// The first 64 bytes of an argument as printable text, for errors.
pub(super) fn printable(bytes: &[u8]) -> String {
    let (start, is_all) = match bytes.get(..64) {
        Some(start) if bytes.len() > 64 => (start, false),
        _ => (bytes, true),
    };
    let dots = if is_all { "" } else { "..." };
    format!("{}{dots}", start.escape_ascii())
}
