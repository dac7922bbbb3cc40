//! [`Hello`]: the handshake. Before anything else, each side tells which legislator it is and which
//! legislator it takes the other side for. Both are checked, because a vote that is counted in
//! another parliament, or as the vote of another legislator, breaks agreement.

use super::connection::Connection;
use super::frame::{self, TooLong};
use super::handshake_error::HandshakeError;
use crate::config::Identity;
use crate::wire::{self, Introduction, LARGEST_INTRODUCTION};
use bytes::{Buf, BufMut, BytesMut};
use serde::{Deserialize, Serialize};
use synod_math::Priest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The first bytes of a Hello, which no other protocol sends.
const MAGIC: [u8; 8] = *b"synod/pp";

/// The longest name of a cluster, in bytes.
pub(crate) const LONGEST_NAME: usize = 255;

/// The largest Hello, in bytes: the name, the introduction, and room for the other fields.
const LARGEST: usize = LONGEST_NAME + LARGEST_INTRODUCTION + 64;

/// The beginning of a Hello. It is the same in every version.
#[derive(Serialize, Deserialize)]
struct Prelude {
    magic: [u8; 8],
    version: u32,
}

/// The first frame of each side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) cluster: String,
    pub(super) legislators: u64,
    /// The index of the sender, from 0.
    pub(super) from: u8,
    /// The index of the legislator that the sender takes the receiver for.
    pub(super) to: u8,
    /// The introduction, as [`wire::encode_introduction`] writes it.
    #[serde(with = "serde_bytes")]
    introduction: Vec<u8>,
}

impl Hello {
    /// The Hello of this node to the legislator with an index.
    pub(super) fn to(priest: u8, identity: &Identity, introduction: &Introduction) -> Self {
        Self {
            cluster: identity.cluster.clone(),
            legislators: identity.legislators as u64,
            from: identity.me.index() as u8,
            to: priest,
            introduction: wire::encode_introduction(introduction),
        }
    }

    /// Decodes the introduction.
    pub(super) fn introduction(&self) -> Result<Introduction, HandshakeError> {
        Ok(wire::decode_introduction(&self.introduction)?)
    }

    /// Checks that the Hello is from another legislator of this cluster to this one, and returns the
    /// sender. `expected` is the legislator that this node has dialed, if it has dialed.
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

    /// Encodes the Hello as a frame.
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

    /// Decodes the body of a frame. The version is checked before the rest is decoded, because the
    /// format of the rest may differ in another version.
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

    /// Sends the Hello.
    pub(super) async fn send(&self, connection: &mut Connection) -> Result<(), HandshakeError> {
        connection.write_all(&self.encode()?).await?;
        connection.flush().await?;
        Ok(())
    }

    /// Receives a Hello. Bytes that arrive after it remain in `buffer`.
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

/// A length that is too large means that the bytes are of another protocol.
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
    fn a_hello_is_decoded_unchanged() {
        let introduction = nothing_lost(0);
        let hello = Hello::to(1, &identity(0), &introduction);
        assert_eq!(hello.introduction().unwrap(), introduction);
        let bytes = hello.encode().unwrap();
        assert_eq!(Hello::decode(&bytes[frame::PREFIX..]).unwrap(), hello);
        assert_eq!(hello.check(&identity(1), None).unwrap(), identity(0).me);
    }

    #[test]
    fn another_version_is_reported_whatever_bytes_follow() {
        let prelude = Prelude {
            magic: MAGIC,
            version: wire::VERSION + 1,
        };
        let body = postcard::to_stdvec(&(prelude, [0xFF; 9])).unwrap();
        let refusal = Hello::decode(&body).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!(
                "uses version {} of the format; this node uses version {}",
                wire::VERSION + 1,
                wire::VERSION
            )
        );
    }

    #[test]
    fn each_field_that_differs_is_named() {
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
            r#"belongs to cluster "delphi"; this node belongs to "paxos""#
        );
        let more = Hello {
            legislators: 5,
            ..hello.clone()
        };
        assert_eq!(
            refusal(&more, None),
            "has --peers of 5 legislators; this node has 3"
        );
        assert_eq!(
            refusal(&hello, Priest::new(2)),
            "is legislator 1; by --peers, legislator 3 should be there"
        );
        let astray = Hello {
            to: 2,
            ..hello.clone()
        };
        assert_eq!(
            refusal(&astray, None),
            "dialed legislator 3, but this node is legislator 2"
        );
        for from in [1, 3, 255] {
            let stranger = Hello {
                from,
                ..hello.clone()
            };
            assert!(refusal(&stranger, None).contains("not one of the 2 others"));
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
