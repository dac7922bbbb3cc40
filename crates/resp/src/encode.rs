//! Appends requests and replies, as bytes, to a buffer.
//!
//! [`request`] writes a whole request. The other functions write replies; an
//! [`array()`] is written as its header, followed by its elements:
//!
//! ```
//! use bytes::BytesMut;
//! use synod_resp::encode;
//!
//! let mut out = BytesMut::new();
//! encode::array(&mut out, 2);
//! encode::bulk(&mut out, b"v");
//! encode::bulk_or_nil(&mut out, None);
//! encode::simple(&mut out, "OK");
//! encode::error(&mut out, "ERR syntax error");
//! encode::integer(&mut out, 7);
//! assert_eq!(&out[..], b"*2\r\n$1\r\nv\r\n$-1\r\n+OK\r\n-ERR syntax error\r\n:7\r\n");
//! ```
//!
//! The decoders are [`request::Decoder`](crate::request::Decoder) and
//! [`reply::Decoder`](crate::reply::Decoder).

use bytes::{BufMut, BytesMut};
use std::fmt::{Display, Write};

/// How many characters of an error's text are sent: a text may quote the request, which
/// can be large.
const LONGEST_TEXT: usize = 512;

/// Appends a request: an array of bulk strings, one for each argument.
pub fn request<A: AsRef<[u8]>>(out: &mut BytesMut, arguments: &[A]) {
    array(out, arguments.len());
    for argument in arguments {
        bulk(out, argument.as_ref());
    }
}

/// Appends a simple string, such as `+OK`. The text must not contain a line end.
pub fn simple(out: &mut BytesMut, text: &str) {
    out.put_u8(b'+');
    out.put_slice(text.as_bytes());
    out.put_slice(b"\r\n");
}

/// Appends an error, such as `-ERR syntax error`. Control characters in the text become
/// spaces, so that it stays one line; only its first 512 characters are sent.
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

/// Appends an integer, such as `:1`.
pub fn integer(out: &mut BytesMut, number: impl Display) {
    header(out, ':', number);
}

/// Appends a bulk string: its length, as in `$1`, and its bytes.
pub fn bulk(out: &mut BytesMut, bytes: &[u8]) {
    header(out, '$', bytes.len());
    out.reserve(bytes.len() + 2);
    out.put_slice(bytes);
    out.put_slice(b"\r\n");
}

/// Appends a bulk string, or nil (`$-1`) for `None`.
pub fn bulk_or_nil(out: &mut BytesMut, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => bulk(out, bytes),
        None => out.put_slice(b"$-1\r\n"),
    }
}

/// Appends the header of an array, such as `*2`. The caller appends `count` replies after it.
pub fn array(out: &mut BytesMut, count: usize) {
    header(out, '*', count);
}

pub(crate) fn header(out: &mut BytesMut, kind: char, number: impl Display) {
    // Writing to a `BytesMut` cannot fail.
    let _ = write!(out, "{kind}{number}\r\n");
}
