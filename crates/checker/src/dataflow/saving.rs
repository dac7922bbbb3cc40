//! Checkpoints: each worker writes its part in a file of its own, and all of
//! them at the end of the same level.
//!
//! A part is written beside its place and moved there when it is safe on disk,
//! as those of the engine `levels` are, and the parts of the checkpoint before
//! stay until all workers have said that theirs of this one are there. So
//! whenever a process ends there is a whole checkpoint, once there was one.
//!
//! Each process reads the parts that are in its folder, wherever their states
//! belong by now: with other numbers of workers they have other owners, and are
//! sent to them. Where processes share a folder, the first of them reads.

use super::packet::{self, Content};
use super::part::Part;
use super::pieces::{Piece, is_trail, note_whole, pieces, remove, was_whole};
use super::place::Place;
use super::standing::{Abroad, Done, Standing};
use super::trail::Chart;
use crate::engine::CheckError;
use crate::fingerprint::Fingerprint;
use crate::identity::Identity;
use crate::levels::checkpoint::{Digested, Source, Unusable, verify};
use crate::options::{Checkpointing, Dictionary, Storage};
use crate::progress::Progress;
use crate::report::Reason;
use crate::unfinished::{Unfinished, folder, remove_left};
use serde::{Deserialize, Serialize};
use stateright::Model;
use std::fs::{self, File};
use std::hash::Hash;
use std::io::{self, BufReader, BufWriter, Read};
use std::time::Instant;

/// The first bytes of a part; the last of them is the version.
const MAGIC: [u8; 8] = *b"synodpt\x02";

/// How many fingerprints are sent at a time, or written before the limits of
/// the run are looked at.
const PORTION: u64 = 1 << 16;

/// What is written of a part beside fingerprints and states.
#[derive(Serialize, Deserialize)]
struct Head {
    /// Which part it is: a file may be renamed.
    piece: Piece,
    identity: Identity,
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
    identity: Identity,
    last: Instant,
    /// The round after which this worker has saved last.
    pub(super) saved: Option<u32>,
    /// The round of that for which older ones were removed.
    tidied: Option<u32>,
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
    pub(super) fn new(to: Option<Checkpointing>, identity: Identity) -> Self {
        Self {
            to,
            identity,
            last: Instant::now(),
            saved: None,
            tidied: None,
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
            match self.open(part, *piece, &to) {
                // Nobody reads what is left: the run ends.
                Err(Unusable::Stopped) => break,
                opened => opened.map_err(|unusable| CheckError::Checkpoint {
                    file: piece.file(&to),
                    why: unusable.to_string(),
                })?,
            }
        }
        Ok(())
    }

    fn open(
        &mut self,
        part: &mut Part<M>,
        piece: Piece,
        to: &Checkpointing,
    ) -> Result<(), Unusable> {
        let path = piece.file(to);
        verify(&File::open(&path)?, MAGIC, &|| part.task.limits.goes_on())?;
        let mut file = Source(BufReader::new(File::open(&path)?));
        let mut magic = [0; MAGIC.len()];
        file.0.read_exact(&mut magic)?;
        let head: Head = postcard::from_bytes(&file.bytes()?).map_err(|_| Unusable::OtherModel)?;
        self.identity.accept(&head.identity)?;
        if head.piece != piece {
            return Err(Unusable::Misnamed(head.piece.end()));
        }
        part.trail.take_over(&head.chart, folder(to))?;
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

    /// That what was told of a level does not fit together.
    pub(super) fn unfit(&self) -> CheckError {
        let file = self.to.as_ref().map(|to| to.file.clone());
        CheckError::Checkpoint {
            file: file.unwrap_or_default(),
            why: "its parts do not belong together, or some are missing".to_owned(),
        }
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
                let reason = Reason::Storage(error.to_string());
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
        self.last = Instant::now();
        self.drop_unwhole(&to);
        fs::create_dir_all(folder(&to))?;
        let head = Head {
            piece,
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
        let (beside, file) = Unfinished::create(&to, &format!(".{depth}-{number}-{of}"))?;
        let mut file = Digested::new(BufWriter::new(file));
        file.write_all(&MAGIC)?;
        file.bytes(&postcard::to_stdvec(&head).map_err(io::Error::other)?)?;
        write_states(part, &mut file)?;
        let file = file.finish()?;
        file.into_inner()?.sync_all()?;
        beside.place(&path)?;
        (self.saved, self.piece) = (Some(round), Some(piece));
        Ok(())
    }

    /// Removes this worker's part of a checkpoint for which another could not write
    /// its own: the disk may be full.
    fn drop_unwhole(&mut self, to: &Checkpointing) {
        if self.tidied != self.saved
            && let Some(piece) = self.piece.take()
        {
            // It is found again, and is of no use without the others.
            let _ = fs::remove_file(piece.file(to));
        }
    }

    /// All have saved their parts of a checkpoint: those before it go.
    pub(super) fn tidy_up(&mut self, all_saved: Option<u32>, place: Place) {
        let (Some(to), Some(piece), true) = (
            &self.to,
            self.piece,
            self.saved.is_some() && all_saved == self.saved && self.tidied != self.saved,
        ) else {
            return;
        };
        // Others may have written deeper ones by now.
        let is_old = |old: &Piece| {
            old.depth < piece.depth || (old.depth == piece.depth && old.of != piece.of)
        };
        if place.is_first_here() && note_whole(to).is_ok() {
            remove(to, is_old);
        }
        self.tidied = self.saved;
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
        let Part { task, outbox, .. } = part;
        if self.waiting > 0 {
            let count = self.file.number()?;
            let bytes = self.file.bytes()?;
            let mut rest = &bytes[..];
            for _ in 0..count {
                let state = (self.storage.read)(&task.model, &self.dictionary, &mut rest);
                let state = state.ok_or(io::ErrorKind::InvalidData)?;
                let fingerprint = task.hashing.of(&state);
                let content = Content::Waiting;
                outbox.forward(task, content, fingerprint, |bytes| {
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
        let is_wide = task.hashing.is_wide();
        for _ in 0..portion {
            let first = self.file.number()?;
            let second = if is_wide { self.file.number()? } else { 0 };
            let fingerprint = Fingerprint { first, second };
            outbox.forward(task, Content::Seen, fingerprint, |_| {});
        }
        self.fingerprints = Some(left - portion);
        Ok(left > portion)
    }
}

/// Removes the trails of runs that have ended before they had a checkpoint. As long
/// as there is a part of one, or was one that was whole, they stay: a part that is
/// elsewhere may refer to them.
pub(super) fn remove_trails_of_nothing(to: &Checkpointing) {
    let is_empty = pieces(to).is_ok_and(|pieces| pieces.is_empty());
    if is_empty && !was_whole(to) {
        remove_left(to, is_trail);
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
        if !task.limits.goes_on() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let mut bytes = Vec::new();
        for state in states {
            (storage.write)(model, state, &mut bytes);
        }
        file.number(states.len() as u64)?;
        file.bytes(&bytes)
    })?;
    file.number(part.seen.len())?;
    let mut bytes = Vec::new();
    for (number, fingerprint) in part.seen.iter().enumerate() {
        if number % PORTION as usize == 0 && !task.limits.goes_on() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        bytes.clear();
        packet::put_fingerprint(&mut bytes, task.hashing.is_wide(), fingerprint);
        file.write_all(&bytes)?;
    }
    Ok(())
}
