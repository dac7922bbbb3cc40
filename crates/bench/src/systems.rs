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
use synod_terminal::{note, signals};
use system::System;
use tokio::sync::mpsc;

/// How many connections the clients of etcd share.
pub(crate) const SHARED: usize = 10;
/// The threads of the clients. The clients must leave as many processors to the nodes.
const THREADS: usize = 2;

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
pub(crate) fn present(only: Option<System>) -> Result<(Vec<System>, String), Failure> {
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
