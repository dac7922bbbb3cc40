//! The command lines of the verbs about nodes.

mod backup;
mod client;
mod node;

pub(crate) use backup::{BackupFormat, BackupOptions, RestoreOptions};
pub(crate) use client::ClientOptions;
pub(crate) use node::{
    CertOptions, ClusterOptions, LogFormat, LogLevel, LogOptions, NodeOptions, RunOptions,
};

use clap::Subcommand;
use std::time::Duration;

#[derive(Debug, Subcommand)]
pub(crate) enum NodeVerb {
    Cluster(ClusterOptions),
    Client(ClientOptions),
    Node(Box<NodeOptions>),
    Backup(BackupOptions),
    Restore(RestoreOptions),
    Cert(CertOptions),
}

/// Nothing would be busy all the time, and more than a day is a slip of the pen.
fn span(text: &str) -> Result<Duration, String> {
    let span = super::values::time(text)?;
    if span.is_zero() || span > Duration::from_secs(24 * 60 * 60) {
        return Err("it must be longer than 0, and at most a day".to_owned());
    }
    Ok(span)
}
