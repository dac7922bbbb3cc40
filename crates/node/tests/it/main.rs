//! The node, from outside.

mod audit;
mod ledger;
