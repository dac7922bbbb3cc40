//! `synod_node::rollback`: a node whose ledger is not the one that the others
//! have met neither votes nor serves, and where that was not known in time no
//! node does.

mod marks;
mod nodes;
mod refused;
