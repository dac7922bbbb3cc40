//! `synod_node::rollback`: a node whose ledger is not the one that the other nodes have met does not
//! vote or serve clients. If that was not detected in time, no node serves clients.

mod marks;
pub(crate) mod nodes;
mod refused;
