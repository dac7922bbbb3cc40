//! The greeting: each of two processes says its [`Hello`], whoever has connected
//! first. It never waits for the other one: what has not come yet is read when it
//! is looked at again, so that many greetings go on side by side, and none of
//! them keeps a limit of the run from being looked at.

use super::hello::Hello;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

/// A greeting that is under way.
pub(super) struct Greeting {
    /// It does not block.
    stream: TcpStream,
    /// Whether this process has connected.
    is_visit: bool,
    /// What is still to be sent.
    unsent: Vec<u8>,
    /// What has come of the other one's hello.
    received: Vec<u8>,
    theirs: Option<Hello>,
}

/// The bytes that have come of a hello, and how many more are needed to read on.
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

impl Greeting {
    /// With a process to which this one has connected: this one speaks first.
    pub(super) fn of_visit(stream: TcpStream, ours: Vec<u8>) -> io::Result<Self> {
        Self::new(stream, ours, true)
    }

    /// With whoever has connected to this process. It is told nothing before it
    /// has said a hello.
    pub(super) fn of_guest(stream: TcpStream, ours: Vec<u8>) -> io::Result<Self> {
        Self::new(stream, ours, false)
    }

    fn new(stream: TcpStream, ours: Vec<u8>, is_visit: bool) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            is_visit,
            unsent: ours,
            received: Vec::new(),
            theirs: None,
        })
    }

    /// Reads and writes what is possible now; whether both have said their hello.
    ///
    /// # Errors
    /// The connection is broken; or what was said is no hello
    /// ([`ErrorKind::InvalidData`]).
    pub(super) fn go_on(&mut self) -> io::Result<bool> {
        if self.is_visit {
            self.send()?;
        }
        if self.theirs.is_none() {
            self.theirs = self.hear()?;
            if self.theirs.is_some() && !self.is_visit {
                self.refuse_one_that_has_left()?;
            }
        }
        if self.theirs.is_some() {
            self.send()?;
        }
        Ok(self.theirs.is_some() && self.unsent.is_empty())
    }

    /// The connection and the other one's hello, once both have said theirs.
    pub(super) fn done(self) -> Option<(TcpStream, Hello)> {
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

    /// The other one's hello, if all of it has come. What follows it is not read:
    /// it is Timely's.
    fn hear(&mut self) -> io::Result<Option<Hello>> {
        loop {
            let mut so_far = SoFar {
                bytes: &self.received,
                missing: 0,
            };
            let missing = match Hello::read(&mut so_far) {
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

    /// A guest that has said its hello may have lost its patience since: then the
    /// connection has an end.
    fn refuse_one_that_has_left(&self) -> io::Result<()> {
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

    use super::super::pieces::Piece;
    use super::*;
    use crate::identity::Identity;
    use std::net::TcpListener;
    use std::time::Duration;

    fn hello() -> Hello {
        let piece = |part| Piece {
            depth: 7,
            part,
            of: 2,
        };
        Hello {
            identity: Identity::default().with("seed", &3),
            processes: 2,
            workers: 4,
            process: 1,
            was_whole: true,
            pieces: vec![piece(0), piece(1)],
        }
    }

    /// A guest, and the end of the connection that the visitor has.
    fn guest() -> (Greeting, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let visitor = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let greeting = Greeting::of_guest(stream, hello().to_bytes().unwrap());
        (greeting.unwrap(), visitor)
    }

    /// Goes on until the greeting is done, or fails.
    fn finish(greeting: &mut Greeting) -> io::Result<()> {
        while !greeting.go_on()? {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    #[test]
    fn a_hello_that_comes_byte_by_byte_is_heard_and_nothing_behind_it_is_read() {
        let (mut greeting, mut visitor) = guest();
        let bytes = hello().to_bytes().unwrap();
        let (last, first) = bytes.split_last().unwrap();
        for byte in first {
            visitor.write_all(&[*byte]).unwrap();
            assert!(!greeting.go_on().unwrap());
        }
        visitor.write_all(&[*last, b'!']).unwrap();
        finish(&mut greeting).unwrap();
        let (mut stream, theirs) = greeting.done().unwrap();
        assert_eq!(theirs, hello());
        stream.set_nonblocking(false).unwrap();
        let mut behind = [0];
        stream.read_exact(&mut behind).unwrap();
        assert_eq!(behind, *b"!");
        assert_eq!(Hello::read(&mut visitor).unwrap(), hello());
    }

    #[test]
    fn what_is_no_hello_is_refused_at_its_first_bytes_and_told_nothing() {
        let (mut greeting, mut visitor) = guest();
        visitor.write_all(b"GET / HT").unwrap();
        let refused = finish(&mut greeting).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
        drop(greeting);
        let mut told = Vec::new();
        visitor.read_to_end(&mut told).unwrap();
        assert!(told.is_empty());
    }

    #[test]
    fn a_guest_that_has_left_after_its_hello_is_not_met() {
        let (mut greeting, mut visitor) = guest();
        visitor.write_all(&hello().to_bytes().unwrap()).unwrap();
        drop(visitor);
        // Its end of the connection may be seen a moment after its hello.
        std::thread::sleep(Duration::from_millis(100));
        let refused = finish(&mut greeting).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionAborted);
    }
}
