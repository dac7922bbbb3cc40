//! How much memory this process uses, and how much it may use according to the machine,
//! its cgroups and its own limits. On Linux only; elsewhere nothing is known.

mod cgroups;
mod refused;

pub(crate) use refused::end_as_inconclusive_where_it_is_refused;

use crate::engines::Share;
use indicatif::HumanBytes;
use std::fmt;
use std::fs;
use std::path::Path;
use synod_checker::{MemoryLimit, StateMemory};

/// The stack of a thread, unless `RUST_MIN_STACK` says otherwise.
const STACK: u64 = 2 << 20;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// Pages in memory.
    Resident,
    /// Addresses in use, whether there is memory behind them or not.
    Addresses,
    /// Memory that can be written to, stacks of threads included.
    Data,
}

/// The most that this process is to use by one measure: beyond it the system
/// refuses memory, or ends the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    measure: Measure,
    limit: MemoryLimit,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.limit.of.as_deref().unwrap_or("--max-memory");
        write!(f, "{}, {of}", HumanBytes(self.limit.bytes))
    }
}

impl Share {
    const fn of(self, bytes: u64) -> u64 {
        match self {
            Self::Most => bytes / 10 * 9,
            Self::Half => bytes / 2,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Most => "nine tenths",
            Self::Half => "half",
        }
    }
}

/// All limits that a run has to obey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits(Vec<Limit>);

impl Limits {
    /// The limit that the user set, or else a share of what the machine and the cgroups
    /// have left; and a share of what the process's own limits allow.
    pub(crate) fn chosen(asked: Option<u64>, share: Share) -> Self {
        Self::below(Path::new("/"), asked, share)
    }

    /// The same, with the files of the system below another folder.
    fn below(root: &Path, asked: Option<u64>, share: Share) -> Self {
        let mut limits = own_limits(root, share);
        match asked {
            Some(bytes) => {
                let limit = MemoryLimit { bytes, of: None };
                let measure = Measure::Resident;
                limits.insert(0, Limit { measure, limit });
            }
            None => limits.extend(most_resident(root, share)),
        }
        Self(limits)
    }

    /// The bytes that fingerprints and the frontier may take beside so many threads. A
    /// reserve of 10 % of each limit is for everything else.
    pub(crate) fn for_states(&self, threads: usize) -> Option<StateMemory> {
        let left = self.0.iter().map(|Limit { measure, limit }| {
            let left = match measure {
                Measure::Resident => limit.bytes,
                measure => {
                    let used = measure.now().unwrap_or(0) + threads as u64 * stack();
                    limit.bytes.saturating_sub(used)
                }
            };
            (left, limit)
        });
        let (left, limit) = left.min_by_key(|(left, _)| *left)?;
        Some(StateMemory {
            bytes: Share::Most.of(left),
            limit: limit.clone(),
        })
    }

    /// The limit that was reached, if one was.
    pub(crate) fn reached(&self) -> Option<&MemoryLimit> {
        let mut limits = self.0.iter();
        let reached = limits.find(|Limit { measure, limit }| {
            let now = measure.now();
            now.is_some_and(|now| now >= limit.bytes)
        });
        reached.map(|reached| &reached.limit)
    }

    /// Whether the system may refuse memory before it is used up.
    pub(crate) fn are_own(&self) -> bool {
        let mut limits = self.0.iter();
        limits.any(|limit| limit.measure != Measure::Resident)
    }

    /// What they are and where they come from.
    pub(crate) fn description(&self) -> String {
        let limits = self.0.iter().map(ToString::to_string);
        limits.collect::<Vec<_>>().join("; ")
    }
}

impl Measure {
    /// Of this process, in bytes.
    fn now(self) -> Option<u64> {
        self.of(Path::new("/"))
    }

    fn of(self, root: &Path) -> Option<u64> {
        let name = match self {
            Self::Resident => "VmRSS:",
            Self::Addresses => "VmSize:",
            Self::Data => "VmData:",
        };
        field(&root.join("proc/self/status"), name)
    }
}

/// The largest resident size since the last [`forget_peak`], in bytes.
pub(crate) fn peak_bytes() -> Option<u64> {
    field(Path::new("/proc/self/status"), "VmHWM:")
}

/// Begins to measure anew, so that a spec is not charged with the memory of
/// the one before it. Where the system refuses, peaks only grow.
pub(crate) fn forget_peak() {
    // proc(5), clear_refs: 5 resets the peak of the resident size.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// A share of what is left to this process of the machine and of every cgroup that
/// it is in: the smallest of them.
fn most_resident(root: &Path, share: Share) -> Option<Limit> {
    let own = Measure::Resident.of(root)?;
    let free = field(&root.join("proc/meminfo"), "MemAvailable:");
    let machine = free.map(|free| (free + own, "free memory of this machine".to_owned()));
    let groups = cgroups::of_this_process(root);
    let groups = groups.iter().filter_map(|group| {
        let whose = format!("memory limit of the cgroup {}", group.name);
        Some((group.left_to(own)?, whose))
    });
    let (bytes, whose) = machine
        .into_iter()
        .chain(groups)
        .min_by_key(|(bytes, _)| *bytes)?;
    Some(Limit {
        measure: Measure::Resident,
        limit: MemoryLimit {
            bytes: share.of(bytes),
            of: Some(format!("{} of the {whose}", share.name())),
        },
    })
}

/// A share of what the process's own limits (`ulimit`) allow.
fn own_limits(root: &Path, share: Share) -> Vec<Limit> {
    let text = fs::read_to_string(root.join("proc/self/limits")).unwrap_or_default();
    let limit = |name: &str, measure, flag: &str| {
        let values = text.lines().find_map(|line| line.strip_prefix(name))?;
        // The soft limit comes first; it is a number or `unlimited`.
        let bytes = values.split_whitespace().next()?.parse().ok()?;
        let share_of = share.name();
        let of = format!("{share_of} of the limit of the process (ulimit {flag})");
        let limit = MemoryLimit {
            bytes: share.of(bytes),
            of: Some(of),
        };
        Some(Limit { measure, limit })
    };
    let addresses = limit("Max address space", Measure::Addresses, "-v");
    let data = limit("Max data size", Measure::Data, "-d");
    addresses.into_iter().chain(data).collect()
}

fn stack() -> u64 {
    let asked = std::env::var("RUST_MIN_STACK").ok();
    asked.and_then(|bytes| bytes.parse().ok()).unwrap_or(STACK)
}

/// A field of a file such as `/proc/self/status`, in bytes.
fn field(file: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests;
