//! The verbs about nodes: they run them, talk to them, back them up, and audit what they wrote.

pub(crate) mod audit;
mod backup;
mod cert;
mod client;
mod cluster;
mod node;
pub(crate) mod settings;

use crate::args::NodeVerb;
use crate::diagnostics::Complaint;
use crate::status::Status;

/// Does it.
///
/// # Errors
/// Nothing can be done with what was given.
pub(crate) fn run(verb: NodeVerb) -> Result<Status, Complaint> {
    match verb {
        NodeVerb::Cluster(options) => cluster::cluster(&options),
        NodeVerb::Client(options) => client::client(&options),
        NodeVerb::Node(options) => node::node(&options),
        NodeVerb::Backup(options) => backup::backup(&options),
        NodeVerb::Restore(options) => backup::restore(&options),
        NodeVerb::Cert(options) => cert::cert(options),
    }
}
