//! The descriptions, without solvers: they are the definitions that are enumerated and shipped, and
//! what is written of them is so.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, non_snake_case)] // A.1 has a capital letter.

mod alternation;
mod counts;
mod instances;
mod needed;
mod preliminary;
mod random;
mod tie;
mod twin;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().to_owned()
}
