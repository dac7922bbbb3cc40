//! A client of Synod's nodes, which speak Redis' protocol (RESP).

use crate::failure::Failure;
use bytes::BytesMut;
use std::io;
use std::net::SocketAddr;
use synod_resp::encode;
use synod_resp::reply::{Decoder, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection.
pub(crate) struct Connection {
    stream: TcpStream,
    decoder: Decoder,
    input: BytesMut,
    output: BytesMut,
}

impl Connection {
    /// Connects to a node.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            decoder: Decoder::default(),
            input: BytesMut::new(),
            output: BytesMut::new(),
        })
    }

    /// Writes a value to each key, all in one pipeline, and waits until that is done.
    pub(crate) async fn put(&mut self, keys: &[Vec<u8>], value: &[u8]) -> Result<(), Failure> {
        self.output.clear();
        for key in keys {
            encode::request(&mut self.output, &[b"SET", key.as_slice(), value]);
        }
        self.stream.write_all(&self.output).await?;
        for _ in keys {
            match self.receive().await? {
                Reply::Simple(_) => {}
                Reply::Error(why) => return Err(why.into()),
                other => return Err(format!("{other:?} in reply to SET").into()),
            }
        }
        Ok(())
    }

    /// Reads a value.
    pub(crate) async fn get(&mut self, key: &[u8]) -> Result<(), Failure> {
        match self.call(&[b"GET", key]).await? {
            Reply::Bulk(_) => Ok(()),
            Reply::Error(why) => Err(why.into()),
            other => Err(format!("{other:?} in reply to GET").into()),
        }
    }

    /// Whether the node presides.
    pub(crate) async fn presides(&mut self) -> Result<bool, Failure> {
        Ok(self.info("role").await? == "president")
    }

    /// The length of the node's law.
    pub(crate) async fn decrees(&mut self) -> Result<u64, Failure> {
        Ok(self.info("law_length").await?.parse()?)
    }

    /// What INFO says of `name`.
    async fn info(&mut self, name: &str) -> Result<String, Failure> {
        let Reply::Bulk(Some(info)) = self.call(&[b"INFO"]).await? else {
            return Err("INFO was not answered by a text".into());
        };
        let info = String::from_utf8_lossy(&info);
        let mut lines = info.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        value
            .map(|value| value.trim_end().to_owned())
            .ok_or_else(|| format!("INFO does not say {name}").into())
    }

    async fn call(&mut self, arguments: &[&[u8]]) -> Result<Reply, Failure> {
        self.output.clear();
        encode::request(&mut self.output, arguments);
        self.stream.write_all(&self.output).await?;
        self.receive().await
    }

    async fn receive(&mut self) -> Result<Reply, Failure> {
        loop {
            let taken = self.decoder.take(&mut self.input);
            if let Some(reply) = taken.map_err(|error| format!("no reply: {error}"))? {
                return Ok(reply);
            }
            if self.stream.read_buf(&mut self.input).await? == 0 {
                return Err("the connection was closed".into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// A node that gives these replies in pieces; returns what it was asked.
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
    async fn a_client_writes_reads_and_asks_about_the_node() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let replies: [&[&str]; 7] = [
            &["+OK\r\n"],
            &["-ERR no", " president\r\n"],
            &["$16\r\nrole:", "president\r\n\r\n"],
            &["$17\r\nrole:legislator\r\n\r\n"],
            &["$28\r\nrole:president\r\nlaw_length:7", "\r\n"],
            &["$-1\r\n"],
            &["+OK\r\n+O", "K\r\n"],
        ];
        let client = async {
            let mut connection = Connection::open(address).await.unwrap();
            let keys = [b"key".to_vec()];
            connection.put(&keys, b"a longer value").await.unwrap();
            let refused = connection.put(&keys, b"value").await.unwrap_err();
            assert!(refused.to_string().contains("no president"), "{refused:?}");
            assert!(connection.presides().await.unwrap());
            assert!(!connection.presides().await.unwrap());
            assert_eq!(connection.decrees().await.unwrap(), 7);
            connection.get(b"key").await.unwrap();
            let two = [b"1".to_vec(), b"2".to_vec()];
            connection.put(&two, b"v").await.unwrap();
            assert!(connection.put(&keys, b"value").await.is_err());
        };
        let (asked, ()) = tokio::join!(serve(listener, &replies), client);
        assert_eq!(
            asked[0],
            "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$14\r\na longer value\r\n"
        );
        assert_eq!(asked[2], "*1\r\n$4\r\nINFO\r\n");
        let set = |key| format!("*3\r\n$3\r\nSET\r\n$1\r\n{key}\r\n$1\r\nv\r\n");
        assert_eq!(asked[6], set(1) + &set(2));
    }
}
