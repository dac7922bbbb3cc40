//! Checkpoints: each worker writes its part in a file of its own, and all of
//! them at the end of the same level.
//!
//! A part is written beside its place and moved there when it is safe on disk,
//! as those of the engine `levels` are, and the parts of the checkpoint before
//! stay until all workers have said that theirs of this one are there. So
//! whenever a process ends there is a whole checkpoint.
//!
//! Each process reads the parts that are in its folder, wherever their states
//! belong by now: with other numbers of workers they have other owners, and are
//! sent to them. Where processes share a folder, the first of them reads.

use super::packet::{self, Content};
use super::part::Part;
use super::place::Place;
use super::standing::{Abroad, Done, Standing};
use super::trail::Chart;
use crate::engine::CheckError;
use crate::levels::checkpoint::{Digested, Source, Unusable, sync_folder, verify};
use crate::options::{Checkpointing, Dictionary, Storage};
use crate::progress::Progress;
use serde::{Deserialize, Serialize};
use stateright::Model;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::Hash;
use std::io::{self, BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The first bytes of a part; the last of them is the version.
const MAGIC: [u8; 8] = *b"synodpt\x01";

/// How many fingerprints are sent at a time.
const PORTION: u64 = 1 << 16;

/// A part of a checkpoint that is in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Piece {
    /// The depth after which it was written.
    pub(super) depth: u32,
    /// Which part.
    pub(super) part: u32,
    /// Of how many.
    pub(super) of: u32,
}

impl Piece {
    fn file(self, to: &Checkpointing) -> PathBuf {
        let Self { depth, part, of } = self;
        with_end(to, &format!("depth-{depth}.part-{part}-of-{of}"))
    }

    /// What the end of a file's name says.
    fn from_end(end: &str) -> Option<Self> {
        let (depth, part) = end.strip_prefix("depth-")?.split_once(".part-")?;
        let (part, of) = part.split_once("-of-")?;
        let piece = Self {
            depth: depth.parse().ok()?,
            part: part.parse().ok()?,
            of: of.parse().ok()?,
        };
        (piece.part < piece.of).then_some(piece)
    }
}

/// The file of a checkpoint with something more to its name.
fn with_end(to: &Checkpointing, end: &str) -> PathBuf {
    let name = to.file.file_name().unwrap_or_default().to_string_lossy();
    to.file.with_file_name(format!("{name}.{end}"))
}

/// What files of this checkpoint there are: the ends of their names.
fn ends(to: &Checkpointing) -> io::Result<Vec<String>> {
    let folder = folder(to);
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let name = to.file.file_name().unwrap_or_default().to_string_lossy();
    let mut ends = Vec::new();
    for file in files {
        let file = file?.file_name();
        let end = file.to_str().and_then(|file| file.strip_prefix(&*name));
        ends.extend(end.and_then(|end| end.strip_prefix('.')).map(str::to_owned));
    }
    Ok(ends)
}

fn folder(to: &Checkpointing) -> &Path {
    let folder = to.file.parent();
    let folder = folder.filter(|folder| *folder != Path::new(""));
    folder.unwrap_or(Path::new("."))
}

/// The pieces that are in a folder.
///
/// # Errors
/// It cannot be read.
pub(super) fn pieces(to: &Checkpointing) -> io::Result<Vec<Piece>> {
    let ends = ends(to)?;
    let mut pieces: Vec<_> = ends.iter().filter_map(|end| Piece::from_end(end)).collect();
    pieces.sort_unstable();
    Ok(pieces)
}

/// Removes the pieces of which this holds. Where that fails they are found
/// again, and are of no use.
fn remove(to: &Checkpointing, is_old: impl Fn(&Piece) -> bool) {
    for piece in pieces(to)
        .unwrap_or_default()
        .iter()
        .filter(|piece| is_old(piece))
    {
        let _ = fs::remove_file(piece.file(to));
    }
}

/// The deepest checkpoint that is whole, if the processes have these pieces:
/// for each of its parts the first process that has it.
pub(super) fn choose(pieces: &[Vec<Piece>]) -> Option<Vec<(Piece, usize)>> {
    let all: BTreeSet<Piece> = pieces.iter().flatten().copied().collect();
    let kinds: BTreeSet<(u32, u32)> = all.iter().map(|piece| (piece.depth, piece.of)).collect();
    let whole = kinds.into_iter().rev().map(|(depth, of)| {
        let parts = (0..of).map(|part| Piece { depth, part, of });
        let with_owner = parts.map(|piece| {
            let owner = pieces.iter().position(|here| here.contains(&piece));
            owner.map(|owner| (piece, owner))
        });
        with_owner.collect::<Option<Vec<_>>>()
    });
    whole.flatten().next()
}

/// What is written of a part beside fingerprints and states.
#[derive(Serialize, Deserialize)]
struct Head {
    identity: String,
    standing: Standing,
    chart: Chart,
}

/// A part that is being read.
struct Reading<M: Model> {
    file: Source,
    dictionary: Dictionary,
    storage: Storage<M>,
    waiting: u64,
    fingerprints: Option<u64>,
}

/// The checkpoints of one worker.
pub(super) struct Saving<M: Model> {
    to: Option<Checkpointing>,
    identity: String,
    last: Instant,
    /// The round after which this worker has saved last.
    pub(super) saved: Option<u32>,
    piece: Option<Piece>,
    /// Where an earlier run stood, as its checkpoint says.
    pub(super) resumed: Option<Standing>,
    readings: Vec<Reading<M>>,
    is_resuming: bool,
    others: Abroad,
}

impl<M> Saving<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    /// Of a run of this identity.
    pub(super) fn new(to: Option<Checkpointing>, identity: String) -> Self {
        Self {
            to,
            identity,
            last: Instant::now(),
            saved: None,
            piece: None,
            resumed: None,
            readings: Vec::new(),
            is_resuming: false,
            others: Abroad::default(),
        }
    }

    /// Opens the pieces that this worker reads; others may read more.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub(super) fn resume(
        &mut self,
        part: &mut Part<M>,
        depth: u32,
        pieces: &[Piece],
    ) -> Result<(), CheckError> {
        self.is_resuming = true;
        let Some(to) = self.to.clone() else {
            return Ok(());
        };
        // What is deeper is not whole, and must not be taken for a part of what
        // this run will write.
        if part.place.is_first_here() {
            remove(&to, |piece| piece.depth > depth);
        }
        for piece in pieces {
            let file = piece.file(&to);
            self.open(part, &file, folder(&to))
                .map_err(|unusable| CheckError::Checkpoint {
                    file,
                    why: unusable.to_string(),
                })?;
        }
        Ok(())
    }

    fn open(&mut self, part: &mut Part<M>, path: &Path, folder: &Path) -> Result<(), Unusable> {
        verify(&File::open(path)?, MAGIC)?;
        let mut file = Source(BufReader::new(File::open(path)?));
        let mut magic = [0; MAGIC.len()];
        file.0.read_exact(&mut magic)?;
        let head: Head = postcard::from_bytes(&file.bytes()?).map_err(|_| Unusable::OtherModel)?;
        if head.identity != self.identity {
            return Err(Unusable::Foreign {
                theirs: head.identity,
                ours: self.identity.clone(),
            });
        }
        part.trail.take_over(&head.chart, folder)?;
        self.resumed = Some(head.standing);
        let (storage, mut dictionary) = (part.task.storage, Dictionary::new());
        let context = file.bytes()?;
        if !(storage.read_context)(&part.task.model, &mut dictionary, &context) {
            return Err(Unusable::OtherModel);
        }
        let waiting = file.number()?;
        self.readings.push(Reading {
            file,
            dictionary,
            storage,
            waiting,
            fingerprints: None,
        });
        Ok(())
    }

    /// Whether this run goes on from a checkpoint.
    pub(super) const fn is_resuming(&self) -> bool {
        self.is_resuming
    }

    /// Sends a portion of what was read to its owners; whether there is more.
    pub(super) fn forward_some(&mut self, part: &mut Part<M>) -> bool {
        let Some(reading) = self.readings.last_mut() else {
            return false;
        };
        match reading.forward(part) {
            Ok(true) => {}
            Ok(false) => {
                self.readings.pop();
            }
            Err(error) => {
                let reason = crate::report::Reason::Storage(error.kind());
                part.task.progress.stop(reason);
                self.readings.clear();
            }
        }
        !self.readings.is_empty()
    }

    /// Whether it is time for a checkpoint: one worker says so for all.
    pub(super) fn is_time(&self, place: Place) -> bool {
        let is_time = |to: &Checkpointing| self.last.elapsed() >= to.every;
        place.index == 0 && self.to.as_ref().is_some_and(is_time)
    }

    /// Writes this worker's part.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn save(
        &mut self,
        part: &mut Part<M>,
        standing: &Standing,
        round: u32,
    ) -> io::Result<()> {
        let Some(to) = self.to.clone() else {
            return Ok(());
        };
        let piece = Piece {
            depth: standing.levels.len() as u32,
            part: part.place.index as u32,
            of: part.place.peers() as u32,
        };
        fs::create_dir_all(folder(&to))?;
        let head = Head {
            identity: self.identity.clone(),
            standing: standing.clone(),
            chart: part.trail.chart()?.clone(),
        };
        let path = piece.file(&to);
        let Piece {
            depth,
            part: number,
            of,
        } = piece;
        let beside = with_end(
            &to,
            &format!("new-{}.{depth}-{number}-{of}", std::process::id()),
        );
        let mut file = Digested::new(BufWriter::new(File::create(&beside)?));
        file.write_all(&MAGIC)?;
        file.bytes(&postcard::to_stdvec(&head).map_err(io::Error::other)?)?;
        write_states(part, &mut file)?;
        let file = file.finish()?;
        file.into_inner()?.sync_all()?;
        fs::rename(&beside, &path)?;
        sync_folder(&path)?;
        self.last = Instant::now();
        (self.saved, self.piece) = (Some(round), Some(piece));
        Ok(())
    }

    /// All have saved their parts of a checkpoint: those before it go.
    pub(super) fn tidy_up(&self, all_saved: Option<u32>, place: Place) {
        let (Some(to), Some(piece), true) = (
            &self.to,
            self.piece,
            self.saved.is_some() && all_saved == self.saved,
        ) else {
            return;
        };
        // Others may have written deeper ones by now.
        let is_old = |old: &Piece| {
            old.depth < piece.depth || (old.depth == piece.depth && old.of != piece.of)
        };
        if place.is_first_here() {
            remove(to, is_old);
        }
    }

    /// Tells those who watch what other processes have done, and an earlier run.
    pub(super) fn tell_of_others(&mut self, progress: &Progress, abroad: Abroad, depth: u32) {
        let generated = abroad.generated.saturating_sub(self.others.generated);
        progress.add(abroad.states, generated, self.others.waiting, depth);
        let Done {
            states,
            generated,
            expanded,
        } = abroad.earlier;
        progress.add(states, generated, expanded, depth);
        progress.reserve_states(states);
        self.others = abroad;
    }
}

impl<M> Reading<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    /// Sends a portion; whether there is more. States first: a fingerprint that
    /// is seen without its state would keep it out.
    fn forward(&mut self, part: &mut Part<M>) -> io::Result<bool> {
        if self.waiting > 0 {
            let count = self.file.number()?;
            let bytes = self.file.bytes()?;
            let mut rest = &bytes[..];
            for _ in 0..count {
                let model = &part.task.model;
                let state = (self.storage.read)(model, &self.dictionary, &mut rest);
                let state = state.ok_or(io::ErrorKind::InvalidData)?;
                let fingerprint = part.task.hashing.of(&state);
                part.forward(Content::Waiting, fingerprint, |task, bytes| {
                    (task.storage.write)(&task.model, &state, bytes);
                });
            }
            self.waiting = self.waiting.saturating_sub(count.max(1));
            return Ok(true);
        }
        let left = match self.fingerprints {
            Some(left) => left,
            None => self.file.number()?,
        };
        let portion = left.min(PORTION);
        let is_wide = part.task.hashing.is_wide();
        for _ in 0..portion {
            let first = self.file.number()?;
            let second = if is_wide { self.file.number()? } else { 0 };
            let fingerprint = crate::fingerprint::Fingerprint { first, second };
            part.forward(Content::Seen, fingerprint, |_, _| {});
        }
        self.fingerprints = Some(left - portion);
        Ok(left > portion)
    }
}

/// What the states refer to, the states that wait, and all fingerprints.
fn write_states<M>(part: &mut Part<M>, file: &mut Digested<BufWriter<File>>) -> io::Result<()>
where
    M: Model,
    M::State: Clone + Hash,
{
    let task = std::sync::Arc::clone(&part.task);
    let (model, storage) = (&task.model, task.storage);
    let mut context = Vec::new();
    (storage.write_context)(model, &mut Vec::new(), &mut context);
    file.bytes(&context)?;
    file.number(part.current.len())?;
    part.for_each_waiting(|states| {
        let mut bytes = Vec::new();
        for state in states {
            (storage.write)(model, state, &mut bytes);
        }
        file.number(states.len() as u64)?;
        file.bytes(&bytes)
    })?;
    file.number(part.seen.len())?;
    let mut bytes = Vec::new();
    for fingerprint in part.seen.iter() {
        bytes.clear();
        packet::put_fingerprint(&mut bytes, task.hashing.is_wide(), fingerprint);
        file.write_all(&bytes)?;
    }
    Ok(())
}

/// The name of the file for the trail of a worker; none without checkpoints.
///
/// # Errors
/// The folder cannot be made.
pub(super) fn trail_file(
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

/// The run has told all it has found: nothing of it is of use any more.
pub(super) fn remove_all(to: &Checkpointing) {
    for end in ends(to).unwrap_or_default() {
        let is_ours = Piece::from_end(&end).is_some()
            || Path::new(&end).extension() == Some(OsStr::new("trail"));
        if is_ours {
            // Where it cannot be removed it is found again, and the run ends soon.
            let _ = fs::remove_file(with_end(to, &end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(depth: u32, part: u32, of: u32) -> Piece {
        Piece { depth, part, of }
    }

    #[test]
    fn the_deepest_checkpoint_that_is_whole_is_taken() {
        let here = vec![piece(5, 0, 2), piece(7, 0, 2)];
        let there = vec![piece(5, 0, 2), piece(5, 1, 2)];
        let chosen = choose(&[here, there]);
        assert_eq!(chosen, Some(vec![(piece(5, 0, 2), 0), (piece(5, 1, 2), 1)]));
    }

    #[test]
    fn parts_of_different_runs_make_no_checkpoint() {
        assert_eq!(choose(&[vec![piece(5, 0, 2), piece(5, 1, 3)]]), None);
        assert_eq!(choose(&[vec![], vec![]]), None);
    }

    #[test]
    fn the_name_of_a_part_says_which_it_is() {
        assert_eq!(
            Piece::from_end("depth-12.part-1-of-4"),
            Some(piece(12, 1, 4))
        );
        for wrong in [
            "depth-12.part-4-of-4",
            "depth-x.part-1-of-4",
            "run-1.part-0.trail",
        ] {
            assert_eq!(Piece::from_end(wrong), None, "{wrong}");
        }
    }
}
