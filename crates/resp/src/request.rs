//! Decodes requests: [`Decoder`] takes bytes as they arrive and passes the [`Arguments`] of
//! each complete request to its caller.
//!
//! A request is an array of bulk strings, or a line (an inline request, divided into words by
//! [`inline`]):
//!
//! ```text
//! *2\r\n$3\r\nGET\r\n$1\r\nk\r\n        GET k\r\n
//! ```
//!
//! The constants are the limits of a request. [`encode::request`](crate::encode::request) writes
//! requests; [`reply`](crate::reply) decodes what the node replies.

use crate::inline::{self, Unbalanced};
use crate::integer::integer;
use bytes::{Buf, BytesMut};

/// How many arguments a request may have, the name of the command among them.
pub const MOST_ARGUMENTS: usize = 1024;

/// How many bytes all arguments of a request may have together: 128 KiB of keys and
/// values, and 256 for the name of the command and its options.
pub const LARGEST_REQUEST: usize = (128 << 10) + 256;

/// How many bytes the line of an inline request may have, without its end.
pub const LONGEST_LINE: usize = 64 << 10;

/// How many bytes a line with a count or a length may have, with its end.
const LONGEST_HEADER: usize = 32;

/// How many bytes an incomplete request can have: [`Decoder::take`] refuses it when
/// it has more. So a buffer needs this much memory at most.
pub const MOST_BYTES: usize = LARGEST_REQUEST + (MOST_ARGUMENTS + 1) * (LONGEST_HEADER + 2);

/// For how many arguments memory is kept between requests.
const KEPT_RANGES: usize = 16;

/// Why bytes are not a request. [`Decoder::take`] returns it. The bytes after them cannot be
/// decoded either, because the end of the request is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedRequest {
    /// The count of an array is not an integer, or too large.
    #[error(
        "invalid multibulk length: '*' must be followed by an integer, {MOST_ARGUMENTS} at most, \
         and CRLF"
    )]
    Count,
    /// The length of a bulk string is not an integer, negative, or too large.
    #[error(
        "invalid bulk length: '$' must be followed by an integer from 0 to {LARGEST_REQUEST}, \
         and CRLF"
    )]
    Length,
    /// An element of an array is not a bulk string, but begins with this byte.
    #[error("expected '$', got '{}': a request is an array of bulk strings", .0.escape_ascii())]
    NotABulkString(u8),
    /// A bulk string does not have the announced length: no CRLF follows it.
    #[error("expected CRLF after a bulk string: its length is not the announced one")]
    End,
    /// All arguments together have more than [`LARGEST_REQUEST`] bytes.
    #[error("too big request: its arguments may have {LARGEST_REQUEST} bytes together")]
    TooLarge,
    /// A line has more than [`LONGEST_LINE`] bytes.
    #[error("too big inline request: a line may have {LONGEST_LINE} bytes")]
    LongLine,
    /// A line has more than [`MOST_ARGUMENTS`] words.
    #[error("too many words in a line: it may have {MOST_ARGUMENTS}")]
    Words,
    /// The quotes in a line are [`Unbalanced`].
    #[error(
        "unbalanced quotes in request: each quote must be closed, and a space or the end of the \
         line must follow it"
    )]
    Quotes,
}

/// The arguments of a request, borrowed from the buffer; the first is the name of the command.
///
/// [`Decoder::take`] passes them to its caller; its example shows them.
#[derive(Clone, Copy, Debug)]
pub struct Arguments<'a> {
    bytes: &'a [u8],
    ranges: &'a [(u32, u32)],
}

impl<'a> Arguments<'a> {
    /// How many arguments there are.
    pub const fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Whether there are no arguments: the request is an empty line or an empty array. As in
    /// Redis, it asks for nothing and gets no reply.
    pub const fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The argument at an index, from 0.
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        let &(start, end) = self.ranges.get(index)?;
        self.bytes.get(start as usize..end as usize)
    }

    /// All arguments, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (this, count) = (*self, self.len());
        (0..count).filter_map(move |index| this.get(index))
    }
}

/// Decodes the requests of one stream, and remembers how far it has read an incomplete request.
///
/// ```
/// use bytes::BytesMut;
/// use synod_resp::request::{Arguments, Decoder};
///
/// let read = |arguments: Arguments<'_>| arguments.iter().map(<[u8]>::to_vec).collect::<Vec<_>>();
/// let (mut decoder, mut buffer) = (Decoder::default(), BytesMut::from("*2\r\n$3\r\nGET"));
/// assert_eq!(decoder.take(&mut buffer, read), Ok(None));
/// buffer.extend_from_slice(b"\r\n$1\r\nk\r\nGET k\r\n");
/// for _ in 0..2 {
///     let request = decoder.take(&mut buffer, read).unwrap();
///     assert_eq!(request, Some(vec![b"GET".to_vec(), b"k".to_vec()]));
/// }
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    expected: Expected,
    /// How many bytes at the front of the buffer are decoded.
    decoded: usize,
    /// How many arguments of the array have not arrived yet.
    missing: usize,
    /// How many bytes the arguments have together, as far as their lengths are known.
    total: usize,
    /// The start and the end of each argument, in the buffer or in `words`.
    ranges: Vec<(u32, u32)>,
    /// The arguments of a line, without quotes and without spaces between them.
    words: Vec<u8>,
}

/// The part of a request that the decoder reads next.
#[derive(Clone, Copy, Debug, Default)]
enum Expected {
    /// The first byte of a request.
    #[default]
    Request,
    /// The rest of a line.
    Line,
    /// The count of arguments.
    Count,
    /// The length of an argument.
    Length,
    /// An argument of this many bytes, and CRLF.
    Bytes(usize),
}

impl Decoder {
    /// Takes the request at the front of the buffer; `None` if it is not complete yet. Passes its
    /// arguments to `read` and returns the result; then the request is removed from the buffer.
    /// The caller only appends to the buffer. Takes O(new bytes).
    ///
    /// # Errors
    ///
    /// If the bytes are not a request, or exceed a limit. After that neither the rest of the
    /// stream nor this decoder can be used.
    pub fn take<T>(
        &mut self,
        buffer: &mut BytesMut,
        read: impl FnOnce(Arguments<'_>) -> T,
    ) -> Result<Option<T>, MalformedRequest> {
        if !self.is_complete(buffer)? {
            return Ok(None);
        }
        let is_line = matches!(self.expected, Expected::Line);
        let request = read(Arguments {
            bytes: if is_line { &self.words } else { buffer },
            ranges: &self.ranges,
        });
        buffer.advance(self.decoded);
        self.begin_anew();
        Ok(Some(request))
    }

    fn begin_anew(&mut self) {
        self.ranges.clear();
        self.ranges.shrink_to(KEPT_RANGES);
        self.words = Vec::new();
        (self.expected, self.decoded) = (Expected::Request, 0);
        (self.missing, self.total) = (0, 0);
    }

    fn is_complete(&mut self, buffer: &[u8]) -> Result<bool, MalformedRequest> {
        loop {
            let goes_on = match self.expected {
                Expected::Request => match buffer.first() {
                    None => false,
                    Some(b'*') => self.expect(Expected::Count),
                    Some(_) => self.expect(Expected::Line),
                },
                Expected::Line => return self.take_line(buffer),
                Expected::Count => self.take_count(buffer)?,
                Expected::Length if self.missing == 0 => return Ok(true),
                Expected::Length => self.take_length(buffer)?,
                Expected::Bytes(length) => self.take_bytes(buffer, length)?,
            };
            if !goes_on {
                return Ok(false);
            }
        }
    }

    const fn expect(&mut self, next: Expected) -> bool {
        self.expected = next;
        true
    }

    fn take_line(&mut self, buffer: &[u8]) -> Result<bool, MalformedRequest> {
        let rest = &buffer[self.decoded..];
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            self.decoded = buffer.len();
            return if buffer.len() > LONGEST_LINE + 1 {
                Err(MalformedRequest::LongLine)
            } else {
                Ok(false)
            };
        };
        let end = self.decoded + end;
        let line = buffer[..end].strip_suffix(b"\r").unwrap_or(&buffer[..end]);
        if line.len() > LONGEST_LINE {
            return Err(MalformedRequest::LongLine);
        }
        self.decoded = end + 1;
        for word in inline::split(line) {
            let word = word.map_err(|Unbalanced| MalformedRequest::Quotes)?;
            if self.ranges.len() == MOST_ARGUMENTS {
                return Err(MalformedRequest::Words);
            }
            let start = self.words.len() as u32;
            self.words.extend_from_slice(&word);
            self.ranges.push((start, self.words.len() as u32));
        }
        Ok(true)
    }

    fn take_count(&mut self, buffer: &[u8]) -> Result<bool, MalformedRequest> {
        let Some(count) = self.take_number(buffer, MalformedRequest::Count)? else {
            return Ok(false);
        };
        // As in Redis, a request with a count of zero or less is empty.
        let count = usize::try_from(count.max(0)).map_err(|_| MalformedRequest::Count)?;
        if count > MOST_ARGUMENTS {
            return Err(MalformedRequest::Count);
        }
        self.missing = count;
        Ok(self.expect(Expected::Length))
    }

    fn take_length(&mut self, buffer: &[u8]) -> Result<bool, MalformedRequest> {
        match buffer.get(self.decoded) {
            None => return Ok(false),
            Some(b'$') => {}
            Some(&other) => return Err(MalformedRequest::NotABulkString(other)),
        }
        let Some(length) = self.take_number(buffer, MalformedRequest::Length)? else {
            return Ok(false);
        };
        let length = usize::try_from(length).map_err(|_| MalformedRequest::Length)?;
        if length > LARGEST_REQUEST {
            return Err(MalformedRequest::Length);
        }
        self.total += length;
        if self.total > LARGEST_REQUEST {
            return Err(MalformedRequest::TooLarge);
        }
        Ok(self.expect(Expected::Bytes(length)))
    }

    fn take_bytes(&mut self, buffer: &[u8], length: usize) -> Result<bool, MalformedRequest> {
        let (start, end) = (self.decoded, self.decoded + length);
        let Some(after) = buffer.get(end..end + 2) else {
            return Ok(false);
        };
        if after != b"\r\n" {
            return Err(MalformedRequest::End);
        }
        self.ranges.push((start as u32, end as u32));
        self.decoded = end + 2;
        self.missing -= 1;
        Ok(self.expect(Expected::Length))
    }

    /// Takes a line of one byte (the kind, which the caller has checked), an integer, and CRLF.
    /// `wrong` is the error if the line is something else.
    fn take_number(
        &mut self,
        buffer: &[u8],
        wrong: MalformedRequest,
    ) -> Result<Option<i64>, MalformedRequest> {
        let rest = &buffer[self.decoded..];
        let rest = &rest[..rest.len().min(LONGEST_HEADER)];
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            let is_too_long = rest.len() == LONGEST_HEADER;
            return if is_too_long { Err(wrong) } else { Ok(None) };
        };
        let digits = rest[..end].strip_suffix(b"\r").and_then(|l| l.get(1..));
        let number = digits.and_then(integer).ok_or(wrong)?;
        self.decoded += end + 1;
        Ok(Some(number))
    }
}
