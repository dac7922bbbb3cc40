//! Requests and replies as bytes.

use bytes::{BufMut, BytesMut};
use std::fmt::{Display, Write};

/// How much of a text a reply repeats at most.
const LONGEST_TEXT: usize = 512;

/// `*2`, and each argument as `$1` and its bytes.
pub fn request<A: AsRef<[u8]>>(out: &mut BytesMut, arguments: &[A]) {
    array(out, arguments.len());
    for argument in arguments {
        bulk(out, argument.as_ref());
    }
}

/// `+OK`
pub fn simple(out: &mut BytesMut, text: &str) {
    out.put_u8(b'+');
    out.put_slice(text.as_bytes());
    out.put_slice(b"\r\n");
}

/// `-ERR what is wrong`: one line, whatever is in the text.
pub fn error(out: &mut BytesMut, text: impl Display) {
    let text = text.to_string();
    out.put_u8(b'-');
    for character in text.chars().take(LONGEST_TEXT) {
        let character = if character.is_control() {
            ' '
        } else {
            character
        };
        out.put_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out.put_slice(b"\r\n");
}

/// `:1`
pub fn integer(out: &mut BytesMut, number: impl Display) {
    header(out, ':', number);
}

/// `$1`, and the bytes.
pub fn bulk(out: &mut BytesMut, bytes: &[u8]) {
    header(out, '$', bytes.len());
    out.reserve(bytes.len() + 2);
    out.put_slice(bytes);
    out.put_slice(b"\r\n");
}

/// Bytes, or that there are none.
pub fn bulk_or_nil(out: &mut BytesMut, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => bulk(out, bytes),
        None => out.put_slice(b"$-1\r\n"),
    }
}

/// `*2`: so many replies follow.
pub fn array(out: &mut BytesMut, count: usize) {
    header(out, '*', count);
}

fn header(out: &mut BytesMut, kind: char, number: impl Display) {
    // A buffer takes whatever is written to it.
    let _ = write!(out, "{kind}{number}\r\n");
}
