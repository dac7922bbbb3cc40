//! Which limits are found in trees of files like those of real machines.

use super::*;
use tempfile::TempDir;

const MIB: u64 = 1 << 20;

/// A machine with 16 GiB free, on which this process has 1 MiB.
struct Machine(TempDir);

impl Machine {
    fn new(cgroup: &str, mounts: &str) -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        machine.write("proc/self/status", "VmSize:\t 9 kB\nVmRSS:\t    1024 kB\n");
        machine.write(
            "proc/meminfo",
            "MemTotal: 9 kB\nMemAvailable:   16777216 kB\n",
        );
        machine.write("proc/self/cgroup", cgroup);
        machine.write("proc/self/mountinfo", mounts);
        machine
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn limit(&self, name: &str, bytes: u64) {
        self.write(&format!("sys/fs/cgroup/{name}"), &format!("{bytes}\n"));
    }

    /// The only limit: nine tenths of this, and whose.
    fn most(&self) -> (u64, String) {
        let Limits(limits) = Limits::below(self.0.path(), None, Share::Most);
        let [limit] = &limits[..] else {
            panic!("{limits:?}");
        };
        assert_eq!(limit.measure, Measure::Resident);
        let MemoryLimit { bytes, of } = &limit.limit;
        let whose = of.as_ref().unwrap().strip_prefix("nine tenths of the ");
        (bytes / 9 * 10, whose.unwrap().to_owned())
    }

    fn is_limited_to(&self, bytes: u64, cgroup: &str) {
        let (most, whose) = self.most();
        assert_eq!(whose, format!("memory limit of the cgroup {cgroup}"));
        assert!(most.abs_diff(bytes) < 100, "{most} is not {bytes}");
    }

    fn is_limited_by_the_machine(&self) {
        assert_eq!(self.most().1, "free memory of this machine");
    }
}

const TWO: &str =
    "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
const ONE: &str = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";

#[test]
fn without_cgroups_the_free_memory_of_the_machine_is_the_limit() {
    Machine::new("", "").is_limited_by_the_machine();
    let machine = Machine::new("0::/a\n", TWO);
    machine.is_limited_by_the_machine();
    machine.write("sys/fs/cgroup/a/memory.max", "max\n");
    machine.write("sys/fs/cgroup/a/memory.high", "max\n");
    machine.is_limited_by_the_machine();
    // A folder in place of a file cannot be read.
    machine.write("sys/fs/cgroup/memory.max/x", "");
    machine.is_limited_by_the_machine();
    machine.limit("a/memory.max", 1 << 50);
    machine.is_limited_by_the_machine();
}

#[test]
fn limits_of_version_2_are_seen_in_the_cgroup_and_in_all_around_it() {
    let machine = Machine::new("0::/pods/pod/container\n", TWO);
    machine.write("sys/fs/cgroup/pods/pod/container/memory.max", "max\n");
    machine.limit("pods/memory.max", 900 * MIB);
    machine.is_limited_to(900 * MIB, "/pods");
    machine.limit("pods/pod/memory.high", 500 * MIB);
    machine.is_limited_to(500 * MIB, "/pods/pod");
    machine.limit("pods/pod/container/memory.max", 300 * MIB);
    machine.is_limited_to(300 * MIB, "/pods/pod/container");
}

#[test]
fn limits_of_version_1_are_seen_in_the_cgroup_and_in_all_around_it() {
    let machine = Machine::new("5:cpu,cpuacct:/other\n4:hugetlb,memory:/a/b\n0::/\n", ONE);
    machine.limit(
        "memory/a/b/memory.limit_in_bytes",
        9_223_372_036_854_771_712,
    );
    machine.is_limited_by_the_machine();
    machine.limit("memory/a/memory.limit_in_bytes", 700 * MIB);
    machine.is_limited_to(700 * MIB, "/a");
    // Also where what is around it is not mounted.
    let stat = format!("cache 0\nhierarchical_memory_limit {}\n", 600 * MIB);
    machine.write("sys/fs/cgroup/memory/a/b/memory.stat", &stat);
    machine.is_limited_to(600 * MIB, "/a/b");
}

#[test]
fn in_a_hybrid_tree_both_versions_are_looked_at() {
    let unified = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
    let cpu = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n";
    let mounts = format!("{cpu}{ONE}{unified}");
    let machine = Machine::new("4:memory:/one\n1:cpu:/\n0::/two\n", &mounts);
    machine.limit("memory/one/memory.limit_in_bytes", 800 * MIB);
    machine.is_limited_to(800 * MIB, "/one");
    machine.limit("unified/two/memory.max", 400 * MIB);
    machine.is_limited_to(400 * MIB, "/two");
}

#[test]
fn a_container_sees_its_own_part_of_the_tree() {
    // With a namespace of its own.
    let machine = Machine::new("0::/\n", TWO);
    machine.limit("memory.max", 256 * MIB);
    machine.is_limited_to(256 * MIB, "/");
    // Without: the name is that of the host, and its part is mounted.
    let mounts = ONE.replace(" / ", " /docker/abc ");
    let machine = Machine::new("4:memory:/docker/abc/inner\n", &mounts);
    machine.limit("memory/memory.limit_in_bytes", 256 * MIB);
    machine.is_limited_to(256 * MIB, "/docker/abc");
    machine.limit("memory/inner/memory.limit_in_bytes", 128 * MIB);
    machine.is_limited_to(128 * MIB, "/docker/abc/inner");
    // Outside of what is mounted.
    for path in ["/elsewhere", "/../elsewhere"] {
        let machine = Machine::new(
            &format!("0::{path}\n"),
            TWO.replace(" / ", " /abc ").as_str(),
        );
        machine.limit("memory.max", 64 * MIB);
        machine.is_limited_to(64 * MIB, "/abc");
    }
}

#[test]
fn names_may_hold_spaces_and_colons() {
    let mounts = "29 23 0:26 / /sys/fs/c\\040g\\134 rw - cgroup2 none rw\n";
    let machine = Machine::new("0::/a: b\n", mounts);
    machine.write("sys/fs/c g\\/a: b/memory.max", "104857600\n");
    machine.is_limited_to(100 * MIB, "/a: b");
}

#[test]
fn what_others_in_the_cgroup_use_is_not_free_but_cached_files_are() {
    let machine = Machine::new("0::/a\n", TWO);
    machine.limit("a/memory.max", 500 * MIB);
    machine.limit("a/memory.current", 301 * MIB);
    let (inactive, active) = (60 * MIB, 40 * MIB);
    let stat = format!("anon 1\ninactive_file {inactive}\nactive_file {active}\n");
    machine.write("sys/fs/cgroup/a/memory.stat", &stat);
    // Of 301 MiB 100 are files, and 1 is this process's own.
    machine.is_limited_to(300 * MIB, "/a");
}

#[test]
fn what_was_asked_for_counts_instead_but_not_beyond_the_limits_of_the_process() {
    let machine = Machine::new("0::/a\n", TWO);
    machine.limit("a/memory.max", 500 * MIB);
    let table = "Limit                     Soft Limit           Hard Limit           Units\n\
        Max data size             unlimited            unlimited            bytes\n\
        Max address space         204800000            unlimited            bytes\n";
    machine.write("proc/self/limits", table);
    let limits = Limits::below(machine.0.path(), Some(1 << 40), Share::Most);
    let told: Vec<_> = limits
        .0
        .iter()
        .map(|limit| (limit.measure, limit.limit.bytes))
        .collect();
    let expected = [
        (Measure::Resident, 1 << 40),
        (Measure::Addresses, 184_320_000),
    ];
    assert_eq!(told, expected);
    assert!(limits.are_own());
    // What there is for states is a part of the least: here, of the addresses.
    let whose = |limits: &Limits| limits.for_states(1).unwrap().limit.of.unwrap();
    assert!(whose(&limits).contains("ulimit -v"), "{limits:?}");
    let many = table.replace("204800000", "204800000000");
    machine.write("proc/self/limits", &many);
    let limits = Limits::below(machine.0.path(), None, Share::Most);
    assert!(whose(&limits).contains("/a"), "{limits:?}");
    let limits = Limits::below(machine.0.path(), Some(MIB), Share::Most);
    let asked = MemoryLimit {
        bytes: MIB,
        of: None,
    };
    assert_eq!(limits.for_states(1).unwrap().limit, asked);
    machine.write("proc/self/limits", table);
    let half = Limits::below(machine.0.path(), None, Share::Half);
    assert_eq!(half.0[0].limit.bytes, 102_400_000);
    assert!(half.for_states(1).unwrap().bytes < 92_160_000);
    machine.write("proc/self/limits", &table.replace("204800000", "unlimited"));
    assert!(!Limits::below(machine.0.path(), None, Share::Most).are_own());
}

#[test]
fn this_process_has_limits_that_are_not_reached() {
    let limits = Limits::chosen(None, Share::Half);
    assert_eq!(limits.reached(), None);
    let asked = Limits::chosen(Some(1), Share::Most);
    assert_eq!(asked.reached().unwrap().of, None);
}
