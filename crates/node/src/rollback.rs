//! Rollback detection: whether this node's ledger is the one that the others have
//! met.
//!
//! The paper's legislators never lose their ledgers; a folder is wiped, or an
//! old copy of it put back. A legislator whose ledger has forgotten a promise or
//! a vote can help to pass another decree than the one that he has voted for.
//! So:
//!
//! * Each ledger has an [identity](LedgerId), and counts its lives (how often it
//!   was opened, each with a random number) and the commits of each: its
//!   [`History`], written in the transactions that it counts.
//! * Each node remembers of each other one the [`Mark`] up to which it has seen
//!   its ledger. Another ledger or life of a peer is written down as soon as it
//!   is met. How far a life has come is written with the next commit: what came
//!   with votes is durable no later than the outcome that follows from them.
//! * An [`Introduction`] is exchanged in each handshake, and stands before each
//!   batch of messages. It says how far the sender's ledger has come, what the
//!   sender remembers of every legislator, and what third ones have told it that
//!   they remember of the receiver.
//! * A node that hears of a mark of its own ledger which its ledger does not
//!   [cover](History::covers) has lost something. It writes that down, says so,
//!   and from then on promises, votes, presides and serves no more; that remains
//!   so after a restart. It stays as a learner: whoever presides sends it what
//!   was passed, and takes nothing else from it.
//!
//! # What is found out
//!
//! A president's messages carry what he remembers, and what each of those who
//! answered his NextBallot remembers. So **no decree is passed by a quorum in
//! which one remembers a later state of another's ledger** than that other one
//! has: the latter hears of it with the BeginBallot, before it votes; a
//! president hears of it with the LastVotes, before he counts them.
//!
//! It makes no difference how much the old copy writes before it meets somebody
//! who remembers: a life that it begins is not the life that it has lost.
//!
//! # What is not
//!
//! A ledger that went back further than anybody remembers who is there. With
//! three nodes: 1 and 2 pass a decree while 3 is away, 1 goes away, and the
//! ledger of 2 is wiped; if 3 has met the ledger of 2 before, it refuses the new
//! one. But if 3 has never met it, or the ledger of 2 is put back to what 3 has
//! seen last, then 2 and 3 go on without the decree. When 1 returns, 2 hears of
//! its loss; and all nodes stop, because their laws differ: introductions carry
//! a digest of the law too, at a length that both have, and **a node whose law
//! differs from that of another stops serving**. It must then be decided by hand
//! which law is right.
//!
//! A vote that was never counted may be forgotten without anybody knowing: it
//! has done nothing yet.
//!
//! A peer that lies. Without TLS whoever reaches a node can say in a peer's name
//! that it remembers more than this ledger has, or that laws differ, and the node
//! stops taking part, as he could forge an outcome: use TLS wherever others than
//! the nodes can connect.
//!
//! A parliament of one has no peers. There the mark file beside the ledger tells
//! an emptied folder from one that never had a ledger, and nothing tells an old
//! copy.

mod laws;
mod refusal;

pub use refusal::{Difference, Loss, Refusal};

use crate::Decree;
use crate::config::Identity;
use crate::ledger_identity::{History, LedgerId, Life, Mark};
use crate::wire::{Digest, Introduction};
use laws::Laws;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use synod_math::Priest;

/// What of all this is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerMetadata {
    /// Of this ledger.
    pub history: History,
    /// How far the ledgers of others were seen.
    pub met: BTreeMap<Priest, Mark>,
    /// What is lost, if something is.
    pub loss: Option<Loss>,
}

impl LedgerMetadata {
    /// Of a new ledger.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            history: History::new()?,
            met: BTreeMap::new(),
            loss: None,
        })
    }
}

/// Detects that the ledger of this node went back, or that laws differ. All parts
/// of a node share it: the transport introduces the node and hears of others, the
/// ledger writes what it remembers, and the driver obeys.
#[derive(Clone, Debug)]
pub struct RollbackDetector(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    me: Priest,
    metadata: LedgerMetadata,
    /// Whose marks in `metadata` are newer than in the ledger.
    unsaved: BTreeSet<Priest>,
    /// Those among them of which the ledger has no mark of the same life.
    newly_met: BTreeSet<Priest>,
    is_loss_saved: bool,
    /// What the others remember, by who does.
    remembered: BTreeMap<Priest, BTreeMap<Priest, Mark>>,
    /// The peers that may not take part, as they said last.
    learners: BTreeSet<Priest>,
    laws: Laws,
    /// How long the laws of others were when they last said so.
    lengths: BTreeMap<Priest, u64>,
    difference: Option<Difference>,
}

/// What a commit writes of what was heard.
#[derive(Debug)]
pub(crate) struct Unsaved {
    pub(crate) met: Vec<(Priest, Mark)>,
    pub(crate) loss: Option<Loss>,
    /// The present life, with this commit.
    pub(crate) life: (u64, Life),
}

/// A peer has begun another life than the one it was told is remembered of it.
#[derive(Debug, thiserror::Error)]
#[error("it was started again while it connected, and will connect once more")]
pub struct NotCompared;

impl RollbackDetector {
    /// That of a ledger with this metadata.
    pub fn new(identity: &Identity, metadata: LedgerMetadata) -> Self {
        Self(Arc::new(Mutex::new(State {
            me: identity.me,
            is_loss_saved: metadata.loss.is_some(),
            metadata,
            unsaved: BTreeSet::new(),
            newly_met: BTreeSet::new(),
            remembered: BTreeMap::new(),
            learners: BTreeSet::new(),
            laws: Laws::default(),
            lengths: BTreeMap::new(),
            difference: None,
        })))
    }

    /// The identity of the ledger.
    pub fn ledger(&self) -> LedgerId {
        self.lock().metadata.history.ledger
    }

    /// Why this node may not take part, if it may not.
    pub fn refusal(&self) -> Option<Refusal> {
        self.lock().refusal()
    }

    /// Whether a peer says that it has lost something: what it says counts for
    /// nothing.
    pub fn is_learner(&self, peer: Priest) -> bool {
        self.lock().learners.contains(&peer)
    }

    /// One more decree is law here.
    pub fn pass(&self, decree: Decree) {
        self.lock().laws.pass(decree);
    }

    /// What to say to a peer before anything else.
    pub fn introduce(&self, to: Priest) -> Introduction {
        self.lock().introduce(to)
    }

    /// Hears what a peer says in the handshake. How far its ledger has come is
    /// not remembered yet: the peer says it before it hears what is remembered
    /// here.
    pub fn meet(&self, peer: Priest, introduction: &Introduction) {
        let mut state = self.lock();
        state.listen(peer, introduction);
        state.compare_laws(peer, introduction);
    }

    /// Hears what a peer says before a batch of messages. `remembered` is
    /// the mark of its ledger that it was told in the handshake.
    ///
    /// # Errors
    ///
    /// If something else is remembered of it by now, of a life that is over:
    /// it has to hear of that first.
    pub fn hear(
        &self,
        peer: Priest,
        introduction: &Introduction,
        remembered: Option<Mark>,
    ) -> Result<(), NotCompared> {
        let mut state = self.lock();
        state.listen(peer, introduction);
        if !introduction.is_refused {
            state.remember(peer, introduction.own, remembered)?;
        }
        state.compare_laws(peer, introduction);
        Ok(())
    }

    /// What the next commit has to write.
    pub(crate) fn unsaved(&self) -> Unsaved {
        let state = self.lock();
        let marks = state.unsaved.iter().filter_map(|peer| {
            let mark = state.metadata.met.get(peer)?;
            Some((*peer, *mark))
        });
        let mark = state.metadata.history.mark();
        let life = Life {
            nonce: mark.nonce,
            commits: mark.commits + 1,
        };
        Unsaved {
            met: marks.collect(),
            loss: state.metadata.loss.filter(|_| !state.is_loss_saved),
            life: (mark.life, life),
        }
    }

    /// That commit is durable.
    pub(crate) fn saved(&self, written: &Unsaved) {
        let mut state = self.lock();
        for (peer, written) in &written.met {
            let Some(mark) = state.metadata.met.get(peer).copied() else {
                continue;
            };
            if mark == *written {
                state.unsaved.remove(peer);
            }
            if mark.is_same_life(written) {
                state.newly_met.remove(peer);
            }
        }
        state.is_loss_saved |= written.loss.is_some();
        let (number, life) = written.life;
        state.metadata.history.lives.insert(number, life);
    }

    /// Whether something is remembered that is not durable.
    pub(crate) fn has_unsaved(&self) -> bool {
        let state = self.lock();
        !state.unsaved.is_empty() || state.has_unsaved_loss()
    }

    /// Whether something must not wait for the next commit: this ledger has lost
    /// something, or another ledger or life of a peer was met.
    pub(crate) fn has_urgent(&self) -> bool {
        let state = self.lock();
        !state.newly_met.is_empty() || state.has_unsaved_loss()
    }

    // Whoever panics while he holds it leaves nothing half done that matters.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn refusal(&self) -> Option<Refusal> {
        let loss = || self.metadata.loss.map(Refusal::Loss);
        self.difference.map(Refusal::Difference).or_else(loss)
    }

    const fn has_unsaved_loss(&self) -> bool {
        self.metadata.loss.is_some() && !self.is_loss_saved
    }

    fn introduce(&self, to: Priest) -> Introduction {
        let relayed = self.remembered.iter().filter(|(by, _)| **by != to);
        let relayed = relayed.filter_map(|(by, marks)| Some((*by, *marks.get(&to)?)));
        let length = self.laws.length();
        let at = self.lengths.get(&to).map_or(length, |its| length.min(*its));
        let digest = self.laws.at(at).filter(|_| self.metadata.loss.is_none());
        Introduction {
            own: self.metadata.history.mark(),
            is_refused: self.refusal().is_some(),
            met: self
                .metadata
                .met
                .iter()
                .map(|(of, mark)| (*of, *mark))
                .collect(),
            relayed: relayed.collect(),
            law: length,
            digest: digest.map(|digest| Digest { at, digest }),
        }
    }

    fn listen(&mut self, peer: Priest, introduction: &Introduction) {
        let of_me = introduction.met.iter().find(|(of, _)| *of == self.me);
        let of_me = of_me.map(|(_, mark)| (peer, *mark));
        for (by, remembered) in of_me
            .into_iter()
            .chain(introduction.relayed.iter().copied())
        {
            self.compare(by, remembered);
        }
        self.remembered
            .insert(peer, introduction.met.iter().copied().collect());
        if introduction.is_refused {
            self.learners.insert(peer);
        } else {
            self.learners.remove(&peer);
        }
        self.lengths.insert(peer, introduction.law);
    }

    /// Remembers how far the ledger of a peer has come.
    fn remember(
        &mut self,
        peer: Priest,
        own: Mark,
        remembered: Option<Mark>,
    ) -> Result<(), NotCompared> {
        match self.metadata.met.get(&peer).copied() {
            Some(known) if known.is_same_life(&own) => {
                if known.commits >= own.commits {
                    return Ok(());
                }
            }
            known if known == remembered => {
                self.newly_met.insert(peer);
            }
            _ => return Err(NotCompared),
        }
        self.metadata.met.insert(peer, own);
        self.unsaved.insert(peer);
        Ok(())
    }

    /// Whether this ledger has all that somebody remembers of it.
    fn compare(&mut self, by: Priest, remembered: Mark) {
        if self.metadata.loss.is_none() && !self.metadata.history.covers(&remembered) {
            let loss = Loss {
                by,
                remembered,
                here: self.metadata.history.ledger,
            };
            tracing::error!("{loss}");
            self.metadata.loss = Some(loss);
        }
    }

    /// Whether the law of a peer is the one here. Of a ledger that has lost
    /// something, and of one that is not the one that was met, the law says nothing.
    fn compare_laws(&mut self, peer: Priest, introduction: &Introduction) {
        let known = self.metadata.met.get(&peer);
        let is_lost = known.is_some_and(|known| known.ledger != introduction.own.ledger);
        let theirs = introduction
            .digest
            .filter(|_| !is_lost && self.metadata.loss.is_none());
        let both = theirs.and_then(|theirs| Some((theirs, self.laws.at(theirs.at)?)));
        let Some((theirs, own)) = both else {
            return;
        };
        match self.difference {
            None if own != theirs.digest => {
                let difference = Difference {
                    one: self.me,
                    other: peer,
                    at: theirs.at,
                };
                tracing::error!("{difference}");
                self.difference = Some(difference);
            }
            // Laws that differ do so for good: somebody has lied in its name.
            Some(known) if known.other == peer && known.at <= theirs.at && own == theirs.digest => {
                tracing::warn!("the law of legislator {} does not differ", peer.index() + 1);
                self.difference = None;
            }
            _ => {}
        }
    }
}
