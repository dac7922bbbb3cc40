//! A search between two levels, in a file, so that it can go on after its
//! process is gone.
//!
//! The file's last 16 bytes are a digest of the rest: nothing is taken from a file
//! that is not as it was written.

use super::frontier::CHUNK;
use super::tally::Tally;
use super::visited::Visited;
use super::{Run, Search};
use crate::coverage::Histogram;
use crate::fingerprint::Fingerprint;
use crate::identity::Identity;
use crate::options::{Checkpointing, Dictionary, Storage};
use crate::unfinished::{Unfinished, folder};
use siphasher::sip128::{Hasher128, SipHasher13};
use stateright::Model;
use std::fmt;
use std::fs::{self, File};
use std::hash::Hasher;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// The first bytes of a checkpoint; the last of them is the version.
const MAGIC: [u8; 8] = *b"synodcp\x03";

/// How many fingerprints are read or written before the limits of the run are
/// looked at.
const PORTION: usize = 1 << 16;

/// How many bytes of the digest end the file.
const DIGEST: u64 = 16;

/// Why a checkpoint cannot be used.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It cannot be read.
    Io(io::Error),
    /// It is not as it was written.
    Damaged,
    /// It is no checkpoint, or of another version.
    NotOne,
    /// It is of another run.
    Foreign {
        /// In what that run differs from this one.
        differences: String,
    },
    /// It is the part of this name, and has another.
    Misnamed(String),
    /// The model does not make the same states of it any more.
    OtherModel,
    /// The run was stopped while it was read.
    Stopped,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Damaged => f.write_str("it is damaged: its digest is not that of its content"),
            Self::NotOne => f.write_str("it is no checkpoint of this version"),
            Self::Foreign { differences } => {
                write!(f, "it is of another run: {differences}")
            }
            Self::Misnamed(name) => write!(f, "it is the part whose name ends with {name}"),
            Self::OtherModel => f.write_str("the model is not the one it was written with"),
            Self::Stopped => f.write_str("the run was stopped while it was read"),
        }
    }
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Self::Damaged,
            _ => Self::Io(error),
        }
    }
}

impl<M: Model> Search<'_, M> {
    /// What a checkpoint must be of to be used.
    fn identity(&self) -> Identity {
        Identity::of_run(self.options, &self.properties)
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
        let mut file = Digested::new(BufWriter::new(file));
        file.write_all(&MAGIC)?;
        file.bytes(&self.identity().to_bytes()?)?;
        let mut context = Vec::new();
        (storage.write_context)(self.model, &mut Vec::new(), &mut context);
        file.bytes(&context)?;
        save_counts(run, &mut file)?;
        file.number(run.visited.len())?;
        for (number, fingerprint) in run.visited.iter().enumerate() {
            if number % PORTION == 0 && !self.limits.goes_on() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            file.number(fingerprint.first)?;
            if self.hashing.is_wide() {
                file.number(fingerprint.second)?;
            }
        }
        file.number(run.current.len())?;
        run.current.for_each(self.model, |states| {
            if !self.limits.goes_on() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let mut bytes = Vec::new();
            for state in states {
                (storage.write)(self.model, state, &mut bytes);
            }
            file.number(states.len() as u64)?;
            file.bytes(&bytes)
        })?;
        let file = file.finish()?;
        file.into_inner()?.sync_all()?;
        beside.place(&to.file)
    }

    /// Where the search was, if there is a checkpoint.
    pub(super) fn load(
        &self,
        from: &Checkpointing,
        storage: &Storage<M>,
    ) -> Result<Option<Run<M>>, Unusable> {
        let file = match File::open(&from.file) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Unusable::Io(error)),
        };
        verify(&file, MAGIC, &|| self.limits.goes_on())?;
        let mut file = Source(BufReader::new(File::open(&from.file)?));
        let mut magic = [0; MAGIC.len()];
        file.0.read_exact(&mut magic)?;
        self.identity()
            .accept(&Identity::from_bytes(&file.bytes()?)?)?;
        let mut dictionary = Dictionary::new();
        if !(storage.read_context)(self.model, &mut dictionary, &file.bytes()?) {
            return Err(Unusable::OtherModel);
        }
        let mut run = self.fresh();
        load_counts(&mut run, &mut file)?;
        let fingerprints = file.number()?;
        run.visited = Visited::with_room_for(fingerprints, self.hashing.is_wide());
        for number in 0..fingerprints {
            if number % PORTION as u64 == 0 && !self.limits.goes_on() {
                return Err(Unusable::Stopped);
            }
            let first = file.number()?;
            let second = if self.hashing.is_wide() {
                file.number()?
            } else {
                0
            };
            run.visited.insert_for_good(Fingerprint { first, second });
        }
        self.load_frontier(&run, &mut file, storage, &dictionary)?;
        Ok(Some(run))
    }

    fn load_frontier(
        &self,
        run: &Run<M>,
        file: &mut Source,
        storage: &Storage<M>,
        dictionary: &Dictionary,
    ) -> Result<(), Unusable> {
        let (waiting, current) = (file.number()?, &run.current);
        while current.len() < waiting {
            if !self.limits.goes_on() {
                return Err(Unusable::Stopped);
            }
            let count = file.number()?;
            if count == 0 || count > CHUNK as u64 {
                return Err(Unusable::Damaged);
            }
            let bytes = file.bytes()?;
            let mut rest = &bytes[..];
            let states = (0..count).map(|_| (storage.read)(self.model, dictionary, &mut rest));
            let states: Option<Vec<_>> = states.collect();
            let states = states.ok_or(Unusable::OtherModel)?;
            let limit = self.options.max_memory;
            let needed = run.visited.bytes_if_grown() + current.bytes();
            if limit.is_some_and(|limit| needed > limit) {
                current.store(self.model, &states)?;
            } else {
                current.push(states);
            }
        }
        Ok(())
    }
}

fn save_counts<M: Model, W: Write>(run: &Run<M>, file: &mut Digested<W>) -> io::Result<()> {
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
        let (depth, Fingerprint { first, second }) = nearest.unwrap_or((
            0,
            Fingerprint {
                first: 0,
                second: 0,
            },
        ));
        file.number(u64::from(depth))?;
        file.number(first)?;
        file.number(second)?;
    }
    let marked = run.marked.iter();
    let marked = marked.flat_map(|&(bare, successors)| [bare.first, bare.second, successors]);
    file.numbers(&marked.collect::<Vec<_>>())
}

fn load_counts<M: Model>(run: &mut Run<M>, file: &mut Source) -> Result<(), Unusable> {
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

/// Whether a file begins with this magic and ends with the digest of the rest.
/// Asks before each mebibyte whether to go on.
pub(crate) fn verify(
    file: &File,
    expected_magic: [u8; 8],
    goes_on: &dyn Fn() -> bool,
) -> Result<(), Unusable> {
    let length = file.metadata()?.len();
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut magic = [0; MAGIC.len()];
    if length < MAGIC.len() as u64 + DIGEST || file.read_exact(&mut magic).is_err() {
        return Err(Unusable::NotOne);
    }
    if magic != expected_magic {
        return Err(Unusable::NotOne);
    }
    let mut digest = hasher();
    digest.write(&magic);
    let mut rest = length - MAGIC.len() as u64 - DIGEST;
    let mut buffer = vec![0; 1 << 20];
    while rest > 0 {
        if !goes_on() {
            return Err(Unusable::Stopped);
        }
        let part = buffer
            .len()
            .min(usize::try_from(rest).unwrap_or(usize::MAX));
        file.read_exact(&mut buffer[..part])?;
        digest.write(&buffer[..part]);
        rest -= part as u64;
    }
    let mut expected = [0; DIGEST as usize];
    file.read_exact(&mut expected)?;
    if digest.finish128().as_bytes() == expected {
        Ok(())
    } else {
        Err(Unusable::Damaged)
    }
}

fn hasher() -> SipHasher13 {
    SipHasher13::new()
}

/// A file that is being written, and the digest so far.
pub(crate) struct Digested<W> {
    file: W,
    digest: SipHasher13,
}

impl<W: Write> Digested<W> {
    pub(crate) fn new(file: W) -> Self {
        let digest = hasher();
        Self { file, digest }
    }

    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.write(bytes);
        self.file.write_all(bytes)
    }

    pub(crate) fn number(&mut self, number: u64) -> io::Result<()> {
        self.write_all(&number.to_le_bytes())
    }

    pub(crate) fn numbers(&mut self, numbers: &[u64]) -> io::Result<()> {
        self.number(numbers.len() as u64)?;
        numbers.iter().try_for_each(|&number| self.number(number))
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.number(bytes.len() as u64)?;
        self.write_all(bytes)
    }

    /// Ends the file with the digest.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let digest = self.digest.finish128().as_bytes();
        self.file.write_all(&digest)?;
        Ok(self.file)
    }
}

/// A file that is being read; it is as it was written.
pub(crate) struct Source(pub(crate) BufReader<File>);

impl Source {
    pub(crate) fn number(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        self.0.read_exact(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    pub(crate) fn numbers(&mut self) -> io::Result<Vec<u64>> {
        (0..self.number()?).map(|_| self.number()).collect()
    }

    pub(crate) fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let length = self.number()?;
        let mut bytes = Vec::new();
        // Grows with what is there: a length that lies asks for no memory.
        let read = (&mut self.0).take(length).read_to_end(&mut bytes)?;
        if read as u64 == length {
            Ok(bytes)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}
