//! Rollback detection: whether this node's ledger is still the one that the other legislators
//! have met.
//!
//! The paper's legislators never lose their ledgers. In practice a folder is wiped, or replaced
//! by an older copy. A legislator whose ledger has forgotten a promise or a vote can help to
//! pass another decree than the one that he has voted for. So:
//!
//! * Each ledger has an [identity](LedgerId). It counts its lives (a life lasts from one opening
//!   to the next and has a random nonce) and the commits of each life. This [`History`] is
//!   written in the same transactions that it counts.
//! * Each node remembers, for each peer, the [`Mark`] up to which it has seen the peer's ledger.
//!   A new ledger or life of a peer is written to disk as soon as it is met. The number of
//!   commits of a life is written with the next commit; so a mark that came with votes is durable
//!   no later than the outcome that follows from these votes.
//! * Nodes exchange an [`Introduction`] in each handshake, and one precedes each batch of
//!   messages. It carries the mark of the sender's ledger, the marks that the sender remembers of
//!   all legislators, and the marks that other legislators have told the sender they remember of
//!   the receiver.
//! * A node that hears of a mark of its own ledger that its ledger does not
//!   [cover](History::covers) has lost something. It writes the loss to disk and reports it. From
//!   then on, also after a restart, it makes no promises, does not vote or preside, and does not
//!   serve clients. Its legislator is a learner: the president sends it the decrees that are passed,
//!   and its peers ignore everything but the questions of a learner.
//! * When *all* other legislators have answered these, it is safe that the learner votes again
//!   (§3.3.5, in `synod_protocol::parliament`). Then its ledger [replaces](History::accept) the lost
//!   one. A node answers only when it [has lost nothing](RollbackDetector::has_lost_nothing) itself:
//!   otherwise two nodes with new ledgers could answer each other before a third one tells them of
//!   their losses.
//!
//! # Losses that are detected
//!
//! A president's messages carry the marks that he remembers, and the marks that each legislator
//! who answered his NextBallot remembers. So **no decree is passed by a quorum in which one member
//! remembers a later state of another member's ledger** than that ledger has: the latter hears of
//! it with the BeginBallot, before it votes. A president whose own ledger has lost something hears
//! of it with the LastVotes, before he counts them.
//!
//! It makes no difference how much is written to an old copy before its node meets a peer that
//! remembers the lost state: a new life of the copy has another nonce than the lost life.
//!
//! # Losses that are not detected
//!
//! *A ledger that was put back further than any present peer remembers.* An example with three
//! nodes: 1 and 2 pass a decree while 3 is absent, 1 becomes absent, and the ledger of 2 is wiped.
//! If 3 has met the ledger of 2 before, it tells 2 of the loss. But if 3 has never met it, or if
//! the ledger of 2 is put back to the state that 3 has seen last, then 2 and 3 continue without
//! the decree. When 1 returns, 2 hears of its loss, and all nodes stop, because their laws differ:
//! introductions also carry a digest of the law, at a length that both laws have, and **a node
//! whose law differs from that of a peer stops serving**. Then an operator must decide which law
//! is right.
//!
//! *A vote that was never counted.* It has had no effect yet.
//!
//! *A peer that lies.* Without TLS, anyone who can connect to a node can claim in a peer's name to
//! remember more of this ledger than there is, or that laws differ, and the node stops taking part;
//! such an attacker could also forge an outcome. Use TLS wherever anything other than the nodes can
//! connect.
//!
//! *An older copy in a parliament of one*, which has no peers. There only a wiped folder is
//! detected, by the marker beside the ledger (see [`crate::ledger`]).
//!
//! [`RollbackDetector`] is the state of a node; the transport, the ledger and the driver share it.
//!
//! ```
//! use synod_math::Priest;
//! use synod_node::config::Identity;
//! use synod_node::rollback::{LedgerMetadata, Refusal, RollbackDetector};
//!
//! let [one, two] = [0, 1].map(|index| Priest::new(index).unwrap());
//! let identity = |me| Identity { cluster: "demo".to_owned(), me, legislators: 3 };
//! let mut metadata = LedgerMetadata::new()?;
//! metadata.history.begin_life()?;
//! let copy = metadata.clone();
//!
//! // Node 2 hears of the ledger of node 1, in its next life.
//! metadata.history.begin_life()?;
//! let peer = RollbackDetector::new(&identity(two), LedgerMetadata::new()?);
//! let node = RollbackDetector::new(&identity(one), metadata);
//! peer.hear(one, &node.introduce(two), None)?;
//!
//! // Then node 1 is started again with the older copy.
//! let restored = RollbackDetector::new(&identity(one), copy);
//! assert_eq!(restored.refusal(), None);
//! restored.meet(two, &peer.introduce(one));
//! assert!(matches!(restored.refusal(), Some(Refusal::Loss(loss)) if loss.by == two));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod laws;
mod refusal;

pub use laws::next_digest;
pub use refusal::{Difference, Loss, Refusal};

use crate::Decree;
use crate::config::Identity;
use crate::ledger_identity::{History, LedgerId, Life, Mark};
use crate::wire::{Digest, Introduction};
use laws::Laws;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use synod_math::Priest;
use synod_protocol::parliament::{self, DecreeNumber};

/// What a ledger stores for rollback detection. Shown in the [module's](self) example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerMetadata {
    /// The identity and lives of this ledger.
    pub history: History,
    /// The marks up to which the ledgers of peers were seen.
    pub met: BTreeMap<Priest, Mark>,
    /// The loss of this ledger, if it is known to have lost something.
    pub loss: Option<Loss>,
}

impl LedgerMetadata {
    /// The metadata of a new ledger.
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

/// Detects that this node's ledger is lost or an older copy, or that its law differs from a
/// peer's.
///
/// The parts of a node share it (a clone is the same detector): the transport passes on
/// introductions in both directions, the ledger stores the marks, and the driver's host asks for the
/// [`refusal`](Self::refusal). Shown in the [module's](self) example.
#[derive(Clone, Debug)]
pub struct RollbackDetector(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    me: Priest,
    /// How many other legislators there are.
    others: usize,
    metadata: LedgerMetadata,
    /// The peers whose marks in `metadata` are newer than those on disk.
    unsaved: BTreeSet<Priest>,
    /// Those among them for which no mark of the same life is on disk.
    newly_met: BTreeSet<Priest>,
    is_loss_saved: bool,
    /// The marks that each peer remembers.
    remembered: BTreeMap<Priest, BTreeMap<Priest, Mark>>,
    /// The peers that may not take part, according to their last introductions.
    refused: BTreeSet<Priest>,
    laws: Laws,
    /// The lengths of the peers' laws, according to their last introductions.
    lengths: BTreeMap<Priest, u64>,
    difference: Option<Difference>,
}

/// What the next commit writes for rollback detection.
#[derive(Debug)]
pub(crate) struct Unsaved {
    pub(crate) met: Vec<(Priest, Mark)>,
    pub(crate) loss: Option<Loss>,
    /// The number of the present life, and the life with this commit counted.
    pub(crate) life: (u64, Life),
    /// The new history, if the ledger replaces lost ones from now on.
    pub(crate) replacing: Option<History>,
}

/// The introduction of a peer cannot be trusted: since the handshake, in which the peer was told
/// which mark of its ledger is remembered, another life of its ledger was met.
/// [`RollbackDetector::hear`] returns it.
#[derive(Debug, thiserror::Error)]
#[error("it was restarted while it connected; it will connect again")]
pub struct NotCompared;

impl RollbackDetector {
    /// The detector of a node whose ledger has this metadata.
    pub fn new(identity: &Identity, metadata: LedgerMetadata) -> Self {
        Self(Arc::new(Mutex::new(State {
            me: identity.me,
            others: identity.legislators.saturating_sub(1),
            is_loss_saved: metadata.loss.is_some(),
            metadata,
            unsaved: BTreeSet::new(),
            newly_met: BTreeSet::new(),
            remembered: BTreeMap::new(),
            refused: BTreeSet::new(),
            laws: Laws::default(),
            lengths: BTreeMap::new(),
            difference: None,
        })))
    }

    /// The identity of the ledger.
    pub fn ledger(&self) -> LedgerId {
        self.lock().metadata.history.ledger
    }

    /// How many lost ledgers it replaces.
    pub fn replaced(&self) -> usize {
        self.lock().metadata.history.accepted.len()
    }

    /// Why this node may not take part; `None` if it may.
    pub fn refusal(&self) -> Option<Refusal> {
        self.lock().refusal()
    }

    /// Whether this ledger has lost something.
    pub(crate) fn has_loss(&self) -> bool {
        self.lock().metadata.loss.is_some()
    }

    /// Whether this ledger is known to have lost nothing: every other legislator has told, since this
    /// node has started, what it remembers of it.
    pub fn has_lost_nothing(&self) -> bool {
        let state = self.lock();
        state.metadata.loss.is_none() && state.remembered.len() == state.others
    }

    /// The present life of the ledger. Each loss has another one.
    pub(crate) fn life(&self) -> parliament::Life {
        parliament::Life(self.lock().metadata.history.mark().nonce)
    }

    /// Whether a peer says that it may not take part, so that its messages are ignored.
    pub fn is_refused(&self, peer: Priest) -> bool {
        self.lock().refused.contains(&peer)
    }

    /// Adds a decree to the law that is compared with those of peers.
    pub fn pass(&self, decree: Decree) {
        self.lock().laws.pass(decree);
    }

    /// Begins the comparison of laws after a snapshot, of whose decrees only this digest is known.
    /// The digests of shorter laws are forgotten.
    pub fn begin_after(&self, through: DecreeNumber, digest: u64) {
        self.lock().laws.begin_after(through.0, digest);
    }

    /// The digest of the law up to this decree, for the snapshot of it. `None` if it is not known, or
    /// not any more.
    pub fn law_digest(&self, through: DecreeNumber) -> Option<u64> {
        self.lock().laws.at(through.0)
    }

    /// The introduction to send to a peer, in the handshake and before each batch of messages.
    pub fn introduce(&self, to: Priest) -> Introduction {
        self.lock().introduce(to)
    }

    /// Takes the introduction of a peer in the handshake. The mark of the peer's ledger is not
    /// remembered yet, because the peer sends it before it hears which mark is remembered here,
    /// and so before it can detect a loss.
    pub fn meet(&self, peer: Priest, introduction: &Introduction) {
        let mut state = self.lock();
        state.listen(peer, introduction);
        state.compare_laws(peer, introduction);
    }

    /// Takes the introduction of a peer before a batch of messages, and remembers the mark of the
    /// peer's ledger. `remembered` is the mark that this node told the peer in the handshake.
    ///
    /// # Errors
    ///
    /// If the mark is of a new life, and the mark remembered by now is not the one that the peer
    /// was told: the peer must be told the latter first, in another handshake.
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

    /// What the next commit must write. `replaces` says whether the ledger replaces the lost ones.
    ///
    /// # Errors
    ///
    /// If it replaces them, and the operating system has no random bytes.
    pub(crate) fn unsaved(&self, replaces: bool) -> Result<Unsaved, getrandom::Error> {
        let state = self.lock();
        let replacing = replaces.then(|| state.replacing()).transpose()?;
        let marks = state.unsaved.iter().filter_map(|peer| {
            let mark = state.metadata.met.get(peer)?;
            Some((*peer, *mark))
        });
        let mark = replacing.as_ref().unwrap_or(&state.metadata.history).mark();
        let life = Life {
            nonce: mark.nonce,
            commits: mark.commits + 1,
        };
        Ok(Unsaved {
            met: marks.collect(),
            loss: state.metadata.loss.filter(|_| !state.is_loss_saved),
            life: (mark.life, life),
            replacing,
        })
    }

    /// Notes that the commit that wrote this is durable.
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
        if let Some(history) = &written.replacing {
            state.metadata.history = history.clone();
            state.metadata.loss = None;
            state.is_loss_saved = false;
        }
        let (number, life) = written.life;
        state.metadata.history.lives.insert(number, life);
        if written.replacing.is_some() {
            state.compare_all();
        }
    }

    /// Whether a mark or a loss is not durable yet.
    pub(crate) fn has_unsaved(&self) -> bool {
        let state = self.lock();
        !state.unsaved.is_empty() || state.has_unsaved_loss()
    }

    /// Whether a commit is needed at once: this ledger has lost something, or a new ledger or life
    /// of a peer was met.
    pub(crate) fn has_urgent(&self) -> bool {
        let state = self.lock();
        !state.newly_met.is_empty() || state.has_unsaved_loss()
    }

    // A panic while the lock is held leaves no harmful partial change.
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
            self.refused.insert(peer);
        } else {
            self.refused.remove(&peer);
        }
        self.lengths.insert(peer, introduction.law);
    }

    /// Remembers the mark of a peer's ledger, `own`.
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

    /// The history of this ledger once it replaces the lost ones: all those that any peer remembers
    /// of this legislator.
    fn replacing(&self) -> Result<History, getrandom::Error> {
        let mut history = self.metadata.history.clone();
        let reported = self.metadata.loss.map(|loss| loss.remembered);
        let remembered = self.remembered_of_me().map(|(_, mark)| mark);
        let lost = reported.into_iter().chain(remembered);
        let lost = lost.filter(|mark| !self.metadata.history.covers(mark));
        history.accept(lost.map(|mark| mark.ledger))?;
        history.begin_life()?;
        Ok(history)
    }

    fn remembered_of_me(&self) -> impl Iterator<Item = (Priest, Mark)> {
        let all = self.remembered.iter();
        all.filter_map(|(by, marks)| Some((*by, *marks.get(&self.me)?)))
    }

    /// Notes a loss again, if a peer has told of another one since the last.
    fn compare_all(&mut self) {
        let remembered: Vec<_> = self.remembered_of_me().collect();
        for (by, mark) in remembered {
            self.compare(by, mark);
        }
    }

    /// Notes a loss, if this ledger does not cover the mark that legislator `by` remembers of it.
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

    /// Compares the law of a peer with the one here. Laws are not compared if this ledger has lost
    /// something, or if the peer's ledger is not the one that was met.
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
            // Laws that differ never become equal. So the earlier digest was forged in the peer's
            // name.
            Some(known) if known.other == peer && known.at <= theirs.at && own == theirs.digest => {
                tracing::warn!(
                    "the law of legislator {} does not differ: the earlier claim that it does was \
                     false",
                    peer.index() + 1
                );
                self.difference = None;
            }
            _ => {}
        }
    }
}
