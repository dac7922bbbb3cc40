//! What nodes use of memory and disk.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What one node uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// The memory that is resident, in bytes. It includes pages of files that are mapped.
    pub memory: u64,
    /// The disk that the files in its folder occupy, in bytes.
    pub disk: u64,
}

/// What each node of a cluster used, whenever it was looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct UsageWatch {
    /// The last time, by the index of the node.
    pub last: Vec<Usage>,
    /// The largest of all times; of memory and disk each for itself.
    pub highest: Vec<Usage>,
}

impl UsageWatch {
    /// Takes what each node uses now.
    pub(crate) fn saw(&mut self, usage: Vec<Usage>) {
        self.highest.resize(usage.len(), Usage::default());
        for (highest, now) in self.highest.iter_mut().zip(&usage) {
            highest.memory = highest.memory.max(now.memory);
            highest.disk = highest.disk.max(now.disk);
        }
        self.last = usage;
    }
}

/// The memory of a process that is resident, by its id or `self`; 0 if it has ended.
pub(super) fn memory(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    1024 * kibibytes.unwrap_or(0)
}

/// The disk that the files in a folder and in the folders in it occupy. A file that is
/// removed meanwhile is not counted.
pub(super) fn disk(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(file) if file.is_dir() => disk(&entry.path()),
        // The system counts in 512 bytes, whatever the disk has.
        Ok(file) => 512 * file.blocks(),
        Err(_) => 0,
    });
    sizes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_that_of_the_process() {
        let before = memory("self");
        let filled = vec![1_u8; 64 << 20];
        // Other tests of this process may give memory back meanwhile.
        assert!(
            memory("self") > 32 << 20,
            "{before} before {}",
            filled.len()
        );
        assert_eq!(memory("no process"), 0);
    }

    #[test]
    fn disk_is_that_of_all_files_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(disk(&folder.path().join("absent")), 0);
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        for file in [folder.path().join("a"), inner.join("b")] {
            let file = fs::File::create(file).unwrap();
            std::io::Write::write_all(&mut &file, &vec![1; 1 << 20]).unwrap();
            file.sync_all().unwrap();
        }
        assert!(disk(folder.path()) >= 2 << 20);
    }

    #[test]
    fn the_highest_is_kept_of_memory_and_disk_each() {
        let mut watch = UsageWatch::default();
        let usage = |memory, disk| vec![Usage { memory, disk }];
        watch.saw(usage(5, 1));
        watch.saw(usage(3, 4));
        assert_eq!(watch.last, usage(3, 4));
        assert_eq!(watch.highest, usage(5, 4));
    }
}
