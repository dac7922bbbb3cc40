//! The checkpoint of a search level by level: its state between two levels, in a file,
//! from which another process can resume it.

use super::{Run, Search};
use crate::error::Unusable;
use crate::kernel::checkpoint::{CheckpointReader, Magic, PORTION, Writer};
use crate::kernel::files::{Checkpointing, Unfinished, folder};
use crate::problem::{Dictionary, Identity, Storage};
use stateright::Model;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// The first bytes of a checkpoint.
const MAGIC: Magic = *b"synodcp\x06";

impl<M: Model> Search<'_, M> {
    /// The identity that a checkpoint must have to be used.
    fn identity(&self) -> Identity {
        self.options.identity(self.problem)
    }

    /// Writes the state of the search, which must be between two levels. Fails if the run
    /// is stopped meanwhile.
    pub(super) fn save(
        &self,
        run: &Run<M>,
        to: &Checkpointing,
        storage: &Storage<M>,
    ) -> io::Result<()> {
        fs::create_dir_all(folder(to))?;
        let (beside, file) = Unfinished::create(to, "")?;
        let mut file = Writer::begin(file, MAGIC)?;
        let levels = (&run.levels, &run.by_level);
        let counts = (levels, &run.tally, &run.nearest, &run.marked);
        file.header(&self.identity(), &counts)?;
        file.context(self.problem.model(), storage)?;
        let (is_wide, has_ranks) = (run.visited.is_wide(), self.problem.extras.rank.is_some());
        file.visited(self.problem, &run.visited, |file, (fingerprint, rank)| {
            fingerprint.write_to(file, is_wide)?;
            if has_ranks {
                file.write_all(&rank.to_le_bytes())?;
            }
            Ok(())
        })?;
        file.waiting(self.problem, storage, &run.waiting.current)?;
        file.finish()?;
        beside.place(&to.file)
    }

    /// The state of the search in the checkpoint, if there is one.
    pub(super) fn load(
        &self,
        from: &Checkpointing,
        storage: &Storage<M>,
    ) -> Result<Option<Run<M>>, Unusable> {
        let limits = &self.problem.limits;
        if !from.file.try_exists()? {
            return Ok(None);
        }
        let mut file = CheckpointReader::open(&from.file, MAGIC, &|| limits.goes_on())?;
        let mut run = self.fresh();
        let sizes = |run: &Run<M>| {
            let tally = &run.tally;
            [&tally.enabled, &tally.reached]
                .map(Vec::len)
                .into_iter()
                .chain([run.nearest.len()])
        };
        let expected = sizes(&run);
        let levels;
        (levels, run.tally, run.nearest, run.marked) = file.header(&self.identity())?;
        (run.levels, run.by_level) = levels;
        if !expected.eq(sizes(&run)) {
            return Err(Unusable::OtherModel);
        }
        let dictionary = file.context(self.problem.model(), storage)?;
        self.load_visited(&mut run, &mut file)?;
        self.load_frontier(&run, &mut file, storage, &dictionary)?;
        Ok(Some(run))
    }

    fn load_visited(&self, run: &mut Run<M>, file: &mut CheckpointReader) -> Result<(), Unusable> {
        let (is_wide, has_ranks) = (run.visited.is_wide(), self.problem.extras.rank.is_some());
        let count = file.number()?;
        if !has_ranks {
            run.visited.reserve(0, count);
        }
        for number in 0..count {
            if number % PORTION == 0 && !self.problem.limits.goes_on() {
                return Err(Unusable::Stopped);
            }
            let fingerprint = file.fingerprint(is_wide)?;
            let rank = if has_ranks { file.small_number()? } else { 0 };
            run.visited.is_new_of((fingerprint, rank));
        }
        Ok(())
    }

    fn load_frontier(
        &self,
        run: &Run<M>,
        file: &mut CheckpointReader,
        storage: &Storage<M>,
        dictionary: &Dictionary,
    ) -> Result<(), Unusable> {
        let model = self.problem.model();
        let (waiting, current) = (file.number()?, &run.waiting.current);
        let space = self.space(run);
        while current.len() < waiting {
            if !self.problem.limits.goes_on() {
                return Err(Unusable::Stopped);
            }
            let states = file.waiting(model, storage, dictionary)?;
            if space.is_short(current.bytes()) {
                current.store(model, &states)?;
            } else {
                current.push(model, states);
            }
        }
        Ok(())
    }
}

/// Removes the checkpoint of a run that is done.
pub(super) fn remove(file: &Path) {
    // If it cannot be removed, the next run resumes from it and soon ends.
    let _ = fs::remove_file(file);
}
