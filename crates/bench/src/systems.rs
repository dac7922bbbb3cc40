//! Synod and etcd as they are measured: three nodes of one of them, clients, and what the
//! clients saw.
//!
//! | module | what it has |
//! |---|---|
//! | `machine` | the machine and the disk |
//! | `system`, `cluster` | the two systems, and three nodes of one of them |
//! | `usage` | the memory and the disk that nodes use |
//! | `protocol`, `resp`, `grpc`, `protobuf` | what clients speak to each system |
//! | `load`, `recorder` | the clients, and what they saw |

pub(crate) mod cluster;
mod grpc;
pub(crate) mod load;
pub(crate) mod machine;
mod protobuf;
pub(crate) mod protocol;
pub(crate) mod recorder;
mod resp;
pub(crate) mod system;
pub(crate) mod usage;

use crate::failure::Failure;
use machine::Machine;
use std::path::PathBuf;
use synod_terminal::{note, signals};
use system::System;
use tokio::sync::mpsc;

/// How many connections the clients of etcd share.
pub(crate) const SHARED: usize = 10;
/// The threads of the clients. The clients must leave as many processors to the nodes.
const THREADS: usize = 2;

/// Which systems are measured, where, and how the figures are written.
#[derive(Debug, clap::Args)]
pub(crate) struct SystemsOptions {
    /// Measure one system only
    #[arg(long, value_name = "SYSTEM")]
    pub only: Option<System>,
    /// Where the nodes keep their data; it must be on a disk [default: the temporary folder]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Write a line of JSON for each figure
    #[arg(long)]
    pub json: bool,
}

impl SystemsOptions {
    /// Prints the machine and the systems that take part. Returns the folder for their data, and
    /// the systems.
    pub(crate) fn begin(&self) -> Result<(PathBuf, Vec<System>), Failure> {
        let folder = self.folder.clone().unwrap_or_else(std::env::temp_dir);
        let machine = Machine::look(&folder)?;
        let (systems, names) = present(self.only)?;
        machine.say(&names, self.json);
        Ok((folder, systems))
    }
}

/// Runs a measurement to its end, or until a signal asks this program to end. Then the
/// measurement is dropped, and its nodes end with it.
pub(crate) fn until_interrupted(
    measurement: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        tokio::select! {
            result = measurement => result,
            signal = interrupted() => Err(signal.into()),
        }
    })
}

async fn interrupted() -> String {
    let (tell, mut told) = mpsc::unbounded_channel();
    let tell = move || {
        let _ = tell.send(());
    };
    match signals::watch(tell) {
        Ok(()) => {
            told.recv().await;
            "interrupted".to_owned()
        }
        Err(error) => format!("signals cannot be caught: {error}"),
    }
}

/// The systems that take part, and their names with versions. If `only` one is wanted, it
/// must be there.
fn present(only: Option<System>) -> Result<(Vec<System>, String), Failure> {
    let (mut systems, mut names) = (Vec::new(), Vec::new());
    for system in [System::Synod, System::Etcd] {
        if only.is_some_and(|only| only != system) {
            continue;
        }
        match system.version() {
            Some(version) => {
                systems.push(system);
                names.push(format!("{} {version}", system.name()));
            }
            None if system == System::Etcd && only.is_none() => {
                note!("without etcd: it needs `etcd` on the path (Debian: etcd-server)");
            }
            None => return Err(format!("{} does not run", system.name()).into()),
        }
    }
    Ok((systems, names.join(", ")))
}
