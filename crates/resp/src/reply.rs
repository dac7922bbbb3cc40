//! Decodes replies: [`Decoder`] takes bytes as they arrive and returns each complete
//! [`Reply`].
//!
//! The other side may not be a node at all, so the decoder limits the size of a reply
//! and the depth of its arrays. [`Client`](crate::Client) uses it over a blocking stream.

use crate::integer::integer;
use bytes::{Buf, BytesMut};

/// How many bytes a reply may have: far more than any reply of a node.
const LARGEST_REPLY: usize = 1 << 20;

/// How many arrays may be nested in one another.
const DEEPEST: usize = 8;

/// A reply of a node to a request. [`Decoder`] returns it; the functions in
/// [`encode`](crate::encode) write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A simple string, such as `+OK`.
    Simple(String),
    /// An error, such as `-ERR syntax error`.
    Error(String),
    /// An integer, such as `:1`.
    Integer(i64),
    /// A bulk string of any bytes, or `None` for nil (`$-1`).
    Bulk(Option<Vec<u8>>),
    /// An array of replies, or `None` for nil (`*-1`).
    Array(Option<Vec<Reply>>),
}

/// Why bytes are not a reply. [`Decoder::take`] returns it. The bytes after them cannot
/// be decoded either, because the end of the reply is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedReply {
    /// A line is empty, so that the kind of the reply is missing.
    #[error("an empty line")]
    EmptyLine,
    /// The first byte of a reply, which gives its kind, is unknown.
    #[error("it begins with none of + - : $ *")]
    Kind,
    /// The integer after `:`, `$` or `*` is invalid.
    #[error("invalid integer")]
    Integer,
    /// A length or a count is less than −1, which stands for nil.
    #[error("a length is negative")]
    Negative,
    /// The reply has more than 1 MiB, or announces more.
    #[error("it is too large")]
    TooLarge,
    /// More than 8 arrays are nested in one another.
    #[error("arrays are nested too deep")]
    TooDeep,
    /// A line ends in LF without CR.
    #[error("a line does not end in CRLF")]
    Line,
    /// A bulk string does not have the announced length: no CRLF follows it.
    #[error("a bulk string does not end in CRLF")]
    Bulk,
}

/// Decodes the replies of one stream, and keeps the parts of a reply that is not complete.
///
/// A reply may have 1 MiB, and 8 arrays nested in one another.
///
/// ```
/// use bytes::BytesMut;
/// use synod_resp::reply::{Decoder, Reply};
///
/// let (mut decoder, mut buffer) = (Decoder::default(), BytesMut::from("$5\r\nhe"));
/// assert_eq!(decoder.take(&mut buffer), Ok(None));
/// buffer.extend_from_slice(b"llo\r\n:7\r\n");
/// let hello = Reply::Bulk(Some(b"hello".to_vec()));
/// assert_eq!(decoder.take(&mut buffer), Ok(Some(hello)));
/// assert_eq!(decoder.take(&mut buffer), Ok(Some(Reply::Integer(7))));
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    /// How many bytes of the current reply were removed from the buffer.
    taken: usize,
    /// How many bytes at the front of the buffer contain no end of a line.
    searched: usize,
    /// The incomplete arrays, the outermost first.
    open: Vec<OpenArray>,
}

/// An array of which at least one reply is missing.
#[derive(Debug)]
struct OpenArray {
    missing: usize,
    replies: Vec<Reply>,
}

/// What one line, with the bytes of a bulk string, contributes to a reply.
enum ReplyItem {
    Complete(Reply),
    /// The header of an array with this number of replies, at least one.
    Array(usize),
}

impl Decoder {
    /// Takes the reply at the front of the buffer; `None` if it is not complete yet.
    /// Decoded parts are removed from the buffer, also of an incomplete reply: the caller
    /// only appends to the buffer. Takes O(new bytes).
    ///
    /// # Errors
    ///
    /// If the bytes are not a reply, or exceed a limit. After that neither the rest of the
    /// stream nor this decoder can be used.
    pub fn take(&mut self, buffer: &mut BytesMut) -> Result<Option<Reply>, MalformedReply> {
        while let Some(item) = self.take_item(buffer)? {
            let complete = match item {
                ReplyItem::Complete(reply) => self.put(reply),
                // No memory is allocated for the count: the other side may lie.
                ReplyItem::Array(missing) => {
                    let replies = Vec::new();
                    self.open.push(OpenArray { missing, replies });
                    None
                }
            };
            if complete.is_some() {
                self.taken = 0;
                return Ok(complete);
            }
        }
        Ok(None)
    }

    /// Adds a reply to the innermost open array. Returns the outermost reply if it is complete now.
    fn put(&mut self, mut reply: Reply) -> Option<Reply> {
        while let Some(array) = self.open.last_mut() {
            array.replies.push(reply);
            array.missing -= 1;
            if array.missing > 0 {
                return None;
            }
            reply = Reply::Array(self.open.pop().map(|array| array.replies));
        }
        Some(reply)
    }

    fn take_item(&mut self, buffer: &mut BytesMut) -> Result<Option<ReplyItem>, MalformedReply> {
        let Some(end) = self.find_line(buffer)? else {
            return Ok(None);
        };
        let line = buffer[..end].strip_suffix(b"\r");
        let line = line.ok_or(MalformedReply::Line)?;
        let (kind, rest) = line.split_first().ok_or(MalformedReply::EmptyLine)?;
        let text = || String::from_utf8_lossy(rest).into_owned();
        let (item, length) = match kind {
            b'+' => (ReplyItem::Complete(Reply::Simple(text())), 0),
            b'-' => (ReplyItem::Complete(Reply::Error(text())), 0),
            b':' => (ReplyItem::Complete(Reply::Integer(number(rest)?)), 0),
            b'$' => match length(rest)? {
                None => (ReplyItem::Complete(Reply::Bulk(None)), 0),
                Some(length) => {
                    self.check_size(end + 1 + length + 2)?;
                    let Some(bytes) = buffer.get(end + 1..end + 1 + length + 2) else {
                        return Ok(None);
                    };
                    let bytes = bytes.strip_suffix(b"\r\n").ok_or(MalformedReply::Bulk)?;
                    let bytes = Some(bytes.to_vec());
                    (ReplyItem::Complete(Reply::Bulk(bytes)), length + 2)
                }
            },
            b'*' if self.open.len() == DEEPEST => return Err(MalformedReply::TooDeep),
            b'*' => match length(rest)? {
                None => (ReplyItem::Complete(Reply::Array(None)), 0),
                Some(0) => (ReplyItem::Complete(Reply::Array(Some(Vec::new()))), 0),
                Some(count) => (ReplyItem::Array(count), 0),
            },
            _ => return Err(MalformedReply::Kind),
        };
        self.remove(buffer, end + 1 + length);
        Ok(Some(item))
    }

    /// The index of the first `\n`, if it has arrived.
    fn find_line(&mut self, buffer: &[u8]) -> Result<Option<usize>, MalformedReply> {
        let rest = &buffer[self.searched..];
        let end = rest.iter().position(|&byte| byte == b'\n');
        self.searched += end.unwrap_or(rest.len());
        self.check_size(self.searched + 1)?;
        Ok(end.map(|_| self.searched))
    }

    /// Refuses a reply that would exceed the limit with `more` bytes.
    const fn check_size(&self, more: usize) -> Result<(), MalformedReply> {
        if self.taken + more > LARGEST_REPLY {
            return Err(MalformedReply::TooLarge);
        }
        Ok(())
    }

    fn remove(&mut self, buffer: &mut BytesMut, count: usize) {
        buffer.advance(count);
        self.taken += count;
        self.searched = 0;
    }
}

fn number(digits: &[u8]) -> Result<i64, MalformedReply> {
    integer(digits).ok_or(MalformedReply::Integer)
}

/// A length or a count; `None` for −1, which stands for nil.
fn length(digits: &[u8]) -> Result<Option<usize>, MalformedReply> {
    match number(digits)? {
        -1 => Ok(None),
        other => match usize::try_from(other) {
            Ok(length) if length <= LARGEST_REPLY => Ok(Some(length)),
            Ok(_) => Err(MalformedReply::TooLarge),
            Err(_) => Err(MalformedReply::Negative),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode;

    /// The first reply, decoded from all bytes at once. Decoding byte by byte must give the same.
    fn decode(bytes: &[u8]) -> Result<Option<Reply>, MalformedReply> {
        let whole = Decoder::default().take(&mut BytesMut::from(bytes));
        let (mut decoder, mut buffer) = (Decoder::default(), BytesMut::new());
        let mut pieces = bytes.chunks(1).map(|piece| {
            buffer.extend_from_slice(piece);
            decoder.take(&mut buffer)
        });
        let first = pieces.find(|result| *result != Ok(None));
        assert_eq!(first.unwrap_or(Ok(None)), whole);
        whole
    }

    fn bulk(text: &str) -> Reply {
        Reply::Bulk(Some(text.as_bytes().to_vec()))
    }

    #[test]
    fn each_kind_of_reply_is_decoded() {
        for (bytes, reply) in [
            (&b"+OK\r\n"[..], Reply::Simple("OK".to_owned())),
            (b"-ERR x\r\n", Reply::Error("ERR x".to_owned())),
            (b":-7\r\n", Reply::Integer(-7)),
            (b"$-1\r\n", Reply::Bulk(None)),
            (b"$4\r\na\r\nb\r\n", bulk("a\r\nb")),
            (b"*-1\r\n", Reply::Array(None)),
            (
                b"*2\r\n*0\r\n$1\r\na\r\n",
                Reply::Array(Some(vec![Reply::Array(Some(vec![])), bulk("a")])),
            ),
            (
                b"*1\r\n*2\r\n:1\r\n*1\r\n$0\r\n\r\n",
                Reply::Array(Some(vec![Reply::Array(Some(vec![
                    Reply::Integer(1),
                    Reply::Array(Some(vec![bulk("")])),
                ]))])),
            ),
        ] {
            assert_eq!(decode(bytes), Ok(Some(reply)));
        }
    }

    #[test]
    fn encoded_replies_are_decoded_unchanged_and_in_order() {
        let mut buffer = BytesMut::new();
        encode::simple(&mut buffer, "OK");
        encode::error(&mut buffer, "ERR two\r\nlines");
        encode::integer(&mut buffer, i64::MIN);
        encode::array(&mut buffer, 2);
        encode::bulk(&mut buffer, &[0, 255]);
        encode::bulk_or_nil(&mut buffer, None);
        let mut decoder = Decoder::default();
        let replies: Vec<_> = std::iter::from_fn(|| decoder.take(&mut buffer).unwrap()).collect();
        let array = vec![Reply::Bulk(Some(vec![0, 255])), Reply::Bulk(None)];
        assert_eq!(
            replies,
            [
                Reply::Simple("OK".to_owned()),
                Reply::Error("ERR two  lines".to_owned()),
                Reply::Integer(i64::MIN),
                Reply::Array(Some(array)),
            ]
        );
        assert!(buffer.is_empty());
    }

    #[test]
    fn an_incomplete_reply_is_not_returned() {
        for bytes in [&b""[..], b"+OK", b"$5\r\nab\r\n", b"*2\r\n:1\r\n"] {
            assert_eq!(decode(bytes), Ok(None));
        }
    }

    #[test]
    fn malformed_replies_are_refused() {
        for (bytes, error) in [
            (&b"HTTP/1.1 400\r\n"[..], MalformedReply::Kind),
            (b"?\r\n", MalformedReply::Kind),
            (b"\r\n", MalformedReply::EmptyLine),
            (b":x\r\n", MalformedReply::Integer),
            (b":+1\r\n", MalformedReply::Integer),
            (b"$01\r\nx\r\n", MalformedReply::Integer),
            (b"$-2\r\n", MalformedReply::Negative),
            (b"$99999999999\r\n", MalformedReply::TooLarge),
            (b"*99999999999\r\n", MalformedReply::TooLarge),
            (b"$1\r\nabc", MalformedReply::Bulk),
            (b"+OK\n", MalformedReply::Line),
            (&b"*1\r\n".repeat(9), MalformedReply::TooDeep),
        ] {
            assert_eq!(decode(bytes), Err(error), "{}", bytes.escape_ascii());
        }
    }

    /// After how many bytes an endless reply is refused. It consists of `start`, and of `more`
    /// again and again.
    fn refused_after(start: &[u8], more: &[u8]) -> usize {
        let (mut decoder, mut buffer) = (Decoder::default(), BytesMut::from(start));
        let mut length = start.len();
        while decoder.take(&mut buffer) == Ok(None) {
            buffer.extend_from_slice(more);
            length += more.len();
            assert!(length < 2 * LARGEST_REPLY);
        }
        let again = decoder.take(&mut buffer);
        assert_eq!(again, Err(MalformedReply::TooLarge));
        length
    }

    #[test]
    fn an_endless_reply_is_refused_once_it_is_too_large() {
        for (start, more) in [
            (&b"+"[..], &[b'x'; 1000][..]),
            (b"*1000000\r\n", b":1\r\n"),
            (b"$1048576\r\n", b"x"),
        ] {
            assert!(refused_after(start, more) <= LARGEST_REPLY + 1000);
        }
    }
}
