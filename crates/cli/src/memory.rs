//! How much memory this process has used, where the system tells.

use std::fs;

/// The largest resident size since the last [`forget_peak`], in bytes. Linux
/// only; none elsewhere.
pub(crate) fn peak_bytes() -> Option<u64> {
    field("/proc/self/status", "VmHWM:")
}

/// The resident size now, in bytes. Linux only.
pub(crate) fn resident_bytes() -> Option<u64> {
    field("/proc/self/status", "VmRSS:")
}

/// Nine tenths of what this process may use before the system runs out, in
/// bytes. Linux only.
pub(crate) fn most_of_what_is_free() -> Option<u64> {
    let free = field("/proc/meminfo", "MemAvailable:")?;
    Some((free + resident_bytes()?) / 10 * 9)
}

fn field(file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Begins to measure anew, so that a spec is not charged with the memory of
/// the one before it. Where the system refuses, peaks only grow.
pub(crate) fn forget_peak() {
    // proc(5), clear_refs: 5 resets the peak of the resident size.
    let _ = fs::write("/proc/self/clear_refs", "5");
}
