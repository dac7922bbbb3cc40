//! The handshake: each says who he is and whom he takes the other for, before
//! anything else. A vote that is counted in another parliament, or for another
//! legislator, breaks what both have promised.

use super::connection::Connection;
use super::frame::{self, TooLong};
use super::handshake_error::HandshakeError;
use crate::config::Identity;
use crate::wire::{self, Introduction, LARGEST_INTRODUCTION};
use bytes::{Buf, BufMut, BytesMut};
use serde::{Deserialize, Serialize};
use synod_math::Priest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Nobody else begins like this.
const MAGIC: [u8; 8] = *b"synod/pp";

/// The longest name of a cluster, in bytes.
pub(crate) const LONGEST_NAME: usize = 255;

/// The longest Hello: the name, the introduction, and room for everything else.
const LARGEST: usize = LONGEST_NAME + LARGEST_INTRODUCTION + 64;

/// What never changes, whatever the version.
#[derive(Serialize, Deserialize)]
struct Prelude {
    magic: [u8; 8],
    version: u32,
}

/// The first frame of either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) cluster: String,
    pub(super) legislators: u64,
    /// Who says it; indices, which count from 0.
    pub(super) from: u8,
    /// To whom.
    pub(super) to: u8,
    /// What is said of ledgers, as [`wire::encode_introduction`] writes it.
    #[serde(with = "serde_bytes")]
    introduction: Vec<u8>,
}

impl Hello {
    /// What this node says to another.
    pub(super) fn to(priest: u8, identity: &Identity, introduction: &Introduction) -> Self {
        Self {
            cluster: identity.cluster.clone(),
            legislators: identity.legislators as u64,
            from: identity.me.index() as u8,
            to: priest,
            introduction: wire::encode_introduction(introduction),
        }
    }

    /// What is said of ledgers.
    pub(super) fn introduction(&self) -> Result<Introduction, HandshakeError> {
        Ok(wire::decode_introduction(&self.introduction)?)
    }

    /// Who says it, if this is what one of the others may say to this one.
    /// `expected` is the one who should be there, if that is known.
    pub(super) fn check(
        &self,
        identity: &Identity,
        expected: Option<Priest>,
    ) -> Result<Priest, HandshakeError> {
        let (from, to) = (usize::from(self.from), usize::from(self.to));
        if self.cluster != identity.cluster {
            return Err(HandshakeError::Cluster {
                theirs: self.cluster.clone(),
                ours: identity.cluster.clone(),
            });
        }
        if self.legislators != identity.legislators as u64 {
            return Err(HandshakeError::Legislators {
                theirs: self.legislators,
                ours: identity.legislators,
            });
        }
        if let Some(expected) = expected.filter(|expected| expected.index() != from) {
            return Err(HandshakeError::From {
                theirs: from + 1,
                expected: expected.index() + 1,
            });
        }
        if to != identity.me.index() {
            return Err(HandshakeError::To {
                theirs: to + 1,
                ours: identity.me.index() + 1,
            });
        }
        let other = Priest::new(from).filter(|&other| other != identity.me);
        let other = other.filter(|other| other.index() < identity.legislators);
        other.ok_or(HandshakeError::Stranger {
            theirs: from + 1,
            others: identity.legislators - 1,
        })
    }

    /// As a frame.
    fn encode(&self) -> Result<BytesMut, HandshakeError> {
        let prelude = Prelude {
            magic: MAGIC,
            version: wire::VERSION,
        };
        let body = postcard::to_stdvec(&(prelude, self)).map_err(HandshakeError::Format)?;
        let mut bytes = BytesMut::new();
        frame::append(&mut bytes, LARGEST, |bytes| bytes.put_slice(&body))?;
        Ok(bytes)
    }

    /// From the body of a frame. A version that is not ours is told before what
    /// follows, which nobody knows, is read.
    fn decode(body: &[u8]) -> Result<Self, HandshakeError> {
        let prelude = postcard::take_from_bytes::<Prelude>(body);
        let (prelude, rest) = prelude.map_err(|_| HandshakeError::NotSynod)?;
        if prelude.magic != MAGIC {
            return Err(HandshakeError::NotSynod);
        }
        if prelude.version != wire::VERSION {
            return Err(HandshakeError::Version(prelude.version));
        }
        postcard::from_bytes(rest).map_err(HandshakeError::Format)
    }

    /// Sends it.
    pub(super) async fn send(&self, connection: &mut Connection) -> Result<(), HandshakeError> {
        connection.write_all(&self.encode()?).await?;
        connection.flush().await?;
        Ok(())
    }

    /// Receives one; what comes after it stays in `buffer`.
    pub(super) async fn receive(
        connection: &mut Connection,
        buffer: &mut BytesMut,
    ) -> Result<Self, HandshakeError> {
        loop {
            if let Some(body) = frame::first(buffer, LARGEST).map_err(not_synod)? {
                let hello = Self::decode(body)?;
                buffer.advance(frame::PREFIX + body.len());
                return Ok(hello);
            }
            buffer.reserve(LARGEST);
            if connection.read_buf(buffer).await? == 0 {
                return Err(HandshakeError::Closed);
            }
        }
    }
}

/// Four bytes that are too large a length are the first of another protocol.
fn not_synod(_: TooLong) -> HandshakeError {
    HandshakeError::NotSynod
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollback::{LedgerMetadata, RollbackDetector};

    fn nothing_lost(me: usize) -> Introduction {
        let detector = RollbackDetector::new(&identity(me), LedgerMetadata::new().unwrap());
        detector.introduce(identity(1 - me).me)
    }

    fn identity(me: usize) -> Identity {
        Identity {
            cluster: "paxos".to_owned(),
            me: Priest::new(me).unwrap(),
            legislators: 3,
        }
    }

    #[test]
    fn a_hello_is_read_as_it_was_written() {
        let introduction = nothing_lost(0);
        let hello = Hello::to(1, &identity(0), &introduction);
        assert_eq!(hello.introduction().unwrap(), introduction);
        let bytes = hello.encode().unwrap();
        assert_eq!(Hello::decode(&bytes[frame::PREFIX..]).unwrap(), hello);
        assert_eq!(hello.check(&identity(1), None).unwrap(), identity(0).me);
    }

    #[test]
    fn another_version_is_told_whatever_follows() {
        let prelude = Prelude {
            magic: MAGIC,
            version: wire::VERSION + 1,
        };
        let body = postcard::to_stdvec(&(prelude, [0xFF; 9])).unwrap();
        let refusal = Hello::decode(&body).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "speaks version 3 of the format, and this one version 2"
        );
    }

    #[test]
    fn whoever_differs_is_told_how() {
        let hello = Hello::to(1, &identity(0), &nothing_lost(0));
        let refusal = |hello: &Hello, expected| {
            let refusal = hello.check(&identity(1), expected).unwrap_err();
            refusal.to_string()
        };
        let other = Hello {
            cluster: "delphi".to_owned(),
            ..hello.clone()
        };
        assert_eq!(
            refusal(&other, None),
            r#"belongs to cluster "delphi", and this one to "paxos""#
        );
        let more = Hello {
            legislators: 5,
            ..hello.clone()
        };
        assert_eq!(refusal(&more, None), "counts 5 legislators, and this one 3");
        assert_eq!(
            refusal(&hello, Priest::new(2)),
            "is legislator 1, and 3 should be there"
        );
        let astray = Hello {
            to: 2,
            ..hello.clone()
        };
        assert_eq!(
            refusal(&astray, None),
            "takes this one for legislator 3, and it is 2"
        );
        for from in [1, 3, 255] {
            let stranger = Hello {
                from,
                ..hello.clone()
            };
            assert!(refusal(&stranger, None).contains("not among the other 2"));
        }
    }

    #[test]
    fn the_longest_name_and_introduction_fit() {
        let identity = Identity {
            cluster: "n".repeat(LONGEST_NAME),
            ..identity(0)
        };
        let mut hello = Hello::to(1, &identity, &nothing_lost(0));
        hello.introduction = vec![0xFF; LARGEST_INTRODUCTION];
        assert!(hello.encode().is_ok());
        assert!(hello.introduction().is_err());
    }
}
