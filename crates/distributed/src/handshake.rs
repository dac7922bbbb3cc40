//! The handshake of two processes: each sends its introduction to the other. The process
//! that has connected sends first.
//!
//! A handshake never blocks: what has not arrived yet is read at the next call of
//! [`Handshake::go_on`]. So many handshakes can be under way at once, and none of them
//! delays the check of the run's limits.

use super::introduction::Introduction;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

/// A handshake that is under way.
pub(super) struct Handshake {
    /// A non-blocking stream.
    stream: TcpStream,
    /// Whether this process has connected to the peer, not the peer to this process.
    is_outgoing: bool,
    /// The bytes that are still to be sent.
    unsent: Vec<u8>,
    /// The bytes of the peer's introduction that have arrived.
    received: Vec<u8>,
    theirs: Option<Introduction>,
}

/// The bytes of an introduction that have arrived, and the number of bytes that are missing
/// for the next step of reading.
struct SoFar<'a> {
    bytes: &'a [u8],
    missing: usize,
}

impl Read for SoFar<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            self.missing = buffer.len();
        }
        self.bytes.read(buffer)
    }
}

impl Handshake {
    /// A handshake with a process to which this one has connected. This process sends first.
    pub(super) fn outgoing(stream: TcpStream, ours: Vec<u8>) -> io::Result<Self> {
        Self::new(stream, ours, true)
    }

    /// A handshake with a process that has connected to this one. Nothing is sent to it
    /// before its introduction has arrived.
    pub(super) fn incoming(stream: TcpStream, ours: Vec<u8>) -> io::Result<Self> {
        Self::new(stream, ours, false)
    }

    fn new(stream: TcpStream, ours: Vec<u8>, is_outgoing: bool) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            is_outgoing,
            unsent: ours,
            received: Vec::new(),
            theirs: None,
        })
    }

    /// Reads and writes what is possible without blocking; returns whether the handshake is
    /// done.
    ///
    /// # Errors
    /// The connection is broken, or the peer has sent something that is no introduction
    /// ([`ErrorKind::InvalidData`]).
    pub(super) fn go_on(&mut self) -> io::Result<bool> {
        if self.is_outgoing {
            self.send()?;
        }
        if self.theirs.is_none() {
            self.theirs = self.receive()?;
            if self.theirs.is_some() && !self.is_outgoing {
                self.refuse_if_closed()?;
            }
        }
        if self.theirs.is_some() {
            self.send()?;
        }
        Ok(self.theirs.is_some() && self.unsent.is_empty())
    }

    /// The connection and the peer's introduction, once the handshake is done.
    pub(super) fn done(self) -> Option<(TcpStream, Introduction)> {
        Some((self.stream, self.theirs?))
    }

    fn send(&mut self) -> io::Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(0) => return Err(closed()),
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The peer's introduction, if all of it has arrived. The bytes after it are not read:
    /// they are Timely's.
    fn receive(&mut self) -> io::Result<Option<Introduction>> {
        loop {
            let mut so_far = SoFar {
                bytes: &self.received,
                missing: 0,
            };
            let missing = match Introduction::read(&mut so_far) {
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => so_far.missing,
                read => return read.map(Some),
            };
            let mut bytes = vec![0; missing];
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err(closed()),
                Ok(count) => self.received.extend(&bytes[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Fails if the peer has closed the connection since it has sent its introduction: it
    /// may have waited for too long.
    fn refuse_if_closed(&self) -> io::Result<()> {
        match self.stream.peek(&mut [0]) {
            Ok(0) => Err(closed()),
            _ => Ok(()),
        }
    }
}

fn closed() -> io::Error {
    io::Error::new(ErrorKind::ConnectionAborted, "it has closed the connection")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::shards::Shard;
    use super::*;
    use std::net::TcpListener;
    use std::time::Duration;
    use synod_checker::Identity;

    fn introduction() -> Introduction {
        let shard = |part| Shard {
            depth: 7,
            part,
            of: 2,
        };
        Introduction {
            identity: Identity::default().with("seed", &3),
            processes: 2,
            workers: 4,
            process: 1,
            was_whole: true,
            shards: vec![shard(0), shard(1)],
        }
    }

    /// An incoming handshake, and the peer's end of the connection.
    fn incoming() -> (Handshake, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let other = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let handshake = Handshake::incoming(stream, introduction().to_bytes().unwrap());
        (handshake.unwrap(), other)
    }

    /// Goes on until the handshake is done or fails.
    fn finish(handshake: &mut Handshake) -> io::Result<()> {
        while !handshake.go_on()? {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    #[test]
    fn an_introduction_that_arrives_byte_by_byte_is_read_and_no_byte_after_it() {
        let (mut handshake, mut other) = incoming();
        let bytes = introduction().to_bytes().unwrap();
        let (last, first) = bytes.split_last().unwrap();
        for byte in first {
            other.write_all(&[*byte]).unwrap();
            assert!(!handshake.go_on().unwrap());
        }
        other.write_all(&[*last, b'!']).unwrap();
        finish(&mut handshake).unwrap();
        let (mut stream, theirs) = handshake.done().unwrap();
        assert_eq!(theirs, introduction());
        stream.set_nonblocking(false).unwrap();
        let mut next = [0];
        stream.read_exact(&mut next).unwrap();
        assert_eq!(next, *b"!");
        assert_eq!(Introduction::read(&mut other).unwrap(), introduction());
    }

    #[test]
    fn another_protocol_is_refused_at_its_first_bytes_and_gets_no_answer() {
        let (mut handshake, mut other) = incoming();
        other.write_all(b"GET / HT").unwrap();
        let refused = finish(&mut handshake).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
        drop(handshake);
        let mut answer = Vec::new();
        other.read_to_end(&mut answer).unwrap();
        assert!(answer.is_empty());
    }

    #[test]
    fn a_process_that_closes_the_connection_after_its_introduction_is_not_connected() {
        let (mut handshake, mut other) = incoming();
        other
            .write_all(&introduction().to_bytes().unwrap())
            .unwrap();
        drop(other);
        // The end of the connection may become visible a moment after the introduction.
        std::thread::sleep(Duration::from_millis(100));
        let refused = finish(&mut handshake).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionAborted);
    }
}
