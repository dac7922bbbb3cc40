//! A client that waits for each reply.

use crate::encode;
use crate::reply::{Decoder, MalformedReply, Reply};
use bytes::BytesMut;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

/// How many bytes are read at once.
const READ: usize = 4096;

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum NoReply {
    /// The connection failed, or was closed.
    #[error("the connection ended before the reply: {0}")]
    Broken(#[from] io::Error),
    /// What came is no reply.
    #[error("what came is no reply of the Redis protocol ({0}); does a node listen there?")]
    Malformed(#[from] MalformedReply),
}

/// A client over a stream that blocks, one request at a time. After an error it is
/// of no more use: a reply that comes late would be taken for the next one.
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
    /// Over a stream on which nothing has been asked yet.
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
    /// If there is none: whether the request was carried out is not known then.
    pub fn ask<A: AsRef<[u8]>>(&mut self, arguments: &[A]) -> Result<Reply, NoReply> {
        self.output.clear();
        encode::request(&mut self.output, arguments);
        let written = self.stream.write_all(&self.output);
        let written = written.and_then(|()| self.stream.flush());
        // A client that is cut off while it writes may still be told why.
        match (self.read(), written) {
            (Err(NoReply::Broken(_)), Err(error)) => Err(error.into()),
            (reply, _) => reply,
        }
    }

    fn read(&mut self) -> Result<Reply, NoReply> {
        let mut bytes = [0; READ];
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

    /// A node that has replied already, and ends.
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
    fn a_request_is_sent_and_its_reply_read() {
        let mut client = Client::new(Replied(b"$1\r\nv\r\n:2\r\n$5\r\nab", Vec::new()));
        let reply = client.ask(&["GET", "k"]).unwrap();
        assert_eq!(client.stream().1, b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
        assert_eq!(reply, Reply::Bulk(Some(b"v".to_vec())));
        assert_eq!(client.ask(&["INCR", "n"]).unwrap(), Reply::Integer(2));
        let error = client.ask(&["GET", "k"]).unwrap_err().to_string();
        assert!(error.contains("ended before"), "{error}");
    }
}
