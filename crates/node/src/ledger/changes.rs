//! [`Changes`]: the entries that commits have written, each with its last value.

use super::entry::{Entry, Kind};
use super::{DECREES, LAST_TRIED, LIVES, MET, NEXT_BAL, PROMISES, VOTES, number_of};
use crate::ledger_identity::Life;
use crate::rollback::Unsaved;
use crate::{Note, wire};
use redb::WriteTransaction;
use std::collections::BTreeMap;

/// The entries that commits have written and that the redb file does not have yet, each with its last value.
#[derive(Debug, Default)]
pub(super) struct Changes {
    promises: BTreeMap<&'static str, u64>,
    /// The votes; none if there is an outcome since.
    votes: BTreeMap<u64, Option<Vec<u8>>>,
    decrees: BTreeMap<u64, Vec<u8>>,
    lives: BTreeMap<u64, (u64, u64)>,
    met: BTreeMap<u64, Vec<u8>>,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        let Self {
            promises,
            votes,
            decrees,
            lives,
            met,
        } = self;
        promises.is_empty()
            && votes.is_empty()
            && decrees.is_empty()
            && lives.is_empty()
            && met.is_empty()
    }

    /// How many decrees they add.
    pub(super) fn added(&self) -> u64 {
        self.decrees.len() as u64
    }

    /// Adds what an entry says. `None` if it is of a kind that no journal has.
    pub(super) fn add(&mut self, entry: Entry) -> Option<()> {
        let Entry {
            kind,
            number,
            bytes,
        } = entry;
        match kind {
            Kind::LastTried => {
                self.promises.insert(LAST_TRIED, number);
            }
            Kind::NextBal => {
                self.promises.insert(NEXT_BAL, number);
            }
            Kind::Vote => {
                self.votes.insert(number, Some(bytes));
            }
            Kind::Decree => {
                self.votes.insert(number, None);
                self.decrees.insert(number, bytes);
            }
            Kind::Life => {
                let Life { nonce, commits } = decode_life(&bytes)?;
                self.lives.insert(number, (nonce, commits));
            }
            Kind::Met => {
                self.met.insert(number, bytes);
            }
            _ => return None,
        }
        Some(())
    }

    /// Writes them to the tables.
    pub(super) fn write(self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        let mut promises = transaction.open_table(PROMISES)?;
        for (key, number) in self.promises {
            promises.insert(key, number)?;
        }
        let mut votes = transaction.open_table(VOTES)?;
        for (number, vote) in self.votes {
            match vote {
                Some(vote) => votes.insert(number, vote.as_slice())?,
                None => votes.remove(number)?,
            };
        }
        let mut decrees = transaction.open_table(DECREES)?;
        for (number, decree) in self.decrees {
            decrees.insert(number, decree.as_slice())?;
        }
        let mut lives = transaction.open_table(LIVES)?;
        for (number, life) in self.lives {
            lives.insert(number, life)?;
        }
        let mut met = transaction.open_table(MET)?;
        for (of, mark) in self.met {
            met.insert(of, mark.as_slice())?;
        }
        Ok(())
    }
}

/// A note as an entry; `None` if it [changes more than one](changes_one).
pub(super) fn entry_of(note: Note) -> Option<Entry> {
    let entry = |kind, number, bytes| Entry {
        kind,
        number,
        bytes,
    };
    Some(match note {
        Note::LastTried(number) => entry(Kind::LastTried, number.0, Vec::new()),
        Note::NextBal(number) => entry(Kind::NextBal, number.0, Vec::new()),
        Note::PrevVote(at, cast) => entry(Kind::Vote, at.0, wire::encode_vote(cast)),
        Note::Outcome(at, decree) => entry(Kind::Decree, at.0, wire::encode_decree(decree)),
        Note::Snapshot(_) | Note::Cut(_) | Note::Learner(_) | Note::Readmitted(_) => {
            return None;
        }
    })
}

/// A commit of notes and of what rollback detection keeps with each, as entries. Its notes are returned if there are none, or
/// if one changes more than one entry, or if a loss is to be written, or the end of one: no journal has these.
pub(super) fn entries_of(notes: Vec<Note>, unsaved: &Unsaved) -> Result<Vec<Entry>, Vec<Note>> {
    let Unsaved {
        met,
        loss: None,
        life: (number, life),
        replacing: None,
    } = unsaved
    else {
        return Err(notes);
    };
    if notes.is_empty() || !notes.iter().all(changes_one) {
        return Err(notes);
    }
    let mut entries: Vec<_> = notes.into_iter().filter_map(entry_of).collect();
    entries.push(Entry {
        kind: Kind::Life,
        number: *number,
        bytes: encode_life(*life),
    });
    entries.extend(met.iter().map(|(of, mark)| Entry {
        kind: Kind::Met,
        number: of.index() as u64,
        bytes: wire::encode_mark(mark),
    }));
    Ok(entries)
}

/// Whether a note changes one entry. No journal has the others.
pub(super) const fn changes_one(note: &Note) -> bool {
    matches!(
        note,
        Note::LastTried(_) | Note::NextBal(_) | Note::PrevVote(..) | Note::Outcome(..)
    )
}

/// A life of a ledger: its nonce and the number of its commits.
pub(super) fn encode_life(life: Life) -> Vec<u8> {
    let numbers = [life.nonce, life.commits].map(u64::to_le_bytes);
    numbers.as_flattened().to_vec()
}

/// See [`encode_life`].
pub(super) fn decode_life(bytes: &[u8]) -> Option<Life> {
    let (nonce, commits) = bytes.split_at_checked(8)?;
    let (nonce, commits) = (number_of(nonce)?, number_of(commits)?);
    Some(Life { nonce, commits })
}
