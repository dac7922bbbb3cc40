//! The machine and the disk, on which all figures depend.

use crate::failure::Failure;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use synod_terminal::say_line;

/// The machine, and the disk on which the nodes keep their data.
pub(crate) struct Machine {
    /// How many processors there are for this process.
    processors: usize,
    /// How many processes wanted a processor, on average over the last minute.
    load: String,
    /// The type of the file system on the disk.
    file_system: String,
    /// The median time until 4 KiB are durable.
    sync: Duration,
}

impl Machine {
    /// Looks at this machine and the disk that has `folder`. A folder in memory is
    /// refused: nothing in it is durable.
    pub(crate) fn look(folder: &Path) -> Result<Self, Failure> {
        let file_system = file_system(folder).unwrap_or_else(|| "unknown".to_owned());
        if ["tmpfs", "ramfs"].contains(&file_system.as_str()) {
            let folder = folder.display();
            let why = format!("{folder} is in memory ({file_system}): name another --folder");
            return Err(why.into());
        }
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Ok(Self {
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
            file_system,
            sync: sync(folder).map_err(|error| format!("{}: {error}", folder.display()))?,
        })
    }

    /// Tells the machine and the systems `names`: before any figure of them.
    pub(crate) fn say(&self, names: &str, json: bool) {
        if json {
            let mut line = self.json();
            line["systems"] = names.into();
            say_line!("{line}");
        } else {
            say_line!("{names}; three nodes each, fsync on; {}", self.line());
        }
    }

    /// The machine in a line for people.
    fn line(&self) -> String {
        format!(
            "{} processors (load {}), {} where 4 KiB are durable after {:.2} ms (median)",
            self.processors,
            self.load,
            self.file_system,
            self.sync.as_secs_f64() * 1e3,
        )
    }

    /// The line of JSON.
    fn json(&self) -> Value {
        json!({
            "schema": 1,
            "kind": "machine",
            "processors": self.processors,
            "load": self.load.parse::<f64>().ok(),
            "file_system": self.file_system,
            "sync_ms": self.sync.as_secs_f64() * 1e3,
        })
    }
}

/// The type of the file system that `folder` is on.
fn file_system(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((PathBuf::from(words.next()?), words.next()?.to_owned()))
    });
    // Of two file systems mounted on the same folder, the later one hides the earlier.
    let own = mounts.filter(|(place, _)| folder.starts_with(place));
    let own = own.max_by_key(|(place, _)| place.as_os_str().len());
    own.map(|(_, kind)| kind)
}

/// The median time until 4 KiB in a file in `folder` are durable.
fn sync(folder: &Path) -> std::io::Result<Duration> {
    let mut file = tempfile::tempfile_in(folder)?;
    let mut times = Vec::new();
    for _ in 0..101 {
        let begun = Instant::now();
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}
