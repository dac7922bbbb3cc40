//! A search between two levels, in a file, so that it can go on after its
//! process is gone.

use super::{Run, Search};
use crate::error::Unusable;
use crate::fingerprint::Fingerprint;
use crate::kernel::checkpoint::{Magic, PORTION, Reader, Writer, accept};
use crate::kernel::files::{Checkpointing, Unfinished, folder};
use crate::kernel::tally::{Histogram, Tally};
use crate::kernel::visited::Visited;
use crate::problem::{Dictionary, Identity, Storage};
use stateright::Model;
use std::fs;
use std::io;
use std::path::Path;

/// The first bytes of a checkpoint.
const MAGIC: Magic = *b"synodcp\x03";

impl<M: Model> Search<'_, M> {
    /// What a checkpoint must be of to be used.
    fn identity(&self) -> Identity {
        self.options.identity(self.problem)
    }

    /// Writes where the search is. Between two levels only. Fails if the run is
    /// stopped meanwhile.
    pub(super) fn save(
        &self,
        run: &Run<M>,
        to: &Checkpointing,
        storage: &Storage<M>,
    ) -> io::Result<()> {
        fs::create_dir_all(folder(to))?;
        let (beside, file) = Unfinished::create(to, "")?;
        let mut file = Writer::begin(file, MAGIC)?;
        file.bytes(&self.identity().to_bytes()?)?;
        file.context(&self.problem.model, storage)?;
        save_counts(run, &mut file)?;
        let (is_wide, visited) = (self.options.hashing.is_wide(), &run.visited);
        file.fingerprints(self.problem, is_wide, visited.len(), visited.iter())?;
        file.waiting(self.problem, storage, &run.waiting.current)?;
        file.finish()?;
        beside.place(&to.file)
    }

    /// Where the search was, if there is a checkpoint.
    pub(super) fn load(
        &self,
        from: &Checkpointing,
        storage: &Storage<M>,
    ) -> Result<Option<Run<M>>, Unusable> {
        let limits = &self.problem.limits;
        if !from.file.try_exists()? {
            return Ok(None);
        }
        let mut file = Reader::open(&from.file, MAGIC, &|| limits.goes_on())?;
        accept(&self.identity(), &Identity::from_bytes(&file.bytes()?)?)?;
        let dictionary = file.context(&self.problem.model, storage)?;
        let mut run = self.fresh();
        load_counts(&mut run, &mut file)?;
        let (is_wide, fingerprints) = (self.options.hashing.is_wide(), file.number()?);
        run.visited = Visited::with_room_for(fingerprints, is_wide);
        for number in 0..fingerprints {
            if number % PORTION == 0 && !limits.goes_on() {
                return Err(Unusable::Stopped);
            }
            run.visited.insert_for_good(file.fingerprint(is_wide)?);
        }
        self.load_frontier(&run, &mut file, storage, &dictionary)?;
        Ok(Some(run))
    }

    fn load_frontier(
        &self,
        run: &Run<M>,
        file: &mut Reader,
        storage: &Storage<M>,
        dictionary: &Dictionary,
    ) -> Result<(), Unusable> {
        let model = &self.problem.model;
        let (waiting, current) = (file.number()?, &run.waiting.current);
        while current.len() < waiting {
            if !self.problem.limits.goes_on() {
                return Err(Unusable::Stopped);
            }
            let states = file.waiting(model, storage, dictionary)?;
            if self.is_short_of_memory(&run.visited, current.bytes()) {
                current.store(model, &states)?;
            } else {
                current.push(states);
            }
        }
        Ok(())
    }
}

fn save_counts<M: Model>(run: &Run<M>, file: &mut Writer) -> io::Result<()> {
    let Tally {
        generated,
        new_states: _, // It is in the levels.
        enabled,
        reached,
        branching,
    } = &run.tally;
    file.number(*generated)?;
    for list in [&run.levels, enabled, reached, branching.counts()] {
        file.numbers(list)?;
    }
    file.number(run.nearest.len() as u64)?;
    for nearest in &run.nearest {
        let (depth, Fingerprint { first, second }) = nearest.unwrap_or((0, Fingerprint::ZERO));
        file.number(u64::from(depth))?;
        file.number(first)?;
        file.number(second)?;
    }
    let marked = run.marked.iter();
    let marked = marked.flat_map(|&(bare, successors)| [bare.first, bare.second, successors]);
    file.numbers(&marked.collect::<Vec<_>>())
}

fn load_counts<M: Model>(run: &mut Run<M>, file: &mut Reader) -> Result<(), Unusable> {
    run.tally.generated = file.number()?;
    run.levels = file.numbers()?;
    let (enabled, reached) = (file.numbers()?, file.numbers()?);
    if enabled.len() != run.tally.enabled.len() || reached.len() != run.tally.reached.len() {
        return Err(Unusable::OtherModel);
    }
    (run.tally.enabled, run.tally.reached) = (enabled, reached);
    run.tally.branching = Histogram::from_counts(file.numbers()?);
    if file.number()? != run.nearest.len() as u64 {
        return Err(Unusable::OtherModel);
    }
    for nearest in &mut run.nearest {
        let depth = file.number()? as u32;
        let (first, second) = (file.number()?, file.number()?);
        // Depths count from 1.
        *nearest = (depth > 0).then_some((depth, Fingerprint { first, second }));
    }
    let marked = file.numbers()?;
    let marked = marked.as_chunks::<3>().0.iter();
    let marked =
        marked.map(|&[first, second, successors]| (Fingerprint { first, second }, successors));
    run.marked = marked.collect();
    Ok(())
}

/// The checkpoint of a run that is done is of no use.
pub(super) fn remove(file: &Path) {
    // Where it cannot be removed it says "go on", and the run ends soon.
    let _ = fs::remove_file(file);
}
