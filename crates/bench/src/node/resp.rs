//! Redis' protocol, as a client of Synod speaks it.

use super::wire::Failure;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection with one request at a time.
pub struct Connection {
    stream: TcpStream,
    /// Both of them keep what they have grown to.
    request: Vec<u8>,
    reply: Vec<u8>,
}

impl Connection {
    /// Connects to a node.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            request: Vec::new(),
            reply: Vec::new(),
        })
    }

    /// Writes a value and waits until that is done.
    pub async fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), Failure> {
        match self.call(&[b"SET", key, value]).await? {
            [b'+', ..] => Ok(()),
            other => Err(Failure(String::from_utf8_lossy(other).into_owned())),
        }
    }

    /// Whether the node presides.
    pub async fn presides(&mut self) -> Result<bool, Failure> {
        let info = self.call(&[b"INFO"]).await?;
        let mut lines = info.split(|&byte| byte == b'\n');
        Ok(lines.any(|line| line.trim_ascii() == b"role:president"))
    }

    async fn call(&mut self, words: &[&[u8]]) -> Result<&[u8], Failure> {
        self.request.clear();
        push_header(&mut self.request, b'*', words.len());
        for word in words {
            push_header(&mut self.request, b'$', word.len());
            self.request.extend_from_slice(word);
            self.request.extend_from_slice(b"\r\n");
        }
        self.stream.write_all(&self.request).await?;
        self.reply.clear();
        loop {
            if self.stream.read_buf(&mut self.reply).await? == 0 {
                return Err(Failure("the connection was closed".to_owned()));
            }
            if is_whole(&self.reply)? {
                return Ok(&self.reply);
            }
        }
    }
}

fn push_header(request: &mut Vec<u8>, kind: u8, number: usize) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    let mut rest = number;
    loop {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    request.push(kind);
    request.extend_from_slice(&digits[first..]);
    request.extend_from_slice(b"\r\n");
}

/// Whether these bytes are a whole reply: a line, or a bulk string.
fn is_whole(reply: &[u8]) -> Result<bool, Failure> {
    let Some(line) = reply.iter().position(|&byte| byte == b'\n') else {
        return Ok(false);
    };
    match reply[0] {
        b'+' | b'-' | b':' | b'_' => Ok(true),
        b'$' | b'=' => {
            let number = String::from_utf8_lossy(&reply[1..line]);
            match number.trim().parse::<usize>() {
                Ok(length) => Ok(reply.len() >= line + 1 + length + 2),
                // `$-1`: there is none.
                Err(_) => Ok(true),
            }
        }
        kind => Err(Failure(format!("a reply of kind {:?}", char::from(kind)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// A node that gives these replies in pieces, and what it was asked.
    async fn serve(listener: TcpListener, replies: &[&[&str]]) -> Vec<String> {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        for reply in replies {
            let mut buffer = [0; 1000];
            let length = stream.read(&mut buffer).await.unwrap();
            asked.push(String::from_utf8(buffer[..length].to_vec()).unwrap());
            for piece in *reply {
                stream.write_all(piece.as_bytes()).await.unwrap();
                stream.flush().await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
        asked
    }

    #[tokio::test]
    async fn it_writes_and_asks_who_presides() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let replies: [&[&str]; 4] = [
            &["+OK\r\n"],
            &["-ERR no", " president\r\n"],
            &["$16\r\nrole:", "president\r\n\r\n"],
            &["$17\r\nrole:legislator\r\n\r\n"],
        ];
        let client = async {
            let mut connection = Connection::open(address).await.unwrap();
            connection.put(b"key", b"a longer value").await.unwrap();
            let refused = connection.put(b"key", b"value").await.unwrap_err();
            assert!(refused.0.contains("no president"), "{refused:?}");
            assert!(connection.presides().await.unwrap());
            assert!(!connection.presides().await.unwrap());
            assert!(connection.put(b"key", b"value").await.is_err());
        };
        let (asked, ()) = tokio::join!(serve(listener, &replies), client);
        assert_eq!(
            asked[0],
            "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$14\r\na longer value\r\n"
        );
        assert_eq!(asked[2], "*1\r\n$4\r\nINFO\r\n");
    }
}
