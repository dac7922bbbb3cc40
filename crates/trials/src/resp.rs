//! A client of the Redis protocol, version 2, that waits, but not for ever.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// No value of a trial is longer; a node that announces one is broken.
const LONGEST: usize = 1 << 24;

/// How deep arrays may be nested.
const DEEPEST: usize = 8;

/// What a node answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `+text`
    Simple(String),
    /// `-text`
    Error(String),
    /// `:number`
    Integer(i64),
    /// `$length` and as many bytes, or nil
    Bulk(Option<Vec<u8>>),
    /// `*length` and as many replies, or nil
    Array(Option<Vec<Reply>>),
}

/// A connection to a node. After an error it is of no more use: a reply that
/// comes late would be taken for the next one.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects; whatever is done here or later fails when it takes longer.
    ///
    /// # Errors
    ///
    /// Those of the network.
    pub fn open(address: SocketAddr, timeout: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, timeout)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(timeout))?;
        stream.set_write_timeout(Some(timeout))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Whether the other end has not closed, as far as is known. Not to ask where
    /// it has saves a call that nobody would know the outcome of.
    pub fn is_open(&self) -> bool {
        let stream = self.stream.get_ref();
        if stream.set_nonblocking(true).is_err() {
            return false;
        }
        let peeked = stream.peek(&mut [0]);
        let waits = peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        // What was said without being asked is no reply to what comes next.
        stream.set_nonblocking(false).is_ok() && waits
    }

    /// Sends a command and waits for the reply.
    ///
    /// # Errors
    ///
    /// Those of the network, the timeout among them, and
    /// [`InvalidData`](ErrorKind::InvalidData) for what is no reply.
    pub fn ask(&mut self, words: &[&str]) -> io::Result<Reply> {
        let mut request = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            request.extend(format!("${}\r\n{word}\r\n", word.len()).into_bytes());
        }
        self.stream.get_mut().write_all(&request)?;
        read(&mut self.stream, DEEPEST)
    }

    /// What `INFO` says of `name`.
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask).
    pub fn info(&mut self, name: &str) -> io::Result<Option<String>> {
        let Reply::Bulk(Some(text)) = self.ask(&["INFO"])? else {
            return Err(invalid("INFO was not answered by a text"));
        };
        let text = String::from_utf8_lossy(&text);
        let found = text.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key == name).then(|| value.trim().to_owned())
        });
        Ok(found)
    }
}

fn invalid(problem: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, problem)
}

fn read(from: &mut impl BufRead, depth: usize) -> io::Result<Reply> {
    let line = read_line(from)?;
    let mut characters = line.chars();
    let kind = characters.next();
    let text = characters.as_str();
    let number = || text.parse::<i64>().map_err(|_| invalid("no number"));
    match kind {
        Some('+') => Ok(Reply::Simple(text.to_owned())),
        Some('-') => Ok(Reply::Error(text.to_owned())),
        Some(':') => Ok(Reply::Integer(number()?)),
        Some('$') => {
            let Some(length) = length(number()?)? else {
                return Ok(Reply::Bulk(None));
            };
            let mut bytes = vec![0; length + 2];
            from.read_exact(&mut bytes)?;
            if bytes.split_off(length) != b"\r\n" {
                return Err(invalid("a text does not end where it should"));
            }
            Ok(Reply::Bulk(Some(bytes)))
        }
        Some('*') => {
            if depth == 0 {
                return Err(invalid("arrays within arrays within arrays"));
            }
            let Some(length) = length(number()?)? else {
                return Ok(Reply::Array(None));
            };
            let replies = (0..length).map(|_| read(from, depth - 1));
            Ok(Reply::Array(Some(replies.collect::<io::Result<_>>()?)))
        }
        _ => Err(invalid("no reply begins so")),
    }
}

/// A length, or none for nil.
fn length(number: i64) -> io::Result<Option<usize>> {
    match usize::try_from(number) {
        Ok(length) if length <= LONGEST => Ok(Some(length)),
        Err(_) if number == -1 => Ok(None),
        _ => Err(invalid("no length")),
    }
}

fn read_line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    from.take(LONGEST as u64).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let Some(line) = line.strip_suffix(b"\r\n") else {
        return Err(invalid("a line does not end"));
    };
    Ok(String::from_utf8_lossy(line).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    fn parsed(text: &str) -> Result<Reply, ErrorKind> {
        read(&mut text.as_bytes(), DEEPEST).map_err(|error| error.kind())
    }

    #[test]
    fn replies_are_what_they_say() {
        assert_eq!(parsed("+OK\r\n"), Ok(Reply::Simple("OK".to_owned())));
        let error = Reply::Error("TRYAGAIN no president".to_owned());
        assert_eq!(parsed("-TRYAGAIN no president\r\n"), Ok(error));
        assert_eq!(parsed(":-12\r\n"), Ok(Reply::Integer(-12)));
        assert_eq!(parsed("$-1\r\n"), Ok(Reply::Bulk(None)));
        let bytes = Reply::Bulk(Some(b"a\r\nb".to_vec()));
        assert_eq!(parsed("$4\r\na\r\nb\r\n"), Ok(bytes.clone()));
        let array = Reply::Array(Some(vec![bytes, Reply::Integer(1)]));
        assert_eq!(parsed("*2\r\n$4\r\na\r\nb\r\n:1\r\n"), Ok(array));
        assert_eq!(parsed("*-1\r\n"), Ok(Reply::Array(None)));
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for text in [
            "?\r\n",
            ":a\r\n",
            "$-2\r\n",
            "$99999999999\r\n",
            "+OK\n",
            "$1\r\nabc",
        ] {
            assert_eq!(parsed(text), Err(ErrorKind::InvalidData), "{text}");
        }
        assert_eq!(parsed(&"*1\r\n".repeat(9)), Err(ErrorKind::InvalidData));
        assert_eq!(parsed(""), Err(ErrorKind::UnexpectedEof));
        assert_eq!(parsed("$5\r\nab"), Err(ErrorKind::UnexpectedEof));
    }

    #[test]
    fn a_command_is_sent_and_its_reply_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 20];
            stream.read_exact(&mut request).unwrap();
            stream.write_all(b"$1\r\nv\r\n").unwrap();
            // Nothing more is answered, and the connection stays open.
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).unwrap();
            request
        });
        let mut connection = Connection::open(address, Duration::from_millis(200)).unwrap();
        let reply = connection.ask(&["GET", "k"]).unwrap();
        assert_eq!(reply, Reply::Bulk(Some(b"v".to_vec())));
        let error = connection.ask(&["GET", "k"]).unwrap_err();
        assert!(matches!(
            error.kind(),
            ErrorKind::WouldBlock | ErrorKind::TimedOut
        ));
        drop(connection);
        assert_eq!(&server.join().unwrap(), b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    }
}
