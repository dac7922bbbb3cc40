//! The replay of the actions of A.1 that a process reports in the model
//! [`basic`], and the comparison of its ledger and slip with the model
//! afterwards; for one decree, or for each decree of a parliament. It is used by
//! [`complete`](crate::complete) and [`parliament`](crate::parliament), whose claims
//! "refines basic" rest on it.
//!
//! A test shows separately that `basic` is the paper's A.1: `tests/it/paper.rs`
//! compares the two in every reachable state of small bounds.

use crate::ballots::{BallotKey, Ballots};
use crate::basic::{self, Basic, Legislator, Status};
use crate::bounds::{Decree, Rank};
use crate::bytes::fields_as_bytes;
use crate::messages::PackedVote;
use crate::refinement::{Broken, above_ballots};
use crate::view::Synod;
use crate::world::{Deeds, Refined};
use synod_math::{BallotNumber, Priest, PriestSet, Vote};
use synod_paper::basic::enabled;
use synod_protocol::{Action, Ledger};
use synod_vocabulary::Describe;

/// What is wrong if a process does not work with the ledger that is on its disk.
pub(crate) const FORGOTTEN: &str =
    "the process has forgotten a part of what is on its ledger, which is durable";

/// Facts about the steps so far: a part of the histories of
/// [`complete`](crate::complete::history::History) and
/// [`parliament`](crate::parliament::history::History).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools)] // Each is a separate fact about the past.
pub struct Past {
    /// Whether some step was not a step of the basic protocol.
    pub has_diverged: bool,
    /// Whether some variable of a ledger decreased or was overwritten.
    pub went_back: bool,
    /// Whether a process crashed after a record and before the send that
    /// follows it.
    pub crashed_before_sending: bool,
    /// Whether a number beyond the bounds was tried.
    pub is_outside: bool,
}

fields_as_bytes!(Past {
    has_diverged,
    went_back,
    crashed_before_sending,
    is_outside,
});

impl Past {
    /// The past after these deeds.
    pub(crate) const fn after<P: Refined>(mut self, deeds: &Deeds<P>) -> Self {
        self.went_back |= deeds.went_back;
        self.crashed_before_sending |= deeds.crashed_before_sending;
        self
    }
}

/// A history while it is extended by one step of a priest. It has a state of `basic` for
/// each of N decrees. Once an action was not enabled, only the 𝓑s are kept up to date.
pub(crate) struct Replay<'a, const N: usize> {
    pub(crate) basic: &'a Basic,
    /// The priest who takes the step.
    pub(crate) p: Priest,
    /// His lastTried, for a ballot that begins although the model does not allow it.
    pub(crate) last_tried: Option<BallotNumber>,
    pub(crate) instances: [basic::State; N],
    pub(crate) past: Past,
    /// The refinements above `basic` that the step broke.
    pub(crate) broken: Broken,
    /// The place at which an action was not enabled first, and the guard that forbids it.
    pub(crate) refused: Option<(usize, String)>,
}

impl<const N: usize> Replay<'_, N> {
    /// Takes an action of A.1 in the instances at these places.
    pub(crate) fn take<D>(
        &mut self,
        places: impl IntoIterator<Item = usize>,
        action: &Action<D>,
        code: impl Fn(&D) -> Decree,
    ) {
        if let Action::TryNewBallot(number) = action {
            self.last_tried = Some(*number);
        }
        if matches!(action, Action::LearnFromVotes) {
            return places
                .into_iter()
                .for_each(|place| self.learn_from_votes(place));
        }
        let Some(action) = self.basic.in_model(self.p, action, code) else {
            self.past.is_outside = true;
            return;
        };
        for place in places {
            self.take_at(place, action);
        }
    }

    /// Learn From Votes, which is not in A.1: §3.1 sends Voted to all priests.
    fn learn_from_votes(&mut self, place: usize) {
        if self.past.has_diverged {
            return;
        }
        let instance = &self.instances[place];
        let (view, learn) = (self.basic.view(instance), Action::LearnFromVotes);
        match enabled(&view, self.p, &learn) {
            Ok(()) => {
                let decree = instance.of(self.p).prev_dec;
                self.instances[place] = instance.with_outcome(self.p, decree);
            }
            Err(guard) => {
                let why = self.basic.sentence(&learn, &guard);
                self.refused = Some((place, format!("he may not learn from votes: {why}")));
                self.diverge();
            }
        }
    }

    fn take_at(&mut self, place: usize, action: basic::Action) {
        let before = self.instances[place].ballots;
        let taken = (!self.past.has_diverged)
            .then(|| self.basic.take(&self.instances[place], action))
            .flatten();
        if let Some(next) = taken {
            self.instances[place] = next;
        } else {
            if !self.past.has_diverged {
                self.refused = Some((place, self.refusal(place, action)));
            }
            self.diverge();
            let last_tried = self.rank();
            update_ballots(&mut self.instances[place].ballots, last_tried, action);
        }
        let after = &self.instances[place].ballots;
        let broken = above_ballots(self.basic.bounds(), &before, after);
        self.broken = self.broken.and(broken);
    }

    /// Why an action is not enabled, in a sentence.
    fn refusal(&self, place: usize, action: basic::Action) -> String {
        let step = self.basic.step_name(&action);
        let refusal = self.basic.refusal(&self.instances[place], action);
        let why = refusal.map_or(String::new(), |why| format!(": {why}"));
        format!("A.1 does not allow this action – {step}{why}")
    }

    /// lastTried, in the codes of the model.
    pub(crate) fn rank(&self) -> Option<Rank> {
        self.basic.bounds().rank(self.last_tried?)
    }

    /// Notes that a step was not a step of the basic protocol. From then on only the 𝓑s
    /// are known.
    pub(crate) fn diverge(&mut self) {
        self.past.has_diverged = true;
        for instance in &mut self.instances {
            let ballots = instance.ballots;
            *instance = basic::State::default();
            instance.ballots = ballots;
        }
    }

    /// A crash: the slip is lost, in every instance.
    pub(crate) fn crash(&mut self) {
        if self.past.has_diverged {
            return;
        }
        for instance in &mut self.instances {
            let lost = basic::Action::LoseSlip(self.p);
            if let Some(lost) = self.basic.take(instance, lost) {
                *instance = lost;
            }
        }
    }

    /// Whether all other priests have in an instance the ledgers and slips that they
    /// had before.
    pub(crate) fn others_are_unchanged(&self, place: usize, before: &basic::State) -> bool {
        let mut others = self.basic.bounds().priests().filter(|&q| q != self.p);
        others.all(|q| self.instances[place].of(q) == before.of(q))
    }
}

impl Basic {
    /// The state after an action, if the action is enabled, and if the message that it
    /// receives (if any) was sent. It may be the same state.
    pub fn take(&self, state: &basic::State, action: basic::Action) -> Option<basic::State> {
        let was_sent = |message| self.messages(state).any(|sent| sent == message);
        if action.receives().is_some_and(|message| !was_sent(message)) {
            return None;
        }
        self.step(state, action)
    }

    /// The action in the codes of the model; `None` if its number is beyond the
    /// bounds.
    fn in_model<D>(
        &self,
        p: Priest,
        action: &Action<D>,
        code: impl Fn(&D) -> Decree,
    ) -> Option<basic::Action> {
        let rank = |number: &BallotNumber| self.bounds().rank(*number);
        Some(match action {
            Action::TryNewBallot(b) => basic::Action::TryNewBallot(p, rank(b)?),
            Action::SendNextBallot => basic::Action::SendNextBallot(p),
            Action::ReceiveNextBallot(b) => basic::Action::ReceiveNextBallot(p, rank(b)?),
            Action::SendLastVote => basic::Action::SendLastVote(p),
            Action::ReceiveLastVote(b, vote) => {
                basic::Action::ReceiveLastVote(rank(b)?, self.packed_vote(vote.map(code))?)
            }
            Action::StartPolling(quorum, d) => basic::Action::StartPolling(p, *quorum, code(d)),
            Action::SendBeginBallot => basic::Action::SendBeginBallot(p),
            Action::ReceiveBeginBallot(b, d, quorum) => {
                basic::Action::ReceiveBeginBallot(p, BallotKey::new(rank(b)?, code(d), *quorum))
            }
            Action::SendVoted => basic::Action::SendVoted(p),
            Action::ReceiveVoted(b, q) => basic::Action::ReceiveVoted(rank(b)?, *q),
            Action::Succeed => basic::Action::Succeed(p),
            Action::SendSuccess => basic::Action::SendSuccess(p),
            Action::ReceiveSuccess(d) => basic::Action::ReceiveSuccess(p, code(d)),
            Action::LoseSlip => basic::Action::LoseSlip(p),
            // The model has no such action: see `learn_from_votes`.
            Action::LearnFromVotes => return None,
        })
    }

    fn packed_vote(&self, vote: Vote<Decree>) -> Option<PackedVote> {
        let priest = vote.priest;
        let Some(cast) = vote.cast else {
            return Some(PackedVote::null(priest));
        };
        Some(PackedVote {
            priest,
            number: self.bounds().rank(cast.number)?,
            decree: cast.decree,
        })
    }

    /// Whether this ledger is that of a legislator of the model.
    pub(crate) fn ledger_agrees(&self, model: &Legislator, ledger: &Ledger<Decree>) -> bool {
        let number = |rank| self.bounds().number(rank);
        let prev_dec = ledger.prev_vote.map_or(Decree::BLANK, |cast| cast.decree);
        model.outcome == ledger.outcome.unwrap_or(Decree::BLANK)
            && number(model.last_tried) == ledger.last_tried
            && number(model.prev_bal) == ledger.prev_bal()
            && model.prev_dec == prev_dec
            && number(model.next_bal) == ledger.next_bal
    }

    /// Whether these are the prevVotes of a legislator of the model.
    pub(crate) fn has_prev_votes(
        &self,
        model: &Legislator,
        votes: impl Iterator<Item = Vote<Decree>>,
    ) -> bool {
        let in_model = self.prev_votes(model);
        in_model.map(|vote| vote.unpack(self.bounds())).eq(votes)
    }
}

impl Legislator {
    /// Whether the legislator polls this quorum on this decree, and has these voters.
    pub(crate) fn polls(&self, quorum: PriestSet, voters: PriestSet, decree: Decree) -> bool {
        self.status == Status::Polling
            && self.quorum() == quorum
            && self.voters() == voters
            && self.decree == decree
    }
}

/// The effect of an action on 𝓑, whether or not the model allows the action.
///
/// `last_tried` is that of the process, for a ballot that begins although the model does
/// not allow it.
fn update_ballots(ballots: &mut Ballots, last_tried: Option<Rank>, action: basic::Action) {
    let (ballot, voter) = match (action, last_tried) {
        (basic::Action::StartPolling(_, quorum, decree), Some(number)) => {
            (BallotKey::new(number, decree, quorum), None)
        }
        (basic::Action::ReceiveBeginBallot(q, ballot), _) => (ballot, Some(q)),
        _ => return,
    };
    let is_same = |key: &BallotKey| key.number == ballot.number && key.decree == ballot.decree;
    if let Some(voter) = voter {
        // A vote is for a number and a decree. The quorum in the BeginBallot does not
        // matter.
        let voted = ballots.iter().map(|(key, _)| key).find(is_same);
        ballots.vote(voted.unwrap_or(ballot), voter);
    } else if ballots.has_room() {
        ballots.begin(ballot);
    }
}
