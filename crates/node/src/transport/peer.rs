//! [`Peer`]: a peer that has connected to this node.

use super::connection::Connection;
use crate::ledger_identity::Mark;
use bytes::BytesMut;
use synod_math::Priest;

/// A peer whose handshake was accepted.
pub(super) struct Peer {
    pub(super) priest: Priest,
    pub(super) connection: Connection,
    /// The bytes that arrived after the Hello.
    pub(super) buffer: BytesMut,
    /// The mark of the peer's ledger that this node remembered at the handshake and told the peer.
    pub(super) remembered: Option<Mark>,
}
