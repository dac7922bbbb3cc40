//! `synod_node::ledger`.
