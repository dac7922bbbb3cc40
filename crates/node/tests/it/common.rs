//! Helpers of several test modules.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use synod_math::Priest;
use synod_node::config::Identity;
use tempfile::TempDir;

/// The identity of a legislator of the cluster `paxos`; `index` counts from 0.
pub(crate) fn identity(index: usize, legislators: usize) -> Identity {
    Identity {
        cluster: "paxos".to_owned(),
        me: Priest::new(index).unwrap(),
        legislators,
    }
}

/// A private folder in memory, where an fsync costs nothing, because it need not survive a power
/// failure.
pub(crate) fn in_memory() -> TempDir {
    let shared = Path::new("/dev/shm");
    let folder = if shared.is_dir() {
        tempfile::tempdir_in(shared).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    };
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    folder
}
