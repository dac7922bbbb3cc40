//! The cgroups of this process that may limit its memory: its own and those
//! around it, of version 1 and of version 2.
//!
//! `/proc/self/cgroup` says in which cgroup the process is, and
//! `/proc/self/mountinfo` where the tree of cgroups is mounted, or which part of
//! it: a container sees its own part only, often under the name `/`.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// A cgroup, and where its files are.
pub(super) struct Group {
    /// As `/proc/self/cgroup` names it.
    pub(super) name: String,
    folder: PathBuf,
    version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// A line of `/proc/self/mountinfo`.
struct Mount {
    version: Version,
    /// Which cgroup is mounted.
    root: PathBuf,
    /// Where.
    point: PathBuf,
}

/// Those that limit the memory of this process, the innermost first.
pub(super) fn of_this_process(root: &Path) -> Vec<Group> {
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap_or_default();
    let mounts = read("proc/self/mountinfo");
    let mounts: Vec<_> = mounts.lines().filter_map(mount).collect();
    let memberships = read("proc/self/cgroup");
    let memberships = memberships.lines().filter_map(membership);
    let groups = memberships.flat_map(|(version, path)| {
        let of_version = mounts.iter().filter(|mount| mount.version == version);
        let of_version: Vec<_> = of_version.collect();
        groups(root, version, &path, &of_version)
    });
    groups.collect()
}

/// The cgroup that a line of `/proc/self/cgroup` names, if it can limit memory.
fn membership(line: &str) -> Option<(Version, PathBuf)> {
    let mut fields = line.splitn(3, ':');
    let (number, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
    let version = match (number, controllers) {
        ("0", "") => Version::Two,
        (_, names) if names.split(',').any(|name| name == "memory") => Version::One,
        _ => return None,
    };
    Some((version, path.into()))
}

fn mount(line: &str) -> Option<Mount> {
    // There are optional fields before the hyphen.
    let (before, after) = line.split_once(" - ")?;
    let (mut before, mut after) = (before.split(' ').skip(3), after.split(' '));
    let kind = after.next()?;
    let options = after.next_back()?;
    let has_memory = options.split(',').any(|option| option == "memory");
    let version = match kind {
        "cgroup2" => Version::Two,
        "cgroup" if has_memory => Version::One,
        _ => return None,
    };
    Some(Mount {
        version,
        root: plain(before.next()?).into(),
        point: plain(before.next()?).into(),
    })
}

/// Spaces and the like are written as backslashes and three octal digits.
fn plain(field: &str) -> String {
    let mut parts = field.split('\\');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..3).and_then(|it| u8::from_str_radix(it, 8).ok());
        match code {
            Some(code) => {
                plain.push(code.into());
                plain.push_str(&part[3..]);
            }
            None => plain.extend(["\\", part]),
        }
    }
    plain
}

/// The cgroup with this path and those around it, as far as they are mounted.
fn groups(root: &Path, version: Version, path: &Path, mounts: &[&Mount]) -> Vec<Group> {
    let is_plain = path.components().all(|part| part != Component::ParentDir);
    let below = |mount: &&Mount| path.strip_prefix(&mount.root).ok().map(Path::to_owned);
    let around = mounts
        .iter()
        .find_map(|mount| Some((*mount, below(mount)?)));
    let (mount, below) = match (around.filter(|_| is_plain), mounts.first()) {
        (Some(found), _) => found,
        // The process is outside of what is mounted, as it may be in a namespace
        // that it has entered: what is mounted is the nearest that can be seen.
        (None, Some(mount)) => (*mount, PathBuf::new()),
        (None, None) => return Vec::new(),
    };
    let point = root.join(mount.point.strip_prefix("/").unwrap_or(&mount.point));
    let group = |below: &Path| Group {
        // Without the slash at the end that joining nothing makes.
        name: mount
            .root
            .join(below)
            .components()
            .collect::<PathBuf>()
            .display()
            .to_string(),
        folder: point.join(below),
        version,
    };
    below.ancestors().map(group).collect()
}

impl Group {
    /// What a process of it that is so large may grow to, if anything limits it:
    /// the others in the cgroup use memory too. Cached files can be dropped.
    pub(super) fn left_to(&self, own: u64) -> Option<u64> {
        let limit = self.limit()?;
        let (used, inactive, active) = match self.version {
            Version::One => (
                "memory.usage_in_bytes",
                "total_inactive_file",
                "total_active_file",
            ),
            Version::Two => ("memory.current", "inactive_file", "active_file"),
        };
        let cached = [inactive, active].map(|name| self.stat(name).unwrap_or(0));
        let used = self.number(used).unwrap_or(0);
        let others = used
            .saturating_sub(cached[0] + cached[1])
            .saturating_sub(own);
        Some(limit.saturating_sub(others))
    }

    /// The lowest of its limits, if it has any.
    fn limit(&self) -> Option<u64> {
        let limits = match self.version {
            // The second is the lowest of its own and of those around it, even where
            // these cannot be seen.
            Version::One => [
                self.number("memory.limit_in_bytes"),
                self.stat("hierarchical_memory_limit"),
            ],
            // Beyond the second it is slowed down until it hardly moves.
            Version::Two => [self.number("memory.max"), self.number("memory.high")],
        };
        limits.into_iter().flatten().min()
    }

    /// What a file holds, unless it says `max`.
    fn number(&self, file: &str) -> Option<u64> {
        let text = fs::read_to_string(self.folder.join(file)).ok()?;
        text.trim().parse().ok()
    }

    fn stat(&self, name: &str) -> Option<u64> {
        let text = fs::read_to_string(self.folder.join("memory.stat")).ok()?;
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(of, _)| *of == name)?.1.trim().parse().ok()
    }
}
