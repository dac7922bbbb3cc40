//! [`Client`]: a client over a blocking stream, which waits for each reply.

use crate::encode;
use crate::reply::{Decoder, MalformedReply, Reply};
use bytes::BytesMut;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

/// How many bytes one read takes at most.
const READ_SIZE: usize = 4096;

/// Why [`Client::ask`] got no reply.
#[derive(Debug, thiserror::Error)]
pub enum NoReply {
    /// The connection failed, or was closed.
    #[error("the connection ended before the reply: {0}")]
    Broken(#[from] io::Error),
    /// The other side sent bytes that are not a reply.
    #[error("the other side did not send a reply of the Redis protocol ({0}): is it a node?")]
    Malformed(#[from] MalformedReply),
}

/// A client over a blocking stream, one request at a time.
///
/// After an error it must not be used again: a late reply to the failed request would be
/// taken for the reply to the next one.
///
/// ```no_run
/// use std::net::TcpStream;
/// use synod_resp::{Client, Reply};
///
/// let mut client = Client::new(TcpStream::connect("127.0.0.1:7401")?);
/// let reply = client.ask(&["GET", "greeting"])?;
/// assert_eq!(reply, Reply::Bulk(Some(b"hello".to_vec())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Client<S> {
    stream: S,
    decoder: Decoder,
    input: BytesMut,
    output: BytesMut,
}

impl<S> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl<S> Client<S> {
    /// A client over a stream on which no request was sent yet.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            decoder: Decoder::default(),
            input: BytesMut::new(),
            output: BytesMut::new(),
        }
    }

    /// The stream.
    pub const fn stream(&self) -> &S {
        &self.stream
    }
}

impl<S: Read + Write> Client<S> {
    /// Sends a request and waits for its reply.
    ///
    /// # Errors
    ///
    /// If no reply arrives. Then it is unknown whether the request was carried out.
    pub fn ask<A: AsRef<[u8]>>(&mut self, arguments: &[A]) -> Result<Reply, NoReply> {
        let written = self.send(&[arguments]);
        // A server that closes the connection during the write may have sent the reason before.
        match (self.receive(), written) {
            (Err(NoReply::Broken(_)), Err(error)) => Err(error.into()),
            (reply, _) => reply,
        }
    }

    /// Sends requests together (a pipeline), without waiting for replies. [`receive`](Self::receive) then
    /// has to be called once for each.
    ///
    /// # Errors
    ///
    /// If the connection fails. Then it is unknown which of them are carried out.
    pub fn send<A: AsRef<[u8]>>(&mut self, requests: &[&[A]]) -> io::Result<()> {
        self.output.clear();
        for arguments in requests {
            encode::request(&mut self.output, arguments);
        }
        self.stream.write_all(&self.output)?;
        self.stream.flush()
    }

    /// Waits for the next reply.
    ///
    /// # Errors
    ///
    /// If no reply arrives.
    pub fn receive(&mut self) -> Result<Reply, NoReply> {
        let mut bytes = [0; READ_SIZE];
        loop {
            if let Some(reply) = self.decoder.take(&mut self.input)? {
                return Ok(reply);
            }
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
                Ok(count) => self.input.extend_from_slice(&bytes[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stream of a node that has sent its replies already and then closed the connection.
    /// The second field holds the bytes that the client wrote.
    struct Replied<'a>(&'a [u8], Vec<u8>);

    impl Read for Replied<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Replied<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_request_is_sent_and_its_reply_is_read() {
        let mut client = Client::new(Replied(b"$1\r\nv\r\n:2\r\n$5\r\nab", Vec::new()));
        let reply = client.ask(&["GET", "k"]).unwrap();
        assert_eq!(client.stream().1, b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
        assert_eq!(reply, Reply::Bulk(Some(b"v".to_vec())));
        assert_eq!(client.ask(&["INCR", "n"]).unwrap(), Reply::Integer(2));
        let error = client.ask(&["GET", "k"]).unwrap_err().to_string();
        assert!(error.contains("ended before"), "{error}");
    }
}
