//! Requests from bytes: arrays of bulk strings, and lines.
//!
//! ```text
//! *2\r\n$3\r\nGET\r\n$1\r\nk\r\n        GET k\r\n
//! ```

use crate::inline::{self, Unbalanced};
use crate::integer::integer;
use bytes::{Buf, BytesMut};

/// How many arguments a request has at most, its name among them.
pub const MOST_ARGUMENTS: usize = 1024;

/// How many bytes all arguments of a request have at most: 128 KiB of keys and
/// values, with a name and options.
pub const LARGEST_REQUEST: usize = (128 << 10) + 256;

/// How many bytes a line without its end has at most, of a request that is a
/// line.
pub const LONGEST_LINE: usize = 64 << 10;

/// How many bytes a line with a count or a length has at most, with its end.
const LONGEST_HEADER: usize = 32;

/// How many bytes a request that is not complete can have, whatever they are:
/// one that has more is refused.
pub const MOST_BYTES: usize = LARGEST_REQUEST + (MOST_ARGUMENTS + 1) * (LONGEST_HEADER + 2);

/// How many ranges of arguments are kept between requests.
const KEPT: usize = 16;

/// Why bytes are no request. What follows them cannot be understood either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedRequest {
    /// The count of an array is none.
    #[error(
        "invalid multibulk length: after '*' comes an integer, {MOST_ARGUMENTS} at most, and CRLF"
    )]
    Count,
    /// The length of a bulk string is none.
    #[error("invalid bulk length: after '$' comes an integer, {LARGEST_REQUEST} at most, and CRLF")]
    Length,
    /// An array has something else in it.
    #[error("expected '$', got '{}': a request is an array of bulk strings", .0.escape_ascii())]
    NotABulkString(u8),
    /// A bulk string has not the length that it says.
    #[error("expected CRLF after a bulk string: its length is not the one that was given")]
    End,
    /// All arguments together are too long.
    #[error("too big request: its arguments have {LARGEST_REQUEST} bytes together at most")]
    TooLarge,
    /// A line is too long.
    #[error("too big inline request: a line has {LONGEST_LINE} bytes at most")]
    LongLine,
    /// A line has too many words.
    #[error("too many words in a line: {MOST_ARGUMENTS} at most")]
    Words,
    /// A quote in a line is never closed.
    #[error("unbalanced quotes in request: a quote ends before a space or the end of the line")]
    Quotes,
}

/// The arguments of a request; the first is its name.
#[derive(Clone, Copy, Debug)]
pub struct Arguments<'a> {
    bytes: &'a [u8],
    ranges: &'a [(u32, u32)],
}

impl<'a> Arguments<'a> {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Whether there are none: of an empty line. Such a request asks for
    /// nothing and gets no reply.
    pub const fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// One of them.
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        let &(start, end) = self.ranges.get(index)?;
        self.bytes.get(start as usize..end as usize)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (this, count) = (*self, self.len());
        (0..count).filter_map(move |index| this.get(index))
    }
}

/// What of the request at the front of the buffer is understood.
#[derive(Debug, Default)]
pub struct Decoder {
    expected: Expected,
    /// How many bytes of the buffer need not be read again.
    understood: usize,
    /// How many arguments of the array are still to come.
    missing: usize,
    /// How many bytes the arguments have so far, or will have.
    total: usize,
    /// Where the arguments are, in the buffer or in `words`.
    ranges: Vec<(u32, u32)>,
    /// The arguments of a line, without quotes.
    words: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Expected {
    /// The first byte of a request.
    #[default]
    Request,
    /// The end of a line.
    Line,
    /// A count of arguments.
    Count,
    /// A length of an argument.
    Length,
    /// So many bytes, and CRLF.
    Bytes(usize),
}

impl Decoder {
    /// Takes the request at the front of the buffer, if all of it is there:
    /// `read` sees it, and its bytes are removed. O(new bytes) each time.
    ///
    /// # Errors
    ///
    /// If the bytes are no request. The rest of them makes no sense then, and
    /// neither does this decoder.
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
        buffer.advance(self.understood);
        self.begin_anew();
        Ok(Some(request))
    }

    fn begin_anew(&mut self) {
        self.ranges.clear();
        self.ranges.shrink_to(KEPT);
        self.words = Vec::new();
        (self.expected, self.understood) = (Expected::Request, 0);
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
        let rest = &buffer[self.understood..];
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            self.understood = buffer.len();
            return if buffer.len() > LONGEST_LINE + 1 {
                Err(MalformedRequest::LongLine)
            } else {
                Ok(false)
            };
        };
        let end = self.understood + end;
        let line = buffer[..end].strip_suffix(b"\r").unwrap_or(&buffer[..end]);
        if line.len() > LONGEST_LINE {
            return Err(MalformedRequest::LongLine);
        }
        self.understood = end + 1;
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
        // None, or fewer than none: asks for nothing, as with redis.
        let count = usize::try_from(count.max(0)).map_err(|_| MalformedRequest::Count)?;
        if count > MOST_ARGUMENTS {
            return Err(MalformedRequest::Count);
        }
        self.missing = count;
        Ok(self.expect(Expected::Length))
    }

    fn take_length(&mut self, buffer: &[u8]) -> Result<bool, MalformedRequest> {
        match buffer.get(self.understood) {
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
        let (start, end) = (self.understood, self.understood + length);
        let Some(after) = buffer.get(end..end + 2) else {
            return Ok(false);
        };
        if after != b"\r\n" {
            return Err(MalformedRequest::End);
        }
        self.ranges.push((start as u32, end as u32));
        self.understood = end + 2;
        self.missing -= 1;
        Ok(self.expect(Expected::Length))
    }

    /// A line of one byte that says what it is, an integer, and CRLF.
    fn take_number(
        &mut self,
        buffer: &[u8],
        wrong: MalformedRequest,
    ) -> Result<Option<i64>, MalformedRequest> {
        let rest = &buffer[self.understood..];
        let rest = &rest[..rest.len().min(LONGEST_HEADER)];
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            let is_too_long = rest.len() == LONGEST_HEADER;
            return if is_too_long { Err(wrong) } else { Ok(None) };
        };
        let digits = rest[..end].strip_suffix(b"\r").and_then(|l| l.get(1..));
        let number = digits.and_then(integer).ok_or(wrong)?;
        self.understood += end + 1;
        Ok(Some(number))
    }
}
