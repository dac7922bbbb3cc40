//! What has happened, in terms of the basic protocol: every action of A.1 that
//! a process says it took is taken in the model `basic`, where it must be
//! enabled; afterwards ledgers and slips must be those of the model.

use super::Candidate;
use super::partners::Reach;
use crate::ballots::Ballots;
use crate::basic;
use crate::bounds::{Bounds, Decree};
use crate::bytes::fields_as_bytes;
use crate::refinement::{Broken, above_ballots};
use crate::replay::go_on_with_ballots;
use crate::view::Synod;
use crate::world::{Deeds, Site, State, World};
use synod_math::{BallotNumber, Priest};
use synod_protocol::Action;

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

impl World<Candidate> {
    /// The history after what a priest did, whose site is now this.
    pub(super) fn replay(
        &self,
        from: &History,
        p: Priest,
        deeds: &Deeds<Candidate>,
        after: &Site<Candidate>,
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
        let last_tried = last_tried.and_then(|number| self.bounds().rank(number));
        let Some(action) = self.basic().in_model(p, action) else {
            history.is_outside = true;
            return;
        };
        let before = history.basic.ballots;
        let taken = (!history.has_diverged).then(|| self.basic().take(&history.basic, action));
        if let Some(Some(next)) = taken {
            history.basic = next;
        } else {
            history.diverge();
            go_on_with_ballots(&mut history.basic.ballots, last_tried, action);
        }
        let broken = above_ballots(self.bounds(), &before, &history.basic.ballots);
        history.broken = history.broken.and(broken);
    }

    /// A crash is a lost slip.
    fn replay_crash(&self, history: &mut History, p: Priest) {
        let lost = self
            .basic()
            .take(&history.basic, basic::Action::LoseSlip(p));
        if let (Some(lost), false) = (lost, history.has_diverged) {
            history.basic = lost;
        }
    }

    /// The ledger and slip of the priest must be those of the history, and
    /// those of the others, which agreed before, must be as they were.
    fn is_that_of(
        &self,
        history: &History,
        from: &History,
        p: Priest,
        after: &Site<Candidate>,
    ) -> bool {
        let process = after.process.shipped().basic();
        self.bounds().priests().all(|q| {
            if q == p {
                process.ledger() == &after.ledger
                    && self
                        .basic()
                        .agrees(history.basic.of(p), process.ledger(), process.slip())
            } else {
                history.basic.of(q) == from.basic.of(q)
            }
        })
    }
}

impl Synod for World<Candidate> {
    fn bounds(&self) -> &Bounds {
        self.bounds()
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
