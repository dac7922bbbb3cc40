//! The address of a place on the page.

use crate::place::Place;
use std::fmt::Write;

/// The part of the page's address that names a place.
pub(super) fn hash(spec: &str, place: &Place, id: &str) -> String {
    let mut hash = format!("/#spec={}", encoded(spec));
    if let Some(begin) = &place.begin {
        _ = write!(hash, "&number={}&id={}", begin.number, begin.id);
    }
    for step in &place.steps {
        _ = write!(hash, "&step={}", encoded(step));
    }
    _ = write!(hash, "&end={id}&at={}", place.steps.len());
    hash
}

/// A text as in the query of an address.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'*' | b'-' | b'.' | b'_' => encoded.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => encoded.push(byte.into()),
            byte => _ = write!(encoded, "%{byte:02X}"),
        }
    }
    encoded
}
