//! [`Encoder`]: replies in the version of the protocol that a client has chosen.

use crate::encode;
use bytes::{BufMut, BytesMut};
use std::fmt::Display;

/// A version of the protocol. A client chooses it with HELLO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// RESP2, with which every connection begins.
    #[default]
    Two,
    /// RESP3, which has kinds of its own for nil, maps, sets and texts.
    Three,
}

impl Version {
    /// Its number, as HELLO names it.
    pub const fn number(self) -> u8 {
        match self {
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

/// Appends replies to a buffer, in one version of the protocol.
///
/// ```
/// use synod_resp::{Encoder, Version};
///
/// let mut out = Encoder::default();
/// out.nil();
/// out.version = Version::Three;
/// out.nil();
/// out.map(1);
/// out.bulk(b"proto");
/// out.integer(3);
/// assert_eq!(&out.bytes[..], b"$-1\r\n_\r\n%1\r\n$5\r\nproto\r\n:3\r\n");
/// ```
#[derive(Debug, Default)]
pub struct Encoder {
    /// The replies so far.
    pub bytes: BytesMut,
    /// The version of replies from now on.
    pub version: Version,
}

impl Encoder {
    /// Appends a simple string, such as `+OK`. The text must not contain a line end.
    pub fn simple(&mut self, text: &str) {
        encode::simple(&mut self.bytes, text);
    }

    /// Appends an error, as [`encode::error`] does.
    pub fn error(&mut self, text: impl Display) {
        encode::error(&mut self.bytes, text);
    }

    /// Appends an integer, such as `:1`.
    pub fn integer(&mut self, number: impl Display) {
        encode::integer(&mut self.bytes, number);
    }

    /// Appends a bulk string.
    pub fn bulk(&mut self, bytes: &[u8]) {
        encode::bulk(&mut self.bytes, bytes);
    }

    /// Appends a bulk string, or [`nil`](Self::nil) for `None`.
    pub fn bulk_or_nil(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.bulk(bytes),
            None => self.nil(),
        }
    }

    /// Appends that there is no value: `$-1`, or `_` in RESP3.
    pub fn nil(&mut self) {
        self.either("$-1\r\n", "_\r\n");
    }

    /// Appends that there is no array: `*-1`, or `_` in RESP3.
    pub fn nil_array(&mut self) {
        self.either("*-1\r\n", "_\r\n");
    }

    /// Appends the header of an array. The caller appends `count` replies after it.
    pub fn array(&mut self, count: usize) {
        encode::array(&mut self.bytes, count);
    }

    /// Appends the header of a map: an array in RESP2. The caller appends `count` keys, each with its value
    /// after it.
    pub fn map(&mut self, count: usize) {
        match self.version {
            Version::Two => self.array(2 * count),
            Version::Three => encode::header(&mut self.bytes, '%', count),
        }
    }

    /// Appends the header of a set: an array in RESP2. The caller appends `count` replies after it.
    pub fn set(&mut self, count: usize) {
        match self.version {
            Version::Two => self.array(count),
            Version::Three => encode::header(&mut self.bytes, '~', count),
        }
    }

    /// Appends the header of a message that answers no request: an array in RESP2. The caller appends `count`
    /// replies after it.
    pub fn push(&mut self, count: usize) {
        match self.version {
            Version::Two => self.array(count),
            Version::Three => encode::header(&mut self.bytes, '>', count),
        }
    }

    /// Appends a text for people, which a client shows as it is: a bulk string in RESP2.
    pub fn text(&mut self, text: &str) {
        match self.version {
            Version::Two => self.bulk(text.as_bytes()),
            Version::Three => {
                encode::header(&mut self.bytes, '=', text.len() + 4);
                self.bytes.put_slice(b"txt:");
                self.bytes.put_slice(text.as_bytes());
                self.bytes.put_slice(b"\r\n");
            }
        }
    }

    fn either(&mut self, two: &str, three: &str) {
        let written = match self.version {
            Version::Two => two,
            Version::Three => three,
        };
        self.bytes.put_slice(written.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_resp2_has_no_kind_for_is_an_array_or_a_string_there() {
        let written = |version, write: fn(&mut Encoder)| {
            let mut out = Encoder {
                version,
                ..Encoder::default()
            };
            write(&mut out);
            String::from_utf8_lossy(&out.bytes).into_owned()
        };
        let cases: [(fn(&mut Encoder), _, _); 6] = [
            (Encoder::nil, "$-1\r\n", "_\r\n"),
            (Encoder::nil_array, "*-1\r\n", "_\r\n"),
            (|out| out.map(2), "*4\r\n", "%2\r\n"),
            (|out| out.set(2), "*2\r\n", "~2\r\n"),
            (|out| out.push(2), "*2\r\n", ">2\r\n"),
            (
                |out| out.text("a\r\n"),
                "$3\r\na\r\n\r\n",
                "=7\r\ntxt:a\r\n\r\n",
            ),
        ];
        for (write, two, three) in cases {
            assert_eq!(written(Version::Two, write), two);
            assert_eq!(written(Version::Three, write), three);
        }
    }
}
