//! The handshake: each of two processes introduces itself, whichever has connected
//! first. It never waits for the other one: what has not come yet is read when it
//! is looked at again, so that many handshakes go on side by side, and none of
//! them keeps a limit of the run from being looked at.

use super::introduction::Introduction;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

/// A handshake that is under way.
pub(super) struct Handshake {
    /// It does not block.
    stream: TcpStream,
    /// Whether this process has connected.
    is_outgoing: bool,
    /// What is still to be sent.
    unsent: Vec<u8>,
    /// What has come of the other one's introduction.
    received: Vec<u8>,
    theirs: Option<Introduction>,
}

/// The bytes that have come of an introduction, and how many more are needed to read on.
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
    /// With a process to which this one has connected: this one speaks first.
    pub(super) fn outgoing(stream: TcpStream, ours: Vec<u8>) -> io::Result<Self> {
        Self::new(stream, ours, true)
    }

    /// With a process that has connected to this one. It is told nothing before it
    /// has introduced itself.
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

    /// Reads and writes what is possible now; whether both are introduced.
    ///
    /// # Errors
    /// The connection is broken; or what was said is no introduction
    /// ([`ErrorKind::InvalidData`]).
    pub(super) fn go_on(&mut self) -> io::Result<bool> {
        if self.is_outgoing {
            self.send()?;
        }
        if self.theirs.is_none() {
            self.theirs = self.hear()?;
            if self.theirs.is_some() && !self.is_outgoing {
                self.refuse_if_closed()?;
            }
        }
        if self.theirs.is_some() {
            self.send()?;
        }
        Ok(self.theirs.is_some() && self.unsent.is_empty())
    }

    /// The connection and the other one's introduction, once both are introduced.
    pub(super) fn done(self) -> Option<(TcpStream, Introduction)> {
        Some((self.stream, self.theirs?))
    }

    fn send(&mut self) -> io::Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(0) => return Err(hung_up()),
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The other one's introduction, if all of it has come. What follows it is not read:
    /// it is Timely's.
    fn hear(&mut self) -> io::Result<Option<Introduction>> {
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
                Ok(0) => return Err(hung_up()),
                Ok(count) => self.received.extend(&bytes[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A process that has introduced itself may have lost its patience since: then
    /// the connection has an end.
    fn refuse_if_closed(&self) -> io::Result<()> {
        match self.stream.peek(&mut [0]) {
            Ok(0) => Err(hung_up()),
            _ => Ok(()),
        }
    }
}

fn hung_up() -> io::Error {
    io::Error::new(ErrorKind::ConnectionAborted, "it has hung up")
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

    /// An incoming handshake, and the end of the connection that the other one has.
    fn incoming() -> (Handshake, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let other = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let handshake = Handshake::incoming(stream, introduction().to_bytes().unwrap());
        (handshake.unwrap(), other)
    }

    /// Goes on until the handshake is done, or fails.
    fn finish(handshake: &mut Handshake) -> io::Result<()> {
        while !handshake.go_on()? {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    #[test]
    fn an_introduction_that_comes_byte_by_byte_is_heard_and_nothing_behind_it_is_read() {
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
        let mut behind = [0];
        stream.read_exact(&mut behind).unwrap();
        assert_eq!(behind, *b"!");
        assert_eq!(Introduction::read(&mut other).unwrap(), introduction());
    }

    #[test]
    fn what_is_no_introduction_is_refused_at_its_first_bytes_and_told_nothing() {
        let (mut handshake, mut other) = incoming();
        other.write_all(b"GET / HT").unwrap();
        let refused = finish(&mut handshake).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
        drop(handshake);
        let mut told = Vec::new();
        other.read_to_end(&mut told).unwrap();
        assert!(told.is_empty());
    }

    #[test]
    fn a_process_that_has_left_after_its_introduction_is_not_connected() {
        let (mut handshake, mut other) = incoming();
        other
            .write_all(&introduction().to_bytes().unwrap())
            .unwrap();
        drop(other);
        // Its end of the connection may be seen a moment after its introduction.
        std::thread::sleep(Duration::from_millis(100));
        let refused = finish(&mut handshake).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionAborted);
    }
}
