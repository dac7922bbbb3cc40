//! Places as code hosts want them: relative to the folder of the repository.

use std::path::{self, Component, Path, PathBuf};

/// A file relative to a folder, if it lies in it; otherwise as it was named.
pub(crate) fn relative(file: &Path, root: &Path) -> String {
    let whole = path::absolute(file).map(|whole| plain(&whole));
    let within = whole.ok().and_then(|whole| {
        let root = path::absolute(root).map(|root| plain(&root)).ok()?;
        whole.strip_prefix(root).map(Path::to_owned).ok()
    });
    within
        .unwrap_or_else(|| file.to_owned())
        .to_string_lossy()
        .into_owned()
}

/// A path without `..`: a code host takes none.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = plain.pop(),
            part => plain.push(part),
        }
    }
    plain
}
