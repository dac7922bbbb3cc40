//! Replies from bytes.
//!
//! The other side may be anybody: what is read is bounded, whatever it says.

use crate::integer::integer;
use bytes::{Buf, BytesMut};

/// How many bytes a reply has at most: far more than any that a node sends.
pub const LARGEST_REPLY: usize = 1 << 20;

/// How deep arrays are nested at most.
const DEEPEST: usize = 8;

/// What a node replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `+OK`
    Simple(String),
    /// `-ERR what is wrong`
    Error(String),
    /// `:1`
    Integer(i64),
    /// Bytes, or that there are none.
    Bulk(Option<Vec<u8>>),
    /// Several, or that there are none.
    Array(Option<Vec<Reply>>),
}

/// Why bytes are no reply. What follows them cannot be understood either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedReply {
    /// A line has nothing in it.
    #[error("an empty line")]
    EmptyLine,
    /// The first byte says nothing.
    #[error("it begins with none of + - : $ *")]
    Kind,
    /// A number is none.
    #[error("invalid integer")]
    Integer,
    /// A length is less than that of nothing.
    #[error("a length is negative")]
    Negative,
    /// It has more bytes than [`LARGEST_REPLY`], or says so.
    #[error("it is too large")]
    TooLarge,
    /// Arrays within arrays within arrays.
    #[error("arrays are nested too deep")]
    TooDeep,
    /// A line ends otherwise.
    #[error("a line does not end in CRLF")]
    Line,
    /// A bulk string has not the length that it says.
    #[error("bytes do not end in CRLF")]
    Bulk,
}

/// What of the reply at the front of a stream is understood.
#[derive(Debug, Default)]
pub struct Decoder {
    /// How many bytes of the reply were taken from the buffer.
    taken: usize,
    /// How many bytes of the buffer need not be searched for the end of a line.
    searched: usize,
    /// The arrays that are not complete, the outermost first.
    open: Vec<OpenArray>,
}

/// An array of which at least one reply is missing.
#[derive(Debug)]
struct OpenArray {
    missing: usize,
    replies: Vec<Reply>,
}

/// What a line begins.
enum ReplyItem {
    Complete(Reply),
    /// So many replies follow.
    Array(usize),
}

impl Decoder {
    /// Takes the reply at the front of the buffer, if all of it is there. What is
    /// understood of it is removed. O(new bytes) each time.
    ///
    /// # Errors
    ///
    /// If the bytes are no reply, or too many. The rest of them makes no sense
    /// then, and neither does this decoder.
    pub fn take(&mut self, buffer: &mut BytesMut) -> Result<Option<Reply>, MalformedReply> {
        while let Some(item) = self.take_item(buffer)? {
            let complete = match item {
                ReplyItem::Complete(reply) => self.put(reply),
                // Nothing is allocated because a count claims it.
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

    /// Puts a reply where it belongs; the whole reply, if that completes it.
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

    /// Where the first line has its `\n`.
    fn find_line(&mut self, buffer: &[u8]) -> Result<Option<usize>, MalformedReply> {
        let rest = &buffer[self.searched..];
        let end = rest.iter().position(|&byte| byte == b'\n');
        self.searched += end.unwrap_or(rest.len());
        self.check_size(self.searched + 1)?;
        Ok(end.map(|_| self.searched))
    }

    /// Whether so many bytes more are not too many.
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

/// A length; −1 says that there is nothing.
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

    /// All of these bytes at once, and one by one.
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
    fn replies_are_read() {
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
    fn replies_are_read_as_they_were_encoded_one_after_the_other() {
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
    fn what_is_not_complete_is_waited_for() {
        for bytes in [&b""[..], b"+OK", b"$5\r\nab\r\n", b"*2\r\n:1\r\n"] {
            assert_eq!(decode(bytes), Ok(None));
        }
    }

    #[test]
    fn what_is_none_is_refused() {
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

    /// After how many bytes of an endless reply it is refused.
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
    fn what_does_not_end_is_refused_when_it_is_too_large() {
        for (start, more) in [
            (&b"+"[..], &[b'x'; 1000][..]),
            (b"*1000000\r\n", b":1\r\n"),
            (b"$1048576\r\n", b"x"),
        ] {
            assert!(refused_after(start, more) <= LARGEST_REPLY + 1000);
        }
    }
}
