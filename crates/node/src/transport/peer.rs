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
    /// What it was told that is remembered of its ledger.
    pub(super) shown: Option<Mark>,
}
