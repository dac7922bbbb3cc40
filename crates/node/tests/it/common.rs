//! What several of these tests need.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use synod_math::Priest;
use synod_node::config::Identity;
use tempfile::TempDir;

/// One of so many legislators of a cluster.
pub(crate) fn identity(index: usize, legislators: usize) -> Identity {
    Identity {
        cluster: "paxos".to_owned(),
        me: Priest::new(index).unwrap(),
        legislators,
    }
}

/// A folder that is nobody else's and that no power failure has to survive: an
/// fsync is nothing there.
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
