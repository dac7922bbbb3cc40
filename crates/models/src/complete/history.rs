//! What has happened, in terms of the basic protocol: every action of A.1 that
//! a process says it took is taken in the model `basic`, where it must be
//! enabled; afterwards ledgers and slips must be those of the model.

use super::partners::Reach;
use super::{Candidate, Setting};
use crate::ballots::Ballots;
use crate::basic::{self, Basic};
use crate::bounds::{Bounds, Decree};
use crate::bytes::fields_as_bytes;
use crate::refinement::{Broken, above_ballots};
use crate::replay::go_on_with_ballots;
use crate::view::Synod;
use crate::world::{Bounded, Observed, Site, State, World};
use synod_math::{BallotNumber, Priest};
use synod_protocol::{Action, Ledger, Note};
use synod_world::Observe;

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

fields_as_bytes!(History {
    basic,
    has_diverged,
    went_back,
    crashed_before_sending,
    is_outside,
    broken,
});

impl Observe<Candidate> for Setting {
    type History = History;

    fn observe(&self, from: &History, step: &Observed<'_, Candidate>) -> History {
        let deeds = step.deeds;
        let mut replay = Replay {
            basic: &self.basic,
            p: step.by,
            last_tried: step.before.process.shipped().basic().ledger().last_tried,
            history: History {
                broken: Broken::NOTHING,
                went_back: from.went_back || deeds.went_back,
                crashed_before_sending: from.crashed_before_sending || deeds.crashed_before_sending,
                ..*from
            },
        };
        for action in &deeds.actions {
            replay.take(action);
        }
        if deeds.crashed {
            replay.crash();
        }
        if !replay.history.has_diverged && !replay.agrees(from, step.after) {
            replay.history.diverge();
        }
        replay.history
    }

    /// lastTried, nextBal and prevBal never decrease, and outcome is written
    /// once.
    fn goes_back(&self, ledger: &Ledger<Decree>, note: &Note<Decree>) -> bool {
        match note {
            Note::LastTried(number) => Some(*number) < ledger.last_tried,
            Note::NextBal(number) => Some(*number) < ledger.next_bal,
            Note::PrevVote(cast) => Some(cast.number) < ledger.prev_bal(),
            Note::Outcome(decree) => ledger.outcome.is_some_and(|outcome| outcome != *decree),
        }
    }

    fn is_outside(&self, history: &History) -> bool {
        history.is_outside
    }
}

/// A history that goes on by what one priest did.
struct Replay<'a> {
    basic: &'a Basic,
    p: Priest,
    /// That of the process, for a ballot that begins outside the model.
    last_tried: Option<BallotNumber>,
    history: History,
}

impl Replay<'_> {
    /// Takes an action of A.1 in the history.
    fn take(&mut self, action: &Action<Decree>) {
        if let Action::TryNewBallot(number) = action {
            self.last_tried = Some(*number);
        }
        let bounds = self.basic.bounds();
        let last_tried = self.last_tried.and_then(|number| bounds.rank(number));
        let history = &mut self.history;
        let Some(action) = self.basic.in_model(self.p, action) else {
            history.is_outside = true;
            return;
        };
        let before = history.basic.ballots;
        let taken = (!history.has_diverged).then(|| self.basic.take(&history.basic, action));
        if let Some(Some(next)) = taken {
            history.basic = next;
        } else {
            history.diverge();
            go_on_with_ballots(&mut history.basic.ballots, last_tried, action);
        }
        let broken = above_ballots(bounds, &before, &history.basic.ballots);
        history.broken = history.broken.and(broken);
    }

    /// A crash is a lost slip.
    fn crash(&mut self) {
        let lost = basic::Action::LoseSlip(self.p);
        let lost = self.basic.take(&self.history.basic, lost);
        if let (Some(lost), false) = (lost, self.history.has_diverged) {
            self.history.basic = lost;
        }
    }

    /// The ledger and slip of the priest must be those of the history, and
    /// those of the others, which agreed before, must be as they were.
    fn agrees(&self, from: &History, after: &Site<Candidate>) -> bool {
        let process = after.process.shipped().basic();
        let history = &self.history.basic;
        self.basic.bounds().priests().all(|q| {
            if q == self.p {
                let (ledger, slip) = (process.ledger(), process.slip());
                ledger == &after.ledger && self.basic.agrees(history.of(q), ledger, slip)
            } else {
                history.of(q) == from.basic.of(q)
            }
        })
    }
}

impl Synod for World<Candidate> {
    fn bounds(&self) -> &Bounds {
        self.lens().bounds()
    }

    fn outcome(&self, state: &State, p: Priest) -> Decree {
        self.site(state, p).ledger.outcome.unwrap_or(Decree::BLANK)
    }

    fn ballots<'a>(&'a self, state: &'a State) -> &'a Ballots {
        &self.history(state).basic.ballots
    }

    fn broken(&self, state: &State) -> Broken {
        self.history(state).broken
    }

    fn may_begin_two_ballots(&self) -> bool {
        Reach::of(self).two_ballots()
    }

    fn may_begin_with_two_quorums(&self) -> bool {
        Reach::of(self).two_quorums()
    }
}
