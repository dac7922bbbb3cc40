//! What a node uses of its machine, for `/metrics`: the process, by the names that Prometheus's own
//! clients have for it (`process_*`), and the disk with the ledger.

use crate::ledger;
use metrics::{Unit, describe_gauge};
use metrics_process::Collector;
use std::fs;
use std::path::PathBuf;

const DISK: [(&str, &str); 3] = [
    (
        "synod_disk_free_bytes",
        "How much of the disk with the ledger is free for this process",
    ),
    (
        "synod_disk_size_bytes",
        "The size of the disk with the ledger",
    ),
    (
        "synod_ledger_bytes",
        "The size of the files of the ledger: the decrees, and the journal of the last commits",
    ),
];

/// Measures the process and the disk.
#[derive(Debug)]
pub(crate) struct Resources {
    process: Collector,
    folder: PathBuf,
}

impl Resources {
    /// Of the node whose ledger is in this folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        let process = Collector::default();
        process.describe();
        for (name, what) in DISK {
            describe_gauge!(name, Unit::Bytes, what);
        }
        Self { process, folder }
    }

    /// Sets the metrics of the process.
    pub(crate) fn collect(&self) {
        self.process.collect();
    }

    /// The gauges of the disk. What the operating system does not tell is left out.
    pub(crate) fn disk(&self) -> Vec<(&'static str, u64)> {
        let [free, size, ledger] = DISK.map(|(name, _)| name);
        let mut gauges = vec![];
        if let Ok(disk) = rustix::fs::statvfs(&self.folder) {
            gauges.push((free, disk.f_bavail.saturating_mul(disk.f_frsize)));
            gauges.push((size, disk.f_blocks.saturating_mul(disk.f_frsize)));
        }
        let files = [ledger::FILE, ledger::JOURNAL].map(|file| self.folder.join(file));
        let sizes = files.iter().filter_map(|file| fs::metadata(file).ok());
        let size = sizes.map(|file| file.len()).reduce(|a, b| a + b);
        gauges.extend(size.map(|size| (ledger, size)));
        gauges
    }
}
