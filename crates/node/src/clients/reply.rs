//! Replies as a client reads them: RESP2, from a stream that blocks.
//!
//! The other side may be anybody: what is read is bounded, whatever it says.

use std::io::{self, BufRead, Read};
use synod_protocol::state_machine::integer::integer;

/// How many bytes a reply has at most: far more than any that a node sends.
pub const LARGEST_REPLY: u64 = 1 << 20;

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

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum NoReply {
    /// The connection failed, or was closed.
    #[error("the connection ended before the reply: {0}")]
    Broken(#[from] io::Error),
    /// What came is no reply.
    #[error("what came is no reply of the Redis protocol ({0}); does a node listen there?")]
    Malformed(&'static str),
}

/// Reads one reply.
///
/// # Errors
///
/// If the stream ends or fails before its end, or it is none, or too large.
pub fn read(stream: &mut impl BufRead) -> Result<Reply, NoReply> {
    read_within(&mut stream.take(LARGEST_REPLY), DEEPEST)
}

fn read_within<R: BufRead>(stream: &mut io::Take<R>, depth: usize) -> Result<Reply, NoReply> {
    let line = read_line(stream)?;
    let (&kind, rest) = line
        .split_first()
        .ok_or(NoReply::Malformed("an empty line"))?;
    let text = || String::from_utf8_lossy(rest).into_owned();
    match kind {
        b'+' => Ok(Reply::Simple(text())),
        b'-' => Ok(Reply::Error(text())),
        b':' => Ok(Reply::Integer(number(rest)?)),
        b'$' => Ok(Reply::Bulk(match length(rest)? {
            None => None,
            Some(length) => Some(read_bytes(stream, length)?),
        })),
        b'*' if depth == 0 => Err(NoReply::Malformed("arrays are nested too deep")),
        b'*' => Ok(Reply::Array(match length(rest)? {
            None => None,
            Some(count) => Some(read_all(stream, count, depth - 1)?),
        })),
        _ => Err(NoReply::Malformed("it begins with none of + - : $ *")),
    }
}

/// Nothing is allocated because a count claims it: each reply takes bytes.
fn read_all<R: BufRead>(
    stream: &mut io::Take<R>,
    count: u64,
    depth: usize,
) -> Result<Vec<Reply>, NoReply> {
    let mut replies = Vec::new();
    for _ in 0..count {
        replies.push(read_within(stream, depth)?);
    }
    Ok(replies)
}

fn read_line<R: BufRead>(stream: &mut io::Take<R>) -> Result<Vec<u8>, NoReply> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(ended(stream));
    }
    if line.pop() != Some(b'\r') {
        return Err(NoReply::Malformed("a line does not end in CRLF"));
    }
    Ok(line)
}

fn read_bytes<R: BufRead>(stream: &mut io::Take<R>, length: u64) -> Result<Vec<u8>, NoReply> {
    let mut bytes = Vec::new();
    let all = length.saturating_add(2);
    if stream.by_ref().take(all).read_to_end(&mut bytes)? as u64 != all {
        return Err(ended(stream));
    }
    if !bytes.ends_with(b"\r\n") {
        return Err(NoReply::Malformed("bytes do not end in CRLF"));
    }
    bytes.truncate(bytes.len() - 2);
    Ok(bytes)
}

/// Either the stream has ended, or as much was read as may be.
fn ended<R>(stream: &io::Take<R>) -> NoReply {
    if stream.limit() == 0 {
        NoReply::Malformed("it is too large")
    } else {
        NoReply::Broken(io::ErrorKind::UnexpectedEof.into())
    }
}

fn number(digits: &[u8]) -> Result<i64, NoReply> {
    integer(digits).ok_or(NoReply::Malformed("invalid integer"))
}

/// A length; −1 says that there is nothing.
fn length(digits: &[u8]) -> Result<Option<u64>, NoReply> {
    match number(digits)? {
        -1 => Ok(None),
        other => match u64::try_from(other) {
            Ok(length) if length <= LARGEST_REPLY => Ok(Some(length)),
            Ok(_) => Err(NoReply::Malformed("it is too large")),
            Err(_) => Err(NoReply::Malformed("a length is negative")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<Reply, String> {
        read(&mut &bytes[..]).map_err(|error| error.to_string())
    }

    #[test]
    fn replies_are_read() {
        let bulk = |text: &str| Reply::Bulk(Some(text.as_bytes().to_vec()));
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
        ] {
            assert_eq!(parse(bytes), Ok(reply));
        }
    }

    #[test]
    fn what_is_none_is_refused_and_read_no_further_than_it_may_be() {
        let endless = [b"+".to_vec(), vec![b'x'; 2 << 20]].concat();
        let deep = b"*1\r\n".repeat(100);
        let wide = [b"*1000000\r\n".to_vec(), b":1\r\n".repeat(400_000)].concat();
        for (bytes, part) in [
            (&b""[..], "ended before"),
            (b"+OK", "ended before"),
            (b"$5\r\nab\r\n", "ended before"),
            (b"*2\r\n:1\r\n", "ended before"),
            (b"HTTP/1.1 400\r\n", "none of + - : $ *"),
            (b"\r\n", "an empty line"),
            (b":x\r\n", "invalid integer"),
            (b":+1\r\n", "invalid integer"),
            (b"$01\r\nx\r\n", "invalid integer"),
            (b"$-2\r\n", "negative"),
            (b"$99999999999\r\n", "too large"),
            (b"*99999999999\r\n", "too large"),
            (b"$1\r\nabc", "CRLF"),
            (b"+OK\n", "CRLF"),
            (&endless, "too large"),
            (&deep, "too deep"),
            (&wide, "too large"),
        ] {
            let error = parse(bytes).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
