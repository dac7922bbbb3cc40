//! What has happened, in terms of the basic protocol: every action of A.1 that
//! a process says it took is taken in the model `basic`, where it must be
//! enabled; afterwards ledgers and slips must be those of the model.

use super::site::{Deeds, Site};
use super::{Process, State, World};
use crate::ballots::BallotKey;
use crate::basic::{self, Basic, Legislator, Status};
use crate::bounds::{Decree, Rank};
use crate::messages::{Packed, PackedVote};
use crate::properties::Synod;
use crate::refinement::{Broken, above_ballots};
use synod_math::{BallotNumber, Priest, Vote};
use synod_protocol::{Action, Ledger, Slip};

/// The history of a state of the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own about the past.
pub struct History {
    /// The state of `basic` that the actions so far lead to. Once one of them
    /// was not enabled, only 𝓑 goes on.
    pub basic: basic::State,
    /// Whether some step was none of the basic protocol.
    pub has_diverged: bool,
    /// Whether some variable of a ledger went back or was overwritten.
    pub went_back: bool,
    /// Whether a process crashed after a record and before the send that
    /// follows it.
    pub crashed_before_sending: bool,
    /// Whether a ballot number beyond the bounds was tried.
    pub is_outside: bool,
    /// What the last step broke of the chain above.
    pub broken: Broken,
}

impl History {
    /// A step was none of the basic protocol: nothing more is known but 𝓑.
    fn diverge(&mut self) {
        self.has_diverged = true;
        let ballots = self.basic.ballots;
        self.basic = basic::State::default();
        self.basic.ballots = ballots;
    }
}

impl<P: Process> World<P> {
    /// The history after what a priest did, whose site is now this.
    pub(super) fn replay(
        &self,
        from: &History,
        p: Priest,
        deeds: &Deeds,
        after: &Site<P>,
    ) -> History {
        let mut history = History {
            broken: Broken::NOTHING,
            went_back: from.went_back || deeds.went_back,
            crashed_before_sending: from.crashed_before_sending || deeds.crashed_before_sending,
            ..*from
        };
        for action in &deeds.actions {
            self.replay_action(&mut history, (p, deeds.last_tried), action);
        }
        if deeds.crashed {
            self.replay_crash(&mut history, p);
        }
        if !history.has_diverged && !self.is_that_of(&history, from, p, after) {
            history.diverge();
        }
        history
    }

    /// Takes an action of A.1 in the history.
    ///
    /// `last_tried` is that of the process, for a ballot that begins outside
    /// the model.
    fn replay_action(
        &self,
        history: &mut History,
        (p, last_tried): (Priest, Option<BallotNumber>),
        action: &Action<Decree>,
    ) {
        let last_tried = last_tried.and_then(|number| self.bounds.rank(number));
        let Some(action) = self.in_model(p, action) else {
            history.is_outside = true;
            return;
        };
        let before = history.basic.ballots;
        let taken = (!history.has_diverged).then(|| self.basic.take(&history.basic, action));
        if let Some(Some(next)) = taken {
            history.basic = next;
        } else {
            history.diverge();
            go_on_with_ballots(history, last_tried, action);
        }
        let broken = above_ballots(&self.bounds, &before, &history.basic.ballots);
        history.broken = history.broken.and(broken);
    }

    /// A crash is a lost slip.
    fn replay_crash(&self, history: &mut History, p: Priest) {
        let lost = self.basic.take(&history.basic, basic::Action::LoseSlip(p));
        if let (Some(lost), false) = (lost, history.has_diverged) {
            history.basic = lost;
        }
    }

    /// The ledger and slip of the priest must be those of the history, and
    /// those of the others, which agreed before, must be as they were.
    fn is_that_of(&self, history: &History, from: &History, p: Priest, after: &Site<P>) -> bool {
        let process = after.process.basic();
        self.bounds.priests().all(|q| {
            if q == p {
                process.ledger() == &after.ledger
                    && self.agrees(history.basic.of(p), process.ledger(), process.slip())
            } else {
                history.basic.of(q) == from.basic.of(q)
            }
        })
    }

    fn agrees(&self, model: &Legislator, ledger: &Ledger<Decree>, slip: &Slip<Decree>) -> bool {
        let number = |rank| self.bounds.number(rank);
        let prev_dec = ledger.prev_vote.map_or(Decree::BLANK, |cast| cast.decree);
        let ledger_agrees = model.outcome == ledger.outcome.unwrap_or(Decree::BLANK)
            && number(model.last_tried) == ledger.last_tried
            && number(model.prev_bal) == ledger.prev_bal()
            && model.prev_dec == prev_dec
            && number(model.next_bal) == ledger.next_bal;
        let votes_agree = |votes: &std::collections::BTreeMap<Priest, Vote<Decree>>| {
            let in_model = self.basic.prev_votes(model);
            let in_model = in_model.map(|vote| vote.unpack(&self.bounds));
            in_model.eq(votes.values().copied())
        };
        let slip_agrees = match slip {
            Slip::Idle => model.status == Status::Idle,
            Slip::Trying { prev_votes } => {
                model.status == Status::Trying && votes_agree(prev_votes)
            }
            Slip::Polling {
                prev_votes,
                quorum,
                voters,
                decree,
            } => {
                model.status == Status::Polling
                    && votes_agree(prev_votes)
                    && model.quorum() == *quorum
                    && model.voters() == *voters
                    && model.decree == *decree
            }
        };
        ledger_agrees && slip_agrees
    }

    /// The action in the codes of the model; none for a number beyond the
    /// bounds.
    fn in_model(&self, p: Priest, action: &Action<Decree>) -> Option<basic::Action> {
        let rank = |number: BallotNumber| self.bounds.rank(number);
        Some(match *action {
            Action::TryNewBallot(b) => basic::Action::TryNewBallot(p, rank(b)?),
            Action::SendNextBallot => basic::Action::SendNextBallot(p),
            Action::ReceiveNextBallot(b) => basic::Action::ReceiveNextBallot(p, rank(b)?),
            Action::SendLastVote => basic::Action::SendLastVote(p),
            Action::ReceiveLastVote(b, vote) => {
                basic::Action::ReceiveLastVote(rank(b)?, self.packed(vote)?)
            }
            Action::StartPolling(quorum, d) => basic::Action::StartPolling(p, quorum, d),
            Action::SendBeginBallot => basic::Action::SendBeginBallot(p),
            Action::ReceiveBeginBallot(b, d, quorum) => {
                basic::Action::ReceiveBeginBallot(p, BallotKey::new(rank(b)?, d, quorum))
            }
            Action::SendVoted => basic::Action::SendVoted(p),
            Action::ReceiveVoted(b, q) => basic::Action::ReceiveVoted(rank(b)?, q),
            Action::Succeed => basic::Action::Succeed(p),
            Action::SendSuccess => basic::Action::SendSuccess(p),
            Action::ReceiveSuccess(d) => basic::Action::ReceiveSuccess(p, d),
        })
    }

    fn packed(&self, vote: Vote<Decree>) -> Option<PackedVote> {
        let (number, decree) = match vote.cast {
            Some(cast) => (self.bounds.rank(cast.number)?, cast.decree),
            None => (Rank::NONE, Decree::BLANK),
        };
        Some(PackedVote {
            priest: vote.priest,
            number,
            decree,
        })
    }
}

/// What an action does to 𝓑, whether or not the model allows it.
fn go_on_with_ballots(history: &mut History, last_tried: Option<Rank>, action: basic::Action) {
    let ballots = &mut history.basic.ballots;
    let (ballot, voter) = match (action, last_tried) {
        (basic::Action::StartPolling(_, quorum, decree), Some(number)) => {
            (BallotKey::new(number, decree, quorum), None)
        }
        (basic::Action::ReceiveBeginBallot(q, ballot), _) => (ballot, Some(q)),
        _ => return,
    };
    let is_same = |key: &BallotKey| key.number == ballot.number && key.decree == ballot.decree;
    if let Some(voter) = voter {
        // A vote is for a number and a decree, whatever the voter was told of
        // the quorum.
        let voted = ballots.iter().map(|(key, _)| key).find(is_same);
        ballots.vote(voted.unwrap_or(ballot), voter);
    } else if ballots.has_room() {
        ballots.begin(ballot);
    }
}

impl Basic {
    /// Takes an action, if it is enabled and its message, if it receives one,
    /// was sent. It may change nothing.
    pub fn take(&self, state: &basic::State, action: basic::Action) -> Option<basic::State> {
        let received = match action {
            basic::Action::ReceiveNextBallot(_, b) => Some(Packed::NextBallot(b)),
            basic::Action::ReceiveLastVote(b, vote) => Some(Packed::LastVote(b, vote)),
            basic::Action::ReceiveBeginBallot(_, key) => Some(Packed::BeginBallot(key)),
            basic::Action::ReceiveVoted(b, q) => Some(Packed::Voted(b, q)),
            basic::Action::ReceiveSuccess(_, d) => Some(Packed::Success(d)),
            _ => None,
        };
        let was_sent = |message| self.messages(state).any(|sent| sent == message);
        if received.is_some_and(|message| !was_sent(message)) {
            return None;
        }
        self.step(state, action)
    }
}

impl<P: Process> Synod for World<P> {
    fn bounds(&self) -> &crate::bounds::Bounds {
        &self.bounds
    }

    fn outcomes(&self, state: &State) -> [Decree; crate::bounds::MAX_PRIESTS] {
        let mut outcomes = [Decree::BLANK; crate::bounds::MAX_PRIESTS];
        for (outcome, site) in outcomes.iter_mut().zip(self.sites(state)) {
            *outcome = site.ledger.outcome.unwrap_or(Decree::BLANK);
        }
        outcomes
    }

    fn ballots<'a>(&'a self, state: &'a State) -> &'a crate::ballots::Ballots {
        &self.history(state).basic.ballots
    }

    fn broken(&self, state: &State) -> Broken {
        self.history(state).broken
    }
}
