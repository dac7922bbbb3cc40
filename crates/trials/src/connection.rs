//! A client's connection to a node, with a timeout.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use synod_resp::{Client, NoReply, Reply};

/// A connection to a node. After an error it must not be used again: the late reply to
/// one command would be taken for the reply to the next.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client<TcpStream>,
}

impl Connection {
    /// Connects. This operation and every later one fail after the timeout.
    ///
    /// # Errors
    ///
    /// The network reports an error, or the timeout is over.
    pub(crate) fn open(address: SocketAddr, timeout: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, timeout)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(timeout))?;
        stream.set_write_timeout(Some(timeout))?;
        Ok(Self {
            client: Client::new(stream),
        })
    }

    /// Whether the other end, as far as is known, has not closed the connection. A client
    /// checks this before a call, because the outcome of a call on a closed connection
    /// would be unknown.
    pub(crate) fn is_open(&self) -> bool {
        let stream = self.client.stream();
        if stream.set_nonblocking(true).is_err() {
            return false;
        }
        let peeked = stream.peek(&mut [0]);
        let waits = peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        // Data that arrived without a command would be taken for the next reply.
        stream.set_nonblocking(false).is_ok() && waits
    }

    /// Sends a command and waits for the reply.
    ///
    /// # Errors
    ///
    /// The network reports an error, the timeout is over, or the data is not a reply.
    pub(crate) fn ask(&mut self, arguments: &[&str]) -> Result<Reply, NoReply> {
        self.client.ask(arguments)
    }

    /// Sends commands together, without waiting for replies.
    ///
    /// # Errors
    ///
    /// As of [`ask`](Self::ask).
    pub(crate) fn send(&mut self, commands: &[Vec<String>]) -> io::Result<()> {
        let commands: Vec<&[String]> = commands.iter().map(Vec::as_slice).collect();
        self.client.send(&commands)
    }

    /// Waits for the next reply.
    ///
    /// # Errors
    ///
    /// As of [`ask`](Self::ask).
    pub(crate) fn receive(&mut self) -> Result<Reply, NoReply> {
        self.client.receive()
    }

    /// The field `name` of `INFO`. `None` if there is no such field, or on an error.
    pub(crate) fn info(&mut self, name: &str) -> Option<String> {
        let Ok(Reply::Bulk(Some(text))) = self.ask(&["INFO"]) else {
            return None;
        };
        let text = String::from_utf8_lossy(&text);
        text.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key == name).then(|| value.trim().to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    #[test]
    fn a_command_is_sent_and_its_reply_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 20];
            stream.read_exact(&mut request).unwrap();
            stream.write_all(b"$1\r\nv\r\n").unwrap();
            // The server does not reply to further commands, and keeps the connection open.
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).unwrap();
            request
        });
        let mut connection = Connection::open(address, Duration::from_millis(200)).unwrap();
        let reply = connection.ask(&["GET", "k"]).unwrap();
        assert_eq!(reply, Reply::Bulk(Some(b"v".to_vec())));
        assert!(connection.is_open());
        let NoReply::Broken(error) = connection.ask(&["GET", "k"]).unwrap_err() else {
            panic!("the second command had a reply");
        };
        assert!(matches!(
            error.kind(),
            ErrorKind::WouldBlock | ErrorKind::TimedOut
        ));
        drop(connection);
        assert_eq!(&server.join().unwrap(), b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    }
}
