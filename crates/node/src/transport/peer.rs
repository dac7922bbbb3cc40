//! A peer that has connected.

use super::connection::Connection;
use crate::ledger_identity::Mark;
use bytes::BytesMut;
use synod_math::Priest;

/// A peer that is who it says.
pub(super) struct Peer {
    pub(super) priest: Priest,
    pub(super) connection: Connection,
    /// What came after the Hello.
    pub(super) buffer: BytesMut,
    /// The mark of its ledger that this node remembered, and told it.
    pub(super) remembered: Option<Mark>,
}
