//! The files of a checkpoint: for each worker a shard, and beside it a file of
//! predecessors. All are named after the checkpoint's file.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use synod_checker::Checkpointing;
use synod_checker::kernel::files::{ends, folder, is_unfinished, with_end};

/// A shard: the part of a checkpoint that one worker has written, in a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Shard {
    /// The number of levels that were complete when it was written.
    pub(super) depth: u32,
    /// The number of the part, from 0.
    pub(super) part: u32,
    /// The number of parts that the checkpoint has.
    pub(super) of: u32,
}

impl Shard {
    pub(super) fn file(self, to: &Checkpointing) -> PathBuf {
        with_end(to, &self.end())
    }

    /// The end of the name of its file.
    pub(super) fn end(self) -> String {
        let Self { depth, part, of } = self;
        format!("depth-{depth}.part-{part}-of-{of}")
    }

    /// The shard whose file has a name with this end; none if no shard has.
    fn from_end(end: &str) -> Option<Self> {
        let (depth, part) = end.strip_prefix("depth-")?.split_once(".part-")?;
        let (part, of) = part.split_once("-of-")?;
        let shard = Self {
            depth: depth.parse().ok()?,
            part: part.parse().ok()?,
            of: of.parse().ok()?,
        };
        (shard.part < shard.of).then_some(shard)
    }
}

/// The end of the name of an empty file that records that there was a complete (whole)
/// checkpoint. If there is the file and no complete checkpoint, shards were lost or are
/// elsewhere.
const WHOLE: &str = "whole";

/// Records that there is a complete checkpoint.
///
/// # Errors
/// The file cannot be written.
pub(super) fn note_whole(to: &Checkpointing) -> io::Result<()> {
    fs::write(with_end(to, WHOLE), "")
}

/// Whether there ever was a complete checkpoint.
pub(super) fn was_whole(to: &Checkpointing) -> bool {
    with_end(to, WHOLE).exists()
}

/// The shards in the folder of a checkpoint.
///
/// # Errors
/// The folder cannot be read.
pub(super) fn shards(to: &Checkpointing) -> io::Result<Vec<Shard>> {
    let ends = ends(to)?;
    let mut shards: Vec<_> = ends.iter().filter_map(|end| Shard::from_end(end)).collect();
    shards.sort_unstable();
    Ok(shards)
}

/// Removes the shards for which `is_old` holds. A shard that cannot be removed does no
/// harm: [`choose`] passes over it.
pub(super) fn remove(to: &Checkpointing, is_old: impl Fn(&Shard) -> bool) {
    for shard in shards(to)
        .unwrap_or_default()
        .iter()
        .filter(|shard| is_old(shard))
    {
        let _ = fs::remove_file(shard.file(to));
    }
}

/// The deepest complete checkpoint, if the processes have these shards: each of its
/// shards, with the first process that has it.
pub(super) fn choose(shards: &[Vec<Shard>]) -> Option<Vec<(Shard, usize)>> {
    let all: BTreeSet<Shard> = shards.iter().flatten().copied().collect();
    let kinds: BTreeSet<(u32, u32)> = all.iter().map(|shard| (shard.depth, shard.of)).collect();
    let whole = kinds.into_iter().rev().map(|(depth, of)| {
        let parts = (0..of).map(|part| Shard { depth, part, of });
        let with_owner = parts.map(|shard| {
            let owner = shards.iter().position(|here| here.contains(&shard));
            owner.map(|owner| (shard, owner))
        });
        with_owner.collect::<Option<Vec<_>>>()
    });
    whole.flatten().next()
}

/// The path of the file for the predecessors of a worker; none without checkpoints.
///
/// # Errors
/// The folder cannot be made.
pub(super) fn predecessors_file(
    to: Option<&Checkpointing>,
    run: u64,
    index: usize,
) -> io::Result<Option<PathBuf>> {
    let Some(to) = to else { return Ok(None) };
    fs::create_dir_all(folder(to))?;
    Ok(Some(with_end(
        to,
        &format!("run-{run:016x}.part-{index}.trail"),
    )))
}

/// Whether a file whose name ends like this holds predecessors.
pub(super) fn is_predecessors(end: &str) -> bool {
    Path::new(end).extension() == Some(OsStr::new("trail"))
}

/// Removes all files of a checkpoint, once its run has a verdict.
pub(super) fn remove_all(to: &Checkpointing) {
    // Removed first: if the process ends in the middle, the next run misses nothing.
    let _ = fs::remove_file(with_end(to, WHOLE));
    for end in ends(to).unwrap_or_default() {
        let is_ours =
            Shard::from_end(&end).is_some() || is_unfinished(&end) || is_predecessors(&end);
        if is_ours {
            // A file that cannot be removed does no harm: a run that resumes from it ends
            // soon.
            let _ = fs::remove_file(with_end(to, &end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(depth: u32, part: u32, of: u32) -> Shard {
        Shard { depth, part, of }
    }

    #[test]
    fn the_deepest_complete_checkpoint_is_chosen() {
        let here = vec![shard(5, 0, 2), shard(7, 0, 2)];
        let there = vec![shard(5, 0, 2), shard(5, 1, 2)];
        let chosen = choose(&[here, there]);
        assert_eq!(chosen, Some(vec![(shard(5, 0, 2), 0), (shard(5, 1, 2), 1)]));
    }

    #[test]
    fn parts_of_different_runs_make_no_checkpoint() {
        assert_eq!(choose(&[vec![shard(5, 0, 2), shard(5, 1, 3)]]), None);
        assert_eq!(choose(&[vec![], vec![]]), None);
    }

    #[test]
    fn the_name_of_a_file_identifies_its_shard() {
        assert_eq!(
            Shard::from_end("depth-12.part-1-of-4"),
            Some(shard(12, 1, 4))
        );
        for wrong in [
            "depth-12.part-4-of-4",
            "depth-x.part-1-of-4",
            "run-1.part-0.trail",
        ] {
            assert_eq!(Shard::from_end(wrong), None, "{wrong}");
        }
    }
}
